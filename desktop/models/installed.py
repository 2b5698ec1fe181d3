"""One model that is installed, put together out of its manifest."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple, Protocol, TypeVar

from desktop.core.errors import ModelFileInvalid
from desktop.core.sizes import human_parameters
from desktop.models.facts import FactsCache, WeightsFacts
from desktop.models.manifests import PART_TYPE, Config, Layer, Manifest, decode, read_small
from desktop.models.names import ModelName

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
    root: Path
    """The store it is in."""
    shared: bool = False
    """The store belongs to another program; nothing in it is changed unasked."""
    weights: Path
    weight_parts: tuple[Path, ...]
    """All files of the weights in order, `weights` first; a single one unless they are split."""
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
        return self.facts_cache.of_parts(self.weight_parts)

    @property
    def problem(self) -> str:
        """Why this model cannot run, in a sentence; empty if nothing is known against it."""
        for path in (*self.weight_parts, *self.projectors):
            if problem := self.facts_cache.problem_of(path):
                return problem
        facts = self.facts_cache.of(self.weights)
        if facts and facts.parts != (have := len(self.weight_parts)):
            return f"{self.name.short} is missing shard {have + 1} of {facts.parts}."
        return ""

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
                "insert": facts.fills_in or ".Suffix" in (self.template or ""),
                "thinking": facts.thinks
                or self._go_template_has(facts, ".Thinking")
                or facts.architecture in ("gptoss", "gpt-oss"),
            }
            found += [name for name, holds in checks.items() if holds]
        return list(dict.fromkeys(found))

    def _go_template_has(self, facts: WeightsFacts, what: str) -> bool:
        """The Go template counts only where there is no Jinja template."""
        return not facts.has_template and what in (self.template or "")


def newest_first(model: InstalledModel) -> tuple[int, str]:
    """The key that sorts models as lists of them are sorted."""
    return (-int(model.modified_at.timestamp()), model.name.full)


class Home(Protocol):
    """The store that a model is in."""

    root: Path
    shared: bool
    facts: FactsCache

    def blob_path(self, digest: str) -> Path: ...


class Named(NamedTuple):
    """A manifest that was read, and what its file says."""

    name: ModelName
    manifest: Manifest
    digest: str
    modified_at: datetime


def assemble(home: Home, read: Named) -> tuple[InstalledModel, list[Path]]:
    """The model, and all its files.

    Raises:
        FileNotFoundError: one of them is not there; the error names it.
        ModelFileInvalid: the manifest or a small file is damaged, or it is no GGUF model.
    """
    layers, found = read.manifest.layers or [], list[Path]()

    def files(kind: str) -> tuple[Path, ...]:
        paths = [home.blob_path(layer.digest) for layer in layers if layer.kind == kind]
        for path in paths:
            path.stat()  # FileNotFoundError names it
        found.extend(paths)
        return tuple(paths)

    weights, parts = files("model"), _parts(home, read.name, layers)
    if not weights:
        raise ModelFileInvalid(_no_weights(read.name, layers))
    config = read.manifest.config
    config_file = (home.blob_path(config.digest),) if config.digest else ()
    found.extend((*parts, *config_file))
    template, system = files("template") or files("prompt"), files("system")
    model = InstalledModel(
        name=read.name,
        digest=read.digest,
        size_bytes=read.manifest.size_bytes,
        modified_at=read.modified_at,
        root=home.root,
        shared=home.shared,
        weights=weights[-1],
        weight_parts=(weights[-1], *parts),
        projectors=files("projector"),
        adapters=files("adapter"),
        drafts=files("draft"),
        template=_text(template[-1]) if template else None,
        system=_text(system[-1]) if system else "",
        parameters=_last_json(files("params"), dict[str, Any]),
        messages=_last_json(files("messages"), list[dict[str, Any]]),
        license_files=files("license"),
        parent_model=[layer.source for layer in layers if layer.kind == "model"][-1],
        config=_last_json(config_file, Config),
        facts_cache=home.facts,
    )
    return model, found


def _parts(home: Home, name: ModelName, layers: Iterable[Layer]) -> tuple[Path, ...]:
    """The files of split weights after the first."""
    parts = [home.blob_path(layer.digest) for layer in layers if layer.kind == PART_TYPE]
    for number, part in enumerate(parts, 2):
        if not part.exists():
            count = len(parts) + 1
            raise ModelFileInvalid(f"{name.short} is missing shard {number} of {count}.")
    return tuple(parts)


def _no_weights(name: ModelName, layers: Iterable[Layer]) -> str:
    if any(layer.kind == "tensor" for layer in layers):
        return f"{name.short} is in the safetensors format; only GGUF models can run here."
    return f"{name.short} has no GGUF file: its manifest names none."


def _text(path: Path) -> str:
    return read_small(path, MAX_TEXT_BYTES).decode("utf-8", "replace")


def _last_json(paths: tuple[Path, ...], kind: type[Content]) -> Content:
    """What the last of the files says; an empty value if there is none."""
    if not paths:
        return kind()
    return decode(read_small(paths[-1], MAX_TEXT_BYTES), kind, paths[-1])
