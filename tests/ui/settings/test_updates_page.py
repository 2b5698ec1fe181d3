"""The page about newer versions: what it shows in each state, and what its buttons ask for."""

from typing import Any

import pytest
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from desktop.client.update import Installed, Update
from desktop.ui.settings.updates_page import UpdatesPage
from tests.ui.screenless import SCREENLESS

pytestmark = SCREENLESS
NOTES = {"en": "Faster **answers**.", "de": "Schneller."}
KNOWN: dict[str, Any] = {"version": "0.1.0", "newer": "0.2.0", "notes": NOTES, "total": 2_000_000}


@pytest.fixture
def page(qtbot: QtBot) -> UpdatesPage:
    made = UpdatesPage("updates", "Updates")
    qtbot.addWidget(made)
    made.show()
    return made


def buttons(page: UpdatesPage) -> set[str]:
    named = {"get": page.get, "install": page.install, "stop": page.stop}
    return {name for name, button in named.items() if button.isVisible()}


def test_nothing_is_known_at_first(page: UpdatesPage) -> None:
    page.show_update(Update(version="0.1.0"))
    assert page.state.title.text() == "This is Puna 0.1.0"
    assert (buttons(page), page.notes.isVisible()) == (set(), False)
    page.show_update(Update(version="0.1.0", checked_at=1e9))
    assert page.state.told.text() == "There is nothing newer."


@pytest.mark.parametrize(
    ("state", "kind", "shown", "words"),
    [
        ("available", "deb", {"get"}, "Puna 0.2.0 is there (2.0 MB)."),
        ("available", "", set(), "This Puna cannot fetch it"),
        ("downloading", "deb", {"stop"}, "1.0 MB of 2.0 MB"),
        ("ready", "tar", {"install"}, "its signature is right"),
    ],
)
def test_each_state_has_its_words_and_buttons(
    page: UpdatesPage, state: str, kind: str, shown: set[str], words: str
) -> None:
    page.show_update(Update(state=state, kind=kind, completed=1_000_000, **KNOWN))
    assert buttons(page) == shown
    assert words in page.state.told.text()
    assert page.notes.toPlainText() == "Faster answers."


def test_buttons_ask_and_stop_stops_what_goes_on(page: UpdatesPage, qtbot: QtBot) -> None:
    with qtbot.waitSignal(page.check_wanted):
        page.ask.click()
    page.show_update(Update(state="downloading", kind="deb", **KNOWN))
    with qtbot.waitSignal(page.cancel_wanted):
        page.stop.click()
    page.show_update(Update(state="ready", kind="deb", **KNOWN))
    with qtbot.waitSignal(page.install_wanted) as asked:
        page.install.click()
    assert asked.args == [False]
    page.show_waiting(True)
    assert buttons(page) == {"stop"}
    with qtbot.waitSignal(page.give_up_wanted):
        page.stop.click()


def test_what_goes_on_is_asked_about(page: UpdatesPage, qtbot: QtBot) -> None:
    page.ask_about_work()
    (box,) = page.findChildren(QMessageBox)
    with qtbot.waitSignal(page.install_wanted) as asked:
        box.defaultButton().click()
    assert asked.args == [True]


def test_what_to_do_without_an_installer(page: UpdatesPage) -> None:
    page.show_handed(Installed(how="command", command="sudo apt install /x.deb"))
    assert "sudo apt install /x.deb" in page.state.told.text()
    page.show_handed(Installed(how="opened", command="sudo apt install /x.deb"))
    assert "installer opens" in page.state.told.text()
    assert "sudo apt install /x.deb" in page.state.told.text()


def test_a_build_without_a_feed_says_so_before_it_is_asked(page: UpdatesPage) -> None:
    page.show_update(Update(version="0.1.0", has_feed=False))
    assert "was not told where updates are announced" in page.state.told.text()
    assert page.ask.isEnabled()


@pytest.mark.parametrize(
    ("kind", "words"),
    [("tar", "&Install and restart"), ("appimage", "&Install and restart"), ("exe", "&Install…")],
)
def test_the_button_says_what_comes(page: UpdatesPage, kind: str, words: str) -> None:
    page.show_update(Update(state="ready", kind=kind, **KNOWN))
    assert (page.kind, page.install.text()) == (kind, words)


def test_on_macos_its_user_learns_what_to_do_before_puna_ends(page: UpdatesPage) -> None:
    ended: list[bool] = []
    page.tell_to_drag(lambda: ended.append(True))
    (box,) = page.findChildren(QMessageBox)
    assert "drag Puna onto Applications" in box.informativeText()
    assert not ended
    box.button(QMessageBox.StandardButton.Ok).click()
    assert ended == [True]
