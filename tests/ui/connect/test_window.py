"""The connect window against a real HTTP server; no running Qt loop needed."""

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QLocale
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QMessageBox
from pytestqt.qtbot import QtBot

from desktop.client.client import Client
from desktop.ui.connect.presenter import ConnectPresenter
from desktop.ui.connect.sharing import SharingPresenter
from desktop.ui.connect.window import ConnectWindow
from desktop.ui.context import Place
from desktop.ui.preferences import Preferences
from desktop.ui.task_scope import Work
from tests.ui.connect.answers import CODE, KEY, N8N, answers, settings
from tests.ui.scripted_server import ScriptedServer

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # of Qt's screenless platform
APPS = "/api/puna/apps"


class Shown:
    """A window and its server."""

    def __init__(
        self, qtbot: QtBot, runner: asyncio.Runner, server: ScriptedServer, folder: Path
    ) -> None:
        self.server = server
        server.begin(answers())
        QLocale.setDefault(QLocale.c())
        self.gone: list[tuple[Place, str]] = []
        self.preferences = Preferences(folder / "desktop.json")
        self.client = Client(self.server.url)

        def run(work: Work) -> None:
            runner.run(work)

        self.sharing = SharingPresenter(self.client, self.preferences)
        self.window = ConnectWindow(
            ConnectPresenter(self.client), self.sharing, run, lambda *way: self.gone.append(way)
        )
        qtbot.addWidget(self.window)

    def open(self, at: str = "recipes", replies: dict[str, Any] | None = None) -> ConnectWindow:
        self.server.answers |= replies or {}
        self.window.show()
        self.window.show_at(at)
        return self.window

    def last_change(self) -> tuple[str, Any]:
        return self.server.changes()[-1]


@pytest.fixture(scope="module")
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as made:
        yield made


@pytest.fixture
def shown(qtbot: QtBot, server: ScriptedServer, tmp_path: Path) -> Iterator[Shown]:
    with asyncio.Runner() as runner:
        made = Shown(qtbot, runner, server, tmp_path)
        yield made
        made.window.hide()
        runner.run(made.client.close())


def test_the_address_is_copied(shown: Shown) -> None:
    window = shown.open()
    window.address.copy.click()
    assert QGuiApplication.clipboard().text() == shown.server.url
    assert window.address.copy.text() == "Copied"
    assert f"{shown.server.url}/v1" in window.other_addresses.text()


def test_recipes_have_address_and_model_in_them(shown: Shown) -> None:
    window = shown.open()
    recipes = window.recipes
    assert recipes.model.currentText() == "qwen3:4b"  # one that can chat
    recipes.choose("curl")
    assert recipes.title.text() == "curl"
    recipes.steps[0].copy.click()
    text = QGuiApplication.clipboard().text()
    assert f"curl -sN {shown.server.url}/api/chat" in text
    assert '"model": "qwen3:4b"' in text
    assert "Bearer puna" in text
    recipes.model.setCurrentText("minilm:latest")
    recipes.steps[0].copy.click()
    assert '"model": "minilm:latest"' in QGuiApplication.clipboard().text()


def test_a_key_that_is_made_is_filled_in_once(shown: Shown) -> None:
    window = shown.open(replies={f"POST {APPS}": (201, N8N | {"key": KEY})})
    window.recipes.choose("n8n")
    window.recipes.make_key.click()
    assert shown.last_change() == (f"POST {APPS}", {"name": "n8n"})
    window.recipes.steps[1].copy.click()
    assert QGuiApplication.clipboard().text() == KEY
    assert window.recipes.make_key.isHidden()
    assert window.programs.key.line.field.text() == KEY
    window.hide()
    window.show()
    assert window.recipes.title.text() == "n8n"


def test_where_keys_are_required_any_word_will_not_do(shown: Shown) -> None:
    window = shown.open(replies={"GET /api/puna/settings": settings(require_keys=True)})
    window.recipes.choose("curl")
    window.recipes.steps[0].copy.click()
    assert "Bearer YOUR-KEY" in QGuiApplication.clipboard().text()
    assert "wants a key" in window.recipes.key_line.text()


def test_without_models_there_is_a_way_to_one(shown: Shown) -> None:
    window = shown.open(replies={"GET /api/tags": {"models": []}})
    assert window.recipes.model.isHidden()
    window.recipes.no_model.click()
    assert shown.gone == [(Place.MODELS, "recommended")]


def test_who_is_calling(shown: Shown) -> None:
    window = shown.open("programs")
    rows = window.programs.rows
    assert list(rows) == ["app1", "app2", "app3"]
    expected = "Asks qwen3:4b now: answering, 31 tokens/s · no key"
    assert rows["app1"].doing.text() == expected
    assert re.fullmatch("Was here [0-9]+ min ago · key …Xy3z", rows["app2"].doing.text())
    assert rows["app3"].doing.text() == "Has not been here yet · no key"
    assert not rows["app3"].blocked.isHidden()
    assert window.programs.empty.isHidden()


def test_a_stranger_is_told_too(shown: Shown) -> None:
    window = shown.open("programs", {f"GET {APPS}": {"apps": []}})
    assert window.programs.strangers.text() == "Also asking now: Visual Studio Code"


def test_a_new_key_for_somebody(shown: Shown) -> None:
    window = shown.open("programs", {f"POST {APPS}": (201, CODE | {"key": KEY})})
    programs = window.programs
    assert not programs.add.isEnabled()
    programs.name.setText("  Notebook of Anna ")
    programs.add.click()
    assert shown.last_change() == (f"POST {APPS}", {"name": "Notebook of Anna"})
    programs.key.line.copy.click()
    assert QGuiApplication.clipboard().text() == KEY
    assert programs.name.text() == ""


def test_what_can_be_done_about_a_program(shown: Shown) -> None:
    window = shown.open("programs")
    row = window.programs.rows["app2"]
    shown.server.answers |= {
        f"PATCH {APPS}/app2": N8N,
        f"POST {APPS}/app2/keys": (201, N8N | {"key": KEY}),
        f"DELETE {APPS}/app2/keys/k1": N8N,
        f"DELETE {APPS}/app2": {},
    }
    row.block.trigger()
    assert shown.last_change() == (f"PATCH {APPS}/app2", {"blocked": True})
    row.new_key.trigger()
    assert window.programs.key.line.field.text() == KEY
    row.remove_keys.trigger()
    assert shown.last_change()[0] == f"DELETE {APPS}/app2/keys/k1"
    row.remove.trigger()
    box = row.findChild(QMessageBox)
    assert box
    assert shown.last_change()[0] == f"DELETE {APPS}/app2/keys/k1"  # it asks first
    (forget,) = (button for button in box.buttons() if button.text() == "Forget")
    forget.click()
    assert shown.last_change()[0] == f"DELETE {APPS}/app2"


def test_web_pages_are_answered(shown: Shown) -> None:
    window = shown.open("pages", {"POST /api/puna/origins": {"asked": [], "decided": []}})
    assert window.tabs.tabText(2) == "Web &pages (1)"
    (question,) = window.pages.questions
    question.buttons["always"].click()
    expected = {"origin": "https://chat.example", "answer": "always"}
    assert shown.last_change() == ("POST /api/puna/origins", expected)


def test_pages_that_did_not_change_are_not_made_anew(shown: Shown, qtbot: QtBot) -> None:
    window = shown.open("pages")
    (question,) = window.pages.questions
    asked = len(shown.server.asked)
    qtbot.waitUntil(lambda: len(shown.server.asked) > asked + 2, timeout=5000)
    assert window.pages.questions == [question]


def test_a_refusal_is_told_in_its_own_words(shown: Shown) -> None:
    window = shown.open("programs")
    window.programs.rows["app2"].block.trigger()
    assert "nothing at PATCH" in window.refusal.text()
    assert not window.refusal.isHidden()
    assert window.problem.isHidden()


def test_texts_from_elsewhere_are_no_markup(shown: Shown) -> None:
    app = CODE | {"name": "<b>Bold</b>"}
    window = shown.open("programs", {f"GET {APPS}": {"apps": [app]}})
    name = window.programs.rows["app1"].name
    assert name.text() == "<b>Bold</b>"
    assert name.textFormat() == QLabel("").textFormat().PlainText
