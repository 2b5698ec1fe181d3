"""What is asked of the server for a newer Puna."""

import asyncio
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from desktop.client.client import Client
from desktop.client.update import Update
from desktop.ui.settings.updates_page import UpdatesPage
from desktop.ui.settings.updating import UpdatePresenter
from tests.ui.screenless import SCREENLESS
from tests.ui.scripted_server import ScriptedServer

pytestmark = SCREENLESS
INSTALL = "POST /api/puna/update/install"


def test_a_second_click_installs_nothing_twice() -> None:
    with ScriptedServer() as server:
        server.begin({INSTALL: {"how": "opened", "command": "x", "ends": False, "path": "/x"}})
        handed: list[object] = []

        async def click() -> None:
            async with Client(server.url) as client:
                presenter = UpdatePresenter(client)
                presenter.handed.connect(handed.append)
                await asyncio.gather(presenter.install(), presenter.install())
                await presenter.install()

        asyncio.run(click())
    assert [name for name, _body in server.changes()] == [INSTALL, INSTALL]
    assert len(handed) == 2


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({"how": "command", "command": "sudo apt install x"}, "sudo apt install x"),
        ((500, {"error": "no room", "code": "install_failed"}), "could not be installed"),
    ],
)
def test_what_came_of_it_stays_to_be_read(qtbot: QtBot, answer: Any, words: str) -> None:
    page = UpdatesPage("updates", "Updates")
    qtbot.addWidget(page)
    page.show_update(Update(state="ready", version="0.1.0", newer="0.2.0", kind="deb"))
    with ScriptedServer() as server:
        server.begin({INSTALL: answer})

        async def click() -> None:
            async with Client(server.url) as client:
                presenter = UpdatePresenter(client)
                presenter.waiting.connect(page.show_waiting)
                presenter.handed.connect(page.show_handed)
                presenter.failed.connect(page.show_failure)
                await presenter.install()

        asyncio.run(click())
    assert words in page.state.told.text()
