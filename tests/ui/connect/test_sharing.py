"""Sharing on the network: begun with a key, ended by hand or by time."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from desktop.client.apps import NewKey
from desktop.client.client import Client
from desktop.ui.connect.addresses import private_addresses
from desktop.ui.connect.sharing import CHANGED, Sharing, SharingEnd, SharingPresenter
from desktop.ui.connect.sharing_page import SharingPage
from desktop.ui.preferences import Preferences
from desktop.ui.task_scope import Work
from tests.ui.connect.answers import KEY, OLD, answers, setting, settings
from tests.ui.scripted_server import ScriptedServer

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # of Qt's screenless platform
SETTINGS = "/api/puna/settings"
NOW = 1_790_000_000.0
ON = Sharing(is_on=True, is_fixed=False, secured=True, port=11434, until=0.0)
OFF = Sharing(is_on=False, is_fixed=False, secured=False, port=11434, until=0.0)


class Bench:
    """A presenter and its server; what it tells is kept."""

    def __init__(self, server: ScriptedServer, runner: asyncio.Runner, folder: Path) -> None:
        self.server, self.runner = server, runner
        self.preferences = Preferences(folder / "desktop.json")
        self.client = Client(server.url)
        self.now = NOW
        self.presenter = SharingPresenter(self.client, self.preferences, lambda: self.now)
        self.told: list[Sharing] = []
        self.keys: list[NewKey] = []
        self.failures: list[str] = []
        self.presenter.changed.connect(self.told.append)
        self.presenter.key_made.connect(self.keys.append)
        self.presenter.failed.connect(self.failures.append)

    def run(self, work: Work) -> None:
        self.runner.run(work)

    def changes(self, name: str) -> list[Any]:
        return [body for each, body in self.server.changes() if each == name]


@pytest.fixture(scope="module")
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as made:
        yield made


@pytest.fixture
def bench(server: ScriptedServer, tmp_path: Path) -> Iterator[Bench]:
    replies = answers() | {
        "POST /api/puna/apps": (201, {"id": "shared1", "name": "Telephone", "key": KEY}),
        "PATCH /api/puna/apps/shared1": OLD,
        f"PATCH {SETTINGS}": settings(host="0.0.0.0", require_keys=True, tls="own"),
    }
    server.begin(replies)
    with asyncio.Runner() as runner:
        made = Bench(server, runner, tmp_path)
        yield made
        runner.run(made.client.close())


def test_beginning_makes_a_key_and_opens_the_door(bench: Bench) -> None:
    bench.run(bench.presenter.begin("Telephone", 3600.0, secured=True))
    assert bench.changes(f"PATCH {SETTINGS}") == [
        {"host": "0.0.0.0", "require_keys": True, "tls": "own"}
    ]
    assert [key.key for key in bench.keys] == [KEY]
    (told,) = bench.told
    assert (told.is_on, told.secured) == (True, True)
    assert told.until == NOW + 3600
    assert bench.preferences.choices.sharing["apps"] == ["shared1"]


def test_ending_takes_back_what_was_changed_and_no_more(bench: Bench) -> None:
    bench.server.answers[f"GET {SETTINGS}"] = settings(require_keys=True)
    bench.run(bench.presenter.begin("Telephone", 0.0, secured=False))
    bench.server.answers["GET /api/puna/apps"] = {"apps": [OLD | {"id": "shared1"}, OLD]}
    bench.server.answers[f"PATCH {SETTINGS}"] = settings(require_keys=True)
    bench.run(bench.presenter.end())
    assert bench.changes("PATCH /api/puna/apps/shared1") == [{"blocked": True}]
    expected = {"host": None, "require_keys": True, "tls": None}
    assert bench.changes(f"PATCH {SETTINGS}")[-1] == expected
    assert bench.preferences.choices.sharing == {}
    assert not bench.told[-1].is_on


def test_ending_what_another_hand_began(bench: Bench) -> None:
    bench.server.answers[f"PATCH {SETTINGS}"] = settings()
    bench.run(bench.presenter.end())
    assert bench.changes(f"PATCH {SETTINGS}") == [dict.fromkeys(CHANGED)]


def test_one_more_device(bench: Bench) -> None:
    bench.run(bench.presenter.begin("Telephone", 3600.0, secured=True))
    bench.run(bench.presenter.add_key("Tablet"))
    assert bench.preferences.choices.sharing["apps"] == ["shared1", "shared1"]
    assert bench.preferences.choices.sharing["until"] == NOW + 3600
    assert len(bench.keys) == 2


def test_an_address_of_the_command_line_is_told(bench: Bench) -> None:
    shown = settings()
    shown["settings"]["host"] = setting("127.0.0.1", "start")
    bench.server.answers[f"GET {SETTINGS}"] = shown
    bench.run(bench.presenter.refresh())
    assert bench.told[0].is_fixed


def test_failures_are_told(bench: Bench) -> None:
    refusal = (409, {"error": "port 1 on 0.0.0.0 is already used", "code": "port_taken"})
    bench.server.answers[f"PATCH {SETTINGS}"] = refusal
    bench.run(bench.presenter.begin("Telephone", 60.0, secured=True))
    bench.run(bench.presenter.end())
    assert bench.failures == ["Another program listens there already."] * 2
    assert bench.server.changes()[-2][0] == "DELETE /api/puna/apps/shared1"  # its key is gone
    assert bench.preferences.choices.sharing == {}
    assert bench.keys == []


def test_time_ends_it_even_if_the_window_is_closed(bench: Bench, qtbot: QtBot) -> None:
    end = SharingEnd(bench.presenter, bench.preferences, bench.run, lambda: bench.now)
    bench.run(bench.presenter.begin("Telephone", 3600.0, secured=True))
    end.look()
    assert len(bench.changes(f"PATCH {SETTINGS}")) == 1
    bench.now += 3601
    with qtbot.waitSignal(bench.presenter.changed, timeout=1000):
        end.look()
    assert bench.changes(f"PATCH {SETTINGS}")[-1]["host"] is None
    assert bench.preferences.choices.sharing == {}
    end.look()
    assert len(bench.changes(f"PATCH {SETTINGS}")) == 2
    end.close()


def test_an_end_that_fails_is_tried_again(bench: Bench) -> None:
    end = SharingEnd(bench.presenter, bench.preferences, bench.run, lambda: bench.now)
    bench.run(bench.presenter.begin("Telephone", 10.0, secured=True))
    bench.now += 11
    bench.server.answers[f"PATCH {SETTINGS}"] = (503, {"error": "busy"})
    end.look()
    assert bench.failures == ["busy"]
    assert end._timer.isActive()
    assert bench.preferences.choices.sharing["until"]
    end.close()
    assert not end._timer.isActive()


@pytest.fixture
def page(qtbot: QtBot) -> SharingPage:
    made = SharingPage()
    qtbot.addWidget(made)
    made.show()
    return made


def test_the_wizard_asks_for_whom_and_how_long(page: SharingPage, qtbot: QtBot) -> None:
    page.show_sharing(OFF, [])
    assert page.step == 0
    page.meaning.next.click()
    page.choices.name.setText("Telephone")
    page.choices.duration.setCurrentIndex(0)
    page.choices.plain.click()
    with qtbot.waitSignal(page.begin_wished) as wished:
        page.choices.begin.click()
    assert wished.args == ["Telephone", 3600.0, False]
    page.choices.back.click()
    assert page.step == 0


def test_what_is_shared_can_be_copied_and_photographed(page: SharingPage, qtbot: QtBot) -> None:
    page.show_sharing(ON, ["192.168.1.23", "10.0.0.4"])
    page.show_key(NewKey(id="a", name="Telephone", key=KEY))
    shared = page.shared
    assert page.step == 2
    assert shared.address.field.text() == "https://192.168.1.23:11434"
    assert shared.code.accessibleDescription() == "https://192.168.1.23:11434"
    shared.code_of_key.click()
    assert shared.code.accessibleDescription() == KEY
    shared.code.grab()  # paints
    shared.networks.setCurrentIndex(1)
    assert shared.address.field.text() == "https://10.0.0.4:11434"
    assert "Other devices" in shared.title.text()
    with qtbot.waitSignal(page.end_wished):
        shared.end.click()
    page.show_sharing(OFF, [])
    assert page.step == 0
    page.show_sharing(ON, [])
    assert shared.key.isHidden()
    assert "no network" in shared.address.field.text()


def test_a_fixed_address_cannot_be_shared(page: SharingPage) -> None:
    fixed = Sharing(is_on=False, is_fixed=True, secured=False, port=1, until=0.0)
    page.show_sharing(fixed, [])
    assert not page.meaning.next.isEnabled()
    assert not page.meaning.fixed.isHidden()


def test_addresses_of_this_machine_are_private() -> None:
    assert all(not address.startswith("127.") for address in private_addresses())
