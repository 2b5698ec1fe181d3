"""The settings: pages at the side, a search over all of them, and changes that hold at once."""

import os
import sys
from pathlib import Path
from typing import Any

from PySide6.QtCore import QLocale, QSignalBlocker, QSize, Qt
from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from desktop.client.settings import AllSettings
from desktop.client.update import Installed
from desktop.core.autostart import autostart
from desktop.core.errors import AppError
from desktop.ui.chat.quiet_label import QuietLabel
from desktop.ui.context import Context, Place
from desktop.ui.failures import failure_sentence
from desktop.ui.look.theme import MARGIN, SPACE
from desktop.ui.settings.diagnostics_page import DiagnosticsPage
from desktop.ui.settings.fields import Fields, Holds
from desktop.ui.settings.general_page import GeneralPage
from desktop.ui.settings.presenter import SettingsPresenter
from desktop.ui.settings.privacy_page import PrivacyPage
from desktop.ui.settings.rows import Page, side_by_side
from desktop.ui.settings.server_pages import Notice, SettingsPage
from desktop.ui.settings.updates_page import UpdatesPage
from desktop.ui.settings.updating import UpdatePresenter

SIZE = (860, 640)
SIDE_PX, WIDEST_PX = 200, 720


def make_settings(context: Context) -> QWidget:
    login = autostart(os.environ, sys.platform, Path.home())
    presenter = SettingsPresenter(context.client, context.history, login)
    return SettingsWindow(context, presenter)


class SettingsWindow(QWidget):
    """Shows a SettingsPresenter, and the preferences."""

    def __init__(self, context: Context, presenter: SettingsPresenter) -> None:
        super().__init__()
        self._context, self._start, self.presenter = context, context.start, presenter
        self.search = QLineEdit(placeholderText=self.tr("Search the settings"))
        self.search.setAccessibleName(self.tr("Search the settings"))
        self.search.setClearButtonEnabled(True)
        self._page = 0
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Pages"))
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.failure = Notice(button=self.tr("Try again"))
        self.restart = Notice(button=self.tr("Start Puna again"))
        self.reload = Notice(button=self.tr("Unload them now"))
        self.nothing = QuietLabel(self.tr("No setting has these words. Try another word."))
        self.area = QScrollArea(widgetResizable=True)
        self._make_pages()
        self._lay_out()
        self._connect()
        self.list.setCurrentRow(0)

    def show_at(self, what: str) -> None:
        """A page, or the setting that is to be changed."""
        self.search.clear()
        names = [page.name for page in self.pages]
        if what in names:
            self.list.setCurrentRow(names.index(what))
            return
        for page in self.pages:
            if isinstance(page, SettingsPage) and what in page.settings:
                self.list.setCurrentRow(names.index(page.name))
                page.settings[what].editor.focus_target.setFocus()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._start(self.presenter.load())

    # ---- construction

    def _make_pages(self) -> None:
        fields = Fields()
        self.general = GeneralPage("general", self.tr("General"), self._context.preferences)
        self.server = SettingsPage(
            "server",
            self.tr("Server"),
            self.tr("How other programs reach Puna on this computer."),
            fields.server(),
        )
        self.connect_apps = QPushButton(self.tr("Connect a program…"))
        self.connect_apps.clicked.connect(lambda: self._context.go(Place.CONNECT, ""))
        self.server.add_extra(side_by_side(self.connect_apps))
        self.models = SettingsPage("models", self.tr("Models"), "", fields.models())
        self.privacy = PrivacyPage("privacy", self.tr("Privacy"))
        self.advanced = SettingsPage(
            "advanced",
            self.tr("Advanced"),
            self.tr("Nobody needs to change anything here for Puna to work."),
            fields.advanced(),
        )
        self.updates = UpdatesPage("updates", self.tr("Updates"))
        self.diagnostics = DiagnosticsPage("diagnostics", self.tr("Diagnostics"))
        self.server_pages = (self.server, self.models, self.advanced, self.updates)
        self.pages: tuple[Page, ...] = (
            *(self.general, self.server, self.models),
            *(self.privacy, self.advanced, self.updates, self.diagnostics),
        )
        self._load_fields = {
            field.name
            for field in (*fields.server(), *fields.models(), *fields.advanced())
            if field.holds is Holds.LOAD
        }

    def _lay_out(self) -> None:
        self.setWindowTitle(self.tr("Settings – Puna"))
        self.resize(*SIZE)
        side = QVBoxLayout()
        side.setSpacing(SPACE)
        side.addWidget(self.search)
        side.addWidget(self.list)
        for page in self.pages:
            item = QListWidgetItem(page.title, self.list)
            item.setSizeHint(QSize(0, self.list.fontMetrics().height() + 2 * SPACE))
        self.list.viewport().setAutoFillBackground(False)
        widest = max(self.list.fontMetrics().horizontalAdvance(each.title) for each in self.pages)
        wanted = widest + 6 * SPACE
        self.list.setFixedWidth(max(SIDE_PX, wanted))
        self.search.setFixedWidth(max(SIDE_PX, wanted))
        inside = QWidget()
        inside.setMaximumWidth(WIDEST_PX)
        column = QVBoxLayout(inside)
        column.setContentsMargins(MARGIN, 0, MARGIN, MARGIN)
        column.setSpacing(3 * SPACE)
        column.addWidget(self.nothing)
        for page in self.pages:
            column.addWidget(page)
        column.addStretch(1)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setAccessibleName(self.tr("Settings"))
        self.area.setWidget(inside)
        notices = QVBoxLayout()
        notices.setContentsMargins(MARGIN, 0, MARGIN, 0)
        notices.setSpacing(SPACE)
        for notice in (self.failure, self.restart, self.reload):
            notices.addWidget(notice)
        right = QVBoxLayout()
        right.setSpacing(2 * SPACE)
        right.addLayout(notices)
        right.addWidget(self.area)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(MARGIN, MARGIN, 0, 0)
        layout.setSpacing(SPACE)
        layout.addLayout(side)
        layout.addLayout(right, stretch=1)

    def _connect(self) -> None:
        start, presenter = self._start, self.presenter
        for page in self.server_pages:
            page.edited.connect(self._on_edited)
        self.list.currentRowChanged.connect(self._on_page)
        self.list.itemClicked.connect(lambda _item: self._on_page(self.list.currentRow()))
        self.search.textChanged.connect(self._on_searched)
        self.failure.button.clicked.connect(lambda: start(presenter.load()))
        self.restart.button.clicked.connect(lambda: self._context.end(again=True))
        self.reload.button.clicked.connect(lambda: start(presenter.unload_all()))
        self.general.login_wanted.connect(lambda on: start(presenter.switch_login(on)))
        self.privacy.chats_unwanted.connect(lambda: start(presenter.remove_chats()))
        self.privacy.requests_unwanted.connect(lambda: start(presenter.clear_requests()))
        self.privacy.texts_wanted.connect(
            lambda app_id, keep: start(presenter.keep_texts(app_id, keep))
        )
        self.diagnostics.wanted.connect(lambda: start(presenter.diagnose()))
        self.diagnostics.save_wanted.connect(lambda path, text: start(presenter.save(path, text)))
        self._connect_presenter()
        self._connect_updates()
        find = QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self)
        find.setWhatsThis(self.tr("Search the settings"))
        find.activated.connect(self._on_find)

    def _connect_presenter(self) -> None:
        presenter = self.presenter
        presenter.shown.connect(self._on_shown)
        presenter.changed.connect(self._on_changed)
        presenter.refused.connect(self._on_refused)
        presenter.failed.connect(self._on_failed)
        presenter.loaded_counted.connect(self._on_loaded)
        presenter.login_shown.connect(self.general.show_login)
        presenter.login_failed.connect(self.general.show_login_failure)
        presenter.keepers_shown.connect(self.privacy.show_keepers)
        presenter.requests_cleared.connect(self.privacy.show_cleared)
        presenter.chats_counted.connect(self.privacy.show_chats)
        presenter.chats_removed.connect(self.privacy.show_removed)
        presenter.diagnosed.connect(self.diagnostics.show_text)
        presenter.saved.connect(self.diagnostics.show_saved)
        presenter.save_failed.connect(self.diagnostics.show_failure)

    def _connect_updates(self) -> None:
        start, page, updates = self._start, self.updates, UpdatePresenter(self._context.client)
        self.updating = updates
        page.seen.connect(lambda looks: start(updates.follow()) if looks else updates.leave())
        page.check_wanted.connect(lambda: start(updates.check()))
        page.download_wanted.connect(lambda: start(updates.download()))
        page.cancel_wanted.connect(lambda: start(updates.cancel()))
        page.install_wanted.connect(lambda wait: start(updates.install(wait=wait)))
        page.give_up_wanted.connect(updates.give_up)
        updates.changed.connect(page.show_update)
        updates.failed.connect(page.show_failure)
        updates.busy.connect(page.ask_about_work)
        updates.waiting.connect(page.show_waiting)
        updates.handed.connect(self._on_handed)

    # ---- what is shown

    def _on_page(self, place: int) -> None:
        self._page = place
        if self.search.text().strip():
            self.search.clear()  # which comes back here
            return
        for number, page in enumerate(self.pages):
            page.setVisible(number == self._page)
            page.show_all()
        self.nothing.hide()
        self.area.verticalScrollBar().setValue(0)

    def _on_searched(self, text: str) -> None:
        words = text.casefold().split()
        with QSignalBlocker(self.list):  # what is found is on all pages
            self.list.setCurrentRow(-1 if words else self._page)
        if not words:
            self._on_page(self._page)
            return
        found = sum(page.show_found(words) for page in self.pages)
        self.nothing.setVisible(not found)
        self.area.verticalScrollBar().setValue(0)

    def _on_find(self) -> None:
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def _on_shown(self, found: AllSettings) -> None:
        self.failure.say("")
        for page in self.server_pages:
            page.show_settings(found)
            page.setEnabled(True)
        titles = [
            row.field.title
            for page in self.server_pages
            for name, row in page.settings.items()
            if name in found.restart_needed
        ]
        text = self.tr("This holds once Puna has been started again: %1")
        names = QLocale().createSeparatedList(titles)
        self.restart.say(text.replace("%1", names) if titles else "")

    def _on_edited(self, name: str, value: Any) -> None:
        is_for_loading = name in self._load_fields
        self._start(self.presenter.change(name, value, is_for_loading=is_for_loading))

    def _on_changed(self, name: str) -> None:
        for page in self.server_pages:
            if name in page.settings:
                page.settings[name].show_change()
                page.show_settings(self.presenter.all)

    def _on_refused(self, name: str, error: AppError) -> None:
        for page in self.server_pages:
            if name in page.settings:
                page.settings[name].show_refusal(error)

    def _on_failed(self, error: AppError) -> None:
        self.failure.say(failure_sentence(error))
        if not self.presenter.all.settings:
            for page in self.server_pages:
                page.setEnabled(False)

    def _on_handed(self, handed: Installed) -> None:
        self.updates.show_handed(handed)
        if handed.ends and self.updates.kind == "dmg":
            self.updates.tell_to_drag(lambda: self._context.end(again=False))
        elif handed.ends:
            self._context.end(again=handed.restarts)

    def _on_loaded(self, count: int) -> None:
        text = self.tr(
            "%Ln model(s) in memory go on as they are. The change holds for them when they are"
            " loaded again.",
            "",
            count,
        )
        self.reload.say(text if count else "")
