"""Is there a newer Puna? Asks only if the user wants that, fetches only when told to, and installs
nothing by itself.

Service loop only; what blocks runs on threads.
"""

import asyncio
import logging
import os
from collections.abc import AsyncGenerator, Callable
from contextlib import suppress
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from desktop.core.errors import AppError
from desktop.core.version import PUNA_VERSION
from desktop.core.whole_file import write_whole
from desktop.updates.asking import UpdateFailed, fetched, on_thread
from desktop.updates.feed import Feed, FeedInvalid, ReleaseFile, read_feed, utc_now
from desktop.updates.source import Installation, UpdateSource
from desktop.updates.versions import parse_version

if TYPE_CHECKING:
    from desktop.models.downloads.progress import Progress
    from desktop.models.downloads.transfer import Transfer

log = logging.getLogger(__name__)

CHECK_EVERY_S = 24 * 3600.0
_PIECE = 2**20


class UpdateState(Enum):
    """What goes on, or came of it."""

    IDLE = "idle"  # never asked, or nothing newer
    CHECKING = "checking"
    AVAILABLE = "available"
    DOWNLOADING = "downloading"
    READY = "ready"  # fetched and verified
    FAILED = "failed"


class NoUpdate(AppError):
    """There is nothing to fetch or to install now."""

    code = "no_update"
    status = 409


class NoUpdateFeed(AppError):
    """This build was given neither an address to ask nor a key to believe."""

    code = "no_update_feed"
    status = 409

    def __init__(self) -> None:
        super().__init__("This build of Puna does not know where updates are announced.")


class Seen(msgspec.Struct):
    """Kept, so that an older feed is not believed after a newer one, and that nobody is asked at
    every start."""

    published: datetime | None = None
    asked: datetime | None = None


class Patience(NamedTuple):
    """When to ask, and how long an answer may take."""

    first_check_s: float = 60.0
    """After the start."""
    answer_s: float = 60.0
    """Then the whole feed has come."""


PATIENCE = Patience()


class Updates:
    """Args:
    folder: For the file that is fetched, and for what is remembered.
    source: Where to ask; called each time, as a setting may change it.
    installation: What is to be replaced.
    """

    def __init__(
        self,
        folder: Path,
        source: Callable[[], UpdateSource],
        installation: Installation,
        *,
        version: str = PUNA_VERSION,
        now: Callable[[], datetime] = utc_now,
        patience: Patience = PATIENCE,
    ) -> None:
        self._folder = folder
        self._source = source
        self.installation = installation
        self.version = version
        self._now = now
        self._patience = patience
        self.state = UpdateState.IDLE
        self.feed: Feed | None = None
        """The last one that was believed, if it has something newer."""
        self.failure: AppError | None = None
        self.checked_at: datetime | None = None
        self.done_bytes = 0
        self._task: asyncio.Task[None] | None = None
        self._transfer: Transfer | None = None
        self._wakes = asyncio.Event()
        self._is_wanted = False
        self._watchers: set[asyncio.Event] = set()

    @property
    def file(self) -> ReleaseFile | None:
        """What would replace this installation; None: one fetches it by hand."""
        if self.feed is None or parse_version(self.version) < parse_version(self.feed.minimum):
            return None
        return self.installation.fitting(self.feed)

    @property
    def path(self) -> Path:
        """Of the file, while it is there."""
        assert self.file
        name = self.file.url.rpartition("/")[2].partition("?")[0]
        safe = "".join(each for each in name if each.isalnum() or each in "._-+~").lstrip(".")
        return self._folder / (safe or f"puna.{self.file.kind}")

    # ---- by itself

    def want(self, wanted: bool) -> None:
        """Whether to ask now and then without being told."""
        if wanted != self._is_wanted:
            self._is_wanted = wanted
            self._wakes.set()

    async def run(self) -> None:
        """Until cancelled; sleeps for good while nobody wants to know."""
        try:
            pause_s = await asyncio.to_thread(self._first_pause_s)
            while True:
                self._wakes.clear()
                with suppress(TimeoutError):
                    async with asyncio.timeout(pause_s if self._is_wanted else None):
                        await self._wakes.wait()
                    continue
                pause_s = CHECK_EVERY_S
                with suppress(AppError):  # it is kept in `failure`
                    await self.check()
        finally:
            await self.cancel()

    # ---- when told to

    async def check(self) -> None:
        """Ask now. During a download nothing happens.

        Raises:
            FeedInvalid, UpdateFailed, NoUpdateFeed
        """
        if self.state in (UpdateState.CHECKING, UpdateState.DOWNLOADING):
            return
        before = self.state
        self._enter(UpdateState.CHECKING)
        try:
            feed = await self._answer()
            if not self._is_checking:
                return  # a download has begun meanwhile, of what was known
            is_newer = parse_version(feed.version) > parse_version(self.version)
            self.checked_at = self._now()
            self.feed = feed if is_newer else None
            is_here = self.file is not None and await asyncio.to_thread(self._is_whole)
            self.done_bytes = 0  # of what may be another file now
        except AppError as error:
            known = (UpdateState.AVAILABLE, UpdateState.READY)
            if self._is_checking:
                self._fail(error, before if before in known else UpdateState.FAILED)
            raise
        except BaseException:
            if self._is_checking:
                self._enter(before)
            raise
        if not is_newer:
            await asyncio.to_thread(_clear, self._folder)
            self._enter(UpdateState.IDLE)
        elif self._is_checking:
            self._enter(UpdateState.READY if is_here else UpdateState.AVAILABLE)

    @property
    def _is_checking(self) -> bool:
        """No download has begun since."""
        return self.state is UpdateState.CHECKING

    def download(self) -> None:
        """Begin to fetch, or go on where it was stopped; returns at once.

        Raises:
            NoUpdate: nothing is known that could be fetched.
        """
        if self.file is None:
            raise NoUpdate("There is no update that Puna could fetch; ask for one first.")
        if self.state in (UpdateState.DOWNLOADING, UpdateState.READY):
            return
        self._enter(UpdateState.DOWNLOADING)
        self._task = asyncio.get_running_loop().create_task(self._download(), name="update")

    async def cancel(self) -> None:
        """Stop fetching; what has arrived is kept for the next time."""
        task = self._task
        if task is None:
            return
        if self._transfer:
            self._transfer.stop()
        task.cancel()
        await asyncio.wait({task})

    async def verified(self) -> Path:
        """The file, read once more to its end just now.

        Raises:
            NoUpdate: it is not there, or not what was signed.
        """
        if self.state is not UpdateState.READY:
            raise NoUpdate("No update has been fetched.")
        if not await asyncio.to_thread(self._is_whole):
            self._enter(UpdateState.AVAILABLE)
            raise NoUpdate("The update that was fetched has changed since; fetch it again.")
        return self.path

    async def changes(self) -> AsyncGenerator[None]:
        """Once now, then after each change; ends only by being closed."""
        changed = asyncio.Event()
        self._watchers.add(changed)
        try:
            while True:
                yield
                await changed.wait()
                changed.clear()
        finally:
            self._watchers.discard(changed)

    async def _answer(self) -> Feed:
        try:
            async with asyncio.timeout(self._patience.answer_s):
                return await asyncio.wrap_future(on_thread(self._asked))
        except TimeoutError as error:
            raise UpdateFailed("The server that tells of updates is too slow.") from error

    # ---- on threads

    @property
    def is_told(self) -> bool:
        """Whether this build knows where to ask, and whom to believe."""
        try:
            source = self._source()
        except (OSError, ValueError):
            return True  # a question says what is damaged
        return bool(source.feed and source.keys)

    def _first_pause_s(self) -> float:
        """Another start is no reason to ask again."""
        asked = self._seen().asked
        if asked is None or asked > self._now():
            return self._patience.first_check_s
        return max(
            self._patience.first_check_s, CHECK_EVERY_S - (self._now() - asked).total_seconds()
        )

    def _asked(self) -> Feed:
        try:
            source = self._source()
        except (OSError, ValueError) as error:
            raise UpdateFailed(f"This installation of Puna is damaged: {error}.") from error
        if not source.feed or not source.keys:
            raise NoUpdateFeed
        feed = read_feed(fetched(source.feed), source.keys, self._now())
        seen = self._seen()
        if seen.published and feed.published < seen.published:
            raise FeedInvalid("The news about updates is older than what was known already.")
        with suppress(OSError):
            write_whole(
                self._folder / "seen.json", msgspec.json.encode(Seen(feed.published, self._now()))
            )
        return feed

    def _seen(self) -> Seen:
        try:
            return msgspec.json.decode((self._folder / "seen.json").read_bytes(), type=Seen)
        except (OSError, msgspec.MsgspecError, UnicodeError):
            return Seen()

    def _is_whole(self) -> bool:
        assert self.file
        import hashlib

        digest = hashlib.sha256()
        try:
            with self.path.open("rb") as file:
                while piece := file.read(_PIECE):
                    digest.update(piece)
        except OSError:
            return False
        return digest.hexdigest() == self.file.sha256

    async def _download(self) -> None:
        from desktop.models.downloads.remote import RemoteFile
        from desktop.models.downloads.transfer import Transfer

        assert self.file
        file, path, loop = self.file, self.path, asyncio.get_running_loop()
        draft = path.with_name(f"{file.sha256[:16]}.part")
        remote = RemoteFile(
            url=file.url,
            size=file.size,
            digest=f"sha256:{file.sha256}",
            headers={"User-Agent": "Puna"},
        )
        self._transfer = Transfer(lambda: remote, draft)

        def watch(progress: "Progress") -> None:
            loop.call_soon_threadsafe(self._progressed, progress)

        work = loop.run_in_executor(None, self._transfer.run, watch)
        try:
            await asyncio.shield(work)
            await asyncio.to_thread(_keep, draft, path)
        except asyncio.CancelledError:
            self._transfer.stop()
            await asyncio.wait({work})
            work.exception()  # that it was stopped
            self._enter(UpdateState.AVAILABLE)
            raise
        except AppError as error:
            self._fail(error)
        except OSError as error:
            self._fail(UpdateFailed(f"{path} cannot be written: {error.strerror or error}."))
        except Exception as error:
            log.exception("unexpected error")
            self._fail(UpdateFailed(f"Puna has made a mistake ({error})."))
        else:
            self._enter(UpdateState.READY)
        finally:
            self._task = self._transfer = None

    def _progressed(self, progress: "Progress") -> None:
        self.done_bytes = progress.done_bytes
        self._notify()

    def _fail(self, error: AppError, state: UpdateState = UpdateState.FAILED) -> None:
        log.warning("update: %s", error)
        self._enter(state)
        self.failure = error

    def _enter(self, state: UpdateState) -> None:
        self.state, self.failure = state, None
        self._notify()

    def _notify(self) -> None:
        for watcher in self._watchers:
            watcher.set()


def _keep(draft: Path, path: Path) -> None:
    _clear(path.parent, but=draft)
    os.replace(draft, path)


def _clear(folder: Path, but: Path | None = None) -> None:
    """What was fetched before is installed by now, or given up. What cannot be removed stays: an
    installer that runs, or the draft of a question's `seen.json`."""
    with suppress(OSError):
        for path in folder.iterdir():
            if path.name != "seen.json" and path != but:
                with suppress(OSError):
                    path.unlink()
