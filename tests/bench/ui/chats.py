"""Measures the chat window: how long a long chat takes to open, and whether the loop is free while
an answer comes."""

import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication

from desktop.client.client import Client
from desktop.history.history import History
from desktop.history.records import Turn
from desktop.ui.chat.transcript import Transcript
from desktop.ui.chat.window import ChatWindow, make_chat
from desktop.ui.context import Context
from desktop.ui.preferences import Preferences
from desktop.ui.task_scope import TaskScope
from tests.bench.figures import Bar, Figure, Limit
from tests.bench.ui.texts import PARTS

OPEN_LIMIT = Limit(Bar.VALUE, 150, at_most=True)
LONGEST_LIMIT = Limit(Bar.VALUE, 50, at_most=True)
P99_LIMIT = Limit(Bar.VALUE, 16, at_most=True)
MESSAGES, OPENINGS = 500, 5
BEAT_MS = 5
SHARES = (
    ("50th percentile", 0.5, None),
    ("95th percentile", 0.95, None),
    ("99th percentile", 0.99, P99_LIMIT),
    ("longest", 1.0, LONGEST_LIMIT),
)
SETTLE_S = 1.0


class Beat(QObject):
    """Notes how long the event loop stays away: gaps in ms between beats meant every 5 ms, and the
    processor time that the loop's thread took in each: a busy machine makes only the first longer.
    """

    def __init__(self) -> None:
        super().__init__()
        self.gaps_ms: list[float] = []
        self.work_ms: list[float] = []
        self._last = (0.0, 0.0)
        self._timer = QTimer(self, interval=BEAT_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._on_beat)

    def start(self) -> None:
        self._last = (time.perf_counter(), time.thread_time())
        self._timer.start()

    def stop(self) -> None:
        self._timer.stop()

    def _on_beat(self) -> None:
        now = (time.perf_counter(), time.thread_time())
        self.gaps_ms.append(1000 * (now[0] - self._last[0]))
        self.work_ms.append(1000 * (now[1] - self._last[1]))
        self._last = now


@contextmanager
def speaking(rate: float, count: int) -> Iterator[str]:
    """Address of a server in another process."""
    command = [sys.executable, "-m", "tests.bench.ui.speaker", str(rate), str(count)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        yield process.stdout.readline().strip()
        assert process.stdin
        process.stdin.close()


async def long_chat(history: History) -> int:
    """500 messages, as models and people write them."""
    chat = await history.create("A long talk")
    parent: int | None = None
    for number in range(MESSAGES):
        role = "assistant" if number % 2 else "user"
        text = "".join(PARTS[(number + at) % len(PARTS)] for at in range(1 + 2 * (number % 2)))
        content = text if number % 2 else f"Question {number}: how does it go on?\n{text[:60]}"
        turn = Turn(role=role, content=content, model="speaker:latest", done_reason="stop")
        parent = (await history.add_turn(chat.id, parent, turn)).id
    return chat.id


async def until_painted(transcript: Transcript) -> None:
    """Returns when what is due has been painted."""
    painted = asyncio.Event()

    class Watch(QObject):
        def eventFilter(self, _watched: QObject, event: object) -> bool:
            if isinstance(event, QPaintEvent):
                asyncio.get_running_loop().call_soon(painted.set)
            return False

    watch = Watch()
    transcript.column.installEventFilter(watch)
    transcript.column.update()
    await painted.wait()
    transcript.column.removeEventFilter(watch)


async def openings(window: ChatWindow, history: History, chat_id: int) -> list[float]:
    times = []
    for _ in range(OPENINGS + 1):
        await window.presenter.new_chat()
        await asyncio.sleep(0.1)
        began = time.perf_counter()
        await window.presenter.open_chat(chat_id)
        await until_painted(window.transcript)
        times.append(1000 * (time.perf_counter() - began))
        await asyncio.sleep(SETTLE_S)
    return times[1:]


async def measure(folder: Path, url: str) -> list[Figure]:
    """The whole window with its own history, on the loop it runs on."""
    errors: list[BaseException] = []
    scope, history = TaskScope(errors.append), History(folder / "history.sqlite")
    await history.open()
    async with Client(url) as client:
        context = Context(
            client=client,
            start=scope.start,
            history=history,
            preferences=Preferences(folder / "desktop.json"),
            go=lambda _place, _what: None,
        )
        window = make_chat(context)
        assert isinstance(window, ChatWindow)
        window.show()
        await asyncio.sleep(SETTLE_S)
        chat_id = await long_chat(history)
        opened_ms = await openings(window, history, chat_id)
        beat = await _stream(window)
        window.hide()
        window.deleteLater()
        await scope.close()
    await history.close()
    QApplication.sendPostedEvents()
    if errors:
        raise errors[0]
    return [
        Figure(name="open 500 messages", unit="ms", puna=opened_ms, limit=OPEN_LIMIT),
        *gap_figures(beat),
    ]


async def _stream(window: ChatWindow) -> Beat:
    """At the end of the long chat."""
    beat = Beat()
    beat.start()
    await window.presenter.send("Tell me all about it.")
    beat.stop()
    return beat


def gap_figures(beat: Beat) -> list[Figure]:
    figures = []
    for what, values, judged in (
        ("loop gap while an answer comes", beat.gaps_ms, True),
        ("  of it, the loop's own work", beat.work_ms, False),
    ):
        ordered = sorted(values)
        for name, share, limit in SHARES:
            figures.append(
                Figure(
                    name=f"{what}, {name}",
                    unit="ms",
                    puna=[ordered[int(share * (len(ordered) - 1))]],
                    limit=limit if judged else None,
                )
            )
    return figures
