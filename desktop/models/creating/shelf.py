"""Everything that making a model writes: a scratch folder, blobs, and the manifest at the end."""

import contextlib
import hashlib
import os
import secrets
import shutil
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from desktop.core.errors import ModelFileInvalid, RequestCanceled, RequestInvalid
from desktop.models.blobs import LEFTOVER_AGE_S, digest_of, explained, has_blob, put_small
from desktop.models.installed import InstalledModel
from desktop.models.library import Library
from desktop.models.manifests import CONFIG_TYPE, LAYER_TYPE, Layer, Manifest, encode_manifest
from desktop.models.names import ModelName
from desktop.models.store import ModelStore

CHUNK_BYTES = 2**22
_SCRATCH = "create-"


@dataclass(frozen=True, slots=True)
class Piece:
    """A layer, and what its blob is: a text still to be written, or a file.

    The file may be a blob already, in our store or in another, or lie in the scratch folder.
    """

    layer: Layer
    content: bytes | Path

    @classmethod
    def of_text(cls, kind: str, content: bytes) -> "Piece":
        """A small blob; `kind` as in `Layer.kind`."""
        layer = Layer(media_type=LAYER_TYPE + kind, digest=digest_of(content), size=len(content))
        return cls(layer, content)


class Shelf:
    """The library as the place for a new model."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def find(self, text: str) -> InstalledModel:
        """See `Library.find`."""
        return self._library.find(text)

    def uploaded(self, digest: str) -> Path:
        """The blob of a digest that a client names.

        Raises:
            RequestInvalid: it was never sent.
        """
        if not self._library.has_blob(digest):
            raise RequestInvalid(f"there is no blob {digest}; POST it to /api/blobs/{digest} first")
        return self._library.blob_path(digest)

    def room_bytes(self) -> int:
        store = self._library.own
        return store.free_bytes(store.root)

    def holding(self, *digests: str) -> AbstractContextManager[None]:
        """See `Library.holding`."""
        return self._library.holding(*digests)

    @contextlib.contextmanager
    def scratch(self) -> Iterator[Path]:
        """A folder on the store's disk, gone at the end of the block with all that is in it.

        Raises:
            DiskFull, ModelFileInvalid: it cannot be made.
        """
        store = self._library.own
        folder = store.partial / f"{_SCRATCH}{secrets.token_hex(8)}"
        with explained(store, "A new model"):
            folder.mkdir(parents=True)
            remove_old_scratch(store, older_than=time.time() - LEFTOVER_AGE_S)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def install(self, name: ModelName, pieces: Sequence[Piece], config: bytes) -> list[str]:
        """Have the blobs in the store, then the manifest; all of it, or nothing.

        Layers that only an older model of that name needed are removed.

        Returns:
            A line for each layer, as Ollama tells of them.

        Raises:
            DiskFull, ModelFileInvalid: a file could not be written.
        """
        layer = Layer(media_type=CONFIG_TYPE, digest=digest_of(config), size=len(config))
        every = [*pieces, Piece(layer, config)]
        digests = [piece.layer.digest for piece in every]
        manifest = Manifest(config=layer, layers=[piece.layer for piece in pieces])
        missing = [digest for digest in digests if not has_blob(self._library.own, digest)]
        lines = []
        try:
            with explained(self._library.own, "The model"), self.holding(*digests):
                for piece in every:
                    word = "creating new" if self._put(piece) else "using existing"
                    lines.append(f"{word} layer {piece.layer.digest}")
                self._library.write_manifest(name, encode_manifest(manifest))
        except BaseException:
            self._library.remove_unused(missing)
            raise
        return lines

    def _put(self, piece: Piece) -> bool:
        """Whether this is content that no store had yet."""
        store = self._library.own
        blob = self._library.blob_path(piece.layer.digest)
        if blob.is_file():
            with contextlib.suppress(OSError):
                os.utime(blob)  # Ollama removes old blobs that no manifest names yet
            return False
        if isinstance(piece.content, bytes):
            put_small(store, piece.layer.media_type, piece.content)
        elif piece.content.is_relative_to(store.partial):
            blob.parent.mkdir(parents=True, exist_ok=True)
            os.chmod(piece.content, 0o644)
            os.replace(piece.content, blob)
        else:
            raise ModelFileInvalid(f"The blob {piece.layer.digest} has vanished; try again.")
        return True


def remove_old_scratch(store: ModelStore, *, older_than: float) -> None:
    """Delete what killed processes left.

    Args:
        older_than: Seconds since 1970; a folder written to since then may still be in use.
    """
    for folder in store.partial.glob(f"{_SCRATCH}*"):
        with contextlib.suppress(OSError):
            times = [path.lstat().st_mtime for path in (folder, *folder.rglob("*"))]
            if max(times) < older_than:
                shutil.rmtree(folder, ignore_errors=True)


def digest_of_file(path: Path, given_up: threading.Event) -> str:
    """`sha256:…` of a file that was just written, and is on the disk for certain after this.

    Raises:
        RequestCanceled: `given_up` was set meanwhile.
    """
    content = hashlib.sha256()
    with path.open("r+b") as file:  # fsync of a file that is only read fails under Windows
        while chunk := file.read(CHUNK_BYTES):
            if given_up.is_set():
                raise RequestCanceled
            content.update(chunk)
        os.fsync(file.fileno())
    return f"sha256:{content.hexdigest()}"
