"""The models window against a scripted server; its coroutines run beside Qt's loop."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop.client.client import Client
from desktop.history.history import History
from desktop.ui.context import Context, Place
from desktop.ui.models.window import ModelsWindow
from desktop.ui.preferences import Preferences
from tests.ui.models.answers import answers
from tests.ui.models.pump import Pump
from tests.ui.scripted_server import ScriptedServer


@dataclass
class Stage:
    """A window's surroundings; `went` has the places that it asked to open."""

    context: Context
    pump: Pump
    went: list[tuple[Place, str]] = field(default_factory=list)


Set = Callable[[str], Stage]  # by the address of a server


@pytest.fixture
def stage_at(qtbot: QtBot, tmp_path: Path) -> Iterator[Set]:
    with Pump() as pump:
        clients = []

        def made(url: str) -> Stage:
            went: list[tuple[Place, str]] = []
            clients.append(Client(url, name="desktop"))
            context = Context(
                client=clients[-1],
                start=pump.start,
                history=History(tmp_path / "history.sqlite"),
                preferences=Preferences(tmp_path / "desktop.json"),
                go=lambda place, what: went.append((place, what)),
            )
            return Stage(context, pump, went)

        yield made
        pump.end()
        for client in clients:
            pump.run(client.close())


@pytest.fixture(scope="session")
def scripted_server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as scripted:
        yield scripted


@pytest.fixture
def server(scripted_server: ScriptedServer) -> ScriptedServer:
    scripted_server.begin(answers())
    return scripted_server


@pytest.fixture
def stage(server: ScriptedServer, stage_at: Set) -> Stage:
    return stage_at(server.url)


@pytest.fixture
def window(stage: Stage, qtbot: QtBot) -> Iterator[ModelsWindow]:
    """Shown, and full."""
    opened = ModelsWindow(stage.context)
    qtbot.addWidget(opened)
    opened.show()
    qtbot.waitUntil(lambda: len(opened.recommended_tab.list.widgets) > 1)
    qtbot.waitUntil(lambda: bool(opened.installed.rows) and not opened.installed.is_busy)
    yield opened
    opened.close()
