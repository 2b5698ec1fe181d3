"""The overview window and its presenter against a real HTTP server; no running Qt loop needed."""

import asyncio
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from desktop.client.client import Client
from desktop.ui.presenter import ModelRow, OverviewPresenter
from desktop.ui.task_scope import Work
from desktop.ui.window import OverviewWindow
from tests.protocol_server import ProtocolServer

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # of Qt's screenless platform
Open = Callable[..., OverviewWindow]


@pytest.fixture
def open_window(qtbot: QtBot, protocol_server: ProtocolServer) -> Iterator[Open]:
    """Shows a window whose work is done before `show` returns."""
    with asyncio.Runner() as runner:
        clients = []

        def run(work: Work) -> None:
            runner.run(work)

        def opened(url: str = protocol_server.url, notice: str = "") -> OverviewWindow:
            client = Client(url)
            clients.append(client)
            window = OverviewWindow(OverviewPresenter(client), run, url, notice)
            qtbot.addWidget(window)
            window.show()
            return window

        yield opened
        for client in clients:
            runner.run(client.close())


def cells(window: OverviewWindow) -> list[list[str]]:
    items = [window.models.topLevelItem(row) for row in range(window.models.topLevelItemCount())]
    return [[item.text(column) for column in range(3)] for item in items if item]


@pytest.mark.usefixtures("protocol_server")
def test_showing_the_window_lists_models_and_memory(open_window: Open) -> None:
    window = open_window()
    assert cells(window) == [["echo:latest", "98 MB", "211 MB"]]
    assert window.state.text() == "Running"
    assert window.pages.currentWidget() is window.models
    assert window.notice.isHidden()


def test_a_model_that_is_not_loaded_has_no_memory(
    open_window: Open, protocol_server: ProtocolServer
) -> None:
    protocol_server.loaded = []
    assert cells(open_window()) == [["echo:latest", "98 MB", "–"]]


def test_without_models_the_window_says_how_to_get_one(
    open_window: Open, protocol_server: ProtocolServer
) -> None:
    protocol_server.installed = protocol_server.loaded = []
    window = open_window()
    assert window.pages.currentWidget() is window.empty
    assert "puna import" in window.empty.text()


def test_a_server_that_is_gone_is_told_in_a_sentence(open_window: Open) -> None:
    window = open_window("http://127.0.0.1:1")
    assert window.state.text().startswith("No server answers at http://127.0.0.1:1.")


def test_it_recovers_when_the_server_is_back(
    open_window: Open, protocol_server: ProtocolServer
) -> None:
    installed, protocol_server.installed = protocol_server.installed, [{"name": 7}]
    window = open_window()
    assert "does not understand" in window.state.text()
    protocol_server.installed = installed
    window.hide()
    window.show()
    assert window.state.text() == "Running"


def test_copy_puts_the_address_on_the_clipboard(open_window: Open) -> None:
    window = open_window(notice="The usual port is taken.")
    window.copy.click()
    assert QGuiApplication.clipboard().text() == window.address.text()
    assert window.copy.text() == "Copied"
    assert window.notice.isVisible()


def test_closing_is_told_and_stops_the_refreshing(open_window: Open, qtbot: QtBot) -> None:
    window = open_window()
    with qtbot.waitSignal(window.closed, timeout=1000):
        window.close()
    assert not window.isVisible()


async def both(presenter: OverviewPresenter) -> None:
    await asyncio.gather(presenter.refresh(), presenter.refresh())


def test_a_refresh_during_a_refresh_does_nothing(
    qtbot: QtBot, protocol_server: ProtocolServer
) -> None:
    seen: list[list[ModelRow]] = []

    async def refresh_twice() -> None:
        async with Client(protocol_server.url) as client:
            presenter = OverviewPresenter(client)
            presenter.refreshed.connect(seen.append)
            await both(presenter)

    asyncio.run(refresh_twice())
    assert seen == [[ModelRow("echo:latest", "98 MB", "211 MB")]]
