"""How full the model's memory for this chat is, with a warning before anything is left out."""

from PySide6.QtCore import QLocale, QRect, QSize, Qt
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.ui.chat.filling import Fill
from desktop.ui.chat.quiet_label import QuietLabel
from desktop.ui.look.theme import SPACE, Tone, mixed

ANSWER_TOKENS = 200  # room that an answer needs at least
NARROW = 0.8
BAR_WIDTH, BAR_HEIGHT = 44, 5


class ContextMeter(QWidget):
    """A small bar with figures; what is typed counts, too."""

    def __init__(self) -> None:
        super().__init__()
        self._fill = Fill()
        self._coming = 0
        self.bar = _Bar()
        self.words = QuietLabel()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE)
        layout.addWidget(self.bar)
        layout.addWidget(self.words)
        self.hide()

    @property
    def will_cut(self) -> bool:
        """Whether sending this would leave something of the chat out."""
        fill = self._fill
        needed = fill.used + self._coming + ANSWER_TOKENS
        return bool(fill.limit and (fill.used or self._coming) and needed > fill.limit)

    @property
    def is_alone_too_long(self) -> bool:
        """Whether the message alone is more than the model takes."""
        return bool(self._fill.limit and self._coming + ANSWER_TOKENS > self._fill.limit)

    def set_fill(self, fill: Fill) -> None:
        self._fill = fill
        self._show()

    def set_coming(self, tokens: int) -> None:
        """What the unsent message takes, about."""
        if tokens != self._coming:
            self._coming = tokens
            self._show()

    def warning(self) -> str:
        """One sentence, or nothing."""
        if not self.will_cut:
            return ""
        if self.is_alone_too_long:
            return (
                self.tr(
                    "This message is too long for the model (about %1 of %2 tokens): a part of it"
                    " would be left out."
                )
                .replace("%1", _number(self._coming))
                .replace("%2", _number(self._fill.limit))
            )
        return (
            self.tr(
                "The chat is nearly full (%1 of %2 tokens): with the next message the model will no"
                " longer know its beginning."
            )
            .replace("%1", _number(self._fill.used + self._coming))
            .replace("%2", _number(self._fill.limit))
        )

    def _show(self) -> None:
        fill, used = self._fill, self._fill.used + self._coming
        self.setVisible(bool(fill.limit and used))
        if not fill.limit:
            return
        share = min(used / fill.limit, 1.0)
        tone = Tone.BAD if self.will_cut else Tone.FAIR if share > NARROW else Tone.QUIET
        self.bar.set_share(share, tone)
        self.words.set_tone(tone)
        text = self.tr("%1 of %2 tokens")
        self.words.setText(text.replace("%1", _number(used)).replace("%2", _number(fill.limit)))
        self.setToolTip(
            self.tr(
                "The model remembers so much of this chat. What is more is left out, from the"
                " beginning on; you are told before."
            )
        )
        self.setAccessibleName(self.tr("Memory of this chat: %1").replace("%1", self.words.text()))


class _Bar(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self._share, self._tone = 0.0, Tone.QUIET

    def set_share(self, share: float, tone: Tone) -> None:
        self._share, self._tone = share, tone
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(BAR_WIDTH, BAR_HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        box = QRect(0, 0, self.width(), BAR_HEIGHT)
        box.moveCenter(self.rect().center())
        painter.setBrush(mixed(QGuiApplication.palette(), 0.18))
        painter.drawRoundedRect(box, 2, 2)
        full = QRect(box)
        full.setWidth(max(round(box.width() * self._share), BAR_HEIGHT))
        if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            full.moveRight(box.right())
        painter.setBrush(self._tone.color())
        painter.drawRoundedRect(full, 2, 2)


def _number(value: int) -> str:
    return QLocale().toString(value)
