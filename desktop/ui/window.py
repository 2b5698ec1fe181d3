"""The overview window: is the server running, where, and with which models."""

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QFont, QGuiApplication, QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QStackedWidget,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from desktop.ui.presenter import ModelRow, OverviewPresenter
from desktop.ui.task_scope import Start

REFRESH_MS = 2000  # while the window can be seen
COPIED_MS = 1500
ICON_PX = 48
ROW_LINES = 1.8
NUMBERS = (1, 2)  # columns of the model list
NUMBER_PX = 100
NUMBER_ALIGNMENT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class OverviewWindow(QWidget):
    """Shows an OverviewPresenter; no state, no I/O.

    Args:
        url: Address of the server.
        notice: One sentence that stays in the window, or nothing.
    """

    closed = Signal()

    def __init__(
        self, presenter: OverviewPresenter, start: Start, url: str, notice: str = ""
    ) -> None:
        super().__init__()
        self._refresh: Callable[[], None] = lambda: start(presenter.refresh())
        self._timer = QTimer(self, interval=REFRESH_MS)
        self._timer.timeout.connect(self._refresh)
        self.state = QLabel(self.tr("Connecting…"))
        self.address = QLineEdit(url, readOnly=True)
        self.copy = QPushButton(self.tr("Copy"))
        self.notice = QLabel(notice, wordWrap=True)
        if not notice:
            self.notice.hide()
        self.models = self._model_list()
        self.empty = QLabel(
            self.tr("There are no models yet.\nAdd a file with: puna import FILE.gguf"),
            alignment=Qt.AlignmentFlag.AlignCenter,
        )
        self.pages = QStackedWidget()
        for page in (self.models, self.empty):
            self.pages.addWidget(page)
        self._lay_out()
        self.copy.clicked.connect(self._on_copy)
        presenter.refreshed.connect(self._on_refreshed)
        presenter.failed.connect(self._on_failed)

    def bring_up(self) -> None:
        """Show the window in front of the others."""
        self.show()
        self.raise_()
        self.activateWindow()

    def _lay_out(self) -> None:
        self.setWindowTitle("Puna")
        self.resize(520, 400)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 20, 20, 20)
        layout.setSpacing(12)
        layout.addLayout(self._header())
        layout.addWidget(self.notice)
        row = QHBoxLayout()
        label = QLabel(self.tr("&Address"))
        label.setBuddy(self.address)
        for part in (label, self.address, self.copy):
            row.addWidget(part)
        layout.addLayout(row)
        layout.addWidget(self.pages, stretch=1)
        self.address.setAccessibleName(self.tr("Address of the server"))
        self.copy.setAccessibleName(self.tr("Copy the address"))
        self.copy.setFocus()

    def _header(self) -> QHBoxLayout:
        mark = QLabel()
        mark.setPixmap(QGuiApplication.windowIcon().pixmap(ICON_PX, ICON_PX))
        name = QLabel("Puna")
        font = QFont(name.font())
        font.setPointSizeF(font.pointSizeF() * 1.8)
        font.setWeight(QFont.Weight.DemiBold)
        name.setFont(font)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(name)
        words.addWidget(self.state)
        header = QHBoxLayout()
        header.setSpacing(14)
        header.addWidget(mark)
        header.addLayout(words, stretch=1)
        self.state.setWordWrap(True)
        return header

    def _model_list(self) -> QTreeWidget:
        models = QTreeWidget()
        models.setRootIsDecorated(False)
        models.setUniformRowHeights(True)
        models.setHeaderLabels([self.tr("Model"), self.tr("On disk"), self.tr("In memory")])
        models.setFrameShape(QFrame.Shape.StyledPanel)
        models.setAlternatingRowColors(True)
        models.setSelectionMode(QTreeWidget.SelectionMode.NoSelection)
        models.setAccessibleName(self.tr("Installed models"))
        for column in NUMBERS:
            models.headerItem().setTextAlignment(column, Qt.AlignmentFlag.AlignRight)
        header = models.header()
        header.setMinimumSectionSize(NUMBER_PX)
        header.setStretchLastSection(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        return models

    def _on_refreshed(self, rows: list[ModelRow]) -> None:
        self.state.setText(self.tr("Running"))
        self.models.clear()
        for row in rows:
            item = QTreeWidgetItem(self.models, [row.name, row.size, row.memory or "–"])
            item.setToolTip(0, row.name)
            item.setSizeHint(0, QSize(0, round(self.fontMetrics().height() * ROW_LINES)))
            for column in NUMBERS:
                item.setTextAlignment(column, NUMBER_ALIGNMENT)
        self.pages.setCurrentWidget(self.models if rows else self.empty)

    def _on_failed(self, sentence: str) -> None:
        self.state.setText(sentence)

    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self.address.text())
        self.copy.setText(self.tr("Copied"))
        QTimer.singleShot(COPIED_MS, self, lambda: self.copy.setText(self.tr("Copy")))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._refresh()
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()

    def closeEvent(self, event: QCloseEvent) -> None:
        super().closeEvent(event)
        self.closed.emit()
