"""Small widgets that the tabs of the models window are made of; none has state of the server."""

from collections.abc import Iterable

from PySide6.QtCore import QCoreApplication, QEvent, QSize, Qt, Signal
from PySide6.QtGui import QFont, QGuiApplication
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop.ui.look.repainting import wear
from desktop.ui.look.theme import MARGIN, RADIUS, SPACE, Tone, edge, mixed
from desktop.ui.look.widgets import ToneLabel

COLUMN_PX = 860  # lines that are longer are hard to read
EMPTY_PX = 520
LEAST_PX = 160


class CardList(QScrollArea):
    """Widgets below each other, in a column that can be scrolled."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inner, column = QWidget(), QWidget()
        self._inner = inner
        column.setMaximumWidth(COLUMN_PX)
        self._column = QVBoxLayout(column)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(SPACE + SPACE // 2)
        centred = QHBoxLayout()
        centred.addStretch(1)
        centred.addWidget(column, stretch=1000)
        centred.addStretch(1)
        outer = QVBoxLayout(inner)
        outer.setContentsMargins(MARGIN, SPACE, MARGIN, MARGIN)
        outer.addLayout(centred)
        outer.addStretch(1)
        self.setWidget(inner)

    @property
    def widgets(self) -> list[QWidget]:
        """From top to bottom."""
        items = (self._column.itemAt(row) for row in range(self._column.count()))
        return [widget for item in items if item and (widget := item.widget())]

    def show_all(self, widgets: Iterable[QWidget]) -> None:
        """Show these in this order; what was shown and is not among them is hidden."""
        wanted, before = list(widgets), self.widgets
        same = 0
        while same < min(len(wanted), len(before)) and wanted[same] is before[same]:
            same += 1
        for old in before[same:]:
            self._column.removeWidget(old)
            if old not in wanted:
                old.hide()
        for widget in wanted[same:]:
            self._column.addWidget(widget)
            widget.show()
        # the next cards may come before the layout would: without room, all would be squeezed
        QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)
        self.updateGeometry()

    def minimumSizeHint(self) -> QSize:
        """So wide that nothing is cut off."""
        bar = self.verticalScrollBar().sizeHint().width()
        return QSize(self._inner.minimumSizeHint().width() + bar, LEAST_PX)


class Fold(QToolButton):
    """Shows and hides what stands below it."""

    opened = Signal()

    def __init__(self, text: str, content: QWidget) -> None:
        super().__init__()
        self._content = content
        self.setText(text)
        self.setAccessibleName(text)
        self.setAutoRaise(True)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._is_open = False
        self.clicked.connect(lambda: self.unfold(not self._is_open))
        self.unfold(False)

    def unfold(self, is_open: bool) -> None:
        self._is_open = is_open
        self.setArrowType(Qt.ArrowType.DownArrow if is_open else self._closed_arrow())
        self._content.setVisible(is_open)
        if is_open:
            self.opened.emit()

    def _closed_arrow(self) -> Qt.ArrowType:
        if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            return Qt.ArrowType.LeftArrow
        return Qt.ArrowType.RightArrow

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LayoutDirectionChange and not self._is_open:
            self.setArrowType(self._closed_arrow())


class Notice(QFrame):
    """A line at the edge of a window that says what has happened, with at most one thing to do."""

    acted = Signal()
    gone = Signal()  # dismissed by the user

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("notice")
        self.label = ToneLabel("", Tone.QUIET)
        self.label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.action = QPushButton()
        self.dismiss = QPushButton(self.tr("Close"))
        self.dismiss.setAccessibleName(self.tr("Close this message"))
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE * 2, SPACE, SPACE, SPACE)
        row.addWidget(self.label, stretch=1)
        row.addWidget(self.action)
        row.addWidget(self.dismiss)
        self.action.clicked.connect(self.acted)
        self.dismiss.clicked.connect(self._on_dismissed)
        self._paint()
        self.hide()

    def tell(self, sentence: str, tone: Tone, action: str = "", *, can_close: bool = True) -> None:
        """Show a sentence, and a button if `action` names one."""
        self.label.setText(sentence)
        self.label.set_tone(tone)
        self.action.setText(action)
        self.action.setAccessibleName(action)
        self.action.setVisible(bool(action))
        self.dismiss.setVisible(can_close)
        self.show()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._paint()

    def _on_dismissed(self) -> None:
        self.hide()
        self.gone.emit()

    def _paint(self) -> None:
        palette = QGuiApplication.palette()
        back, line = mixed(palette, 0.05), edge(palette, 0.16)
        wear(
            self,
            f"#notice {{ background: {back.name()}; border: 1px solid {line.name()};"
            f" border-radius: {RADIUS}px }}",
        )


class Empty(QWidget):
    """What stands where nothing is: why, and what to do next."""

    acted = Signal()

    def __init__(self, title: str = "", sentence: str = "", action: str = "") -> None:
        super().__init__()
        self.title, self.sentence = QLabel(wordWrap=True), ToneLabel()
        self.title.setFont(bold(self.title.font(), 1.2))
        self.action = QPushButton()
        column = QVBoxLayout()
        column.setSpacing(SPACE)
        for label in (self.title, self.sentence):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(label)
        column.addWidget(self.action, alignment=Qt.AlignmentFlag.AlignHCenter)
        inner = QWidget()
        inner.setMaximumWidth(EMPTY_PX)
        inner.setLayout(column)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(inner, stretch=1000)
        row.addStretch(1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, MARGIN * 2, 0, MARGIN)
        outer.addLayout(row)
        self.action.clicked.connect(self.acted)
        self.say(title, sentence, action)

    def say(self, title: str, sentence: str, action: str = "") -> None:
        self.title.setText(title)
        self.title.setVisible(bool(title))
        self.sentence.setText(sentence)
        self.action.setText(action)
        self.action.setAccessibleName(action)
        self.action.setVisible(bool(action))


def bold(font: QFont, scale: float = 1.0) -> QFont:
    """The same font, heavier and perhaps larger."""
    made = QFont(font)
    made.setPointSizeF(font.pointSizeF() * scale)
    made.setWeight(QFont.Weight.DemiBold)
    return made


class Title(QLabel):
    """What a card is about: a name, which stands where lines begin, in whatever script it is."""

    def __init__(self, text: str, scale: float = 1.1) -> None:
        super().__init__(text, wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self.setFont(bold(self.font(), scale))
        self._align()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LayoutDirectionChange:
            self._align()

    def _align(self) -> None:
        right = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        self.setAlignment(Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter | side)


def facts_line(facts: Iterable[str]) -> str:
    """Some words, each for itself.

    >>> facts_line(["2 GB", "", "MIT"])
    '2 GB  ·  MIT'
    """
    return "  ·  ".join(fact for fact in facts if fact)
