"""Takes models out of a store: the manifest first, then the blobs that no other manifest names.

Another program may use the store at the same time: what vanishes meanwhile is no failure, and a
blob is only removed where it is certain that nobody names it.
"""

import logging
import os
import re
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from stat import S_ISLNK

import msgspec

from desktop.core.errors import AppError, ModelNotFound
from desktop.models.manifests import MAX_MANIFEST_BYTES, Manifest, digest_hex
from desktop.models.names import ModelName
from desktop.models.store import ModelStore

log = logging.getLogger(__name__)

MANIFEST_DEPTH = 4  # host, namespace, model, tag
BEING_WRITTEN_S = 60.0  # a manifest that is damaged and this young is probably not finished

_DIGESTS = re.compile(rb"sha256[:-]([0-9a-f]{64})")


class RemovalRefused(AppError):
    """The model may not, or cannot, be removed."""

    code = "removal_refused"
    status = 403


def remove_model(store: ModelStore, name: ModelName) -> int:
    """Remove the model of exactly this name, damaged or not; returns the bytes that became free.

    Raises:
        ModelNotFound: there is no such manifest.
        RemovalRefused: the system does not allow it; nothing was removed.
    """
    path = store.manifest_path(name)
    try:
        digests, _is_whole = _digests_in(path)
        path.unlink()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise ModelNotFound(name.short) from error
    except OSError as error:
        reason = error.strerror or error
        raise RemovalRefused(
            f"{name.short} cannot be removed from {store.root}: {reason}."
        ) from error
    _remove_empty(path.parent, store.manifests)
    return remove_unused(store, [f"sha256:{digest}" for digest in digests])


def remove_unused(store: ModelStore, digests: Iterable[str]) -> int:
    """Remove those of the blobs that no manifest of any host names; returns the bytes.

    Blobs that are held, and all of them while some manifest cannot be read, stay.
    """
    if not store.prunes:
        return 0
    candidates = {digest_hex(digest) for digest in digests}
    with store.holds.stopped() as held:
        candidates -= held
        try:
            for path in _files(store.manifests, MANIFEST_DEPTH):
                candidates -= _named_for_sure(path)
        except OSError as error:
            log.warning("no blob is removed from %s: %s", store.root, error)
            return 0
        return sum(_unlinked(store.blobs / f"sha256-{digest}") for digest in candidates)


def _files(folder: Path, depth: int) -> Iterator[Path]:
    """Everything so many levels down; raises OSError if a folder may not be read."""
    if depth == 0:
        yield folder
        return
    try:
        names = os.listdir(folder)
    except (FileNotFoundError, NotADirectoryError):
        return
    for name in names:
        yield from _files(folder / name, depth - 1)


def _named_for_sure(path: Path) -> set[str]:
    """What a manifest names; raises OSError if that is not certain."""
    try:
        digests, is_whole = _digests_in(path)
        if not is_whole and time.time() - path.stat().st_mtime < BEING_WRITTEN_S:
            raise OSError(f"{path} is not complete")
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return set()
    return digests


def _digests_in(path: Path) -> tuple[set[str], bool]:
    """What a manifest names, in 64 digits each, and whether it is undamaged."""
    with path.open("rb") as file:
        data = file.read(MAX_MANIFEST_BYTES)
    digests = {match.decode() for match in _DIGESTS.findall(data)}
    try:
        msgspec.json.decode(data, type=Manifest)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return digests, False
    return digests, True


def _unlinked(blob: Path) -> int:
    """Bytes that became free; a link to a file that is elsewhere too frees none."""
    with suppress(OSError):
        stat = blob.lstat()
        blob.unlink()
        return stat.st_size if stat.st_nlink == 1 and not S_ISLNK(stat.st_mode) else 0
    return 0


def _remove_empty(folder: Path, top: Path) -> None:
    """Remove folders from the inside out until one is in use."""
    with suppress(OSError):
        while folder != top:
            folder.rmdir()
            folder = folder.parent
