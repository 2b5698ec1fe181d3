"""The help window: pages of the language, links between them, nothing from the network."""

from pathlib import Path

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QPalette, QTextDocument
from pytestqt.qtbot import QtBot

from desktop.core.resources import resource
from desktop.ui.help.window import FIRST, HelpWindow
from tests.ui.screenless import SCREENLESS

pytestmark = SCREENLESS
FOLDER = resource("help/connect.md").parent


def titles(window: HelpWindow) -> list[str]:
    return [window.pages.item(row).text() for row in range(window.pages.count())]


@pytest.fixture
def window(qtbot: QtBot) -> HelpWindow:
    made = HelpWindow(FOLDER, "en")
    qtbot.addWidget(made)
    made.show()
    return made


def test_it_begins_with_the_first_steps_at_their_top(window: HelpWindow) -> None:
    assert titles(window)[0] == "First steps"
    assert len(titles(window)) == len(list(FOLDER.glob("*.md")))
    assert "First steps" in window.page.toPlainText()
    assert window.page.verticalScrollBar().value() == 0


def test_german_pages_win_where_there_are_some(qtbot: QtBot) -> None:
    window = HelpWindow(FOLDER, "de")
    qtbot.addWidget(window)
    assert titles(window)[:2] == ["Erste Schritte", "Programme verbinden"]


def test_links_lead_to_pages_and_outside(
    window: HelpWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toString()))
    window.page.anchorClicked.emit(QUrl("sharing.md"))
    assert window.pages.currentRow() == FIRST.index("sharing")
    window.page.anchorClicked.emit(QUrl("https://example.org/"))
    window.page.anchorClicked.emit(QUrl("file:///etc/passwd"))
    assert opened == ["https://example.org/"]


def test_a_page_can_be_asked_for(window: HelpWindow) -> None:
    window.show_at("errors")
    assert "Errors" in window.page.toPlainText()
    window.show_at("nowhere")
    assert "Errors" in window.page.toPlainText()


def test_nothing_is_loaded_and_nothing_is_dropped(window: HelpWindow, tmp_path: Path) -> None:
    kind = QTextDocument.ResourceType.ImageResource.value
    assert window.page.loadResource(kind, QUrl("file:///etc/passwd")) is None
    window.page.show_text("Use `a` and vector<int> too.")
    assert window.page.toPlainText() == "Use a and vector<int> too."


def test_code_stands_out_in_light_and_dark(window: HelpWindow) -> None:
    window.page.show_text("```\nx\n```\n")
    before = code_ground(window)
    dark = QPalette(window.palette())
    dark.setColor(QPalette.ColorRole.Window, "#101010")
    dark.setColor(QPalette.ColorRole.WindowText, "#f0f0f0")
    window.page.setPalette(dark)
    assert code_ground(window) != before


def code_ground(window: HelpWindow) -> str:
    return window.page.document().begin().blockFormat().background().color().name()
