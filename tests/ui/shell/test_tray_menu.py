"""The tray's menu: its words, and that it is drawn again only when they change."""

from dataclasses import replace
from datetime import UTC, datetime

import msgspec
import pytest
from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from desktop.client.answers import Beside, LoadedModel
from desktop.client.plan import Plan
from desktop.client.watch import Asker, Download, Request
from desktop.ui.shell.tray import Tray
from desktop.ui.shell.tray_menu import Act, Entry, MenuText
from desktop.ui.shell.watching import Doing, Seen
from tests.ui.screenless import SCREENLESS

pytestmark = SCREENLESS
URL = "http://127.0.0.1:11434"
MODEL = LoadedModel("a&b:latest", 3_200_000_000, 0, datetime(2026, 1, 1, tzinfo=UTC))
DOWNLOAD = Download("1", "hf.co/x", "x:4b", "running", 1, 4)


@pytest.fixture(autouse=True)
def _english(qapp: object) -> None:
    QLocale.setDefault(QLocale("en_US"))


def texts(entries: tuple[Entry, ...]) -> list[str]:
    return [entry.text for entry in entries]


def test_loaded_models_downloads_and_the_address_are_there() -> None:
    seen = Seen(URL, loaded=(MODEL,), recent=("c:1b",), downloads=(DOWNLOAD,))
    entries = MenuText().entries(seen)
    by_text = {entry.text: entry for entry in entries}
    loaded = by_text["a&&b:latest – 3.2 GB in memory"]
    assert [(each.act, each.what) for each in loaded.children] == [
        (Act.OPEN, "chat a&b:latest"),
        (Act.UNLOAD, "a&b:latest"),
    ]
    assert by_text["&Load a model"].children == (Entry("c:1b", Act.LOAD, "c:1b"),)
    assert "x:4b – 25 % downloaded" in by_text
    assert by_text["Copy &address"].what == URL
    assert texts(entries)[0] == "Open &chat"
    assert texts(entries)[-1] == "&Quit Puna"


@pytest.mark.parametrize(
    ("step", "text"),
    [
        (
            {"code": "context", "numbers": {"context_tokens": 8192, "usual_tokens": 32768}},
            "8k context",
        ),
        (
            {"code": "gpu_layers", "numbers": {"gpu_layers": 20, "layers": 33}},
            "60 % on the graphics card",
        ),
        ({"code": "cpu"}, "on the processor"),
        ({"code": "swap", "numbers": {"short_bytes": 1}}, "slow, memory is short"),
    ],
)
def test_what_was_done_to_make_a_model_fit_is_said(step: dict[str, object], text: str) -> None:
    plan = msgspec.convert({"steps": [{"code": "leave"}, step]}, Plan)
    entries = MenuText().entries(
        Seen(URL, loaded=(msgspec.structs.replace(MODEL, puna=Beside(plan)),))
    )
    assert f"a&&b:latest – 3.2 GB in memory, {text}" in texts(entries)


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"state": "paused"}, "x:4b – download paused"),
        ({"state": "waiting"}, "x:4b – download waits"),
        ({"total": 0}, "x:4b – download begins"),
    ],
)
def test_a_download_says_how_it_goes(changes: dict[str, str | int], text: str) -> None:
    download = msgspec.structs.replace(DOWNLOAD, **changes)
    assert text in texts(MenuText().entries(Seen(URL, downloads=(download,))))


def test_without_models_it_says_where_to_get_one() -> None:
    assert "Get a model…" in texts(MenuText().entries(Seen(URL)))


def test_without_a_server_nothing_is_offered_that_needs_one() -> None:
    entries = MenuText().entries(Seen(URL, problem="gone", loaded=(MODEL,)))
    assert "Copy &address" not in texts(entries)
    assert "The server does not answer" in texts(entries)


def test_the_tip_names_model_load_and_memory() -> None:
    request = Request("1", MODEL.name, Asker("x", "Zed"), "generating")
    seen = Seen(URL, loaded=(MODEL, MODEL), running=(request,))
    assert MenuText().tip(seen).splitlines() == [
        "Puna – answering Zed",
        "a&b:latest – 3.2 GB",
        "a&b:latest – 3.2 GB",
        "6.4 GB of memory in all",
    ]
    two = MenuText().tip(replace(seen, running=(request, request)))
    assert two.splitlines()[1].startswith("2 request")


def test_a_model_that_is_being_loaded_has_no_size_yet() -> None:
    coming = msgspec.structs.replace(MODEL, size=0)
    request = Request("1", MODEL.name, Asker("puna", "Puna"), "waiting")
    for running in ((), (request,)):  # also at the start, for nobody yet
        seen = Seen(URL, loaded=(coming,), running=running)
        assert seen.doing is Doing.LOADING
        assert MenuText().tip(seen) == "Puna – loading a&b:latest"
        assert "a&&b:latest – being loaded" in texts(MenuText().entries(seen))


@pytest.fixture
def tray(qtbot: QtBot) -> Tray:
    return Tray(MenuText())


def menu_of(tray: Tray) -> QMenu:
    return tray.menu


def test_the_menu_is_drawn_again_only_for_a_change(tray: Tray) -> None:
    seen = Seen(URL, loaded=(MODEL,))
    tray.show_seen(seen)
    before = menu_of(tray).actions()
    tray.show_seen(replace(seen, running=(Request("1", MODEL.name),)))  # another tip, same menu
    assert menu_of(tray).actions() == before
    tray.show_seen(replace(seen, paused=True))
    assert menu_of(tray).actions() != before
    tray.close()


def test_a_menu_that_is_open_is_left_alone(tray: Tray, qtbot: QtBot) -> None:
    tray.show_seen(Seen(URL))
    menu_of(tray).popup(menu_of(tray).pos())
    before = menu_of(tray).actions()
    tray.show_seen(Seen(URL, paused=True))
    assert menu_of(tray).actions() == before
    menu_of(tray).hide()
    qtbot.waitUntil(lambda: menu_of(tray).actions() != before)
    tray.close()


def test_choosing_tells_what_was_chosen(tray: Tray, qtbot: QtBot) -> None:
    tray.show_seen(Seen(URL, loaded=(MODEL,)))
    actions = [each for each in menu_of(tray).actions() if each.menu()]
    (loaded,) = actions
    inner = loaded.menu()
    assert isinstance(inner, QMenu)
    unload = inner.actions()[-1]
    with qtbot.waitSignal(tray.chosen) as chosen:
        unload.trigger()
    assert chosen.args == [Act.UNLOAD, "a&b:latest"]
    tray.close()
