"""The shell on a running loop, with a real service: wishes, the tray's menu, and a server that is
replaced. Windows are simple ones here; their own tests know the real ones."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from desktop.client.client import Client
from desktop.core.errors import ServerUnreachable
from desktop.history.history import History
from desktop.ui.context import Context, Place
from desktop.ui.preferences import Preferences
from desktop.ui.shell.instance import Wish
from desktop.ui.shell.language import Speech
from desktop.ui.shell.panel import Panel
from desktop.ui.shell.shell import TRAY_POLLS, Server, Shell
from desktop.ui.shell.tray_menu import Act
from desktop.ui.shell.watching import Doing
from desktop.ui.shell.windows import MAKERS
from desktop.ui.task_scope import TaskScope
from tests.api.served import Served, serving
from tests.ui.screenless import SCREENLESS

pytestmark = [pytest.mark.slow, pytest.mark.anyio, SCREENLESS]
WAIT_S = 20.0


@dataclass
class Found:
    url: str
    key: str = ""
    is_new: bool = True
    taken_port: int | None = None


class Elsewhere:
    """Knows one server after the other; then none."""

    def __init__(self, *urls: str) -> None:
        self.urls = list(urls)

    def find(self) -> Server:
        if not self.urls:
            raise ServerUnreachable("none")
        return Found(self.urls.pop(0))


@pytest.fixture(autouse=True)
def shown(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Place, str]]:
    """What the windows were asked to show."""
    asked: list[tuple[Place, str]] = []

    def maker(place: Place) -> Callable[[Context], QWidget]:
        class Window(QWidget):
            def show_at(self, what: str) -> None:
                asked.append((place, what))

        return lambda _context: Window()

    for place in Place:
        monkeypatch.setitem(MAKERS, place, maker(place))
    return asked


@asynccontextmanager
async def running(
    url: str, folder: Path, host: Elsewhere, wish: Wish, *, welcomed: bool = True
) -> AsyncIterator[tuple[Shell, asyncio.Event]]:
    """The shell, and the event that its Quit sets."""
    errors: list[BaseException] = []
    scope, quitting = TaskScope(errors.append), asyncio.Event()
    preferences = Preferences(folder / "desktop.json")
    preferences.change(welcomed=welcomed)
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    speech = Speech(application)
    speech.speak("en")
    async with Client(url, name="desktop") as client:
        context = Context(
            client,
            scope.start,
            History(folder / "history.sqlite"),
            preferences,
            lambda place, what: shell.go(place, what),
        )
        shell = Shell(context, host, speech, quitting.set)
        shell.begin(wish, None)
        yield shell, quitting
        shell.close()
        await scope.close()
    speech.fall_silent()
    assert not errors


async def until(holds: Callable[[], object]) -> None:
    """Let both loops turn until it is so."""
    async with asyncio.timeout(WAIT_S):
        while not holds():
            QApplication.processEvents()
            await asyncio.sleep(0.01)


async def test_damaged_choices_are_told(qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "desktop.json").write_text("[")
    async with running("http://127.0.0.1:1", tmp_path, Elsewhere(), Wish()):
        boxes = [each for each in QApplication.topLevelWidgets() if isinstance(each, QMessageBox)]
        told = [each.informativeText() for each in boxes if each.isVisible()]
    assert len(told) == 1
    assert "are as at first; the damaged file was kept" in told[0]


@pytest.mark.parametrize(
    ("wish", "welcomed", "places"),
    [
        (Wish(), True, [(Place.CHAT, "")]),
        (Wish(), False, [(Place.FIRST_RUN, "")]),
        (Wish(quiet=True), True, []),
        (Wish(quiet=True), False, [(Place.FIRST_RUN, "")]),
        (Wish(open="status"), True, [(Place.STATUS, "")]),
        (Wish(open="nowhere"), True, [(Place.CHAT, "")]),
        (Wish(files=["/a/b.gguf"]), True, [(Place.MODELS, "import:/a/b.gguf")]),
    ],
)
async def test_a_start_brings_what_it_asks_for(
    qtbot: QtBot,
    tmp_path: Path,
    shown: list[tuple[Place, str]],
    wish: Wish,
    welcomed: bool,
    places: list[tuple[Place, str]],
) -> None:
    async with running("http://127.0.0.1:1", tmp_path, Elsewhere(), wish, welcomed=welcomed):
        assert shown == places


async def test_the_menu_acts(
    qtbot: QtBot, tmp_path: Path, served: Served, shown: list[tuple[Place, str]]
) -> None:
    async with running(served.url, tmp_path, Elsewhere(), Wish(quiet=True)) as (shell, quitting):
        watch = shell.watch
        await until(lambda: watch.seen.recent)
        shell.tray.chosen.emit(Act.LOAD, "script:latest")
        await until(lambda: watch.seen.loaded)
        shell.tray.chosen.emit(Act.UNLOAD, "script:latest")
        await until(lambda: not watch.seen.loaded)
        shell.tray.chosen.emit(Act.PAUSE, "")
        await until(lambda: watch.seen.paused)
        assert served.post("/api/generate", {"model": "script"}).status_code == 503
        shell.tray.chosen.emit(Act.RESUME, "")
        await until(lambda: not watch.seen.paused)
        shell.tray.chosen.emit(Act.COPY, served.url)
        assert QGuiApplication.clipboard().text() == served.url
        shell.tray.chosen.emit(Act.OPEN, "models downloads")
        assert shown == [(Place.MODELS, "downloads")]
        shell.tray.chosen.emit(Act.QUIT, "")
        assert quitting.is_set()


async def test_what_does_not_work_is_told(qtbot: QtBot, tmp_path: Path, served: Served) -> None:
    async with running(served.url, tmp_path, Elsewhere(), Wish(quiet=True)) as (shell, _):
        told: list[str] = []
        shell.notices.raised.connect(lambda title, text: told.append(text))
        shell.tray.chosen.emit(Act.LOAD, "nowhere")
        await until(lambda: told)
        assert told[0].startswith("This model is not on this computer")


async def test_a_server_that_ends_is_replaced_and_that_is_told(
    qtbot: QtBot, tmp_path: Path, served: Served, shell_models: Path
) -> None:
    (models := tmp_path / "models").symlink_to(shell_models)
    with serving(tmp_path / "other", models) as other:
        models.unlink()
        host = Elsewhere(other.url)
        async with running(served.url, tmp_path, host, Wish(quiet=True)) as (shell, _):
            told: list[str] = []
            troubles: list[list[object]] = []
            shell.notices.raised.connect(lambda title, text: told.append(text))
            shell.news.troubled.connect(troubles.append)
            await until(lambda: shell.watch.seen.recent)
            await asyncio.to_thread(served.stop)
            await until(lambda: told and shell.watch.seen.doing is not Doing.PROBLEM)
            assert shell.watch.seen.url == other.url
            assert other.url in told[0]
            await until(lambda: troubles)


async def test_without_a_tray_a_small_window_has_it_all(
    qtbot: QtBot, tmp_path: Path, served: Served, shown: list[tuple[Place, str]]
) -> None:
    async with running(served.url, tmp_path, Elsewhere(), Wish(quiet=True)) as (shell, quitting):
        for _ in range(TRAY_POLLS):
            assert not panels()
            shell._on_tray_poll()
        (panel,) = panels()
        panel.chat.click()
        assert shown == [(Place.CHAT, "")]
        panel.pause.click()
        await until(lambda: shell.watch.seen.paused)
        assert panel.state.text() == "Paused for other programs"
        await until(lambda: "&Load a model" in (each.text() for each in shell.tray.menu.actions()))
        assert panel.more.menu() is shell.tray.menu
        shell.notices.downloaded("x:4b")
        assert panel.notice.text() == "Download finished"
        panel.notice.click()
        assert shown[-1] == (Place.CHAT, "x:4b")
        panel.close()
        assert quitting.is_set()


async def test_without_a_tray_the_last_window_leaves_the_small_one(
    qtbot: QtBot, tmp_path: Path, served: Served
) -> None:
    async with running(served.url, tmp_path, Elsewhere(), Wish()) as (shell, _):
        chat = shell.windows.window(Place.CHAT)
        assert chat
        chat.close()
        assert panels()


def panels() -> list[Panel]:
    windows = QApplication.topLevelWidgets()
    return [each for each in windows if isinstance(each, Panel) and each.isVisible()]


async def test_notices_can_be_switched_off(qtbot: QtBot, tmp_path: Path) -> None:
    host = Elsewhere()
    async with running("http://127.0.0.1:1", tmp_path, host, Wish(quiet=True)) as (shell, _):
        told: list[str] = []
        shell.notices.raised.connect(lambda title, text: told.append(text))
        raise_all(shell)
        assert len(told) == 3
        shell._context.preferences.change(
            notify_downloads=False, notify_models=False, notify_permissions=False
        )
        raise_all(shell)
        assert len(told) == 3


def raise_all(shell: Shell) -> None:
    shell.notices.downloaded("m")
    shell.notices.did_not_fit("m", "Zed")
    shell.notices.page_asked("https://x")
