"""The models window by its widgets: choosing, asking, downloading, deleting, adding."""

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from desktop.ui.context import Place
from desktop.ui.models.ask_dialog import AskDialog
from desktop.ui.models.card import ModelCard
from desktop.ui.models.details_dialog import DetailsDialog
from desktop.ui.models.folder_dialog import FolderDialog
from desktop.ui.models.installed_card import InstalledCard
from desktop.ui.models.removals import Removals
from desktop.ui.models.window import ModelsWindow
from tests.ui.models.answers import ESTIMATE, FOUND, GB, UNREACHABLE, download, installed
from tests.ui.models.conftest import Stage
from tests.ui.scripted_server import ScriptedServer

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # of Qt's screenless platform


def card(window: ModelsWindow, title: str) -> ModelCard:
    shown = window.tabs.currentWidget().findChildren(ModelCard)
    return next(each for each in shown if each.title.text() == title)


def own(window: ModelsWindow, name: str) -> InstalledCard:
    shown = window.installed_tab.list.widgets
    return next(each for each in shown if isinstance(each, InstalledCard) and each.row.name == name)


def click(button: QAbstractButton) -> None:
    QApplication.processEvents()  # what was just shown has no size yet
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def titles(window: ModelsWindow) -> list[str]:
    shown = window.recommended_tab.list.widgets
    return [each.title.text() for each in shown if isinstance(each, ModelCard)]


def names(window: ModelsWindow) -> list[str]:
    shown = window.installed_tab.list.widgets
    return [each.row.name for each in shown if isinstance(each, InstalledCard)]


def asked(window: ModelsWindow) -> AskDialog:
    return next(each for each in window.findChildren(AskDialog) if each.isVisible())


def test_the_catalogue_begins_with_a_good_choice(window: ModelsWindow) -> None:
    assert titles(window) == ["Middle", "Small", "Coder"]
    assert card(window, "Middle").verdict.text() == "Runs here"
    assert "2.5 GB" in card(window, "Middle").facts.text()
    window.recommended_tab.only_running.setChecked(False)
    assert titles(window) == ["Middle", "Small", "Large", "Coder"]
    assert card(window, "Large").verdict.text() == "Too large for here"
    window.recommended_tab.purpose.setCurrentIndex(2)
    assert titles(window) == []
    assert window.recommended_tab.empty.isVisible()


def test_other_sizes_are_folded(window: ModelsWindow) -> None:
    middle = card(window, "Middle")
    assert not middle.sizes.isVisible()
    middle.fold.click()
    assert middle.sizes.isVisible()
    assert card(window, "Small").fold.isHidden()


def test_a_download_asks_once_with_size_and_room(
    window: ModelsWindow, server: ScriptedServer, qtbot: QtBot
) -> None:
    click(card(window, "Middle").button)
    dialog = asked(window)
    qtbot.waitUntil(dialog.start.isEnabled)
    assert (dialog.amount.text(), dialog.free.text()) == ("2.6 GB", "100 GB")
    assert server.changes() == [
        each for each in server.changes() if each[0] != "POST /api/puna/downloads"
    ]
    click(dialog.start)
    started = ("POST /api/puna/downloads", {"model": "middle:4b"})
    qtbot.waitUntil(lambda: started in server.asked)
    click(window.notice.action)
    assert window.tabs.currentWidget() is window.downloads_tab


def test_the_time_of_a_download_is_told_before(
    window: ModelsWindow, server: ScriptedServer, qtbot: QtBot
) -> None:
    pace = {"download_bytes": 7_800_000_000, "download_bytes_per_s": 1e6}
    server.answers["POST /api/puna/estimate"] = ESTIMATE | pace
    click(card(window, "Small").button)
    dialog = asked(window)
    qtbot.waitUntil(dialog.start.isEnabled)
    assert dialog.time.text() == "about 2 h 10 min"
    dialog.reject()


def test_a_full_disk_is_told_before(
    window: ModelsWindow, server: ScriptedServer, qtbot: QtBot
) -> None:
    full = {"disk_free_bytes": GB, "fits_on_disk": False}
    server.answers["POST /api/puna/estimate"] = ESTIMATE | full
    click(card(window, "Small").button)
    dialog = asked(window)
    qtbot.waitUntil(dialog.problem.isVisible)
    assert "1.6 GB more" in dialog.problem.text()
    assert not dialog.start.isEnabled()
    dialog.reject()


def test_offline_a_download_may_wait(
    window: ModelsWindow, server: ScriptedServer, qtbot: QtBot
) -> None:
    server.answers["POST /api/puna/estimate"] = UNREACHABLE
    click(card(window, "Small").button)
    dialog = asked(window)
    qtbot.waitUntil(dialog.start.isEnabled)
    assert "will wait" in dialog.problem.text()
    assert dialog.amount.text() == "1.0 GB"
    dialog.reject()


def test_cards_tell_how_far_a_download_is(
    window: ModelsWindow, server: ScriptedServer, qtbot: QtBot
) -> None:
    running = download("running", bytes_per_s=5e6, seconds_left=200.0)
    server.answers["GET /api/puna/downloads/events"] = {"downloads": [running]}
    middle = card(window, "Middle")
    window.show_at("downloads")  # looks again
    qtbot.waitUntil(lambda: middle.button.text() == "50 %")
    assert window.tabs.tabText(3) == "&Downloads (1)"
    window.show_at("recommended")
    click(middle.button)
    assert window.tabs.currentWidget() is window.downloads_tab


def test_searching_shows_sizes_when_they_are_wanted(
    window: ModelsWindow, server: ScriptedServer, qtbot: QtBot
) -> None:
    window.show_at("search")
    qtbot.waitUntil(lambda: bool(window.search.products))
    nice = card(window, "Nice-GGUF")
    assert "3.2B parameters" in nice.facts.text()
    nice.fold.click()
    qtbot.waitUntil(nice.verdict.isVisible)
    assert "3.0 GB" in nice.facts.text()
    click(nice.button)
    assert asked(window).offer is nice.product.first
    asked(window).reject()


def test_a_search_result_is_asked_about_without_its_sizes(
    window: ModelsWindow, qtbot: QtBot
) -> None:
    window.show_at("search")
    qtbot.waitUntil(lambda: bool(window.search.products))
    click(card(window, "Nice-GGUF").button)
    dialog = asked(window)
    qtbot.waitUntil(dialog.start.isEnabled)
    assert dialog.offer is not None
    assert dialog.offer.name == "hf.co/maker/Nice-GGUF:Q4_K_M"
    dialog.reject()


def test_a_search_waits_for_a_pause_in_typing(
    window: ModelsWindow, server: ScriptedServer, qtbot: QtBot
) -> None:
    window.show_at("search")
    qtbot.waitUntil(lambda: bool(window.search.products))
    before = len(server.asked)
    server.answers["GET /api/puna/search"] = {"repositories": [], "cursor": None}
    QTest.keyClicks(window.search_tab.words, "nothing")
    qtbot.waitUntil(window.search_tab.empty.isVisible)
    assert [name for name, _ in server.asked[before:]].count("GET /api/puna/search") == 1


def test_a_name_is_offered_as_it_is(window: ModelsWindow, qtbot: QtBot) -> None:
    window.show_at("search")
    QTest.keyClicks(window.search_tab.words, "llama3.2:3b")
    QTest.keyClick(window.search_tab.words, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: [each.key for each in window.search.products] == ["llama3.2:3b"])
    click(card(window, "llama3.2:3b").button)
    qtbot.waitUntil(asked(window).start.isEnabled)
    asked(window).reject()


def test_offline_searching_leads_to_what_is_here(
    window: ModelsWindow, server: ScriptedServer, qtbot: QtBot
) -> None:
    server.answers["GET /api/puna/search"] = UNREACHABLE
    window.show_at("search")
    qtbot.waitUntil(window.search_tab.empty.action.isVisible)
    assert "offline" in window.search_tab.empty.sentence.text()
    click(window.search_tab.empty.action)
    assert window.tabs.currentWidget() is window.installed_tab


def test_what_is_here_tells_everything(window: ModelsWindow, stage: Stage) -> None:
    window.show_at("installed")
    assert names(window) == ["gone:1b", "kept:1b", "twin:latest"]
    gone, kept = own(window, "gone:1b"), own(window, "kept:1b")
    assert (gone.state.text(), gone.answer.text()) == ("Cannot run", "A file is gone.")
    assert gone.chat.isHidden()
    assert "last used" in kept.facts.text()
    assert "/puna/models" in kept.place.text()
    assert "twin" in kept.place.text()
    assert "1.0 GB" in window.installed_tab.summary.text()  # the same files count once
    click(kept.chat)
    assert stage.went == [(Place.CHAT, "kept:1b")]


def test_why_it_will_not_run(window: ModelsWindow, qtbot: QtBot) -> None:
    kept = own(window, "kept:1b")
    kept.acted.emit("kept:1b", "explain")
    qtbot.waitUntil(lambda: "Nothing is known against it" in kept.answer.text())


def test_details_have_template_and_licence(window: ModelsWindow, qtbot: QtBot) -> None:
    own(window, "kept:1b").acted.emit("kept:1b", "details")
    qtbot.waitUntil(lambda: bool(window.findChildren(DetailsDialog)))
    (dialog,) = window.findChildren(DetailsDialog)
    assert dialog.tabs.count() == 5
    dialog.accept()


def test_a_deletion_can_be_taken_back(
    window: ModelsWindow, server: ScriptedServer, qtbot: QtBot
) -> None:
    window.show_at("installed")
    own(window, "kept:1b").acted.emit("kept:1b", "delete")
    assert "kept:1b" not in names(window)
    assert window.is_busy()
    click(window.undo.action)
    assert "kept:1b" in names(window)
    assert not window.undo.isVisible()
    assert "DELETE /api/delete" not in dict(server.asked)


def test_a_deletion_is_asked_for_when_the_time_is_up(
    window: ModelsWindow, server: ScriptedServer, qtbot: QtBot
) -> None:
    window.removals.hold_ms = 20
    own(window, "kept:1b").acted.emit("kept:1b", "delete")
    server.answers["GET /api/tags"] = {"models": [installed("twin:latest")]}
    qtbot.waitUntil(lambda: ("DELETE /api/delete", {"model": "kept:1b"}) in server.asked)
    qtbot.waitUntil(lambda: not window.removals.hidden)
    assert "kept:1b" not in names(window)


def test_removals_are_independent(qtbot: QtBot, window: ModelsWindow) -> None:
    removals = Removals(window, hold_ms=60_000)
    removals.hold("a")
    removals.hold("b")
    removals.undo()
    assert removals.names == ["a"]
    removals.hold("a")
    assert removals.names == ["a"]
    removals.undo()
    removals.undo()
    assert removals.hidden == []


def test_partial_files_are_deleted_after_asking(
    window: ModelsWindow, server: ScriptedServer, qtbot: QtBot
) -> None:
    url = "https://registry.ollama.ai/v2/library/llama3.2/blobs/sha256:1"
    partial = {"name": "p1", "completed": 10, "total": 100, "size": 5 * GB, "url": url}
    server.answers["GET /api/puna/partials"] = {"partials": [partial], "size": 5 * GB}
    server.answers["DELETE /api/puna/partials/p1"] = {}
    window.show_at("installed")
    space = window.installed_tab.space
    qtbot.waitUntil(space.isVisible)
    assert "5.0 GB can be freed" in space.title.text()
    click(space.drop_all)
    box = window.delete_box
    assert box is not None
    delete = QMessageBox.ButtonRole.DestructiveRole
    click(next(each for each in box.buttons() if box.buttonRole(each) == delete))
    qtbot.waitUntil(lambda: ("DELETE /api/puna/partials/p1", None) in server.asked)


def test_models_of_other_programs_are_used_where_they_are(
    window: ModelsWindow, server: ScriptedServer, qtbot: QtBot
) -> None:
    server.answers["POST /api/puna/found"] = {"status": "success", "model": "tiny:q4_0"}
    window.show_at("installed")
    found = window.installed_tab.found
    qtbot.waitUntil(found.isVisible)
    server.answers["GET /api/puna/found"] = {"found": [FOUND | {"installed": "tiny:q4_0"}]}
    click(found.rows.findChildren(QPushButton)[0])
    qtbot.waitUntil(lambda: "tiny:q4_0 is ready." in window.notice.label.text())
    assert ("POST /api/puna/found", {"path": "/lm/tiny.gguf"}) in server.asked
    qtbot.waitUntil(lambda: not found.isVisible())


def test_copies_in_other_programs_are_told(
    window: ModelsWindow, server: ScriptedServer, stage: Stage, qtbot: QtBot
) -> None:
    twin = FOUND | {"origin": "Jan", "files": ["/jan/tiny.gguf"]}
    server.answers["GET /api/puna/found"] = {"found": [FOUND, twin]}
    window.show_at("installed")
    stage.pump.start(window.taking.look())
    qtbot.waitUntil(lambda: len(window.taking.models) == 2)
    assert window.installed_tab.space.has_content


def test_a_file_is_added_by_dropping_it(
    window: ModelsWindow, server: ScriptedServer, qtbot: QtBot, tmp_path: Path
) -> None:
    server.answers["POST /api/puna/import"] = {"status": "success", "model": "dropped:latest"}
    path = tmp_path / "Dropped.GGUF"
    path.touch()
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)), QUrl("https://example.org/x.gguf")])
    event = QDropEvent(
        QPointF(5, 5),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    window.dropEvent(event)
    qtbot.waitUntil(lambda: "dropped is ready." in window.notice.label.text())
    sent: list[Any] = [body for name, body in server.asked if name == "POST /api/puna/import"]
    assert sent == [{"path": str(path), "name": None}]
    assert window.tabs.currentWidget() is window.installed_tab


@pytest.mark.parametrize(("can", "offered"), [("completion", True), ("embedding", False)])
def test_a_chat_is_offered_with_what_can_chat(
    window: ModelsWindow, server: ScriptedServer, qtbot: QtBot, can: str, offered: bool
) -> None:
    server.answers["POST /api/puna/import"] = {"status": "success", "model": "new:latest"}
    server.answers["GET /api/tags"] = {"models": [installed("new:latest", capabilities=[can])]}
    # The list may be read before the file has been taken in, too.
    with qtbot.waitSignals([window.taking.taken, window.installed.refreshed], order="simple"):
        window.show_at("import:/x/new.gguf")
    assert window.notice.label.text() == "new is ready."
    qtbot.waitUntil(lambda: window.notice.action.isVisible() is offered)


def test_a_file_that_cannot_be_added_is_told(
    window: ModelsWindow, server: ScriptedServer, qtbot: QtBot
) -> None:
    refused = (400, {"error": "bad.gguf is damaged.", "code": "file_damaged"})
    server.answers["POST /api/puna/import"] = refused
    window.show_at("import:/x/bad.gguf")
    told = "bad.gguf: A file of this model is damaged, or is no model. Fetch it once more."
    qtbot.waitUntil(lambda: window.notice.label.text() == told)
    qtbot.waitUntil(lambda: not window.is_busy())
    assert not window.installed_tab.progress.isVisible()


def test_the_folder_moves_with_the_next_start(
    window: ModelsWindow, server: ScriptedServer, qtbot: QtBot
) -> None:
    moved = {"settings": {"models_dir": {"value": "/new"}}, "restart_needed": ["models_dir"]}
    server.answers["PATCH /api/puna/settings"] = moved
    click(window.installed_tab.folder)
    (dialog,) = window.findChildren(FolderDialog)
    assert dialog.path.text() == "/puna/models"
    assert not dialog.use.isEnabled()
    dialog.path.setText("/new")
    click(dialog.use)
    qtbot.waitUntil(lambda: "next start" in window.notice.label.text())
    assert ("PATCH /api/puna/settings", {"models_dir": "/new"}) in server.asked


def test_a_server_that_is_gone_is_told(
    window: ModelsWindow, server: ScriptedServer, qtbot: QtBot
) -> None:
    server.answers.clear()
    window.show_at("installed")
    qtbot.waitUntil(window.notice.isVisible)
    assert names(window) == ["gone:1b", "kept:1b", "twin:latest"]


def test_keys_lead_everywhere(window: ModelsWindow, qtbot: QtBot) -> None:
    window.activateWindow()
    QTest.keyClick(window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert window.tabs.currentWidget() is window.search_tab
    own(window, "kept:1b").acted.emit("kept:1b", "delete")
    QTest.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert window.removals.names == []


def test_a_window_out_of_sight_asks_nothing(window: ModelsWindow, server: ScriptedServer) -> None:
    window.hide()
    before = len(server.asked)
    window.show_at("installed")
    assert len(server.asked) == before
    assert not window.downloads.is_following
