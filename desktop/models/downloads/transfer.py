"""Brings one remote file onto this disk, whatever happens on the way.

How it works: `board.py` has the pieces of the file, each connection's thread (`fetcher.py`) fetches
them in order, one thread (`checker.py`) hashes behind them, `journal.py` remembers what is there.
Everything blocks; nothing here may run on the service's loop.
"""

import threading
from collections.abc import Callable
from pathlib import Path

from desktop.core.errors import DigestMismatch, DownloadFailed, DownloadStopped
from desktop.models.downloads.broken import RemoteChanged
from desktop.models.downloads.dialer import Dialer
from desktop.models.downloads.journal import SUFFIX, Journal
from desktop.models.downloads.limits import DEFAULT_LIMITS, Limits
from desktop.models.downloads.progress import Fetched, Progress
from desktop.models.downloads.remote import Locate
from desktop.models.downloads.room import FreeBytes
from desktop.models.downloads.session import Order, Session
from desktop.models.store import free_bytes

MAX_VERSIONS = 5
CHANGED = "the file on the server has changed; it is fetched from the start"


class Transfer:
    """May be run once.

    Args:
        locate: Says what to fetch; called on threads of the transfer.
        draft: Where the file is built. Its journal lies beside it, as `<draft>.journal`.
        http: Opens connections; one can serve all transfers. None: as the system says.
        free_bytes: Tells how much room the disk of a folder has.
    """

    def __init__(
        self,
        locate: Locate,
        draft: Path,
        *,
        http: Dialer | None = None,
        limits: Limits = DEFAULT_LIMITS,
        free_bytes: FreeBytes = free_bytes,
    ) -> None:
        self._order = Order(
            locate=locate,
            path=draft,
            dialer=http or Dialer(),
            limits=limits,
            free_bytes=free_bytes,
        )
        self._lock = threading.Lock()
        self._session: Session | None = None
        self._stopped = False

    def run(self, watch: Callable[[Progress], None]) -> Fetched:
        """Block until the file is complete, checked, and safe from a power cut; the journal is gone
        then. After any failure but DigestMismatch the next transfer goes on where this one ended.

        Args:
            watch: Called on this thread, several times a second; what it raises ends the transfer.

        Raises:
            DownloadFailed: the server refuses, or does not answer; `retryable` tells which.
            DownloadStopped: `stop` was called.
            DiskFull: there is no room. At the start nothing is written; later all is kept.
            DigestMismatch: the server has another content than promised. Nothing is kept.
            DraftBusy: another transfer writes to this draft.
            AppError: whatever `locate` raised.
        """
        with self._opened_journal() as journal:
            try:
                return self._run(journal, watch)
            except DigestMismatch:
                self._order.path.unlink(missing_ok=True)
                journal.remove()
                raise
            finally:
                if not self._order.path.exists():
                    journal.remove()  # nothing was begun

    def stop(self) -> None:
        """From any thread, at any time; all that has arrived is kept."""
        with self._lock:
            self._stopped = True
            session = self._session
        if session:
            session.stop(DownloadStopped())

    def _run(self, journal: Journal, watch: Callable[[Progress], None]) -> Fetched:
        note = ""
        for _ in range(MAX_VERSIONS):
            session = Session(self._order, journal, forget=bool(note), note=note)
            with self._lock:
                self._session = session
                if self._stopped:
                    raise DownloadStopped
            try:
                return session.run(watch)
            except RemoteChanged:
                note = CHANGED
        raise DownloadFailed("The file on the server keeps changing.", retryable=True)

    def _opened_journal(self) -> Journal:
        path = self._order.path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            return Journal(path.with_name(path.name + SUFFIX))
        except OSError as error:
            reason = error.strerror or error
            raise DownloadFailed(f"{path.parent} cannot be written to: {reason}.") from error
