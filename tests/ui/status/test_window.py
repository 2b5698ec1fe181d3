"""The status window against a real HTTP server; no running Qt loop needed."""

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from desktop.client.client import Client
from desktop.ui.context import Place
from desktop.ui.status.presenter import KEPT_S, StatusPresenter
from desktop.ui.status.window import StatusWindow
from desktop.ui.task_scope import Work
from tests.ui.scripted_server import ScriptedServer
from tests.ui.status.snapshots import CARD, NOW, entry, model, snapshot

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # of Qt's screenless platform
STATUS = "GET /api/puna/status"
KEEP = "POST /api/puna/models/qwen3:4b/keep"
Open = Callable[..., StatusWindow]


class Shown:
    """A window, its server, and what it wanted to go to."""

    def __init__(self, qtbot: QtBot, runner: asyncio.Runner, server: ScriptedServer) -> None:
        self.server = server
        self.client = Client(server.url)
        self.gone: list[tuple[Place, str]] = []

        def run(work: Work) -> None:
            runner.run(work)

        self._run = run
        self.presenter = StatusPresenter(self.client)
        self.window = StatusWindow(self.presenter, run, lambda *way: self.gone.append(way))
        qtbot.addWidget(self.window)

    def show(self, **fields: Any) -> StatusWindow:
        self.server.answers[STATUS] = snapshot(**fields)
        if self.window.isVisible():
            self._run(self.presenter.refresh())
        self.window.show()
        return self.window


@pytest.fixture(scope="module")
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as made:
        yield made


@pytest.fixture
def shown(qtbot: QtBot, server: ScriptedServer) -> Iterator[Shown]:
    server.begin({})
    QLocale.setDefault(QLocale.c())
    with asyncio.Runner() as runner:
        made = Shown(qtbot, runner, server)
        yield made
        made.window.hide()
        runner.run(made.client.close())


def texts(window: StatusWindow) -> str:
    labels = window.findChildren(QLabel)
    return "\n".join(label.text() for label in labels if label.isVisibleTo(window))


def test_the_machine_in_figures(shown: Shown) -> None:
    window = shown.show()
    machine = window.machine
    assert machine.memory.value.text() == "56 %"
    assert machine.memory.about.text() == "9.0 GB of 16 GB in use, 3.4 GB of them by models"
    assert machine.processor.value.text() == "48 %"
    assert "Plugged in, battery at 81 %" in machine.line.text()
    assert "121 GB free" in machine.line.text()


def test_what_cannot_be_had_is_absent_with_the_reason(shown: Shown) -> None:
    window = shown.show(
        processor={"cores": 8, "threads": 4, "reason": "first_look"},
        power={"reason": "none_found"},
        disk={"path": "/models", "reason": "unreadable"},
    )
    machine = window.machine
    assert machine.processor.value.isHidden()
    assert machine.processor.curve.isHidden()
    assert "in a second" in machine.processor.about.text()
    assert machine.no_card.about.text() == "None was found. Models run on the processor."
    assert "No battery" in machine.line.text()
    assert "0 %" not in texts(window).splitlines()


def test_a_card_has_load_and_memory(shown: Shown) -> None:
    window = shown.show(gpus={"cards": [CARD]})
    ((load, memory),) = window.machine.cards
    assert (load.value.text(), load.about.text()) == ("83 %", CARD["name"])
    assert memory.value.text() == "62 %"
    assert window.machine.no_card.isHidden()
    shown.show(gpus={"cards": [{"name": "Intel", "maker": "intel", "reason": "not_told"}]})
    assert load.value.isHidden()
    assert "does not tell" in load.about.text()
    assert memory.isHidden()
    shown.show(gpus={"reason": "none_found"})
    assert "does not answer" in load.about.text()


def test_the_curve_holds_two_minutes(shown: Shown) -> None:
    for second in range(0, 200, 10):
        shown.show(at=NOW + second)
    points = shown.presenter.curve("memory")
    assert points[-1] == (NOW + 190, 0.5625)
    assert points[0][0] >= NOW + 190 - KEPT_S - 1
    shown.window.machine.memory.curve.grab()  # paints
    shown.show(at=NOW - 1000)
    assert len(shown.presenter.curve("memory")) == 1


def test_a_model_in_memory(shown: Shown) -> None:
    window = shown.show(models=[model(last_tokens_per_s=31.2)])
    card = window.models["qwen3:4b"]
    line = card.lines.text()
    assert line.startswith("On the processor · context of 8192 tokens")
    assert "last answer: 31 tokens/s" in line
    assert "leaves memory in 4 min" in line
    assert card.bar.accessibleName() == "3.5 GB of memory"
    assert not card.keep.isChecked()
    assert window.no_models.isHidden()


def test_keeping_and_unloading(shown: Shown) -> None:
    window = shown.show(models=[model()])
    shown.server.answers[KEEP] = {}
    card = window.models["qwen3:4b"]
    card.keep.click()
    card.keep.click()
    card.unload.click()
    bodies = [body for _name, body in shown.server.changes()]
    # The second click takes back what the first one did: meanwhile the server was asked again.
    assert bodies == [{"keep_alive": -1}, {"keep_alive": -1}, {"keep_alive": 0}]
    shown.show(models=[model(kept=True)])
    assert card.keep.isChecked()
    card.keep.click()
    assert shown.server.changes()[-1] == (KEEP, {})


def test_a_loading_model_cannot_be_unloaded_yet(shown: Shown) -> None:
    window = shown.show(models=[model(state="loading", load_percent=42, memory=None)])
    card = window.models["qwen3:4b"]
    assert card.state.text() == "loading, 42 %"
    assert not card.unload.isEnabled()
    assert card.bar.isHidden()
    before = card
    shown.show(models=[model()])
    assert window.models["qwen3:4b"] is before
    assert card.unload.isEnabled()


def test_requests_are_shown_and_cancelled(shown: Shown) -> None:
    window = shown.show(requests=[entry(), entry("b2", state="waiting")])
    row = window.requests["a1"]
    assert row.who.text() == "Visual Studio Code asks qwen3:4b"
    assert row.state.text() == "Answering, 31 tokens/s, for 12 s so far"
    shown.server.answers["DELETE /api/puna/activity/a1"] = entry()
    row.cancel.click()
    assert shown.server.changes() == [("DELETE /api/puna/activity/a1", None)]
    shown.show(requests=[entry("b2")])
    assert list(window.requests) == ["b2"]


def test_empty_parts_say_what_to_do_next(shown: Shown) -> None:
    window = shown.show()
    assert not window.no_models.isHidden()
    window.chat.click()
    window.connect_programs.click()
    assert shown.gone == [(Place.CHAT, ""), (Place.CONNECT, "")]


def test_reasons_have_a_remedy_of_one_click(shown: Shown) -> None:
    window = shown.show(
        models=[model(running=2, waiting=1, gpu_bytes=2_000_000_000), model("idle:1b")],
        requests=[entry(state="reading", prompt_tokens=9000, read_percent=10)],
        gpus={"cards": [CARD]},
        memory=snapshot()["memory"] | {"swap_bytes_per_s": 90_000_000},
    )
    changes = {
        "Unload idle:1b": ("POST /api/puna/models/idle:1b/keep", {"keep_alive": 0}),
        "Cancel it": ("DELETE /api/puna/activity/a1", None),
        "Pause other programs for an hour": (
            "POST /api/puna/pause",
            {"paused": True, "for_s": 3600},
        ),
    }
    shown.server.answers |= {name: {} for name, _body in changes.values()}
    rows = {row.remedy.text(): row for row in window.reasons.rows}
    for text, change in changes.items():
        rows[text].remedy.click()
        assert shown.server.changes()[-1] == change
    rows["Choose a smaller model"].remedy.click()
    assert shown.gone == [(Place.MODELS, "recommended")]


def test_every_reason_has_words(shown: Shown) -> None:
    shown.show(
        models=[
            model(running=2, tokens_per_s=3.0, memory={"context_bytes": 2_000_000_000}),
            model("new:1b", state="loading", load_percent=3, memory=None),
        ],
        requests=[entry()],
        processor={"cores": 8, "threads": 4, "load_percent": 99.0, "workers_percent": 1.0},
        memory=snapshot()["memory"] | {"available_bytes": 1_000_000},
        power={"reason": "none_found", "profile": "low-power"},
    )
    said = texts(shown.window)
    for words in (
        "almost full", "is being loaded, 3 % done", "several at once", "runs on the processor",
        "context is large", "98 % of the processor", "saves power",
    ):  # fmt: skip
        assert words in said


def test_a_server_that_is_gone_is_told_and_found_again(shown: Shown) -> None:
    window = shown.show()
    shown.server.answers[STATUS] = (503, {"error": "busy", "code": "busy"})
    window.hide()
    window.show()
    assert window.problem.text() == "busy"
    shown.show()
    assert window.problem.isHidden()


def test_nothing_is_asked_while_it_cannot_be_seen(shown: Shown, qtbot: QtBot) -> None:
    window = shown.show()
    window.hide()
    assert not window._timer.isActive()
    asked = len(shown.server.asked)
    window.show()
    assert len(shown.server.asked) == asked + 1
    assert window._timer.isActive()
    qtbot.waitUntil(lambda: len(shown.server.asked) > asked + 1, timeout=5000)


def test_a_request_that_cannot_be_cancelled_is_told(shown: Shown) -> None:
    window = shown.show(requests=[entry()])
    window.requests["a1"].cancel.click()
    assert "nothing at DELETE" in window.refusal.text()
    shown.show(requests=[entry()])
    assert not window.refusal.isHidden()  # it can be read although the figures go on


PIN = "POST /api/puna/models/qwen3:4b/pin"
STEPS = [
    {"code": "leave", "text": "old:1b leaves memory to make room.", "numbers": {}},
    {"code": "kv_q8_0", "text": "…", "numbers": {}},
    {"code": "context", "text": "…", "numbers": {"context_tokens": 8192, "usual_tokens": 32768}},
    {"code": "pool", "text": "…", "numbers": {"contexts": 2}},
    {"code": "parallel", "text": "…", "numbers": {"parallel": 1}},
    {"code": "gpu_layers", "text": "…", "numbers": {"gpu_layers": 20, "layers": 33}},
    {"code": "cpu", "text": "…", "numbers": {}},
    {"code": "projector", "text": "…", "numbers": {}},
    {"code": "swap", "text": "…", "numbers": {"short_bytes": 2_000_000_000}},
    {"code": "new", "text": "Something new was done", "numbers": {}},
]


def test_what_was_done_to_make_it_fit(shown: Shown) -> None:
    window = shown.show(models=[model(plan={"context_tokens": 8192, "steps": []})])
    card = window.models["qwen3:4b"]
    assert card.plan.isHidden()
    shown.show(models=[model(plan={"context_tokens": 8192, "steps": STEPS})])
    said = card.plan.text()
    assert said.startswith("To make it fit: another model left memory to make room; its context")
    for words in (
        "8 bits", "8192 tokens instead of 32768", "share one memory", "one request at a time",
        "20 of its 33 layers", "graphics card is full", "looks at pictures",
        "2.0 GB of memory are missing", "Something new was done",
    ):  # fmt: skip
        assert words in said


def test_which_memory_it_lies_in(shown: Shown) -> None:
    share = [{"name": "CPU", "bytes": 500_000_000}, {"name": "CUDA0", "bytes": 3_000_000_000}]
    device = {"index": 0, "name": "CUDA0", "description": "RTX 4060", "total_bytes": 8 * 10**9}
    window = shown.show(
        models=[model(gpu_bytes=3_000_000_000, devices=share)],
        compute={"devices": [device]},
        gpus={"cards": [CARD]},
    )
    card = window.models["qwen3:4b"]
    assert "3.0 GB on RTX 4060, 500 MB in main memory" in card.lines.text()
    shown.show(models=[model(devices=share[:1])])
    assert "main memory" not in card.lines.text()


def test_a_model_that_is_always_ready(shown: Shown) -> None:
    window = shown.show(models=[model()])
    card = window.models["qwen3:4b"]
    assert card.pin.isHidden()
    shown.server.answers |= {PIN: {}, KEEP: {}}
    shown.show(models=[model(kept=True)])
    assert not card.pin.isHidden()
    card.pin.click()
    assert shown.server.changes() == [(PIN, {"pinned": True})]
    shown.show(models=[model(kept=True, pinned=True)])
    assert "always ready" in card.lines.text()
    card.pin.click()  # it stays, but only until the end
    assert shown.server.changes()[1:] == [(PIN, {"pinned": False}), (KEEP, {"keep_alive": -1})]
    shown.show(models=[model(kept=True, pinned=True)])
    card.keep.click()
    assert shown.server.changes()[3:] == [(PIN, {"pinned": False}), (KEEP, {})]


def test_places_in_the_line(shown: Shown) -> None:
    window = shown.show(
        requests=[
            entry(state="waiting", queue={"for": "place", "place": 3}),
            entry("b2", state="waiting", queue={"for": "load", "place": 2}),
        ],
        models=[model(running=1, plan={"steps": STEPS})],
    )
    assert window.requests["a1"].state.text().startswith("Waiting for its turn, as number 3")
    assert "to be loaded, as number 2" in window.requests["b2"].state.text()
    said = texts(window)
    for words in ("waits to be loaded", "It is number 2 in the line", "too large for the memory"):
        assert words in said


def test_a_card_that_is_gone_and_other_troubles(shown: Shown) -> None:
    lost = {"name": "RTX 4060", "maker": "nvidia", "reason": "lost"}
    problem = {"code": "gpu_lost", "text": "RTX 4060 is gone.", "remedy": "Plug it in."}
    window = shown.show(gpus={"cards": [lost]}, problems=[problem, problem])
    ((load, memory),) = window.machine.cards
    assert load.about.text().startswith("RTX 4060 is gone. Models run without it")
    assert window.troubles.text().count("A graphics card is gone") == 1
    shown.show(gpus={"cards": [CARD | {"workers_bytes": 3_000_000_000}]})
    assert window.troubles.isHidden()
    assert memory.about.text() == "5.0 GB of 8.0 GB in use, 3.0 GB of them by models"
