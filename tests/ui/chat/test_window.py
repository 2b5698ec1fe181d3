"""The chat window as a person uses it, by mouse and keys, beside a real HTTP server."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale, Qt, QUrl
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from desktop.ui.chat.line import Action
from desktop.ui.chat.links import Links
from desktop.ui.chat.prompting import Terms
from desktop.ui.chat.window import ChatWindow
from desktop.ui.context import Place
from desktop.ui.preferences import Preferences
from tests.ui.chat.talker import Talker
from tests.ui.every_window import Stage, staged
from tests.ui.screenless import SCREENLESS

pytestmark = [SCREENLESS, pytest.mark.slow]

Script = Callable[[Stage, ChatWindow], Awaitable[None]]
Play = Callable[[Script], None]


@pytest.fixture
def play(qtbot: QtBot, talker: Talker, tmp_path: Path) -> Play:
    """Runs a script with the window on a loop of its own."""

    async def whole(script: Script) -> None:
        async with staged(Place.CHAT, talker.url, tmp_path) as stage:
            window = stage.window
            assert isinstance(window, ChatWindow)
            window.picker.set_model("talker")
            await stage.until(window.picker.model)
            await script(stage, window)

    return lambda script: asyncio.run(whole(script))


async def say(stage: Stage, window: ChatWindow, text: str) -> None:
    """Type and send, and wait for the answer's end."""
    QTest.keyClicks(window.composer.field, text)
    QTest.keyClick(window.composer.field, Qt.Key.Key_Return)
    await ended(stage, window)


async def ended(stage: Stage, window: ChatWindow) -> None:
    """An answer that was asked for just now is over."""
    told: list[bool] = []
    window.presenter.busy_changed.connect(told.append)
    await stage.until(lambda: told[-1:] == [False])
    window.presenter.busy_changed.disconnect(told.append)


def texts(window: ChatWindow) -> list[str]:
    return [message.line.content for message in window.transcript.messages]


def test_a_question_gets_its_answer(play: Play) -> None:
    async def script(stage: Stage, window: ChatWindow) -> None:
        assert window.pages.currentWidget() is window.welcome
        await say(stage, window, "Hi")
        assert window.pages.currentWidget() is window.transcript
        assert texts(window) == ["Hi", "Hello world"]
        await stage.until(lambda: window.meter.isVisible())
        assert window.composer.text == ""

    play(script)


def test_escape_stops_and_up_changes_the_last_message(play: Play) -> None:
    async def script(stage: Stage, window: ChatWindow) -> None:
        window.picker.set_model("endless")
        QTest.keyClicks(window.composer.field, "Talk")
        QTest.keyClick(window.composer.field, Qt.Key.Key_Return)
        await stage.until(lambda: window.transcript.last and window.presenter.is_busy)
        await stage.until(lambda: len(texts(window)) == 2)
        QTest.keyClick(window.composer.field, Qt.Key.Key_Escape)
        await stage.until(lambda: not window.presenter.is_busy)
        window.picker.set_model("talker")
        QTest.keyClick(window.composer.field, Qt.Key.Key_Up)
        assert window.composer.text == "Talk"
        await say(stage, window, " less")
        assert texts(window) == ["Talk less", "Hello world"]
        footer = window.transcript.messages[0].footer
        assert footer.place.text() == "2/2"
        footer.before.click()
        await stage.until(lambda: texts(window)[0] == "Talk")

    play(script)


def test_escape_stops_wherever_the_focus_is_and_an_old_message_may_be_changed_before(
    play: Play,
) -> None:
    async def script(stage: Stage, window: ChatWindow) -> None:
        window.picker.set_model("endless")
        QTest.keyClicks(window.composer.field, "Talk")
        QTest.keyClick(window.composer.field, Qt.Key.Key_Return)
        await stage.until(lambda: len(texts(window)) == 2 and window.presenter.is_busy)
        edit = window.transcript.messages[0].footer.edit
        edit.click()
        assert window.composer.text == "Talk"
        QTest.keyClick(edit, Qt.Key.Key_Escape)
        await stage.until(lambda: not window.presenter.is_busy)
        assert window.composer.is_editing
        QTest.keyClick(edit, Qt.Key.Key_Escape)
        assert not window.composer.is_editing
        assert window.composer.text == ""

    play(script)


def test_deleting_offers_undo(play: Play) -> None:
    async def script(stage: Stage, window: ChatWindow) -> None:
        await say(stage, window, "Hi")
        window.transcript.messages[1].footer.delete.click()
        await stage.until(lambda: window.undo.isVisible())
        assert texts(window) == ["Hi"]
        window.undo.undo.click()
        await stage.until(lambda: texts(window) == ["Hi", "Hello world"])

    play(script)


def test_a_chat_of_the_list_opens_with_its_draft(play: Play) -> None:
    async def script(stage: Stage, window: ChatWindow) -> None:
        (line,) = [each for each in await stage.context.history.chats() if each.title == "Bread"]
        await stage.context.history.save_draft(line.id, "and butter")
        window.sidebar.opened.emit(line.id)
        await stage.until(lambda: texts(window)[:1] == ["Bread?"])
        assert window.composer.text == "and butter"
        window.sidebar.new_requested.emit()
        await stage.until(lambda: window.pages.currentWidget() is window.welcome)
        assert window.composer.text == ""

    play(script)


def test_a_chat_that_is_deleted_in_the_list_gives_way_to_a_new_one(play: Play) -> None:
    async def script(stage: Stage, window: ChatWindow) -> None:
        await say(stage, window, "Hi")
        chat = window.presenter.chat
        assert chat
        await stage.context.history.remove_chat(chat.id)
        await stage.until(lambda: window.pages.currentWidget() is window.welcome)
        assert window.presenter.chat is None

    play(script)


def test_a_hit_of_the_search_is_shown_on_its_branch(play: Play) -> None:
    async def script(stage: Stage, window: ChatWindow) -> None:
        await say(stage, window, "Hi")
        window.transcript.messages[0].asked.emit(Action.EDIT, window.transcript.messages[0].line.id)
        await say(stage, window, "2")
        chat = window.presenter.chat
        assert chat
        old = chat.turns[1].id
        window.sidebar.opened.emit(chat.id)
        window.sidebar.hit_opened.emit(chat.id, old)
        await stage.until(lambda: texts(window) == ["Hi", "Hello world"])

    play(script)


def test_a_warning_comes_before_anything_is_cut(play: Play, talker: Talker) -> None:
    async def script(stage: Stage, window: ChatWindow) -> None:
        await say(stage, window, "Hi")
        await stage.until(lambda: window.meter.isVisible())
        window.composer.field.setPlainText("word " * 600)
        assert window.warning.isVisible()

    talker.context_length = 512
    play(script)


def test_what_the_model_does_without_is_told_once(play: Play, talker: Talker) -> None:
    async def script(stage: Stage, window: ChatWindow) -> None:
        await say(stage, window, "Hi")
        await stage.until(lambda: window.fitted.isVisible())
        assert "8,192 tokens instead of 32,768" in window.fitted.words.text()
        window.fitted.close_button.click()
        await say(stage, window, "Again")
        assert not window.fitted.isVisible()

    QLocale.setDefault(QLocale("en"))
    numbers = {"context_tokens": 8192, "usual_tokens": 32768}
    talker.steps = [{"code": "context", "text": "shorter", "numbers": numbers}]
    play(script)


def test_a_failure_offers_to_try_again(play: Play) -> None:
    async def script(stage: Stage, window: ChatWindow) -> None:
        await say(stage, window, "Hi")
        chat = window.presenter.chat
        assert chat
        window.composer.set_may_send(True)
        window.presenter._terms = lambda: Terms("missing")
        await say(stage, window, "Again")
        notice = window.transcript.messages[-1].notice
        assert notice
        assert notice.button.text() == "Try again"
        window.presenter._terms = lambda: Terms("talker")
        notice.button.click()
        await stage.until(lambda: texts(window)[-1] == "Hello world")

    play(script)


def test_without_models_the_way_to_one_is_shown(
    qtbot: QtBot, talker: Talker, tmp_path: Path
) -> None:
    async def whole() -> None:
        talker.models.clear()
        async with staged(Place.CHAT, talker.url, tmp_path) as stage:
            window = stage.window
            assert isinstance(window, ChatWindow)
            await stage.until(lambda: window.welcome.get.isVisible())
            window.welcome.get.click()
            assert stage.gone == [(Place.MODELS, "recommended")]

    asyncio.run(whole())


@pytest.mark.parametrize("address", ["file:///etc/passwd", "javascript:alert(1)", "ssh://x", "x"])
def test_other_addresses_than_those_of_the_web_are_never_opened(
    qtbot: QtBot, tmp_path: Path, address: str
) -> None:
    opened: list[QUrl] = []
    window = QMessageBox()
    qtbot.addWidget(window)
    links = Links(window, Preferences(tmp_path / "desktop.json"), opened.append)
    links.open(address)
    assert not opened
    assert links.question is None


def test_a_link_is_opened_after_asking(qtbot: QtBot, tmp_path: Path) -> None:
    opened: list[QUrl] = []
    window = QMessageBox()
    qtbot.addWidget(window)
    preferences = Preferences(tmp_path / "desktop.json")
    links = Links(window, preferences, opened.append)
    links.open("https://example.com/a")
    assert links.question
    assert not opened
    links.question.button(QMessageBox.StandardButton.Cancel).click()
    links.open("https://example.com/a")
    assert not opened
    box = links.question.checkBox()
    box.setChecked(True)
    links.question.button(QMessageBox.StandardButton.Open).click()
    assert opened == [QUrl("https://example.com/a")]
    assert not preferences.choices.confirm_links
    links.open("mailto:a@example.com")
    assert len(opened) == 2
