"""Languages and looks: what the user chose is followed at once."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QDialogButtonBox, QMenu
from pytestqt.qtbot import QtBot

from desktop.ui.look.theme import is_dark
from desktop.ui.preferences import Choices
from desktop.ui.shell import language
from desktop.ui.shell.language import Speech, follow_theme, language_of
from desktop.ui.shell.panel import Panel
from desktop.ui.shell.tray_menu import MenuText
from tests.ui.test_translations import tool

GERMAN = """<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en"><context><name>Panel</name>
<message><source>Open &amp;chat</source><translation>&amp;Chat öffnen</translation></message>
</context></TS>
"""


@pytest.fixture
def application(qtbot: QtBot) -> Iterator[QApplication]:
    found = QApplication.instance()
    assert isinstance(found, QApplication)
    yield found
    follow_theme(Choices())


def test_windows_speak_the_language_and_write_its_figures(
    application: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    source = tmp_path / "puna_de.ts"
    source.write_text(GERMAN, encoding="utf-8")
    made: Path = tool("build")(source, tmp_path)
    monkeypatch.setattr(language, "resource", lambda name: made)
    speech = Speech(application)
    speech.speak("de")
    menu = QMenu()
    qtbot.addWidget(menu)
    panel = Panel(MenuText(), menu)
    qtbot.addWidget(panel)
    box = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
    qtbot.addWidget(box)
    assert panel.chat.text() == "&Chat öffnen"
    assert box.button(QDialogButtonBox.StandardButton.Cancel).text() == "Abbrechen"
    assert QLocale().toString(1.5, "f", 1) == "1,5"
    monkeypatch.undo()
    speech.speak("en")
    english = Panel(MenuText(), menu)
    qtbot.addWidget(english)
    assert english.chat.text() == "Open &chat"
    speech.fall_silent()


def test_the_chosen_language_wins() -> None:
    assert language_of(Choices(language="de")) == "de"
    assert language_of(Choices(language="tlh")) in language.LANGUAGES


def test_light_and_dark_are_followed(application: QApplication, qtbot: QtBot) -> None:
    before = QGuiApplication.palette().window().color()
    follow_theme(Choices(theme="dark"))
    qtbot.waitUntil(is_dark)
    follow_theme(Choices(theme="light"))
    qtbot.waitUntil(lambda: not is_dark())
    follow_theme(Choices())
    qtbot.waitUntil(lambda: QGuiApplication.palette().window().color() == before)
