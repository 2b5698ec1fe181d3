"""Takes a GGUF file into the store: the blobs first, the manifest last, so that a model is there
complete or not at all.
"""

import errno
import hashlib
import os
import re
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from desktop.core.errors import DiskFull, ModelFileInvalid
from desktop.core.sizes import human_bytes, human_parameters
from desktop.models.gguf import GgufHeader, read_header
from desktop.models.manifests import (
    CONFIG_TYPE,
    LAYER_TYPE,
    Config,
    Layer,
    Manifest,
    encode_manifest,
    write_whole,
)
from desktop.models.names import ModelName
from desktop.models.store import InstalledModel, ModelStore

CHUNK_BYTES = 2**22
SPARE_BYTES = 2**24  # never fill a disk to the last byte
LEFTOVER_AGE_S = 3600.0

Progress = Callable[[int, int], None]  # bytes done, bytes in all

_DRAFT = re.compile(r"sha256-[0-9]{1,20}")  # as Ollama calls files that are being written
_EMPTY_NAMES = frozenset({"", "model", "models", "hf", "tmp", "workspace", "checkpoint", "ggml"})


@dataclass(frozen=True, kw_only=True)
class Additions:
    """What a model gets besides its weights; `parameters` are options such as `temperature`."""

    license_text: str = ""
    parameters: dict[str, Any] = field(default_factory=dict)


def import_gguf(
    store: ModelStore,
    file: Path,
    name: ModelName,
    *,
    additions: Additions = Additions(),
    link: bool = False,
    progress: Progress = lambda done, total: None,
) -> InstalledModel:
    """Install a file under a name; a model of that name is replaced.

    The weights are read once, and copied meanwhile; not copied if the store has them already.

    Args:
        link: Share the file's bytes with the store where the disk allows it. Nobody may write to
            the file after that.
        progress: Called after each piece with the bytes done and the bytes in all.

    Raises:
        ModelFileInvalid: the file is missing, damaged, or not a complete model.
        DiskFull: there is no room for it. Nothing stays behind, as after every other failure.
    """
    header = read_header(file)
    check_is_model(header)
    with _failures_explained(store, file):
        store.blobs.mkdir(parents=True, exist_ok=True)
        store.manifests.mkdir(parents=True, exist_ok=True)
        remove_leftovers(store.blobs, older_than=time.time() - LEFTOVER_AGE_S)
        layers = [_Weights(store, file, progress).install(link=link)]
        if additions.license_text:
            layers.append(_put(store, LAYER_TYPE + "license", additions.license_text.encode()))
        if additions.parameters:
            content = msgspec.json.encode(additions.parameters)
            layers.append(_put(store, LAYER_TYPE + "params", content))
        config = _put(store, CONFIG_TYPE, msgspec.json.encode(_config(header)))
        manifest = encode_manifest(Manifest(config=config, layers=layers))
        write_whole(store.manifest_path(name), manifest, store.manifests)
    return store.load(name)


def check_is_model(header: GgufHeader) -> None:
    """Refuse GGUF files that are not a complete model.

    Raises:
        ModelFileInvalid: it belongs to a model, is a part of one, or has no weights.
    """
    file, kind = header.path, header.kind.lower()
    if kind in ("mmproj", "projector") or header.architecture == "clip":
        raise ModelFileInvalid(
            f"{file} is a projector: the part of a model that sees or hears. Import the model's"
            " own file instead."
        )
    if kind == "adapter" or "adapter.type" in header.metadata:
        raise ModelFileInvalid(f"{file} is an adapter (LoRA); by itself it is not a model.")
    if kind not in ("", "model"):
        raise ModelFileInvalid(f"{file} is not a model: it says that it is of type {kind!r:.40}.")
    parts = header.metadata.get("split.count")
    if isinstance(parts, int) and parts > 1:
        raise ModelFileInvalid(f"{file} is one of {parts} parts; join them to one file first.")
    if not header.architecture:
        raise ModelFileInvalid(f"{file} does not say which kind of model it is.")
    if not header.tensors:
        raise ModelFileInvalid(f"{file} has no weights in it.")


def name_for(file: Path) -> ModelName:
    """A name to propose: the one written in the file if it says anything, else the file's own.

    Raises:
        ModelFileInvalid: the file is not GGUF.
    """
    for text in (read_header(file).text("general.name"), file.stem, "model"):
        name = re.sub(r"[^a-z0-9._-]+", "-", text.lower())
        name = re.sub(r"-{2,}", "-", name).strip("-._")[:80].rstrip("-._")
        if name not in _EMPTY_NAMES:
            break
    return ModelName.parse(name)


def remove_leftovers(blobs: Path, *, older_than: float) -> None:
    """Delete files of imports that were killed.

    Args:
        older_than: Seconds since 1970; a file written to since then may still be in use.
    """
    for path in blobs.iterdir():
        with suppress(OSError):
            if _DRAFT.fullmatch(path.name) and path.stat().st_mtime < older_than:
                path.unlink()


class _Weights:
    """One big file on its way into `blobs`."""

    def __init__(self, store: ModelStore, file: Path, progress: Progress) -> None:
        self._store, self._file, self._progress = store, file, progress
        self._size = file.stat().st_size

    def install(self, *, link: bool) -> Layer:
        """Have the file's content in the store."""
        digest = self._shared(link=link) or self._copy()
        return Layer(media_type=LAYER_TYPE + "model", digest=digest, size=self._size)

    def _shared(self, *, link: bool) -> str | None:
        """The digest, if the store has the content or could link it, so that no copy is needed."""
        if link or self._store_has_this_size():
            digest = self._digest(None)
            blob = self._store.blob_path(digest)
            if blob.is_file() and blob.stat().st_size == self._size:
                os.utime(blob)  # Ollama removes old blobs that no manifest names yet
                return digest
            if link:
                with suppress(OSError):  # another disk, or one that has no links: copy
                    os.link(self._file.resolve(), blob)
                    return digest
        return None

    def _store_has_this_size(self) -> bool:
        with os.scandir(self._store.blobs) as entries:
            return any(entry.stat().st_size == self._size for entry in entries)

    def _copy(self) -> str:
        if self._store.free_bytes(self._store.blobs) < self._size + SPARE_BYTES:
            raise _no_room(self._store, self._file)
        draft = self._store.blobs / f"sha256-{secrets.randbelow(10**18)}"
        try:
            with draft.open("xb") as target:
                digest = self._digest(target)
                target.flush()
                os.fsync(target.fileno())
            os.replace(draft, self._store.blob_path(digest))
        except BaseException:
            draft.unlink(missing_ok=True)
            raise
        return digest

    def _digest(self, target: BinaryIO | None) -> str:
        """Read the file, write it to `target` if there is one."""
        content, done = hashlib.sha256(), 0
        with self._file.open("rb") as source:
            while chunk := source.read(CHUNK_BYTES):
                content.update(chunk)
                if target:
                    target.write(chunk)
                done += len(chunk)
                if done > self._size:
                    break
                self._progress(done, self._size)
        if done != self._size:
            raise ModelFileInvalid(f"{self._file} was changed while it was read.")
        return f"sha256:{content.hexdigest()}"


def _put(store: ModelStore, media_type: str, content: bytes) -> Layer:
    """Have a small blob in the store."""
    digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
    write_whole(store.blob_path(digest), content, store.blobs)
    return Layer(media_type=media_type, digest=digest, size=len(content))


def _config(header: GgufHeader) -> Config:
    return Config(
        model_format="gguf",
        model_family=header.architecture,
        model_families=[header.architecture],
        model_type=human_parameters(header.parameter_count),
        file_type=header.quantization,
        architecture="amd64",  # what every config of Ollama says
        os="linux",
    )


def _no_room(store: ModelStore, file: Path) -> DiskFull:
    needed, free = file.stat().st_size + SPARE_BYTES, store.free_bytes(store.blobs)
    return DiskFull(
        f"There is not enough room for {file.name} in {store.root}:"
        f" {human_bytes(needed)} are needed, {human_bytes(free)} are free."
    )


@contextmanager
def _failures_explained(store: ModelStore, file: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise _no_room(store, file) from error
        reason = error.strerror or error
        raise ModelFileInvalid(f"{file} could not be taken into {store.root}: {reason}.") from error
