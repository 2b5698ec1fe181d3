"""A newer Puna: whether to look for one, what is new in it, and how it comes here."""

from collections.abc import Callable

from PySide6.QtCore import QDateTime, QLocale, Qt, Signal
from PySide6.QtGui import QHideEvent, QShowEvent, QTextDocument
from PySide6.QtWidgets import QMessageBox, QProgressBar, QPushButton, QTextBrowser

from desktop.client.update import Installed, Update
from desktop.client.wire import RequestFailed
from desktop.core.errors import AppError
from desktop.ui.failures import failure_sentence
from desktop.ui.look.figures import size_text
from desktop.ui.look.theme import Tone
from desktop.ui.look.widgets import PrimaryButton
from desktop.ui.settings.fields import Fields
from desktop.ui.settings.rows import Row, side_by_side
from desktop.ui.settings.server_pages import SettingsPage

NOTES_LINES = 12
SWAPPED = ("tar", "appimage")  # kinds that need no installer
STEPS = 1000  # of the progress bar; sizes are too large for it
_MARKDOWN = (
    QTextDocument.MarkdownFeature.MarkdownDialectGitHub
    | QTextDocument.MarkdownFeature.MarkdownNoHTML
)


class UpdatesPage(SettingsPage):
    """Shows an UpdatePresenter."""

    seen = Signal(bool)  # whether somebody looks
    check_wanted = Signal()
    download_wanted = Signal()
    cancel_wanted = Signal()
    install_wanted = Signal(bool)  # whether to wait for what goes on
    give_up_wanted = Signal()

    def __init__(self, name: str, title: str) -> None:
        intro = self.tr(
            "Puna asks nobody for updates unless you want that, and installs nothing by itself. It"
            " sends nothing but the question."
        )
        super().__init__(name, title, intro, Fields().updates())
        self.ask = QPushButton(self.tr("&Look for an update"))
        self.state = Row("Puna", "", self.ask)
        self.add(self.state)
        self.state.told.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.notes = QTextBrowser(openLinks=False)
        self.notes.setAccessibleName(self.tr("What is new"))
        self.notes.setTabChangesFocus(True)
        self.notes.setMinimumHeight(NOTES_LINES * self.notes.fontMetrics().lineSpacing())
        self.progress = QProgressBar(maximum=STEPS, textVisible=False)
        self.progress.setAccessibleName(self.tr("Download of the update"))
        self.get = PrimaryButton(self.tr("&Download it"))
        self.install = PrimaryButton(self.tr("&Install and restart"))
        self.stop = QPushButton(self.tr("&Stop"))
        self.buttons = side_by_side(self.get, self.install, self.stop)
        for widget in (self.notes, self.progress, self.buttons):
            self.add_extra(widget)
        self._update = Update()
        self._is_waiting = False
        self._connect()
        self.show_update(self._update)

    @property
    def kind(self) -> str:
        """Of the file that is known."""
        return self._update.kind

    def show_update(self, update: Update) -> None:
        """What the server knows now."""
        self._update = update
        if update.version:
            self.state.title.setText(self.tr("This is Puna %1").replace("%1", update.version))
        self.state.hint.setText(self._checked())
        language = QLocale().name()[:2]
        notes = update.notes.get(language) or update.notes.get("en", "")
        if notes != self.notes.property("shown"):
            self.notes.setProperty("shown", notes)
            self.notes.document().setMarkdown(notes, _MARKDOWN)
        if update.total:
            self.progress.setValue(int(STEPS * update.completed / update.total))
        self.state.tell(*self._words())
        self.show_all()

    def show_waiting(self, waits: bool) -> None:
        self._is_waiting = waits
        self.show_update(self._update)

    def show_failure(self, error: AppError) -> None:
        self.state.tell(failure_sentence(error), Tone.BAD)

    def show_handed(self, handed: Installed) -> None:
        if handed.how == "command":
            text = self.tr("Type this in a terminal: %1").replace("%1", handed.command)
            self.state.tell(text, Tone.FAIR)
        elif not handed.ends:
            text = self.tr(
                "The system's installer opens. When it is done, Puna asks whether to start again."
                " If none opens, type this in a terminal: %1"
            )
            self.state.tell(text.replace("%1", handed.command), Tone.GOOD)

    def tell_to_drag(self, then: Callable[[], None]) -> None:
        """macOS shows the new version beside the folder of applications; `then` ends this one."""
        box = QMessageBox(QMessageBox.Icon.Information, "Puna", "", parent=self)
        box.setText(self.tr("Puna ends now, so that it can be replaced."))
        box.setInformativeText(
            self.tr(
                "In the window that opens, drag Puna onto Applications and replace the one that is"
                " there. Then open it."
            )
        )
        box.setStandardButtons(QMessageBox.StandardButton.Ok)
        box.finished.connect(lambda _result: then())
        box.open()

    def ask_about_work(self) -> None:
        """Answers or downloads go on."""
        box = QMessageBox(self)
        box.setIcon(QMessageBox.Icon.Question)
        box.setText(self.tr("Puna is answering or downloading."))
        box.setInformativeText(
            self.tr("The update can wait until that is done. Nothing is interrupted.")
        )
        wait = box.addButton(self.tr("Install when it is done"), QMessageBox.ButtonRole.AcceptRole)
        box.addButton(QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(wait)
        box.finished.connect(
            lambda _result: self.install_wanted.emit(True) if box.clickedButton() is wait else None
        )
        box.finished.connect(box.deleteLater)
        box.open()

    def show_all(self) -> None:
        super().show_all()
        state, has_file = self._update.state, bool(self._update.kind)
        goes = state == "downloading"
        self.notes.setVisible(bool(self._update.newer) and bool(self.notes.property("shown")))
        self.progress.setVisible(goes)
        self.get.setVisible(has_file and state in ("available", "failed"))
        self.install.setVisible(state == "ready" and not self._is_waiting)
        self.install.setText(
            self.tr("&Install and restart")
            if self._update.kind in SWAPPED
            else self.tr("&Install…")
        )
        self.stop.setVisible(goes or self._is_waiting)
        self.ask.setEnabled(state not in ("checking", "downloading"))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.seen.emit(True)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.seen.emit(False)

    def _connect(self) -> None:
        self.ask.clicked.connect(self.check_wanted)
        self.get.clicked.connect(self.download_wanted)
        self.install.clicked.connect(lambda: self.install_wanted.emit(False))
        self.stop.clicked.connect(self._on_stop)

    def _on_stop(self) -> None:
        if self._is_waiting:
            self.give_up_wanted.emit()
        else:
            self.cancel_wanted.emit()

    def _checked(self) -> str:
        if self._update.checked_at is None:
            return ""
        at = QDateTime.fromSecsSinceEpoch(int(self._update.checked_at))
        moment = QLocale().toString(at, QLocale.FormatType.ShortFormat)
        return self.tr("Asked at %1").replace("%1", moment)

    def _words(self) -> tuple[str, Tone]:
        update = self._update
        if self._is_waiting:
            return self.tr("Waits until answers and downloads are done."), Tone.FAIR
        if update.reason:
            error = RequestFailed(update.reason, 502, update.code)
            return failure_sentence(error), Tone.BAD
        match update.state:
            case "checking":
                return self.tr("Asking…"), Tone.QUIET
            case "available" if not update.kind:
                text = self.tr(
                    "Puna %1 is there. This Puna cannot fetch it: get it from where you got this"
                    " one."
                )
                return text.replace("%1", update.newer), Tone.FAIR
            case "available":
                size = size_text(update.total)
                text = self.tr("Puna %1 is there (%2).").replace("%1", update.newer)
                return text.replace("%2", size), Tone.GOOD
            case "downloading":
                size = size_text(update.completed)
                total = size_text(update.total)
                text = self.tr("%1 of %2").replace("%1", size)
                return text.replace("%2", total), Tone.QUIET
            case "ready":
                text = self.tr("Puna %1 is here, and its signature is right.")
                return text.replace("%1", update.newer), Tone.GOOD
            case _ if not update.has_feed:
                error = RequestFailed("", 409, "no_update_feed")
                return failure_sentence(error), Tone.QUIET
            case _ if update.checked_at is not None:
                return self.tr("There is nothing newer."), Tone.GOOD
        return "", Tone.QUIET
