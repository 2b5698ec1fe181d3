"""The panel that says how a model is to answer."""

import pytest
from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QDoubleSpinBox
from pytestqt.qtbot import QtBot

from desktop.history.records import Manner
from desktop.ui.chat.parameters import ParameterPanel, make_parameters
from tests.ui.chat_parts.surroundings import Surroundings
from tests.ui.screenless import SCREENLESS

pytestmark = [SCREENLESS, pytest.mark.slow]


@pytest.fixture
def panel(around: Surroundings, qtbot: QtBot) -> ParameterPanel:
    QLocale.setDefault(QLocale("en"))
    made = make_parameters(around.context)
    qtbot.addWidget(made)
    made.show()
    return made


def look(panel: ParameterPanel, model: str, qtbot: QtBot) -> None:
    with qtbot.waitSignal(panel._presenter.looked):
        panel.set_model(model)


def test_the_models_own_values_are_shown_and_not_sent(panel: ParameterPanel, qtbot: QtBot) -> None:
    look(panel, "plain", qtbot)
    assert panel.knobs["temperature"].number.value() == 0.3
    assert panel.knobs["num_ctx"].number.value() == 1024
    assert panel.knobs["num_ctx"].number.maximum() == 32768
    assert panel.knobs["top_k"].number.value() == 40
    assert panel.options() == {}
    assert not panel.reset_all.isEnabled()
    assert panel.thinking.isHidden()


def test_only_what_was_turned_is_sent_and_kept(
    panel: ParameterPanel, around: Surroundings, qtbot: QtBot
) -> None:
    look(panel, "plain", qtbot)
    warm = panel.knobs["temperature"].number
    assert isinstance(warm, QDoubleSpinBox)
    with qtbot.waitSignal(panel.changed):
        warm.setValue(1.25)
    panel.knobs["seed"].number.setValue(7)
    assert panel.options() == {"temperature": 1.25, "seed": 7}
    assert make_parameters(around.context).options() == {}  # it holds for this chat alone
    panel.for_new.click()
    assert make_parameters(around.context).options() == panel.options()
    assert not panel.for_new.isEnabled()
    panel.knobs["temperature"].reset.click()
    assert panel.options() == {"seed": 7}
    assert panel.knobs["temperature"].number.value() == 0.3
    panel.reset_all.click()
    assert panel.options() == {}


def test_each_chat_has_its_own(panel: ParameterPanel, qtbot: QtBot) -> None:
    look(panel, "plain", qtbot)
    panel.set_option("seed", 7)
    panel.editor.text.setPlainText("Be brief.")
    panel.settle()
    mine = panel.manner()
    assert mine == Manner(system="Be brief.", options={"seed": 7})
    changes: list[None] = []
    panel.changed.connect(lambda: changes.append(None))
    panel.show_manner(None)
    assert (panel.options(), panel.system(), panel.editor.text.toPlainText()) == ({}, "", "")
    assert panel.knobs["seed"].number.value() == -1
    panel.show_manner(mine)
    assert panel.manner() == mine
    assert panel.editor.text.toPlainText() == "Be brief."
    assert changes == []  # nobody has chosen anything


def test_the_slider_turns_in_whole_steps(panel: ParameterPanel) -> None:
    slider = panel.knobs["temperature"].slider
    assert slider is not None
    slider.setValue(51)
    assert panel.options() == {"temperature": 1.0}


def test_the_context_can_be_set_from_outside(panel: ParameterPanel) -> None:
    panel.set_option("num_ctx", 8192)
    assert panel.options() == {"num_ctx": 8192}
    assert panel.knobs["num_ctx"].number.value() == 8192
    assert panel.knobs["num_ctx"].reset.isEnabled()


def test_thinking_only_where_the_model_can(panel: ParameterPanel, qtbot: QtBot) -> None:
    look(panel, "thinker", qtbot)
    choice = panel.thinking.choice
    assert not panel.thinking.isHidden()
    assert panel.think() is None
    choice.setCurrentIndex(choice.findData("off"))
    choice.activated.emit(choice.currentIndex())
    assert panel.think() is False
    look(panel, "plain", qtbot)
    assert panel.think() is None


def test_instructions_and_presets(
    panel: ParameterPanel, around: Surroundings, qtbot: QtBot
) -> None:
    editor = panel.editor
    with qtbot.waitSignal(panel.changed, timeout=2000):
        editor.text.setPlainText("Answer in rhymes.")
    assert panel.system() == "Answer in rhymes."
    editor.save.click()
    assert not editor.naming.confirm.isEnabled()
    editor.naming.name.setText("Poet & co")
    editor.naming.confirm.click()
    assert around.preferences.choices.presets == {"Poet & co": "Answer in rhymes."}
    assert not editor.save.isEnabled()
    panel.set_system("")
    assert editor.text.toPlainText() == ""
    editor.menu.aboutToShow.emit()
    (poet,) = [action for action in editor.menu.actions() if "Poet" in action.text()]
    poet.trigger()
    assert panel.system() == "Answer in rhymes."
    editor.naming.begin(around.preferences.choices.presets)
    editor.naming.name.setText("Poet & co")
    assert editor.naming.told.text()


def test_a_model_that_cannot_be_asked_has_what_is_usual(
    panel: ParameterPanel, qtbot: QtBot
) -> None:
    look(panel, "no-such-model", qtbot)
    assert panel.knobs["temperature"].number.value() == 0.8
    assert panel.knobs["num_ctx"].number.text() == ""
