"""One thing that can be set about an answer: its words, its slider, its number, its reset."""

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QDoubleSpinBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QSlider,
    QSpinBox,
    QWidget,
)

from desktop.ui.chat.quiet_button import QuietButton
from desktop.ui.chat.quiet_label import QuietLabel
from desktop.ui.look.theme import SPACE

SMALL = 0.9  # of the usual letters
SLIDER_STEPS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class KnobWords:
    """What a knob is, in words and numbers.

    `nothing` is what the lowest value is called if it stands for none at all.
    """

    option: str
    title: str
    hint: str
    low: float
    high: float
    step: float
    decimals: int = 0
    nothing: str = ""
    ends: tuple[str, str] | None = None
    """Words at both ends of a slider; None: there is no slider."""


class Knob(QWidget):
    """`turned(value)`, or None when it is taken back. Shows the usual value until it is turned."""

    turned = Signal(object)

    def __init__(self, words: KnobWords, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words = words
        self._usual: float | None = None
        self._is_set = False
        self.number = self._made_number()
        self.reset = QuietButton("reset", self.tr("As usual"))
        self.reset.clicked.connect(self._on_reset)
        title = QLabel(words.title)
        title.setBuddy(self.number)
        title.setWordWrap(True)
        self.title = title
        self.technical = QuietLabel(words.option)
        self.technical.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.hint = QuietLabel(words.hint)
        self.hint.setWordWrap(True)
        for small in (self.technical, self.hint):
            font = small.font()
            font.setPointSizeF(font.pointSizeF() * SMALL)
            small.setFont(font)
        self.slider = self._made_slider() if words.ends else None
        self._lay_out()
        self._tell_state()

    def show_value(self, value: float | None, usual: float | None) -> None:
        """What the user set, or else what is usual; None: nobody knows."""
        self._is_set, self._usual = value is not None, usual
        shown = value if value is not None else usual
        with QSignalBlocker(self.number):
            if shown is None:
                self.number.clear()
            else:
                self._put(shown)
        self._follow()
        self._tell_state()

    def set_most(self, most: float) -> None:
        """Another highest value; 0: the one that was there at first."""
        with QSignalBlocker(self.number):
            self._set_range(self.words.low, most or self.words.high)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The wheel scrolls the panel, unless one is just setting this value."""
        is_passing = isinstance(watched, QWidget) and not watched.hasFocus()
        if isinstance(event, QWheelEvent) and is_passing:
            event.ignore()
            return True
        return super().eventFilter(watched, event)

    def _made_number(self) -> QSpinBox | QDoubleSpinBox:
        words = self.words
        number = QDoubleSpinBox(decimals=words.decimals) if words.decimals else QSpinBox()
        self.number = number
        self._set_range(words.low, words.high)
        number.setSingleStep(words.step if words.decimals else int(words.step))  # type: ignore[arg-type]
        if words.nothing:
            number.setSpecialValueText(words.nothing)
        if words.option == "num_ctx":
            number.setStepType(QAbstractSpinBox.StepType.AdaptiveDecimalStepType)
        number.setGroupSeparatorShown(words.option in ("num_ctx", "num_predict"))
        number.setKeyboardTracking(False)
        number.setAccessibleName(words.title)
        number.setAccessibleDescription(words.hint)
        number.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        number.installEventFilter(self)
        number.valueChanged.connect(self._on_number)
        return number

    def _made_slider(self) -> QSlider:
        slider = QSlider(Qt.Orientation.Horizontal)
        slider.setRange(0, SLIDER_STEPS)
        slider.setPageStep(SLIDER_STEPS // 10)
        slider.setAccessibleName(self.words.title)
        slider.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        slider.installEventFilter(self)
        slider.valueChanged.connect(self._on_slider)
        return slider

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(SPACE)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(0, 1)
        grid.addWidget(self.title, 0, 0)
        grid.addWidget(self.technical, 1, 0)
        grid.addWidget(self.number, 0, 1, 2, 1)
        grid.addWidget(self.reset, 0, 2, 2, 1)
        row = 2
        if self.slider is not None and self.words.ends:
            grid.addWidget(self.slider, row, 0, 1, 3)
            ends = QHBoxLayout()
            for label in map(QuietLabel, self.words.ends):
                label.setFont(self.hint.font())
                ends.addWidget(label)
            ends.insertStretch(1)
            grid.addLayout(ends, row + 1, 0, 1, 3)
            row += 2
        grid.addWidget(self.hint, row, 0, 1, 3)

    def _set_range(self, low: float, high: float) -> None:
        if isinstance(self.number, QDoubleSpinBox):
            self.number.setRange(low, high)
        else:
            self.number.setRange(int(low), int(high))

    def _put(self, value: float) -> None:
        if isinstance(self.number, QDoubleSpinBox):
            self.number.setValue(value)
        else:
            self.number.setValue(int(value))

    def _follow(self) -> None:
        if self.slider is not None:
            span = self.words.high - self.words.low
            place = round((self.number.value() - self.words.low) / span * SLIDER_STEPS)
            with QSignalBlocker(self.slider):
                self.slider.setValue(place)

    def _on_slider(self, place: int) -> None:
        span = self.words.high - self.words.low
        exact = self.words.low + span * place / SLIDER_STEPS
        self._put(round(exact / self.words.step) * self.words.step)

    def _on_number(self, value: Any) -> None:
        self._is_set = True
        self._follow()
        self._tell_state()
        self.turned.emit(value)

    def _on_reset(self) -> None:
        self.show_value(None, self._usual)
        self.number.setFocus()
        self.turned.emit(None)

    def _tell_state(self) -> None:
        font = self.title.font()
        font.setBold(self._is_set)
        self.title.setFont(font)
        self.reset.setEnabled(self._is_set)
        told = self.tr("%1: back to what is usual").replace("%1", self.words.title)
        self.reset.setAccessibleName(told)
