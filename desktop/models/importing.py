"""Takes GGUF files into the store: the blobs first, the manifest last, so that a model is there
complete or not at all.
"""

import hashlib
import os
import re
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any

import msgspec

from desktop.core.errors import ModelFileInvalid
from desktop.core.sizes import human_parameters
from desktop.models.blobs import (
    BlobDraft,
    digest_of,
    explained,
    has_blob,
    link_blob,
    no_room,
    put_small,
    remove_leftovers,
)
from desktop.models.facts import WeightsFacts
from desktop.models.gguf import GgufHeader, read_header
from desktop.models.installed import InstalledModel
from desktop.models.manifests import (
    CONFIG_TYPE,
    LAYER_TYPE,
    PART_TYPE,
    Config,
    Layer,
    Manifest,
    encode_manifest,
)
from desktop.models.model_files import (
    PartName,
    check_has_weights,
    check_is_model,
    is_projector,
    models_among,
    part_files,
    quantization_of,
    read_parts,
)
from desktop.models.names import ModelName
from desktop.models.publishing import publish
from desktop.models.removing import remove_unused
from desktop.models.store import ModelStore

CHUNK_BYTES = 2**22
MAX_FOLDER_FILES = 2000

Progress = Callable[[int, int], None]  # bytes done, bytes in all

_EMPTY_NAMES = frozenset({"", "model", "models", "hf", "tmp", "workspace", "checkpoint", "ggml"})


class Taking(Enum):
    """How the store gets at a file's bytes."""

    COPY = "copy"
    LINK = "link"  # share them where the disk allows it, else copy
    REFER = "refer"  # share them, else remember where the file is; never copy


@dataclass(frozen=True, kw_only=True)
class Additions:
    """What a model gets besides its weights; `parameters` are options such as `temperature`."""

    license_text: str = ""
    parameters: dict[str, Any] = field(default_factory=dict)
    projectors: Sequence[Path] = ()
    """GGUF files with which the model sees or hears."""


def import_gguf(
    store: ModelStore,
    file: Path,
    name: ModelName,
    *,
    additions: Additions = Additions(),
    link: bool | Taking = False,
    progress: Progress = lambda done, total: None,
) -> InstalledModel:
    """Install a file under a name; a model of that name is replaced.

    The weights are read once, and copied meanwhile; not copied if the store has them already.
    Of split weights any part will do, if the others lie beside it.

    Args:
        link: Share the file's bytes with the store where the disk allows it. Nobody may write to
            the file after that.
        progress: Called after each piece with the bytes done and the bytes in all.

    Raises:
        ModelFileInvalid: the file is missing, damaged, or not a complete model.
        DiskFull: there is no room for it. Nothing stays behind, as after every other failure.
    """
    parts = part_files(file)
    headers = read_parts(parts)
    check_is_model(headers[0])
    check_has_weights(headers)
    _check_projectors(additions.projectors)
    taking = link if isinstance(link, Taking) else Taking.LINK if link else Taking.COPY
    sizes = sum(path.stat().st_size for path in (*parts, *additions.projectors) if path.exists())
    installation = _Installation(store, taking, progress, sizes)
    with explained(store, str(parts[0]), sizes), installation:
        installation.add_files(parts, additions.projectors)
        if additions.license_text:
            installation.add_text("license", additions.license_text.encode())
        if additions.parameters:
            installation.add_text("params", msgspec.json.encode(additions.parameters))
        return installation.finish(name, config_of(headers))


def import_folder(
    store: ModelStore,
    folder: Path,
    name: ModelName,
    *,
    additions: Additions = Additions(),
    link: bool | Taking = False,
    progress: Progress = lambda done, total: None,
) -> InstalledModel:
    """Install the one model that is in a folder, with all its parts and its projector.

    Raises as `import_gguf` does, and ModelFileInvalid if there is not exactly one model.
    """
    found = model_in(folder)
    additions = Additions(
        license_text=additions.license_text,
        parameters=additions.parameters,
        projectors=additions.projectors or found[1],
    )
    return import_gguf(store, found[0], name, additions=additions, link=link, progress=progress)


def model_in(folder: Path) -> tuple[Path, tuple[Path, ...]]:
    """The first file of the one model in a folder, and its projectors.

    Raises:
        ModelFileInvalid: the folder cannot be read, or there is not exactly one good model.
    """
    try:
        files = [path for path in folder.iterdir() if path.suffix.lower() == ".gguf"]
    except OSError as error:
        raise ModelFileInvalid(f"{folder} cannot be read: {error.strerror or error}.") from error
    if len(files) > MAX_FOLDER_FILES:
        raise ModelFileInvalid(f"{folder} has {len(files)} GGUF files; choose one of them.")
    models = models_among(files)
    good = [model for model in models if not model.problem]
    if len(good) > 1:
        names = ", ".join(sorted(model.parts[0].name for model in good)[:5])
        raise ModelFileInvalid(f"{folder} has {len(good)} models; choose one of them: {names}.")
    if not good:
        reason = models[0].problem if models else f"{folder} has no GGUF file in it."
        raise ModelFileInvalid(reason)
    return good[0].parts[0], good[0].projectors


def name_for(file: Path) -> ModelName:
    """A name to propose: the one written in the file if it says anything, else the file's own.

    Args:
        file: A GGUF file, any part of one, or a folder with one model.

    Raises:
        ModelFileInvalid: the file is not GGUF.
    """
    first = model_in(file)[0] if os.path.isdir(file) else part_files(file)[0]
    return plain_name(first, read_header(first).text("general.name"))


def plain_name(file: Path, title: str) -> ModelName:
    """As `name_for`, for a file whose `general.name` is known."""
    part = PartName.of(file.name)
    for text in (title, part.stem if part else file.stem, "model"):
        name = re.sub(r"[^a-z0-9._-]+", "-", text.lower())
        name = re.sub(r"-{2,}", "-", name).strip("-._")[:80].rstrip("-._")
        if name not in _EMPTY_NAMES:
            break
    return ModelName.parse(name)


class _Installation:
    """The blobs of one model on their way; a context manager that undoes what is not finished."""

    def __init__(
        self, store: ModelStore, taking: Taking, progress: Progress, total_bytes: int
    ) -> None:
        self._store, self._taking = store, taking
        self._progress, self._total_bytes = progress, total_bytes
        self._done_bytes = 0
        self._layers: list[Layer] = []
        self._held = ExitStack()
        self._added: list[str] = []

    def __enter__(self) -> None:
        self._store.blobs.mkdir(parents=True, exist_ok=True)
        self._store.manifests.mkdir(parents=True, exist_ok=True)
        remove_leftovers(self._store)

    def __exit__(self, *error: object) -> None:
        self._held.close()
        remove_unused(self._store, self._added)  # none, if there is a manifest now

    def add_files(self, parts: Iterable[Path], projectors: Iterable[Path]) -> None:
        for number, part in enumerate(parts):
            self._add_file(part, PART_TYPE if number else LAYER_TYPE + "model")
        for projector in projectors:
            self._add_file(projector, LAYER_TYPE + "projector")

    def add_text(self, kind: str, content: bytes) -> None:
        self._layers.append(self._put(LAYER_TYPE + kind, content))

    def finish(self, name: ModelName, config: Config) -> InstalledModel:
        """Write the config and the manifest."""
        layer = self._put(CONFIG_TYPE, msgspec.json.encode(config))
        manifest = encode_manifest(Manifest(config=layer, layers=self._layers))
        return self._store.load(publish(self._store, name, manifest))

    def _put(self, media_type: str, content: bytes) -> Layer:
        self._hold(digest_of(content))
        return put_small(self._store, media_type, content)

    def _hold(self, digest: str) -> None:
        self._held.enter_context(self._store.holds.holding(digest))
        if not has_blob(self._store, digest):
            self._added.append(digest)

    def _add_file(self, file: Path, media_type: str) -> None:
        size = file.stat().st_size
        digest = self._shared(file, size) or self._copied(file, size)
        self._done_bytes += size
        self._layers.append(Layer(media_type=media_type, digest=digest, size=size))

    def _shared(self, file: Path, size: int) -> str | None:
        """The digest, if the store has the content or could link it, so that no copy is needed."""
        if self._taking is Taking.COPY and not self._store_has(size):
            return None
        digest = self._digest(file, size, None)
        self._hold(digest)
        blob = self._store.blob_path(digest)
        with suppress(OSError):
            if blob.is_file() and blob.stat().st_size == size:
                os.utime(blob)  # Ollama removes old blobs that no manifest names yet
                return digest
        if self._taking is Taking.COPY:
            return None
        with suppress(FileNotFoundError):
            blob.unlink()  # damaged
        if link_blob(self._store, file, digest, hard_only=self._taking is Taking.LINK):
            return digest
        if self._taking is Taking.REFER:
            raise ModelFileInvalid(
                f"{file} cannot be linked into {self._store.root}; import a copy of it instead."
            )
        return None

    def _store_has(self, size: int) -> bool:
        """Whether there is a blob of this size, which may then have this content."""
        with os.scandir(self._store.blobs) as entries:
            return any(_size_of(entry) == size for entry in entries)

    def _copied(self, file: Path, size: int) -> str:
        if self._store.free_bytes(self._store.root) < self._total_bytes - self._done_bytes:
            raise no_room(self._store, file.name, self._total_bytes - self._done_bytes)
        with BlobDraft(self._store, file.name, size) as draft:
            digest = self._digest(file, size, draft)
            self._hold(digest)
            draft.keep()
        return digest

    def _digest(self, file: Path, size: int, draft: BlobDraft | None) -> str:
        """Read the file, write it to `draft` if there is one."""
        content, done = hashlib.sha256(), 0
        with file.open("rb") as source:
            while chunk := source.read(CHUNK_BYTES):
                if draft:
                    draft.write(chunk)
                else:
                    content.update(chunk)
                done += len(chunk)
                if done > size:
                    break
                self._progress(self._done_bytes + done, self._total_bytes)
        if done != size:
            raise ModelFileInvalid(f"{file} was changed while it was read.")
        return draft.digest if draft else f"sha256:{content.hexdigest()}"


def _size_of(entry: os.DirEntry[str]) -> int:
    try:
        return entry.stat().st_size
    except OSError:  # it has just been removed, or leads nowhere
        return -1


def _check_projectors(files: Iterable[Path]) -> None:
    for file in files:
        if not is_projector(read_header(file)):
            raise ModelFileInvalid(f"{file} is not a projector: the part that sees or hears.")


def config_of(headers: Sequence[GgufHeader]) -> Config:
    facts = WeightsFacts.of(headers[0])
    parameters = sum(header.parameter_count for header in headers)
    return Config(
        model_format="gguf",
        model_family=facts.architecture,
        model_families=[facts.architecture],
        model_type=human_parameters(parameters),
        file_type=quantization_of(headers),
        architecture="amd64",  # what every config of Ollama says
        os="linux",
    )
