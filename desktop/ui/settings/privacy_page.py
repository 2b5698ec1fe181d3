"""What is kept, where, and how it is got rid of."""

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QMessageBox, QPushButton, QVBoxLayout, QWidget

from desktop.client.settings import Keeper
from desktop.ui.look.theme import SPACE, Tone
from desktop.ui.settings.rows import Page, Row


class PrivacyPage(Page):
    """Asks before anything is deleted."""

    chats_unwanted = Signal()
    requests_unwanted = Signal()
    texts_wanted = Signal(str, bool)  # id of an app, whether its texts are to be kept

    def __init__(self, name: str, title: str) -> None:
        intro = self.tr(
            "Chats, models and settings stay on this computer. Puna has no account, counts nothing"
            " about you, and sends nothing about you anywhere."
        )
        super().__init__(name, title, intro)
        self.remove_chats = QPushButton(self.tr("&Delete all chats…"))
        self.remove_chats.clicked.connect(self._on_remove_chats)
        self._chats = Row(
            self.tr("Chats"),
            self.tr(
                "They are kept until you delete them. Copies vanish by themselves: the daily ones"
                " after seven days, those from before an update after 30."
            ),
            self.remove_chats,
        )
        self.add(self._chats)
        self.clear = QPushButton(self.tr("&Clear the list…"))
        self.clear.clicked.connect(self._on_clear)
        self._requests = Row(
            self.tr("List of past requests"),
            self.tr("Which program used which model, when, and for how long; without any texts."),
            self.clear,
        )
        self.add(self._requests)
        self._texts = Row(
            self.tr("Texts of requests"),
            self.tr("Only of programs that are ticked here, questions and answers are kept, too."),
        )
        self.add(self._texts)
        self.keepers: dict[str, QCheckBox] = {}
        self._list = QWidget()
        self._column = QVBoxLayout(self._list)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(SPACE)
        self.add_extra(self._list)

    def show_keepers(self, found: list[Keeper]) -> None:
        for app_id in self.keepers.keys() - {each.id for each in found}:
            box = self.keepers.pop(app_id)
            self._column.removeWidget(box)
            box.hide()
            box.deleteLater()
        for each in found:
            if each.id not in self.keepers:
                self._add_keeper(each)
            self.keepers[each.id].setChecked(each.log_content)
        nobody = self.tr("No program has used Puna yet.")
        self._texts.tell("" if found else nobody)

    def show_chats(self, count: int) -> None:
        self.remove_chats.setEnabled(count > 0)

    def show_removed(self, count: int) -> None:
        self._chats.tell(self.tr("%Ln chat(s) were deleted.", "", count), Tone.GOOD)

    def show_cleared(self) -> None:
        self._requests.tell(self.tr("The list is empty now."), Tone.GOOD)

    def _add_keeper(self, each: Keeper) -> None:
        box = QCheckBox(each.name.replace("&", "&&"))
        box.setAccessibleName(self.tr("Keep the texts of %1").replace("%1", each.name))
        box.clicked.connect(lambda on, app_id=each.id: self.texts_wanted.emit(app_id, bool(on)))
        self.keepers[each.id] = box
        self._column.addWidget(box)

    def _on_remove_chats(self) -> None:
        self._ask(
            self.tr("Delete all chats?"),
            self.tr("Every chat in every folder is deleted, with all that was attached."),
            self.tr("Delete all"),
            self.chats_unwanted.emit,
        )

    def _on_clear(self) -> None:
        self._ask(
            self.tr("Clear the list of past requests?"),
            self.tr("Texts that were kept are deleted with it. Chats stay."),
            self.tr("Clear"),
            self.requests_unwanted.emit,
        )

    def _ask(self, question: str, more: str, yes: str, act: Callable[[], None]) -> None:
        box = QMessageBox(self)
        box.setIcon(QMessageBox.Icon.Warning)
        box.setText(question)
        box.setInformativeText(more)
        confirm = box.addButton(yes, QMessageBox.ButtonRole.DestructiveRole)
        cancel = box.addButton(QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(cancel)
        box.setEscapeButton(cancel)
        box.finished.connect(lambda _result: act() if box.clickedButton() is confirm else None)
        box.finished.connect(box.deleteLater)
        box.open()
