"""What models are doing for whom, now and before. Everything that a model does for a client is
recorded here; whoever wants to know is told."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncGenerator, Callable, Iterator
from typing import Any

from desktop.api.activity.entry import Entry, State
from desktop.api.activity.journal import Journal
from desktop.core.errors import AppError, RequestCanceled
from desktop.engine.asker import Wait
from desktop.engine.events import Event

log = logging.getLogger(__name__)

WRITE_EVERY_S = 0.5

Listener = Callable[[Entry], None]


class RequestUnknown(AppError):
    """No request with this id is running."""

    code = "request_not_found"
    status = 404

    def __init__(self, request_id: str) -> None:
        super().__init__(f'no request "{request_id}" is running')


class Activity:
    """Service loop only."""

    def __init__(self, journal: Journal) -> None:
        self.journal = journal
        self._running: dict[str, Entry] = {}
        self._watchers: list[_Watcher] = []
        self._listeners: list[Listener] = []
        self._writing: asyncio.TimerHandle | None = None

    @property
    def running(self) -> list[Entry]:
        """The oldest first."""
        return list(self._running.values())

    def listen(self, listener: Listener) -> None:
        """Call it with every request that is over."""
        self._listeners.append(listener)

    @contextlib.contextmanager
    def recording(self, entry: Entry) -> Iterator[None]:
        """The request runs for the length of the block, and ends as the block does."""
        self._running[entry.id] = entry
        self._changed(entry)
        try:
            yield
        except AppError as error:
            canceled = isinstance(error, RequestCanceled)
            self._end(entry, State.CANCELED if canceled else State.FAILED, error)
            raise
        except (asyncio.CancelledError, GeneratorExit):
            self._end(entry, State.CANCELED, RequestCanceled())
            raise
        except BaseException:
            self._end(entry, State.FAILED, AppError())
            raise
        self._end(entry, State.DONE, None)

    def note(self, entry: Entry, event: Event) -> None:
        """Something happened in a running request."""
        entry.note(event)
        if self._watchers:
            self._changed(entry)

    def waits(self, entry: Entry, wait: Wait | None) -> None:
        """A running request waits, or does so no longer."""
        entry.wait = wait
        self._changed(entry)

    def finish(self, entry: Entry) -> None:
        """It has been answered, whatever becomes of the answer's last piece."""
        self._end(entry, State.DONE, None)

    def refused(self, entry: Entry, status: int, code: str) -> None:
        """A request is over that never came to a model: it is shown and kept, and not counted."""
        state = State.CANCELED if code == RequestCanceled.code else State.FAILED
        entry.end(state, status, code)
        self._keep(entry)

    async def cancel(self, request_id: str) -> Entry:
        """End a running request; its client is told. Raises RequestUnknown."""
        entry = self._running.get(request_id)
        if entry is None:
            raise RequestUnknown(request_id)
        log.info("%s of %s is canceled by the user", entry.route, entry.caller)
        await entry.interruption.interrupt()
        return entry

    async def changes(self, *, at_most_every_s: float) -> AsyncGenerator[list[Entry]]:
        """What runs now, then what has changed since, bundled; ends only by being closed."""
        watcher = _Watcher()
        self._watchers.append(watcher)
        try:
            yield self.running
            while True:
                await watcher.woken.wait()
                yield watcher.take()
                await asyncio.sleep(at_most_every_s)
        finally:
            self._watchers.remove(watcher)

    def nudge(self) -> None:
        """Onlookers are told again, though no request has changed."""
        for watcher in self._watchers:
            watcher.woken.set()

    async def history(self, **wanted: Any) -> list[dict[str, Any]]:
        """See `Journal.page`."""
        return await self.journal.page(**wanted)

    def close(self) -> None:
        """Have everything written; the database is closed by who made it."""
        if self._writing:
            self._writing.cancel()
            self._writing = None
        self.journal.write()

    def _end(self, entry: Entry, state: State, error: AppError | None) -> None:
        if entry.is_over:
            return
        entry.end(state, error.status if error else 200, error.code if error else "")
        del self._running[entry.id]
        _log_cut(entry)
        for listener in self._listeners:
            listener(entry)
        self._keep(entry)

    def _keep(self, entry: Entry) -> None:
        self._changed(entry)
        self.journal.add(entry)
        if self._writing is None:
            loop = asyncio.get_running_loop()
            self._writing = loop.call_later(WRITE_EVERY_S, self._write)

    def _write(self) -> None:
        self._writing = None
        self.journal.write()

    def _changed(self, entry: Entry) -> None:
        for watcher in self._watchers:
            watcher.add(entry)


class _Watcher:
    """What one onlooker has not seen yet."""

    def __init__(self) -> None:
        self.woken = asyncio.Event()
        self._entries: dict[str, Entry] = {}

    def add(self, entry: Entry) -> None:
        self._entries[entry.id] = entry
        self.woken.set()

    def take(self) -> list[Entry]:
        entries = list(self._entries.values())
        self._entries.clear()
        self.woken.clear()
        return entries


def _log_cut(entry: Entry) -> None:
    """A prompt that was cut is told of in the log, as in the answer."""
    if not entry.truncated_messages and not entry.truncated_tokens:
        return
    name = entry.model if entry.asked == entry.model else f"{entry.asked} ({entry.model})"
    log.info(
        "%s for %s: %d messages and %d tokens were left out to fit the context of %s",
        entry.route, entry.caller, entry.truncated_messages, entry.truncated_tokens, name,
    )  # fmt: skip
