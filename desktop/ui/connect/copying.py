"""Texts to take along: one line, or some lines of code, each with a button that copies it."""

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QFontDatabase, QGuiApplication, QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from desktop.ui.look.filled import filled
from desktop.ui.look.icons import icon
from desktop.ui.look.theme import SPACE

COPIED_MS = 2000
MAX_LINES = 22


class CopyButton(QPushButton):
    """Puts a text on the clipboard, and says so for a moment.

    Args:
        what: What is copied, for those who do not see it.
    """

    def __init__(self, what: str) -> None:
        super().__init__()
        self._text = ""
        self.setIcon(icon("copy"))
        self.setAccessibleName(filled(self.tr("Copy: %1"), what))
        self.setToolTip(self.accessibleName())
        self.setText(self.tr("Copy"))
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._timer = QTimer(self, singleShot=True, interval=COPIED_MS)
        self._timer.timeout.connect(lambda: self.setText(self.tr("Copy")))
        self.clicked.connect(self._on_clicked)

    def set_copied(self, text: str) -> None:
        """What the next click copies."""
        self._text = text

    def _on_clicked(self) -> None:
        QGuiApplication.clipboard().setText(self._text)
        self.setText(self.tr("Copied"))
        self._timer.start()


class CopyLine(QWidget):
    """One line that cannot be changed."""

    def __init__(self, name: str, scale: float = 1.0) -> None:
        super().__init__()
        self.field = QLineEdit(readOnly=True)
        self.field.setAccessibleName(name)
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        font.setPointSizeF(self.field.font().pointSizeF() * scale)
        self.field.setFont(font)
        self.copy = CopyButton(name)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE)
        layout.addWidget(self.field, 1)
        layout.addWidget(self.copy)

    def show_text(self, text: str) -> None:
        if text != self.field.text():
            self.field.setText(text)
            self.field.setCursorPosition(0)
        self.copy.set_copied(text)


class CodeBlock(QWidget):
    """Some lines, as high as they need."""

    def __init__(self, name: str, text: str) -> None:
        super().__init__()
        self.view = _Lines(text)
        self.view.setAccessibleName(name)
        self.copy = CopyButton(name)
        self.copy.set_copied(text)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE - 2)
        layout.addWidget(self.view)
        layout.addWidget(self.copy, 0, Qt.AlignmentFlag.AlignTrailing)


class _Lines(QPlainTextEdit):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.setReadOnly(True)
        self.setTabChangesFocus(True)
        self.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)  # code is not mirrored
        self.setPlainText(text)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """All lines can be seen, up to a limit, also when there is a bar below them."""
        lines = min(self.blockCount(), MAX_LINES)
        margin = round(self.document().documentMargin())
        metrics = self.fontMetrics()
        longest = max(map(metrics.horizontalAdvance, self.toPlainText().split("\n")))
        is_wide = longest + 2 * margin > self.width() - 2 * self.frameWidth()
        bar = self.horizontalScrollBar().sizeHint().height() if is_wide else 0
        edges = 2 * (self.frameWidth() + margin)
        self.setFixedHeight(lines * metrics.lineSpacing() + edges + bar + 2)
