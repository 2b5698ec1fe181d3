"""What the tray shows, kept up to date by the server's own events; has no widget.

Nothing is asked while nothing happens: the three streams of `client/watch.py` sleep, and which
models are in memory is asked again after each change, and when one of them is due to leave.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from desktop.client.answers import LoadedModel
from desktop.client.client import Client
from desktop.client.installed import Installed
from desktop.client.watch import (
    OWN_APP,
    ActivityLine,
    Download,
    DownloadsLine,
    PagesLine,
    Request,
    Watch,
)
from desktop.core.errors import AppError, ServerUnreachable
from desktop.ui.chat.filling import fitting_text
from desktop.ui.failures import failure_sentence

Line = TypeVar("Line")
RETRY_S = (0.5, 2.0, 5.0, 15.0)
MIN_GAP_S = 1.0  # between two looks, however much happens
MEMORY_POLL_S = 60.0  # while a model is in memory, as other programs may have unloaded it
LOADING_POLL_S = 1.0  # no event tells that one has been loaded for nobody, as at the start
AFTER_EXPIRY_S = 1.5
RECENT = 5


class Doing(Enum):
    """What the icon tells."""

    IDLE = "idle"
    LOADING = "loading"
    ANSWERING = "answering"
    SERVING = "serving"  # another program
    PAUSED = "paused"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Seen:
    """One snapshot. `problem` is a sentence; with one, the rest is what was known before. Models
    that are being loaded are among those in memory, of no size yet."""

    url: str
    problem: str = ""
    paused: bool = False
    loaded: tuple[LoadedModel, ...] = ()
    recent: tuple[str, ...] = ()
    """Installed and not in memory: those that were used last, then the newest."""
    downloads: tuple[Download, ...] = ()
    """Those that are not over."""
    running: tuple[Request, ...] = ()

    @property
    def doing(self) -> Doing:
        if self.problem:
            return Doing.PROBLEM
        working = [each for each in self.running if not self._is_loading(each)]
        if any(each.app.id == OWN_APP for each in working):
            return Doing.ANSWERING
        if working:
            return Doing.SERVING
        if self.coming:
            return Doing.LOADING
        return Doing.PAUSED if self.paused else Doing.IDLE

    @property
    def coming(self) -> str:
        """The model that is being loaded; empty: none is."""
        names = [model.name for model in self.loaded if not model.is_ready]
        names += [each.model for each in self.running if self._is_loading(each)]
        return names[0] if names else ""

    @property
    def served(self) -> tuple[str, ...]:
        """Names of the programs that are served now, each once."""
        names = (each.app.name for each in self.running if each.app.id != OWN_APP)
        return tuple(dict.fromkeys(name for name in names if name))

    @property
    def memory_bytes(self) -> int:
        return sum(model.size for model in self.loaded)

    def _is_loading(self, request: Request) -> bool:
        loaded = {model.name for model in self.loaded if model.is_ready}
        return request.state == "waiting" and request.model not in loaded


@dataclass(slots=True)
class _Known:
    """What lets new things be told from old ones."""

    requests: dict[str, Request] = field(default_factory=dict)
    done: set[str] | None = None
    """Downloads that are over; None: the list has not come yet."""
    pages: set[str] = field(default_factory=set)
    fitted: dict[str, str] = field(default_factory=dict)
    """What was told of a model that was made to fit."""


class ServerWatch(QObject):
    """Run `run` once, for the whole time."""

    changed = Signal(object)  # Seen
    downloaded = Signal(str)  # model
    page_asked = Signal(str)  # origin
    did_not_fit = Signal(str, str)  # model, and the program that wanted it
    fitted = Signal(str, str)  # model, and what it does without, in a sentence
    lost = Signal()  # the server does not answer any more

    def __init__(self, client: Client) -> None:
        super().__init__()
        self._client = client
        self._watch = Watch(client.wire)
        self._known = _Known()
        self._ask_again = asyncio.Event()
        self._again = asyncio.Event()
        self._names_are_old = True
        self.seen = Seen(client.url)

    async def run(self) -> None:
        """Follow the server until cancelled, whatever becomes of it."""
        attempt, is_told = 0, False
        while True:
            try:
                async with asyncio.TaskGroup() as tasks:
                    tasks.create_task(self._follow(self._watch.activity, self._on_activity))
                    tasks.create_task(self._follow(self._watch.downloads, self._on_downloads))
                    tasks.create_task(self._follow(self._watch.pages, self._on_pages))
                    tasks.create_task(self._look_at_memory())
            except* AppError as errors:
                failures = [each for each in errors.exceptions if isinstance(each, AppError)]
            if not self.seen.problem:
                attempt, is_told = 0, False
            self._known.requests.clear()
            self._show(problem=failure_sentence(failures[0]), running=(), paused=False)
            is_gone = any(isinstance(each, ServerUnreachable) for each in failures)
            if is_gone and not is_told:
                is_told = True
                self.lost.emit()
            pause_s = RETRY_S[min(attempt, len(RETRY_S) - 1)]
            attempt += 1
            await _either(self._again, pause_s)
            self._again.clear()

    def look_again(self) -> None:
        """The server may be there again, or another one: do not wait."""
        self._again.set()

    def refresh(self) -> None:
        """Somebody is about to look."""
        self._names_are_old = True
        self._ask_again.set()

    async def pause(self, paused: bool) -> None:
        """Raises AppError, like the others below."""
        await self._watch.pause(paused)

    async def load(self, model: str) -> None:
        await self._watch.load(model)

    async def unload(self, model: str) -> None:
        await self._client.unload(model)
        self._ask_again.set()

    async def _follow(
        self, stream: Callable[[], AsyncGenerator[Line]], on_line: Callable[[Line], None]
    ) -> None:
        async for line in stream():
            on_line(line)
        raise ServerUnreachable("The server has ended.")

    async def _look_at_memory(self) -> None:
        installed: list[str] = []
        self._names_are_old = True
        while True:
            self._ask_again.clear()
            loaded = tuple(await self._client.ps())
            self._tell_fitted(loaded)
            if self._names_are_old:
                self._names_are_old = False
                installed = await self._names()
            names = {model.name for model in loaded}
            recent = tuple(name for name in installed if name not in names)[:RECENT]
            self._show(problem="", loaded=loaded, recent=recent)
            await asyncio.sleep(MIN_GAP_S)
            await _either(self._ask_again, _next_look_s(loaded, time.time()))

    async def _names(self) -> list[str]:
        """What is installed: those that were used last, then the newest."""
        uses = await Installed(self._client.wire).last_uses()
        names = [model.name for model in await self._client.tags()]
        return sorted(names, key=lambda name: -uses.get(name, 0.0))

    def _tell_fitted(self, loaded: tuple[LoadedModel, ...]) -> None:
        """Of each model once, until it is loaded in another way."""
        for model in loaded:
            text = fitting_text(model.puna.plan)
            if text != self._known.fitted.get(model.name, ""):
                self._known.fitted[model.name] = text
                if text:
                    self.fitted.emit(model.name, text)

    def _on_activity(self, line: ActivityLine) -> None:
        known = self._known.requests
        for request in line.requests:
            before = known.get(request.id)
            if request.total_ms is None:
                known[request.id] = request
            else:
                known.pop(request.id, None)
                if request.code == "out_of_memory":
                    self.did_not_fit.emit(request.model, request.app.name)
            if before is None or before.state != request.state:
                self._ask_again.set()  # something may have been loaded, or unloaded for it
        self._show(paused=line.paused, running=tuple(known.values()))

    def _on_downloads(self, line: DownloadsLine) -> None:
        running = tuple(each for each in line.downloads if each.state not in ("done", "failed"))
        done = {each.id: each.name for each in line.downloads if each.state == "done"}
        before, self._known.done = self._known.done, set(done)
        for number in done.keys() - (done.keys() if before is None else before):
            self.downloaded.emit(done[number])
            self.refresh()
        self._show(downloads=running)

    def _on_pages(self, line: PagesLine) -> None:
        asked = {page.origin for page in line.asked}
        for origin in sorted(asked - self._known.pages):
            self.page_asked.emit(origin)
        self._known.pages = asked

    def _show(self, **changes: object) -> None:
        seen = replace(self.seen, url=self._client.url, **changes)  # type: ignore[arg-type]
        if seen != self.seen:
            self.seen = seen
            self.changed.emit(seen)


def _next_look_s(loaded: tuple[LoadedModel, ...], now: float) -> float | None:
    """None: only after an event."""
    if not loaded:
        return None
    if not all(model.is_ready for model in loaded):
        return LOADING_POLL_S
    leaving = min(model.expires_at.timestamp() for model in loaded) - now + AFTER_EXPIRY_S
    return max(AFTER_EXPIRY_S, min(leaving, MEMORY_POLL_S))


async def _either(event: asyncio.Event, timeout_s: float | None) -> None:
    """Return when the event is set, or after the time."""
    try:
        async with asyncio.timeout(timeout_s):
            await event.wait()
    except TimeoutError:
        pass
