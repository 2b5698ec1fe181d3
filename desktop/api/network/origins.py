"""Which web pages may use the server. An unknown one is refused, and becomes a question."""

import asyncio
import logging
import re
import time
from collections import OrderedDict, deque
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec

from desktop.core.errors import AppError, RequestInvalid
from desktop.core.kept_file import KeptFile, Mended
from desktop.core.settings import Settings
from desktop.core.troubles import Tell, Trouble

log = logging.getLogger(__name__)

LOCAL_ORIGINS = tuple(
    f"{scheme}://{host}{port}"
    for scheme in ("http", "https")
    for host in ("localhost", "127.0.0.1", "0.0.0.0")
    for port in ("", ":*")
)
APP_ORIGINS = ("app://*", "file://*", "tauri://*", "vscode-webview://*", "vscode-file://*")

MAX_QUESTIONS = 100  # the oldest go
MAX_DECISIONS = 1000
NEW_QUESTIONS = 20  # in so many seconds:
NEW_QUESTIONS_S = 60.0

# What is not the address of a page ("null", for one) may be anybody's, so nobody is asked.
_PAGE = re.compile(r"[a-z][a-z0-9+.-]{0,30}://[a-z0-9._~\[\]:-]{1,255}")


class OriginUnknown(AppError):
    """Nobody asked for this page, and nothing was decided about it."""

    code = "origin_not_found"
    status = 404

    def __init__(self, origin: str) -> None:
        super().__init__(f'nothing is known about "{origin}"')


class Decisions(msgspec.Struct, frozen=True):
    """Content of the file."""

    always: list[str] = []
    never: list[str] = []


@dataclass(slots=True)
class Question:
    """A page that was refused. Times are seconds since 1970."""

    origin: str
    first_seen: float
    last_seen: float
    count: int


class OriginBook:
    """Questions and answers about web pages. Service loop only.

    Args:
        path: Keeps the answers `always` and `never`. A file that cannot be read counts as none.
        settings: Pages that are allowed anyhow.
        now: Seconds since 1970.
        tell: Is told if the file was damaged.
    """

    def __init__(
        self,
        path: Path,
        settings: Callable[[], Settings],
        now: Callable[[], float] = time.time,
        *,
        tell: Tell = lambda trouble: None,
    ) -> None:
        self._path = path
        self._file = KeptFile(path, Decisions)
        self._settings = settings
        self._now = now
        self._decided: dict[str, str] = _read(self._file, tell)
        self._once: set[str] = set()
        self._questions: OrderedDict[str, Question] = OrderedDict()
        self._asked_at: deque[float] = deque(maxlen=NEW_QUESTIONS)
        self._watchers: set[asyncio.Event] = set()

    @property
    def everybody(self) -> bool:
        """Whether the settings allow all pages."""
        return "*" in self._settings().origins

    def allows(self, origin: str) -> bool:
        if self._decided.get(origin) == "always" or origin in self._once:
            return True
        return any(each.fullmatch(origin) for each in _patterns(self._settings().origins))

    def ask(self, origin: str) -> None:
        """A page was refused: ask the user, unless that was decided, or too many pages come."""
        if origin in self._decided or not _PAGE.fullmatch(origin):
            return
        now = self._now()
        if question := self._questions.get(origin):
            question.last_seen, question.count = now, question.count + 1
        elif self._is_flooded(now):
            return
        else:
            self._asked_at.append(now)
            self._questions[origin] = Question(origin, now, now, 1)
            log.info("the web page %s was refused; it may be allowed in Puna", origin)
            if len(self._questions) > MAX_QUESTIONS:
                self._questions.popitem(last=False)
        self._tell()

    def answer(self, origin: str, answer: str) -> None:
        """Follow `once` (until the service ends), `always` or `never` from now on.

        Raises:
            RequestInvalid: it is no page, or no such answer, or the file cannot be written.
        """
        if not _PAGE.fullmatch(origin):
            raise RequestInvalid('"origin" must be a page\'s, such as "https://chat.example"')
        if answer not in ("once", "always", "never"):
            raise RequestInvalid('"answer" must be "once", "always" or "never"')
        if len(self._decided) >= MAX_DECISIONS and origin not in self._decided:
            raise RequestInvalid(f"{MAX_DECISIONS} pages are decided about; remove some of them")
        decided = {name: each for name, each in self._decided.items() if name != origin}
        if answer != "once":
            decided[origin] = answer
        self._keep(decided)
        self._once.discard(origin)
        if answer == "once":
            self._once.add(origin)
        self._questions.pop(origin, None)
        self._tell()

    def forget(self, origin: str) -> None:
        """Take back an answer, or drop a question. Raises OriginUnknown."""
        if origin not in self._decided and origin not in self._once | self._questions.keys():
            raise OriginUnknown(origin)
        self._keep({name: each for name, each in self._decided.items() if name != origin})
        self._once.discard(origin)
        self._questions.pop(origin, None)
        self._tell()

    def snapshot(self) -> dict[str, Any]:
        """`asked`, the newest first, and `decided`, by name."""
        asked = sorted(self._questions.values(), key=lambda each: -each.last_seen)
        decided = self._decided | dict.fromkeys(self._once, "once")
        return {
            "asked": [msgspec.to_builtins(each) for each in asked],
            "decided": [{"origin": name, "answer": decided[name]} for name in sorted(decided)],
        }

    async def changes(self, *, at_most_every_s: float) -> AsyncGenerator[None]:
        """Now, and after every change."""
        changed = asyncio.Event()
        self._watchers.add(changed)
        try:
            while True:
                changed.clear()
                yield None
                await asyncio.sleep(at_most_every_s)
                await changed.wait()
        finally:
            self._watchers.discard(changed)

    def _tell(self) -> None:
        for watcher in self._watchers:
            watcher.set()

    def _is_flooded(self, now: float) -> bool:
        recent = self._asked_at
        return len(recent) == NEW_QUESTIONS and now - recent[0] < NEW_QUESTIONS_S

    def _keep(self, decided: dict[str, str]) -> None:
        if decided == self._decided:
            return
        lists = {
            answer: sorted(name for name, each in decided.items() if each == answer)
            for answer in ("always", "never")
        }
        content = Decisions(**lists)
        try:
            self._file.write(content)
        except OSError as error:
            raise RequestInvalid(f"{self._path} cannot be written: {error.strerror}") from error
        self._file.keep(content)
        self._decided = decided


def _read(file: KeptFile[Decisions], tell: Tell) -> dict[str, str]:
    try:
        mended = file.mended()
    except OSError as error:
        log.warning("what was decided about web pages cannot be read: %s: %s", file.path, error)
        return {}
    if mended.aside:
        tell(_damaged(file.path, mended))
    found = mended.content or Decisions()
    return dict.fromkeys(found.always, "always") | dict.fromkeys(found.never, "never")


def _damaged(path: Path, mended: Mended[Decisions]) -> Trouble:
    now = "the last good list holds again" if mended.is_restored else "it was begun anew"
    return Trouble(
        code="origins_restored" if mended.is_restored else "origins_damaged",
        text=f"The list of web pages that may use Puna was damaged; {now}. The damaged file is"
        f" {mended.aside}.",
        remedy="Answer again when Puna asks about a web page.",
        file=str(path),
    )


@lru_cache(maxsize=4)
def _patterns(origins: tuple[str, ...]) -> list[re.Pattern[str]]:
    every = (*origins, *LOCAL_ORIGINS, *APP_ORIGINS)
    return [re.compile(re.escape(each).replace(r"\*", ".*")) for each in every]
