"""Choosing the model of a chat."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.ui.chat.picker import ModelPicker, make_picker
from desktop.ui.chat.picker_list import PickerList, memory_text
from desktop.ui.chat.picker_presenter import ModelRow
from desktop.ui.context import Place
from tests.api.served import Served
from tests.ui.chat_parts.surroundings import Surroundings
from tests.ui.screenless import SCREENLESS

pytestmark = [SCREENLESS, pytest.mark.slow]


@pytest.fixture
def picker(around: Surroundings, qtbot: QtBot) -> Iterator[ModelPicker]:
    QLocale.setDefault(QLocale("en"))
    made = make_picker(around.context)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitUntil(lambda: bool(made.model()))
    yield made
    made.popup.close()


def shown(picker: ModelPicker) -> list[str]:
    found = picker.popup.list_view.model()
    assert isinstance(found, PickerList)
    role = Qt.ItemDataRole.AccessibleTextRole
    return [str(found.data(found.index(row), role)) for row in range(found.rowCount())]


def test_the_list_says_what_each_needs_and_can(picker: ModelPicker, qtbot: QtBot) -> None:
    picker.choose()
    qtbot.waitUntil(lambda: all("needs about" in line for line in shown(picker)))
    names = {line.partition(",")[0] for line in shown(picker)}
    assert names == {"plain", "thinker"}  # the third one only makes vectors
    (thinker,) = [line for line in shown(picker) if line.startswith("thinker")]
    assert thinker.endswith("thinks first")


def test_what_is_loaded_stands_first(picker: ModelPicker, served: Served, qtbot: QtBot) -> None:
    served.load("plain")
    picker.choose()
    qtbot.waitUntil(lambda: "in memory" in shown(picker)[0])
    assert shown(picker)[0].startswith("plain, in memory")
    picker.set_model("plain:latest")
    assert picker.state.text().startswith("in memory")


def test_no_size_is_told_before_it_is_known() -> None:
    assert memory_text(ModelRow("plain:latest", "plain", is_loaded=True)) == "being loaded"


def test_typing_and_enter_choose(picker: ModelPicker, around: Surroundings, qtbot: QtBot) -> None:
    picker.set_model("plain:latest")
    picker.choose()
    QTest.keyClicks(picker.popup.search, "think")
    assert len(shown(picker)) == 1
    with qtbot.waitSignal(picker.chosen) as chosen:
        QTest.keyClick(picker.popup.search, Qt.Key.Key_Return)
    assert chosen.args == ["thinker:latest"] == [picker.model()]
    assert not picker.popup.isVisible()
    assert around.preferences.choices.last_model == "thinker:latest"
    assert picker.button.text() == "thinker"


def test_arrows_move_while_one_types(picker: ModelPicker, qtbot: QtBot) -> None:
    picker.choose()
    qtbot.waitUntil(lambda: len(shown(picker)) == 2)
    first = picker.popup.list_view.currentIndex().row()
    key = Qt.Key.Key_Down if first == 0 else Qt.Key.Key_Up
    QTest.keyClick(picker.popup.search, key)
    assert picker.popup.list_view.currentIndex().row() == 1 - first
    QTest.keyClicks(picker.popup.search, "no such model")
    assert picker.popup.nothing.isVisible()


def test_the_last_one_is_remembered(around: Surroundings, qtbot: QtBot) -> None:
    around.preferences.change(last_model="plain:latest")
    picker = make_picker(around.context)
    qtbot.addWidget(picker)
    assert picker.model() == "plain:latest"  # even before the server has said anything
    qtbot.waitUntil(lambda: bool(picker.state.text()))
    assert picker.model() == "plain:latest"


def test_a_model_that_is_gone_is_not_replaced_silently(picker: ModelPicker, qtbot: QtBot) -> None:
    picker.set_model("lost:latest")
    qtbot.waitUntil(lambda: "lost" in picker.popup.notice.text())
    assert picker.model() == ""
    assert picker.button.text() == "Choose a model"


def test_getting_more(picker: ModelPicker, around: Surroundings) -> None:
    picker.choose()
    picker.popup.more.click()
    assert around.went == [(Place.MODELS, "recommended")]


def test_a_server_that_is_gone_is_told(
    picker: ModelPicker, around: Surroundings, qtbot: QtBot
) -> None:
    around.context.client.wire.move("http://127.0.0.1:1", "")
    picker.choose()
    qtbot.waitUntil(lambda: "does not answer" in picker.popup.notice.text())
