"""Puts content into a store. What is being written lies in `partial`; a blob is there whole or not
at all.
"""

import errno
import hashlib
import os
import re
import secrets
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Self

from desktop.core.errors import AppError, DiskFull, ModelFileInvalid
from desktop.core.sizes import human_bytes
from desktop.core.whole_file import write_whole
from desktop.models.manifests import Layer, digest_hex
from desktop.models.store import ModelStore

SPARE_BYTES = 2**24  # never fill a disk to the last byte
LOOK_AGAIN_BYTES = 2**26  # after so many, the room is looked at again
LEFTOVER_AGE_S = 3600.0

_DRAFT = re.compile(r"(?:blob|\.puna)-[A-Za-z0-9_]{1,40}")


class BlobMismatch(AppError):
    """What was sent is not what its digest says; nothing of it was kept."""

    code = "digest_mismatch"
    status = 400

    def __init__(self, expected: str, got: str) -> None:
        super().__init__(f'digest mismatch, expected "{expected}", got "{got}"')


class BlobDraft:
    """Content on its way into `blobs`; a context manager, at whose end nothing is left in
    `partial`.

    Args:
        title: What errors call it.
        size_bytes: How much will come; None: not known.

    Raises:
        DiskFull: there is no room for it; also by `write`.
    """

    def __init__(self, store: ModelStore, title: str, size_bytes: int | None = None) -> None:
        self._store, self._title = store, title
        self._needed = size_bytes or 0
        self._content, self._written = hashlib.sha256(), 0
        self._path = store.partial / f"blob-{secrets.token_hex(8)}"
        self._file: BinaryIO | None = None
        self._look_at = LOOK_AGAIN_BYTES

    def __enter__(self) -> Self:
        self._store.partial.mkdir(parents=True, exist_ok=True)
        if self._store.free_bytes(self._store.partial) < self._needed + SPARE_BYTES:
            raise no_room(self._store, self._title, self._needed)
        self._file = self._path.open("xb")
        return self

    def write(self, chunk: bytes) -> None:
        assert self._file is not None
        self._content.update(chunk)
        self._file.write(chunk)
        self._written += len(chunk)
        if self._written >= self._look_at:
            self._look_at = self._written + LOOK_AGAIN_BYTES
            if self._store.free_bytes(self._store.partial) < SPARE_BYTES:
                raise no_room(self._store, self._title, self._written)

    @property
    def digest(self) -> str:
        """Of what was written up to now."""
        return f"sha256:{self._content.hexdigest()}"

    def keep(self) -> Path:
        """Make it the blob of its digest, even after a power cut; hold that digest meanwhile."""
        assert self._file is not None
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        blob = self._store.blob_path(self.digest)
        blob.parent.mkdir(parents=True, exist_ok=True)
        os.chmod(self._path, 0o644)
        os.replace(self._path, blob)
        return blob

    def __exit__(self, *error: object) -> None:
        if self._file:
            self._file.close()
        with suppress(OSError):
            self._path.unlink(missing_ok=True)


def put_blob(
    store: ModelStore, digest: str, chunks: Iterable[bytes], *, size_bytes: int | None = None
) -> bool:
    """Keep content that was sent, if its digest is the one named.

    Returns:
        False if the store has it already; `chunks` are not touched then.

    Raises:
        ModelFileInvalid: `digest` is none, or the store cannot be written.
        BlobMismatch: something else was sent.
        DiskFull: there is no room for it.
    """
    expected = f"sha256:{digest_hex(digest)}"
    if has_blob(store, expected):
        return False
    with explained(store, "The upload"), store.holds.holding(expected):
        remove_leftovers(store)
        with BlobDraft(store, "the upload", size_bytes) as draft:
            for chunk in chunks:
                draft.write(chunk)
            if draft.digest != expected:
                raise BlobMismatch(expected, draft.digest)
            draft.keep()
    return True


def has_blob(store: ModelStore, digest: str) -> bool:
    """Whether the content of that digest is there; raises ModelFileInvalid if it is no digest."""
    return os.path.isfile(store.blob_path(digest))


def put_small(store: ModelStore, media_type: str, content: bytes) -> Layer:
    """Have a few kilobytes in the store; the caller holds their digest.

    Raises:
        OSError: it cannot be written.
    """
    digest = digest_of(content)
    store.partial.mkdir(parents=True, exist_ok=True)
    write_whole(store.blob_path(digest), content, scratch=store.partial)
    return Layer(media_type=media_type, digest=digest, size=len(content))


def digest_of(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def link_blob(store: ModelStore, file: Path, digest: str, *, hard_only: bool = False) -> bool:
    """Make a file that lies elsewhere a blob, without a copy: a hard link, else a symbolic one.

    A blob that is there already stays, unless it is a link that leads nowhere.

    Returns:
        False if the disk has no such links.
    """
    blob, file = store.blob_path(digest), file.resolve()
    if os.path.isfile(blob):
        return True
    blob.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileNotFoundError):
        blob.unlink()
    with suppress(OSError):  # another disk, or files of somebody else
        os.link(file, blob)
        return True
    if not hard_only:
        with suppress(OSError):
            os.symlink(file, blob)
            return True
    return False


def remove_leftovers(store: ModelStore, *, older_than: float | None = None) -> int:
    """Delete what killed processes left in `partial`; returns the bytes.

    Args:
        older_than: Seconds since 1970; a file written to since then may still be in use.
            None: an hour ago.
    """
    limit = time.time() - LEFTOVER_AGE_S if older_than is None else older_than
    freed = 0
    with suppress(OSError), os.scandir(store.partial) as entries:
        for entry in entries:
            with suppress(OSError):
                stat = entry.stat(follow_symlinks=False)
                if _DRAFT.fullmatch(entry.name) and stat.st_mtime < limit:
                    os.unlink(entry.path)
                    freed += stat.st_size
    return freed


def no_room(store: ModelStore, title: str, size_bytes: int) -> DiskFull:
    needed, free = size_bytes + SPARE_BYTES, store.free_bytes(store.root)
    return DiskFull(
        f"There is not enough room for {title} in {store.root}:"
        f" {human_bytes(needed)} are needed, {human_bytes(free)} are free."
    )


@contextmanager
def explained(store: ModelStore, title: str, size_bytes: int = 0) -> Iterator[None]:
    """Around what writes into the store: turns what the system says into a sentence.

    Raises:
        ModelsMissing: its disk is not connected.
        DiskFull: the disk is full.
        ModelFileInvalid: anything else went wrong with a file.
    """
    store.check_disk()
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise no_room(store, _within_sentence(title), size_bytes) from error
        reason = error.strerror or error
        raise ModelFileInvalid(
            f"{title} could not be taken into {store.root}: {reason}."
        ) from error


def _within_sentence(title: str) -> str:
    """
    >>> _within_sentence("The manifest of ada/small"), _within_sentence("/home/ada/small.gguf")
    ('the manifest of ada/small', 'small.gguf')
    """
    if title.startswith(("The ", "A ")):
        return title[:1].lower() + title[1:]
    return Path(title).name
