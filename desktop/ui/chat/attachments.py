"""The files that go with the next message, and what to know about them before it is sent."""

from pathlib import Path

from PySide6.QtCore import QLocale, QMimeData, Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop.ui.chat.attachments_chip import Chip, rounded
from desktop.ui.chat.attachments_flow import Flow
from desktop.ui.chat.attachments_presenter import AttachmentsPresenter
from desktop.ui.chat.quiet_label import QuietLabel
from desktop.ui.chat.reading_files import Attachment
from desktop.ui.context import Context
from desktop.ui.look.theme import SPACE, Tone
from desktop.ui.task_scope import Start


def make_attachments(context: Context) -> "AttachmentStrip":
    """The strip of a chat window."""
    return AttachmentStrip(AttachmentsPresenter(context.client), context.start)


class AttachmentStrip(QWidget):
    """Hidden while nothing is attached. `context_asked(tokens)`: the user wants the context to be
    that long."""

    changed = Signal()
    context_asked = Signal(int)

    def __init__(self, presenter: AttachmentsPresenter, start: Start) -> None:
        super().__init__()
        self._presenter, self._start = presenter, start
        self._refused = 0
        self.chips: list[Chip] = []
        self.area = Flow()
        self.area.setAccessibleName(self.tr("Attached files"))
        self.notice = QuietLabel()
        self.notice.setWordWrap(True)
        self.enlarge = QPushButton()
        self.enlarge.clicked.connect(self._on_enlarge)
        below = QHBoxLayout()
        below.setSpacing(SPACE)
        below.addWidget(self.notice, stretch=1)
        below.addWidget(self.enlarge)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE)
        layout.addWidget(self.area)
        layout.addLayout(below)
        presenter.changed.connect(self._on_changed)
        presenter.refused.connect(self._on_refused)
        self._on_changed()

    def files(self) -> list[Attachment]:
        """What was read, and can be sent."""
        return self._presenter.files

    def is_busy(self) -> bool:
        """Files are still being read."""
        return self._presenter.is_busy

    def problem(self) -> str:
        """Why sending now would not do what one expects; empty: it would."""
        if self._presenter.is_busy:
            return self.tr("The files are still being read.")
        if count := self._presenter.blind_images:
            return self.tr(
                "This model cannot see images. Choose one that “sees images”, or remove"
                " %n image(s).",
                "",
                count,
            )
        return self._size_problem() if self._presenter.is_too_much else ""

    def add_paths(self, paths: list[Path]) -> None:
        self._refused = 0
        if paths:
            self._start(self._presenter.read(self._presenter.begin(paths)))

    def add_image(self, image: QImage, name: str = "") -> None:
        """An image that is in no file."""
        self._refused = 0
        if not image.isNull():
            shown = self._presenter.begin([Path(name or self.tr("Pasted image"))])
            self._start(self._presenter.read_image(shown, image))

    def add_files(self) -> None:
        """Ask for files."""
        dialog = QFileDialog(self, self.tr("Attach files"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.filesSelected.connect(lambda names: self.add_paths([Path(name) for name in names]))
        dialog.open()

    def can_take(self, data: QMimeData) -> bool:
        """Whether what is pasted or dropped is a file or an image; text is the composer's."""
        if _paths(data):
            return True
        return data.hasImage() and not data.hasText()

    def take(self, data: QMimeData) -> bool:
        """Attach what was pasted or dropped. False: it is not for us."""
        if paths := _paths(data):
            self.add_paths(paths)
            return True
        if self.can_take(data):
            image = data.imageData()
            self.add_image(image if isinstance(image, QImage) else QImage(image))
            return True
        return False

    def set_model(self, name: str, num_ctx: int = 0) -> None:
        """Who will get the files, and with which context length; 0: as it has by itself."""
        self._start(self._presenter.set_model(name, num_ctx))

    def set_used(self, tokens: int) -> None:
        """What the chat takes of the context without these files."""
        self._presenter.set_used(tokens)

    def clear(self) -> None:
        """They were sent."""
        self._refused = 0
        self._presenter.clear()

    def _on_changed(self) -> None:
        items = self._presenter.items
        kept = {item.id for item in items}
        for chip in [chip for chip in self.chips if chip.id not in kept]:
            self._drop(chip)
        shown = {chip.id for chip in self.chips}
        for item in items:
            if item.id not in shown:
                self._add(Chip(item))
        by_id = {chip.id: chip for chip in self.chips}
        for item in items:
            by_id[item.id].show_item(item, is_blind=self._presenter.room.sees is False)
        self.area.arrange()
        self._tell()
        self.setVisible(bool(items) or bool(self._refused))
        self.changed.emit()

    def _add(self, chip: Chip) -> None:
        chip.removed.connect(self._on_removed)
        self.area.add(chip)
        self.chips.append(chip)

    def _drop(self, chip: Chip) -> None:
        self.chips.remove(chip)
        self.area.drop(chip)

    def _on_removed(self, number: int) -> None:
        place = [chip.id for chip in self.chips].index(number)
        self._refused = 0
        self._presenter.remove(number)
        if self.chips:
            self.chips[min(place, len(self.chips) - 1)].remove.setFocus()

    def _on_refused(self, count: int) -> None:
        self._refused = count
        self._tell()

    def _tell(self) -> None:
        problem = "" if self._presenter.is_busy else self.problem()
        text = problem or self._refusal()
        self.notice.setText(text)
        self.notice.set_tone(Tone.FAIR)
        self.notice.setVisible(bool(text))
        enough = self._presenter.enough_context_tokens if self._presenter.is_too_much else 0
        enough = enough if self._presenter.has_memory_for(enough) else 0
        label = self.tr("Use a context of %1").replace("%1", QLocale().toString(enough))
        self.enlarge.setText(label)
        self.enlarge.setVisible(bool(problem and enough and not self._presenter.blind_images))

    def _refusal(self) -> str:
        if not self._refused:
            return ""
        return self.tr("%n file(s) were left out: so many at once are too many.", "", self._refused)

    def _size_problem(self) -> str:
        presenter, locale = self._presenter, QLocale()
        texts = {
            (True, True): self.tr(
                "The files have %1 tokens, and the chat %2. The model takes %3 at once, answer"
                " included: it would not see all of it."
            ),
            (True, False): self.tr(
                "The files have %1 tokens. The model takes %3 at once, answer included: it would"
                " not see all of them."
            ),
            (False, True): self.tr(
                "The files have about %1 tokens, and the chat %2. The model takes %3 at once,"
                " answer included: it would not see all of it."
            ),
            (False, False): self.tr(
                "The files have about %1 tokens. The model takes %3 at once, answer included: it"
                " would not see all of them."
            ),
        }
        text = texts[presenter.is_counted, presenter.used_tokens > 0]
        tokens = presenter.tokens if presenter.is_counted else rounded(presenter.tokens)
        numbers = (tokens, presenter.used_tokens, presenter.room.context_tokens)
        for place, number in enumerate(numbers, 1):
            text = text.replace(f"%{place}", locale.toString(number))
        return text

    def _on_enlarge(self) -> None:
        if enough := self._presenter.enough_context_tokens:
            self.context_asked.emit(enough)
            self.set_model(self._presenter.room.model, enough)


def _paths(data: QMimeData) -> list[Path]:
    """Files of this machine; a web address is text."""
    if not data.hasUrls():
        return []
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
