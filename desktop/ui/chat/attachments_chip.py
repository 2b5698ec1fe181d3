"""One attached file as the user sees it: what it is, how it goes with it, and a way to drop it."""

from PySide6.QtCore import QBuffer, QByteArray, QLocale, QRect, QSize, Qt, Signal
from PySide6.QtGui import QImage, QImageReader, QPaintEvent, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop.ui.chat.attachments_presenter import Item, State
from desktop.ui.chat.quiet_button import QuietButton
from desktop.ui.chat.quiet_label import QuietLabel
from desktop.ui.chat.reading_files import Reason
from desktop.ui.chat.stack import paint_card
from desktop.ui.look.icons import icon
from desktop.ui.look.theme import SPACE, Tone

NAME_LETTERS = 22
PICTURE_PX = 32
SMALL = 0.9


class Chip(QWidget):
    """`removed(id)`."""

    removed = Signal(int)

    def __init__(self, item: Item, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.id = item.id
        self._has_picture = False
        self.picture = QLabel()
        self.picture.setFixedSize(PICTURE_PX, PICTURE_PX)
        self.picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.picture.setPixmap(icon("file", Tone.QUIET).pixmap(QSize(20, 20)))
        self.name = QLabel()
        metrics = self.fontMetrics()
        room = metrics.averageCharWidth() * NAME_LETTERS
        self.name.setText(metrics.elidedText(item.name, Qt.TextElideMode.ElideMiddle, room))
        self.name.setTextFormat(Qt.TextFormat.PlainText)
        self.state = QuietLabel()
        font = self.state.font()
        font.setPointSizeF(font.pointSizeF() * SMALL)
        self.state.setFont(font)
        remove = self.tr("Do not send %1").replace("%1", item.name)
        self.remove = QuietButton("close", remove)
        self.remove.clicked.connect(lambda: self.removed.emit(self.id))
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self.name)
        words.addWidget(self.state)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(SPACE, 5, 4, 5)
        layout.setSpacing(SPACE)
        layout.addWidget(self.picture)
        layout.addLayout(words)
        layout.addWidget(self.remove)
        self.setToolTip(item.name)

    def show_item(self, item: Item, *, is_blind: bool) -> None:
        """How it goes with the file.

        Args:
            is_blind: The model does not see images.
        """
        is_unseen = is_blind and item.is_image
        text = self.tr("this model sees no images") if is_unseen else self._state(item)
        is_wrong = is_unseen or item.state is State.FAILED
        self.state.setText(text)
        self.state.set_tone(Tone.BAD if is_wrong else Tone.QUIET)
        told = self.tr("Attached: %1, %2")
        told = told.replace("%2", text, 1).replace("%1", item.name, 1)
        self.setAccessibleName(told)
        if item.is_image and not self._has_picture:
            self._show_picture(item)

    def paintEvent(self, event: QPaintEvent) -> None:
        paint_card(self, 0.04, 0.14)

    def _state(self, item: Item) -> str:
        if item.state is State.READING:
            return self._reading(item)
        if item.state is State.FAILED or item.attachment is None:
            return self._reasons().get(item.reason or Reason.DAMAGED, "")
        if item.is_image:
            return self.tr("image")
        if item.attachment.is_cut:
            return self.tr("%Ln token(s), only its beginning", "", item.tokens)
        if item.is_counted:
            return self.tr("%Ln token(s)", "", item.tokens)
        return self.tr("about %Ln token(s)", "", rounded(item.tokens))

    def _reading(self, item: Item) -> str:
        if not item.pages:
            return self.tr("being read…")
        locale = QLocale()
        text = self.tr("page %1 of %2")
        text = text.replace("%1", locale.toString(item.pages_read))
        return text.replace("%2", locale.toString(item.pages))

    def _reasons(self) -> dict[Reason, str]:
        return {
            Reason.MISSING: self.tr("not there any more"),
            Reason.FOLDER: self.tr("is a folder: attach its files"),
            Reason.REFUSED: self.tr("may not be read"),
            Reason.TOO_LARGE: self.tr("too large"),
            Reason.EMPTY: self.tr("nothing is in it"),
            Reason.UNKNOWN_KIND: self.tr("not text, PDF, Word or image"),
            Reason.LOCKED: self.tr("has a password"),
            Reason.NO_TEXT: self.tr("only pictures of text, which cannot be read"),
            Reason.DAMAGED: self.tr("damaged"),
        }

    def _show_picture(self, item: Item) -> None:
        self._has_picture = True
        data = item.attachment.image_bytes if item.attachment else None
        if data and not (image := _small(data, self.devicePixelRatioF())).isNull():
            self.picture.setPixmap(QPixmap.fromImage(image))


def _small(data: bytes, scale: float) -> QImage:
    """A square out of its middle."""
    buffer = QBuffer()
    buffer.setData(QByteArray(data))
    reader = QImageReader(buffer)
    reader.setAutoTransform(True)
    side = round(PICTURE_PX * scale)
    size = reader.size()
    if size.isValid():  # many formats are then decoded small at once
        reader.setScaledSize(size.scaled(side, side, Qt.AspectRatioMode.KeepAspectRatioByExpanding))
    image = reader.read()
    middle = QRect((image.width() - side) // 2, (image.height() - side) // 2, side, side)
    image = image.copy(middle)
    image.setDevicePixelRatio(scale)
    return image


def rounded(count: int) -> int:
    """Two figures: nobody knows more.

    >>> rounded(12_345), rounded(7)
    (12000, 7)
    """
    scale: int = 10 ** max(len(str(count)) - 2, 0)
    return round(count / scale) * scale
