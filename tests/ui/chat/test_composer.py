"""Writing: keys, growing, changing an old message, drafts; and the meter beside it."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.ui.chat.composer import Composer
from desktop.ui.chat.figure_words import number
from desktop.ui.chat.filling import Fill
from desktop.ui.chat.meter import ContextMeter
from tests.ui.screenless import SCREENLESS

pytestmark = SCREENLESS


@pytest.fixture
def composer(qtbot: QtBot) -> Composer:
    made = Composer()
    qtbot.addWidget(made)
    made.resize(500, 120)
    made.show()
    made.field.setFocus()
    return made


def test_enter_sends_and_shift_enter_does_not(qtbot: QtBot, composer: Composer) -> None:
    QTest.keyClicks(composer.field, "one")
    QTest.keyClick(composer.field, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClicks(composer.field, "two")
    with qtbot.waitSignal(composer.sent) as sent:
        QTest.keyClick(composer.field, Qt.Key.Key_Return)
    assert sent.args == ["one\ntwo"]
    assert composer.text == ""
    assert not composer.send.isEnabled()


def test_while_an_answer_comes_the_text_waits(qtbot: QtBot, composer: Composer) -> None:
    composer.set_busy(True)
    QTest.keyClicks(composer.field, "next")
    with qtbot.assertNotEmitted(composer.sent):
        QTest.keyClick(composer.field, Qt.Key.Key_Return)
    assert composer.text == "next"
    assert composer.send.accessibleName() == "Stop the answer"
    with qtbot.waitSignal(composer.stopped):
        QTest.keyClick(composer.field, Qt.Key.Key_Escape)
    with qtbot.waitSignal(composer.stopped):
        composer.send.click()


def test_it_grows_up_to_ten_lines(qtbot: QtBot, composer: Composer) -> None:
    one = composer.field.height()
    composer.field.setPlainText("a\nb\nc")
    three = composer.field.height()
    composer.field.setPlainText("a\n" * 40)
    assert one < three < composer.field.height() < 12 * one


def test_up_in_an_empty_field_asks_for_the_last_message(qtbot: QtBot, composer: Composer) -> None:
    with qtbot.waitSignal(composer.edit_last_wanted):
        QTest.keyClick(composer.field, Qt.Key.Key_Up)
    QTest.keyClicks(composer.field, "x")
    with qtbot.assertNotEmitted(composer.edit_last_wanted):
        QTest.keyClick(composer.field, Qt.Key.Key_Up)


def test_changing_an_old_message_keeps_the_draft(qtbot: QtBot, composer: Composer) -> None:
    QTest.keyClicks(composer.field, "draft")
    composer.edit(7, "old")
    assert composer.banner.isVisible()
    QTest.keyClicks(composer.field, "er")
    with qtbot.waitSignal(composer.edited) as edited:
        QTest.keyClick(composer.field, Qt.Key.Key_Return)
    assert edited.args == [7, "older"]
    assert composer.text == "draft"
    composer.edit(7, "old")
    QTest.keyClick(composer.field, Qt.Key.Key_Escape)
    assert composer.text == "draft"
    assert not composer.banner.isVisible()


def test_a_draft_is_told_when_the_user_rests(qtbot: QtBot, composer: Composer) -> None:
    with qtbot.waitSignal(composer.drafted, timeout=3000) as drafted:
        QTest.keyClicks(composer.field, "half a thought")
    assert drafted.args == ["half a thought"]


def test_without_a_model_nothing_is_sent(qtbot: QtBot, composer: Composer) -> None:
    composer.set_may_send(False)
    QTest.keyClicks(composer.field, "hi")
    with qtbot.assertNotEmitted(composer.sent):
        QTest.keyClick(composer.field, Qt.Key.Key_Return)
    composer.set_may_send(True)
    assert composer.send.isEnabled()


def test_files_alone_may_be_sent(composer: Composer) -> None:
    composer.set_has_files(True)
    assert composer.send.isEnabled()


def test_the_meter_warns_before_anything_is_cut(qtbot: QtBot) -> None:
    meter = ContextMeter()
    qtbot.addWidget(meter)
    meter.set_fill(Fill(1000, 4096))
    assert meter.words.text() == f"{number(1000)} of {number(4096)} tokens"
    assert not meter.warning()
    meter.set_coming(3000)
    assert "will no longer know its beginning" in meter.warning()
    meter.set_coming(5000)
    assert "too long for the model" in meter.warning()
    meter.set_fill(Fill(0, 0))
    assert not meter.warning()
