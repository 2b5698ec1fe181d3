"""The partial files of a folder that is only for them: what they are, how far they are, and how to
drop one.
"""

from dataclasses import dataclass
from pathlib import Path

from desktop.core.errors import DownloadFailed
from desktop.models.downloads.journal import SUFFIX, Journal, peek
from desktop.models.downloads.room import occupied_bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A partial file. `done_bytes` can be used when the download goes on, `occupied_bytes` is what
    the disk gets back when it is dropped.
    """

    path: Path
    done_bytes: int
    total_bytes: int | None
    occupied_bytes: int
    url: str  # without its query; empty: not known
    digest: str  # empty: not known
    modified_at: float  # seconds since 1970


def drafts_in(folder: Path) -> list[Draft]:
    """Every file is one, but for the journals; the largest first, none if there is no folder."""
    try:
        paths = [path for path in folder.iterdir() if path.suffix != SUFFIX and path.is_file()]
    except OSError:
        return []
    drafts = [draft for path in paths if (draft := _draft(path))]
    return sorted(drafts, key=lambda draft: (-draft.occupied_bytes, draft.path.name))


def done_bytes(path: Path) -> int:
    """How much of a partial file is here; 0 if there is none."""
    known = peek(_journal_of(path))
    return known[1] if known else 0


def drop_draft(path: Path) -> None:
    """Delete a partial file and its journal; one that has vanished is no error.

    Raises:
        DraftBusy: it is being written to.
        DownloadFailed: it cannot be deleted.
    """
    try:
        with Journal(_journal_of(path)) as journal:
            path.unlink(missing_ok=True)
            journal.remove()
    except OSError as error:
        raise DownloadFailed(f"{path} cannot be deleted: {error.strerror or error}.") from error


def _draft(path: Path) -> Draft | None:
    try:
        stat = path.stat()
    except OSError:
        return None
    known = peek(_journal_of(path))
    head, done = known or (None, 0)
    return Draft(
        path=path,
        done_bytes=done,
        total_bytes=head.size if head else None,
        occupied_bytes=occupied_bytes(path),
        url=head.url if head else "",
        digest=head.digest if head else "",
        modified_at=stat.st_mtime,
    )


def _journal_of(path: Path) -> Path:
    return path.with_name(path.name + SUFFIX)
