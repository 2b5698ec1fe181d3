"""The first window: what it offers on which machine, and the way from there to a chat."""

from collections.abc import Callable
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from desktop.ui.context import Place
from desktop.ui.first_run.window import FirstRunWindow
from tests.ui.models.answers import (
    ESTIMATE,
    FOUND,
    GB,
    LARGE,
    MIDDLE,
    STATUS,
    UNREACHABLE,
    download,
    installed,
    variant,
)
from tests.ui.models.conftest import Stage
from tests.ui.scripted_server import ScriptedServer

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # of Qt's screenless platform
EVENTS = "GET /api/puna/downloads/events"
Open = Callable[[], FirstRunWindow]


@pytest.fixture
def open_window(stage: Stage, server: ScriptedServer, qtbot: QtBot) -> Open:
    server.answers["GET /api/tags"] = {"models": []}
    server.answers["GET /api/puna/found"] = {"found": []}

    def opened() -> FirstRunWindow:
        window = FirstRunWindow(stage.context)
        qtbot.addWidget(window)
        window.show()
        qtbot.waitUntil(lambda: not window.button.isHidden())
        return window

    return opened


def events(server: ScriptedServer, *downloads: dict[str, Any]) -> None:
    server.answers[EVENTS] = {"downloads": list(downloads)}


def test_it_has_looked_at_the_machine(open_window: Open) -> None:
    window = open_window()
    assert (
        window.machine.text() == "This computer has 16 GB of memory, and 100 GB free on its disk."
    )
    assert window.model.text() == "Middle"
    assert "2.5 GB" in window.figures.text()
    assert not window.how_long.isHidden()
    assert "no account" in window.privacy.text()
    assert window.button.text() == "&Download Middle"
    assert window.button.hasFocus() or not window.isActiveWindow()
    assert window.try_now.isHidden()
    assert window.found.isHidden()


def test_it_says_how_long_the_download_takes_once_it_is_asked(
    open_window: Open, server: ScriptedServer, qtbot: QtBot
) -> None:
    window = open_window()
    assert not any(route == "POST /api/puna/estimate" for route, _ in server.asked)
    pace = {"download_bytes_per_s": 10e6, "download_bytes": 2_500_000_000}
    server.answers["POST /api/puna/estimate"] = ESTIMATE | pace
    window.how_long.click()
    qtbot.waitUntil(lambda: "about 4 min" in window.figures.text())
    assert "2.5 GB" in window.figures.text()
    assert window.how_long.isHidden()


def test_without_internet_it_says_why_the_time_is_not_known(
    open_window: Open, server: ScriptedServer, qtbot: QtBot
) -> None:
    window = open_window()
    server.answers["POST /api/puna/estimate"] = UNREACHABLE
    window.how_long.click()
    qtbot.waitUntil(lambda: "internet" in window.figures.text().lower())
    assert not window.how_long.isHidden()


def test_a_graphics_card_is_named(open_window: Open, server: ScriptedServer) -> None:
    server.answers["GET /api/puna/status"] = STATUS | {"gpus": {"cards": [{"name": "RTX 4060"}]}}
    assert "RTX 4060" in open_window().machine.text()


def test_the_download_leads_to_a_chat(
    open_window: Open, server: ScriptedServer, stage: Stage, qtbot: QtBot
) -> None:
    window = open_window()
    events(server, download("running", bytes_per_s=5e6, seconds_left=200.0))
    window.button.click()
    qtbot.waitUntil(lambda: "3 min left" in window.progress.text())
    assert ("POST /api/puna/downloads", {"model": "middle:4b"}) in server.asked
    assert "5.0 MB/s" in window.progress.text()
    assert not window.button.isEnabled()
    events(server, download("done"))
    window.look_again()
    qtbot.waitUntil(window.button.isEnabled)
    assert window.button.text() == "&Start a chat"
    window.button.click()
    assert stage.went == [(Place.CHAT, "middle:4b")]
    assert not window.isVisible()


def test_a_download_that_fails_can_be_tried_again(
    open_window: Open, server: ScriptedServer, qtbot: QtBot
) -> None:
    window = open_window()
    events(server, download("failed", reason="No such thing.", code="download_failed"))
    window.button.click()
    qtbot.waitUntil(lambda: window.progress.text().endswith("work: No such thing."))
    assert window.button.isEnabled()
    assert window.button.text() == "&Download Middle"


def test_a_refused_download_can_be_tried_again(
    open_window: Open, server: ScriptedServer, qtbot: QtBot
) -> None:
    window = open_window()
    server.answers["POST /api/puna/downloads"] = (400, {"error": "Not now.", "code": "x"})
    window.button.click()
    qtbot.waitUntil(lambda: window.progress.text() == "Not now.")
    assert window.button.isEnabled()


def test_a_small_disk_is_told(open_window: Open, server: ScriptedServer, stage: Stage) -> None:
    full = {"disk": {"path": "/", "total_bytes": 2 * GB, "free_bytes": GB}}
    server.answers["GET /api/puna/status"] = STATUS | full
    window = open_window()
    assert "has not so much room" in window.figures.text()
    assert window.button.text() == "&Choose a model…"
    window.button.click()
    assert stage.went == [(Place.MODELS, "recommended")]


def test_a_machine_for_which_nothing_fits_may_choose(
    open_window: Open, server: ScriptedServer
) -> None:
    server.answers["GET /api/puna/catalog"] = {"models": [LARGE]}
    window = open_window()
    assert window.offer.isHidden()
    assert window.button.text() == "&Choose a model…"


def test_a_model_that_is_here_can_be_tried(
    open_window: Open, server: ScriptedServer, stage: Stage
) -> None:
    small = installed("smollm2:135m", size=10)
    finder = installed("finder", size=GB, capabilities=["embedding"])
    server.answers["GET /api/tags"] = {"models": [finder, small]}
    window = open_window()
    window.try_now.click()
    assert stage.went == [(Place.CHAT, "smollm2:135m")]


def test_the_right_model_may_be_here_already(open_window: Open, server: ScriptedServer) -> None:
    here = variant("middle:4b", 2 * GB, "fits_cpu", installed=True)
    server.answers["GET /api/puna/catalog"] = {"models": [MIDDLE | {"variants": [here]}]}
    window = open_window()
    assert window.button.text() == "&Start a chat"
    assert window.try_now.isHidden()
    assert window.figures.isHidden()


def test_models_of_other_programs_are_used_with_one_click(
    open_window: Open, server: ScriptedServer, stage: Stage, qtbot: QtBot
) -> None:
    server.answers["GET /api/puna/found"] = {"found": [FOUND]}
    server.answers["POST /api/puna/found"] = {"status": "success", "model": "tiny:q4_0"}
    window = open_window()
    assert "LM Studio" in window.found_label.text()
    window.adopt.click()
    qtbot.waitUntil(lambda: window.button.text() == "&Start a chat")
    assert "tiny:q4_0 is ready." in window.progress.text()
    window.other.click()
    assert stage.went == [(Place.MODELS, "recommended")]


def test_a_server_that_does_not_answer_is_asked_again(
    stage: Stage, server: ScriptedServer, qtbot: QtBot
) -> None:
    whole, server.answers = server.answers, {}
    window = FirstRunWindow(stage.context)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitUntil(lambda: "nothing at" in window.machine.text())
    server.answers = whole
    window.look_again()
    qtbot.waitUntil(lambda: "memory" in window.machine.text())
    window.close()


def test_how_fast_it_will_be(open_window: Open, server: ScriptedServer, qtbot: QtBot) -> None:
    server.answers["POST /api/puna/speed"] = {"probe": "running"}
    server.answers["GET /api/puna/speed"] = {"probe": "running"}
    unknown = {"kind": "unknown", "reason": "nothing_measured"}
    expected = {"kind": "expected", "tokens_per_s": 16.0, "by": "smollm2:135m", "place": "cpu"}

    def catalogue(speed: dict[str, Any]) -> dict[str, Any]:
        offer = variant("middle:4b", 2 * GB, "fits_cpu", speed=speed)
        return {"models": [MIDDLE | {"variants": [offer]}]}

    server.answers["GET /api/puna/catalog"] = catalogue(unknown)
    window = open_window()
    assert "after the first answer of any model" in window.pace.text()
    qtbot.waitUntil(lambda: window.measuring.is_waiting)
    server.answers["GET /api/puna/catalog"] = catalogue(expected)
    server.answers["GET /api/puna/speed"] = {"probe": "known"}
    window.look_again()
    said = "It writes about 10 words a second here. Judged by how fast smollm2:135m runs here."
    qtbot.waitUntil(lambda: window.pace.text() == said)
