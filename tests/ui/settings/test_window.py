"""The settings window against the real service: changed, refused, found again, and told."""

import json
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QMessageBox, QSpinBox
from pytestqt.qtbot import QtBot

from desktop.history.records import Turn
from desktop.ui.context import Place
from desktop.ui.settings.server_pages import SettingRow
from desktop.ui.settings.window import SettingsWindow
from tests.api.served import Served
from tests.ui.chat_parts.surroundings import Surroundings
from tests.ui.screenless import SCREENLESS

pytestmark = [SCREENLESS, pytest.mark.slow]


def row(window: SettingsWindow, name: str) -> SettingRow:
    (found,) = [page.settings[name] for page in window.server_pages if name in page.settings]
    return found


def test_numbers_that_mean_more_than_a_number_say_so(window: SettingsWindow) -> None:
    words = {
        "context_tokens": "as much as fits comfortably",
        "gpu_layers": "as many as have room",
        "max_loaded_models": "three for each graphics card, or three",
    }
    for name, text in words.items():
        number = row(window, name).editor.focus_target
        assert isinstance(number, QSpinBox)
        number.setValue(number.minimum())
        assert number.text() == text
    number = row(window, "gpu_reserve_mb").editor.focus_target
    assert isinstance(number, QSpinBox)
    assert number.text() == "0 MB"


def in_force(served: Served, name: str) -> object:
    return served.http.get("/api/puna/settings").json()["settings"][name]["value"]


def file_of(tmp_path: Path) -> dict[str, object]:
    found: dict[str, object] = json.loads((tmp_path / "home" / "settings.json").read_text())
    return found


def test_a_switch_holds_at_once_and_is_written(
    window: SettingsWindow, served: Served, tmp_path: Path, qtbot: QtBot
) -> None:
    metrics = row(window, "metrics")
    box = metrics.editor.focus_target
    assert isinstance(box, QCheckBox)
    with qtbot.waitSignal(window.presenter.changed):
        box.click()
    assert in_force(served, "metrics") is True
    assert file_of(tmp_path)["metrics"] is True
    assert metrics.told.text() == "Holds from now on."
    assert not metrics.reset.isHidden()
    with qtbot.waitSignal(window.presenter.changed):
        metrics.reset.click()
    assert not box.isChecked()
    assert "metrics" not in file_of(tmp_path)


def test_what_needs_a_start_says_so(window: SettingsWindow, qtbot: QtBot) -> None:
    shared = row(window, "share_ollama")
    box = shared.editor.focus_target
    assert isinstance(box, QCheckBox)
    assert window.restart.isHidden()
    with qtbot.waitSignal(window.presenter.changed):
        box.click()
    assert shared.told.text() == "Holds when Puna is started the next time."
    assert window.restart.words.text().endswith("Use Ollama's models, too")
    assert not window.restart.isHidden()


def test_who_can_reach_puna_changes_at_once(window: SettingsWindow, qtbot: QtBot) -> None:
    tls = row(window, "tls")
    box = tls.editor.focus_target
    assert isinstance(box, QComboBox)
    box.setCurrentIndex(box.findData("own"))
    with qtbot.waitSignal(window.presenter.changed):
        box.activated.emit(box.currentIndex())
    assert tls.told.text() == "Holds from now on."
    assert window.restart.isHidden()


def test_what_the_server_refuses_is_told_in_place(
    window: SettingsWindow, served: Served, qtbot: QtBot
) -> None:
    proxies = row(window, "trusted_proxies")
    line = proxies.editor.focus_target
    assert isinstance(line, QLineEdit)
    line.setText("not a network")
    with qtbot.waitSignal(window.presenter.refused):
        line.editingFinished.emit()
    assert "192.168.1.10" in proxies.told.text()
    assert line.text() == "not a network"  # to be mended
    line.setText("10.0.0.0/8, 192.168.1.1")
    with qtbot.waitSignal(window.presenter.changed):
        line.editingFinished.emit()
    assert proxies.told.text() == "Holds from now on."
    assert in_force(served, "trusted_proxies") == ["10.0.0.0/8", "192.168.1.1"]


def test_sharing_without_keys_is_refused_with_the_way(
    window: SettingsWindow, served: Served, qtbot: QtBot
) -> None:
    host = row(window, "host")
    box = host.editor.focus_target
    assert isinstance(box, QComboBox)
    assert box.currentText() == "only this computer"
    box.setCurrentIndex(1)
    with qtbot.waitSignal(window.presenter.refused):
        box.activated.emit(1)
    assert host.told.text().startswith("Not without keys")
    assert in_force(served, "host") == "127.0.0.1"


def test_times_can_be_chosen_and_typed(
    window: SettingsWindow, served: Served, qtbot: QtBot
) -> None:
    box = row(window, "keep_alive").editor.focus_target
    assert isinstance(box, QComboBox)
    assert box.currentText() == "5 minutes"
    line = box.lineEdit()
    assert line is not None
    for text, value in (("as long as Puna runs", -1), ("45m", "45m")):
        box.setCurrentText(text)
        with qtbot.waitSignal(window.presenter.changed):
            line.editingFinished.emit()
        assert in_force(served, "keep_alive") == value
    box.setCurrentText("soon")
    with qtbot.waitSignal(window.presenter.refused):
        line.editingFinished.emit()
    assert "5m" in row(window, "keep_alive").told.text()


def test_models_in_memory_go_on_until_they_are_loaded_again(
    window: SettingsWindow, served: Served, qtbot: QtBot
) -> None:
    served.load("plain")
    number = row(window, "parallel").editor.focus_target
    assert isinstance(number, QSpinBox)
    assert (number.minimum(), number.maximum()) == (1, 256)
    with qtbot.waitSignal(window.presenter.loaded_counted):
        number.setValue(2)
        number.editingFinished.emit()
    assert window.reload.words.text().startswith("1 model(s) in memory go on")
    with qtbot.waitSignal(window.presenter.loaded_counted):
        window.reload.button.click()
    assert window.reload.isHidden()
    served.empty()


def test_where_a_value_comes_from_is_told(window: SettingsWindow) -> None:
    assert row(window, "port").told.text().startswith("Was given when Puna was started")
    assert row(window, "prune").told.text() == ""


def test_the_search_finds_settings_of_all_pages(window: SettingsWindow) -> None:
    window.search.setText("ollama")
    assert not row(window, "share_ollama").isHidden()
    assert row(window, "metrics").isHidden()
    assert window.general.isHidden()
    window.search.setText("kv_cache_type")  # its name in the file
    assert not row(window, "kv_cache_type").isHidden()
    window.search.setText("download notif")
    assert window.models.isHidden()
    assert not window.general.isHidden()
    window.search.setText("no such thing")
    assert not window.nothing.isHidden()
    assert window.list.currentRow() == -1  # what is found is on all pages
    window.search.clear()
    assert window.list.currentRow() == 0
    assert not window.general.isHidden()
    assert all(page.isHidden() for page in window.pages[1:])


def test_it_opens_where_it_is_asked_to(window: SettingsWindow) -> None:
    window.show_at("privacy")
    assert not window.privacy.isHidden()
    window.show_at("metrics")
    assert not window.advanced.isHidden()


def test_start_at_login_is_off_until_asked(
    window: SettingsWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    entry = tmp_path / "autostart" / "puna.desktop"
    assert not window.general.login.isChecked()
    with qtbot.waitSignal(window.presenter.login_shown):
        window.general.login.click()
    assert entry.exists()
    with qtbot.waitSignal(window.presenter.login_shown):
        window.general.login.click()
    assert not entry.exists()


def test_a_login_that_cannot_be_written(
    window: SettingsWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    (tmp_path / "autostart").write_text("no folder")
    with qtbot.waitSignal(window.presenter.login_shown):
        window.general.login.click()
    assert not window.general.login.isChecked()
    assert "cannot be written" in window.general._login_row.told.text()


def test_the_windows_own_choices(window: SettingsWindow, around: Surroundings) -> None:
    window.general.boxes["notify_downloads"].click()
    theme = window.general.theme
    theme.setCurrentIndex(theme.findData("dark"))
    theme.activated.emit(theme.currentIndex())
    choices = around.preferences.choices
    assert (choices.notify_downloads, choices.theme) == (False, "dark")
    around.preferences.change(theme="light")
    assert theme.currentData() == "light"


def test_texts_are_kept_only_of_ticked_programs(
    window: SettingsWindow, served: Served, qtbot: QtBot
) -> None:
    app = served.post("/api/puna/apps", {"name": "Open WebUI"}).json()["id"]
    window.hide()
    with qtbot.waitSignal(window.presenter.keepers_shown):
        window.show()
    box = window.privacy.keepers[app]
    assert (box.text(), box.isChecked()) == ("Open WebUI", False)
    with qtbot.waitSignal(window.presenter.keepers_shown):
        box.click()
    assert served.http.get(f"/api/puna/apps/{app}").json()["log_content"] is True


def confirm(window: SettingsWindow, *, yes: bool) -> None:
    (box,) = window.privacy.findChildren(QMessageBox)
    buttons = {box.buttonRole(button): button for button in box.buttons()}
    roles = QMessageBox.ButtonRole
    buttons[roles.DestructiveRole if yes else roles.RejectRole].click()


def test_deleting_all_chats_asks_first(
    window: SettingsWindow, around: Surroundings, qtbot: QtBot
) -> None:
    history = around.context.history
    assert not window.privacy.remove_chats.isEnabled()

    async def fill() -> None:
        chat = await history.create("Bread")
        await history.add_turn(chat.id, None, Turn(content="Bread?"))

    around.pump.run(fill())
    window.hide()
    with qtbot.waitSignal(window.presenter.chats_counted):
        window.show()
    window.privacy.remove_chats.click()
    confirm(window, yes=False)
    qtbot.waitUntil(lambda: not window.privacy.findChildren(QMessageBox))
    window.privacy.remove_chats.click()
    with qtbot.waitSignal(window.presenter.chats_removed) as removed:
        confirm(window, yes=True)
    assert removed.args == [1]
    qtbot.waitUntil(lambda: not window.privacy.remove_chats.isEnabled())


def test_clearing_the_list_of_requests(
    window: SettingsWindow, served: Served, qtbot: QtBot
) -> None:
    served.load("plain")
    qtbot.waitUntil(lambda: bool(served.http.get("/api/puna/activity").json()["requests"]))
    window.privacy.clear.click()
    with qtbot.waitSignal(window.presenter.requests_cleared):
        confirm(window, yes=True)
    assert served.http.get("/api/puna/activity").json()["requests"] == []


def test_diagnostics_are_shown_before_they_go_anywhere(
    window: SettingsWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    page = window.diagnostics
    assert page.text.isHidden()
    with qtbot.waitSignal(window.presenter.diagnosed):
        page.make.click()
    text = page.text.toPlainText()
    assert "## Machine" in text
    page.copy.click()
    assert QGuiApplication.clipboard().text() == text
    with qtbot.waitSignal(window.presenter.saved):
        page.save_wanted.emit(tmp_path / "d.txt", text)
    assert (tmp_path / "d.txt").read_text() == text
    with qtbot.waitSignal(window.presenter.save_failed):
        page.save_wanted.emit(tmp_path / "no" / "d.txt", text)


def test_programs_are_connected_elsewhere(window: SettingsWindow, around: Surroundings) -> None:
    window.connect_apps.click()
    assert around.went == [(Place.CONNECT, "")]


def test_a_server_that_is_gone_is_told_and_tried_again(
    window: SettingsWindow, around: Surroundings, qtbot: QtBot
) -> None:
    wire = around.context.client.wire
    url = wire.url
    wire.move("http://127.0.0.1:1", "")
    window.hide()
    with qtbot.waitSignal(window.presenter.failed):
        window.show()
    assert not window.failure.isHidden()
    wire.move(url, "")
    with qtbot.waitSignal(window.presenter.shown):
        window.failure.button.click()
    assert window.failure.isHidden()
