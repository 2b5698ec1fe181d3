"""A service of its own for each test, as settings change it, and the window beside it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale
from pytestqt.qtbot import QtBot

from desktop.core.autostart import DesktopEntry
from desktop.ui.settings.presenter import SettingsPresenter
from desktop.ui.settings.window import SettingsWindow
from tests.api.served import Served, serving
from tests.ui.chat_parts.surroundings import Surroundings, surroundings, write_models


@pytest.fixture(scope="session")
def few_models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_models(tmp_path_factory.mktemp("few"))


@pytest.fixture
def served(few_models: Path, tmp_path: Path) -> Iterator[Served]:
    with serving(tmp_path / "home", few_models) as service:
        yield service


@pytest.fixture
def around(qtbot: QtBot, served: Served, tmp_path: Path) -> Iterator[Surroundings]:
    QLocale.setDefault(QLocale("en"))
    with surroundings(served.url, tmp_path) as found:
        yield found


@pytest.fixture
def window(around: Surroundings, tmp_path: Path, qtbot: QtBot) -> SettingsWindow:
    """Shown, and with all that the server said."""
    login = DesktopEntry(tmp_path / "autostart", ["puna"])
    presenter = SettingsPresenter(around.context.client, around.context.history, login)
    made = SettingsWindow(around.context, presenter)
    qtbot.addWidget(made)
    with qtbot.waitSignal(presenter.chats_counted):
        made.show()
    return made
