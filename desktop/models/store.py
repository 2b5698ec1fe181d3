"""The models on disk, in Ollama's own layout, so that both can use one store.

`manifests/<host>/<namespace>/<model>/<tag>` names the files of a model, `blobs/sha256-<hex>` holds
them. Nothing is assumed to stay: every call looks at the disk again.
"""

import logging
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

from desktop.core.errors import ModelFileInvalid, ModelNameInvalid, ModelNotFound
from desktop.core.sizes import human_parameters
from desktop.models.facts import FactsCache, WeightsFacts
from desktop.models.manifests import (
    Config,
    Layer,
    Manifest,
    decode,
    digest_hex,
    read_manifest,
    read_small,
)
from desktop.models.names import ModelName, without_source

log = logging.getLogger(__name__)

MAX_TEXT_BYTES = 2**22  # template, system text, parameters, messages, license
Content = TypeVar("Content")


@dataclass(frozen=True, kw_only=True)
class InstalledModel:
    """One manifest whose files are all there. Equal digests mean equal models."""

    name: ModelName
    digest: str  # 64 hexadecimal digits
    size_bytes: int
    modified_at: datetime  # local time, with its zone
    weights: Path
    projectors: tuple[Path, ...] = ()
    adapters: tuple[Path, ...] = ()
    drafts: tuple[Path, ...] = ()
    template: str | None = None
    """Template in Go's language; the Jinja one is in the weights."""
    system: str = ""
    parameters: dict[str, Any] = field(default_factory=dict)
    messages: list[dict[str, Any]] = field(default_factory=list)
    license_files: tuple[Path, ...] = ()
    parent_model: str = ""
    config: Config
    facts_cache: FactsCache = field(repr=False, compare=False)

    @property
    def facts(self) -> WeightsFacts | None:
        """What the header of the weights says; None if it cannot be read."""
        return self.facts_cache.of(self.weights)

    @property
    def licenses(self) -> list[str]:
        """Read at each call; one that has vanished is left out."""
        texts = []
        for path in self.license_files:
            try:
                texts.append(_text(path))
            except (FileNotFoundError, ModelFileInvalid) as error:
                log.warning("license of %s: %s", self.name.short, error)
        return texts

    def details(self, *, with_lengths: bool = False) -> dict[str, Any]:
        """`details` as in the answers of Ollama's API.

        Args:
            with_lengths: `context_length` and `embedding_length` too, where they are known.
        """
        config, facts = self.config, self.facts
        family = config.model_family or (facts.architecture if facts else "")
        size = config.model_type or (human_parameters(facts.parameter_count) if facts else "")
        details: dict[str, Any] = {
            "parent_model": self.parent_model,
            "format": config.model_format or "gguf",
            "family": family,
            "families": config.model_families or ([family] if family else None),
            "parameter_size": size,
            "quantization_level": config.file_type or (facts.quantization if facts else "unknown"),
        }
        if with_lengths:
            for name in ("context_length", "embedding_length"):
                length = getattr(config, name) or (getattr(facts, name) if facts else None)
                if length:
                    details[name] = length
        return details

    @property
    def capabilities(self) -> list[str]:
        """`completion`, `tools`…, in Ollama's order; those stated in the config come first."""
        found = list(self.config.capabilities or [])
        if facts := self.facts:
            found.append("embedding" if facts.embeds else "completion")
            projectors = [self.facts_cache.of(path) for path in self.projectors]
            hears = any(projector and projector.hears for projector in projectors)
            checks = {
                "vision": facts.sees or bool(projectors),
                "audio": facts.hears or hears,
                "tools": facts.calls_tools or self._go_template_has(facts, ".Tools"),
                "insert": ".Suffix" in (self.template or ""),
                "thinking": facts.thinks
                or self._go_template_has(facts, ".Thinking")
                or facts.architecture in ("gptoss", "gpt-oss"),
            }
            found += [name for name, holds in checks.items() if holds]
        return list(dict.fromkeys(found))

    def _go_template_has(self, facts: WeightsFacts, what: str) -> bool:
        """The Go template counts only where there is no Jinja template."""
        return not facts.has_template and what in (self.template or "")


InstalledModels: TypeAlias = list[InstalledModel]  # `list` is a method of the store
_Stamp: TypeAlias = tuple[int, int, int]  # mtime in ns, size, inode


def free_bytes(folder: Path) -> int:
    """Room left on the disk that `folder` is, or will be, on."""
    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder).free


class ModelStore:
    """A folder of models.

    Args:
        root: Holds `manifests` and `blobs`; need not exist yet.
        free_bytes: Tells how much room the disk of a folder has.
    """

    def __init__(self, root: Path, *, free_bytes: Callable[[Path], int] = free_bytes) -> None:
        self.root = root
        self.free_bytes = free_bytes
        self._facts = FactsCache()
        self._parsed: dict[Path, tuple[_Stamp, InstalledModel]] = {}
        self._complained: set[tuple[Path, str]] = set()

    @property
    def manifests(self) -> Path:
        return self.root / "manifests"

    @property
    def blobs(self) -> Path:
        return self.root / "blobs"

    def manifest_path(self, name: ModelName) -> Path:
        return self.manifests / name.path

    def blob_path(self, digest: str) -> Path:
        """Where the content of that digest (`sha256:…` or `sha256-…`) belongs.

        Raises:
            ModelFileInvalid: it is not a digest.
        """
        return self.blobs / f"sha256-{digest_hex(digest)}"

    def names(self) -> Iterator[ModelName]:
        """Every manifest's name, in no order; files that cannot be manifests are left out."""
        for host in _entries(self.manifests):
            for namespace in _entries(self.manifests / host):
                for model in _entries(self.manifests / host / namespace):
                    for tag in _entries(self.manifests / host / namespace / model):
                        with suppress(ModelNameInvalid):
                            yield ModelName.of_parts(host, namespace, model, tag)

    def list(self) -> InstalledModels:
        """All models that are complete, the newest manifest first.

        A manifest that is damaged, or whose files are missing, is logged once and left out.
        """
        models = []
        for name in self.names():
            try:
                models.append(self.load(name))
            except (ModelFileInvalid, ModelNotFound) as error:
                complaint = (self.manifest_path(name), str(error))
                if complaint not in self._complained:
                    self._complained.add(complaint)
                    log.warning("%s is left out: %s", name.short, error)
        models.sort(key=lambda model: (-int(model.modified_at.timestamp()), model.name.full))
        return models

    def find(self, text: str) -> InstalledModel:
        """The model somebody means by `text`; upper and lower case make no difference.

        Raises:
            ModelNameInvalid: `text` is not a name.
            NotSupported: it names a model in Ollama's cloud.
            ModelNotFound: no such model is installed.
            ModelFileInvalid: it is, but a file of it is damaged or missing.
        """
        wanted = ModelName.parse(without_source(text))
        if not self.manifest_path(wanted).is_file():
            for name in self.names():
                if name.folded == wanted.folded:
                    return self.load(name)
            raise ModelNotFound(text)
        return self.load(wanted)

    def load(self, name: ModelName) -> InstalledModel:
        """The model of exactly this name.

        Raises:
            ModelNotFound: there is no such manifest.
            ModelFileInvalid: the manifest, or a file it names, is damaged or missing.
        """
        path = self.manifest_path(name)
        try:
            stat = path.stat()
            stamp = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
            known = self._parsed.get(path)
            if known and known[0] == stamp and known[1].weights.is_file():
                return known[1]
            manifest, digest = read_manifest(path)
        except (FileNotFoundError, NotADirectoryError) as error:
            self._parsed.pop(path, None)
            raise ModelNotFound(name.short) from error
        modified_at = datetime.fromtimestamp(stat.st_mtime, UTC).astimezone()
        try:
            model = self._assemble(name, manifest, digest, modified_at)
        except FileNotFoundError as error:
            missing = Path(error.filename).name
            raise ModelFileInvalid(f"{name.short} lacks its file {missing}.") from error
        self._parsed[path] = (stamp, model)
        return model

    def _assemble(
        self, name: ModelName, manifest: Manifest, digest: str, modified_at: datetime
    ) -> InstalledModel:
        layers = manifest.layers or []

        def files(kind: str) -> tuple[Path, ...]:
            return tuple(self._present(layer) for layer in layers if layer.kind == kind)

        weights = files("model")
        if not weights:
            raise ModelFileInvalid(f"{name.short} has no GGUF file: its manifest names none.")
        config = (self._present(manifest.config),) if manifest.config.digest else ()
        template, system = files("template") or files("prompt"), files("system")
        return InstalledModel(
            name=name,
            digest=digest,
            size_bytes=manifest.size_bytes,
            modified_at=modified_at,
            weights=weights[-1],
            projectors=files("projector"),
            adapters=files("adapter"),
            drafts=files("draft"),
            template=_text(template[-1]) if template else None,
            system=_text(system[-1]) if system else "",
            parameters=_last_json(files("params"), dict[str, Any]),
            messages=_last_json(files("messages"), list[dict[str, Any]]),
            license_files=files("license"),
            parent_model=[layer.source for layer in layers if layer.kind == "model"][-1],
            config=_last_json(config, Config),
            facts_cache=self._facts,
        )

    def _present(self, layer: Layer) -> Path:
        path = self.blob_path(layer.digest)
        path.stat()  # FileNotFoundError names it
        return path


def _entries(folder: Path) -> list[str]:
    """Names of what is in a folder; none if it has vanished, cannot be read, or is a file."""
    try:
        with os.scandir(folder) as entries:
            return [entry.name for entry in entries]
    except OSError:
        return []


def _text(path: Path) -> str:
    return read_small(path, MAX_TEXT_BYTES).decode("utf-8", "replace")


def _last_json(paths: tuple[Path, ...], kind: type[Content]) -> Content:
    """What the last of the files says; an empty value if there is none."""
    if not paths:
        return kind()
    return decode(read_small(paths[-1], MAX_TEXT_BYTES), kind, paths[-1])
