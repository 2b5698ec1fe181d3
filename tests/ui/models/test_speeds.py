"""The models window says how fast models are here."""

from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from desktop.ui.models.card import ModelCard
from desktop.ui.models.window import ModelsWindow
from tests.ui.models.answers import ESTIMATE, GB, MIDDLE, variant
from tests.ui.models.conftest import Stage
from tests.ui.scripted_server import ScriptedServer

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # of Qt's screenless platform

SPEED: dict[str, Any] = {
    "kind": "expected",
    "tokens_per_s": 16.0,
    "by": "smollm2:135m",
    "place": "cpu",
}


def card(window: ModelsWindow, title: str) -> ModelCard:
    shown = window.recommended_tab.findChildren(ModelCard)
    return next(each for each in shown if each.title.text() == title)


def test_how_fast_models_are_here(stage: Stage, server: ScriptedServer, qtbot: QtBot) -> None:
    offers = [variant("middle:4b", 2 * GB, "fits_cpu", speed=SPEED)]
    server.answers["GET /api/puna/catalog"] = {"models": [MIDDLE | {"variants": offers}]}
    measured = SPEED | {"kind": "measured", "by": "tiny:1b"}
    names = [each["name"] for each in server.answers["GET /api/tags"]["models"]]
    server.answers["GET /api/puna/speed"] = {
        "probe": "known",
        "models": [{"name": names[0], "speed": measured}],
    }
    server.answers["POST /api/puna/speed"] = {"probe": "known"}
    server.answers["POST /api/puna/estimate"] = ESTIMATE | {"speed": SPEED}
    window = ModelsWindow(stage.context)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitUntil(lambda: len(window.recommended_tab.list.widgets) > 1)
    facts = card(window, "Middle").facts
    assert "about 10 words a second here" in facts.text()
    assert facts.toolTip() == "Judged by how fast smollm2:135m runs here."
    qtbot.waitUntil(lambda: bool(window.installed.rows) and not window.installed.is_busy)
    (speed,) = [row.speed for row in window.installed.rows if row.name == names[0]]
    assert speed
    assert speed.kind == "measured"
    card(window, "Middle").button.click()
    assert window.asking_dialog
    pace = window.asking_dialog.pace
    qtbot.waitUntil(lambda: pace.text() == "about 10 words a second here")
    window.close()


def test_a_machine_that_was_just_measured_is_asked_again(
    window: ModelsWindow, server: ScriptedServer, qtbot: QtBot
) -> None:
    server.answers["POST /api/puna/speed"] = {"probe": "running"}
    server.answers["GET /api/puna/speed"] = {"probe": "running"}
    window._start(window.measuring.wish())
    qtbot.waitUntil(lambda: window.measuring.is_waiting)
    window._start(window.measuring.look())
    offers = [variant("middle:4b", 2 * GB, "fits_cpu", speed=SPEED)]
    server.answers["GET /api/puna/catalog"] = {"models": [MIDDLE | {"variants": offers}]}
    server.answers["GET /api/puna/speed"] = {"probe": "known"}
    window._start(window.measuring.look())
    qtbot.waitUntil(lambda: "10 words a second" in card(window, "Middle").facts.text())
    assert not window.measuring.is_waiting
