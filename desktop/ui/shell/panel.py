"""A small window for desktops without a notification area: what the tray's menu has, as buttons.

It is shown when no tray has come after a while, and closing it ends Puna, which it says.
"""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QPushButton, QVBoxLayout, QWidget

from desktop.ui.look.theme import MARGIN, SPACE, Tone
from desktop.ui.look.widgets import PrimaryButton, ToneLabel, heading
from desktop.ui.shell.tray_icon import tray_icon
from desktop.ui.shell.tray_menu import Act, MenuText
from desktop.ui.shell.watching import Doing, Seen

ICON_PX = 48


class Panel(QWidget):
    """Shows snapshots; no state, no I/O.

    Args:
        menu: The tray's own, for all that has no button here.
    """

    chosen = Signal(object, str)  # Act, and what it needs
    closed = Signal()
    notice_clicked = Signal()

    def __init__(self, words: MenuText, menu: QMenu) -> None:
        super().__init__()
        self._words = words
        self.setWindowTitle("Puna")
        self._mark = QLabel()
        self.state = QLabel(wordWrap=True)
        self.memory = ToneLabel()
        self.notice = QPushButton(flat=True)
        self.notice.hide()
        self.notice.clicked.connect(self._on_notice)
        self.chat = PrimaryButton(self.tr("Open &chat"))
        self.pause = QPushButton(self.tr("&Pause for other programs"))
        self.pause.setCheckable(True)
        self.more = QPushButton(self.tr("Mor&e"))
        self.more.setMenu(menu)
        self._lay_out()
        self._connect()
        self.chat.setFocus()

    def show_seen(self, seen: Seen) -> None:
        state = self._words.state(seen)
        self.state.setText(state[:1].upper() + state[1:])
        self.memory.setText("\n".join(self._words.tip(seen).splitlines()[1:]))
        self.memory.setVisible(bool(self.memory.text()))
        size = QSize(ICON_PX, ICON_PX)
        self._mark.setPixmap(tray_icon(seen.doing).pixmap(size, self.devicePixelRatio()))
        self.pause.setChecked(seen.paused)
        self.pause.setDisabled(seen.doing is Doing.PROBLEM)

    def tell(self, title: str, text: str) -> None:
        """A message stays until it is clicked."""
        self.notice.setText(title)
        self.notice.setToolTip(text)
        self.notice.setAccessibleDescription(text)
        self.notice.show()

    def closeEvent(self, event: QCloseEvent) -> None:
        super().closeEvent(event)
        self.closed.emit()

    def _connect(self) -> None:
        self.chat.clicked.connect(lambda: self.chosen.emit(Act.OPEN, "chat"))
        self.pause.clicked.connect(lambda on: self.chosen.emit(Act.PAUSE if on else Act.RESUME, ""))

    def _lay_out(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(heading("Puna"))
        words.addWidget(self.state)
        words.addWidget(self.memory)
        header = QHBoxLayout()
        header.setSpacing(2 * SPACE)
        header.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        header.addLayout(words, 1)
        why = ToneLabel(
            self.tr(
                "This desktop has no place for Puna's icon, so Puna lives in this window. Closing"
                " it ends Puna; minimise it to keep Puna running."
            ),
            Tone.QUIET,
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        layout.setSpacing(2 * SPACE)
        layout.addLayout(header)
        layout.addWidget(self.notice)
        layout.addWidget(self.chat)
        layout.addLayout(self._places())
        last = QHBoxLayout()
        last.setSpacing(SPACE)
        last.addWidget(self.pause, 1)
        last.addWidget(self.more)
        layout.addLayout(last)
        layout.addStretch(1)
        layout.addWidget(why)
        self.setMinimumWidth(380)

    def _places(self) -> QVBoxLayout:
        rows = QVBoxLayout()
        rows.setSpacing(SPACE)
        pairs = (
            ((self.tr("&Models"), "models"), (self.tr("&Status"), "status")),
            ((self.tr("Connect p&rograms"), "connect"), (self.tr("S&ettings"), "settings")),
        )
        for pair in pairs:
            row = QHBoxLayout()
            row.setSpacing(SPACE)
            for text, place in pair:
                button = QPushButton(text)
                button.clicked.connect(
                    lambda _=False, place=place: self.chosen.emit(Act.OPEN, place)
                )
                row.addWidget(button, 1)
            rows.addLayout(row)
        return rows

    def _on_notice(self) -> None:
        self.notice.hide()
        self.notice_clicked.emit()
