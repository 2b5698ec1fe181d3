"""Chooses the model of a chat: a button that says which one it is, and a list to choose from."""

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QKeySequence, QPainter, QPaintEvent, QShortcut
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListView,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop.core.errors import AppError
from desktop.ui.chat.picker_list import PickerDelegate, PickerList, memory_text
from desktop.ui.chat.picker_presenter import ModelRow, PickerPresenter, short_name
from desktop.ui.chat.quiet_button import QuietButton
from desktop.ui.chat.quiet_label import QuietLabel
from desktop.ui.context import Context, Place
from desktop.ui.failures import failure_sentence
from desktop.ui.look.theme import RADIUS, SPACE, edge
from desktop.ui.preferences import Preferences
from desktop.ui.task_scope import Start

WIDTH, HEIGHT, LEAST_HEIGHT = 440, 460, 120
TITLE_LETTERS = 36


def make_picker(context: Context) -> "ModelPicker":
    """The picker of a chat window."""
    picker = ModelPicker(PickerPresenter(context.client), context.start, context.preferences)
    picker.more_wanted.connect(lambda: context.go(Place.MODELS, "recommended"))
    return picker


class ModelPicker(QWidget):
    """`chosen(name)` tells that the chat has another model from now on, by the user's hand or
    because only one is there."""

    chosen = Signal(str)
    more_wanted = Signal()

    def __init__(self, presenter: PickerPresenter, start: Start, preferences: Preferences) -> None:
        super().__init__()
        self._presenter, self._start, self._preferences = presenter, start, preferences
        self._wanted = preferences.choices.last_model
        self._failure: AppError | None = None
        self.button = QuietButton("down", self.tr("Choose the model"), text="…", parent=self)
        self.button.clicked.connect(self.choose)
        self.state = QuietLabel(parent=self)
        self.popup = PickerPopup(self)
        self.popup.list_view.setModel(PickerList())
        self.popup.picked.connect(self._on_picked)
        self.popup.more.clicked.connect(self._on_more)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE)
        layout.addWidget(self.button)
        layout.addWidget(self.state)
        keys = QShortcut(QKeySequence("Ctrl+Shift+M"), self)
        keys.setWhatsThis(self.tr("Choose the model"))
        keys.activated.connect(self.choose)
        presenter.refreshed.connect(self._on_refreshed)
        presenter.failed.connect(self._on_failed)
        self._show()
        self.refresh()

    def model(self) -> str:
        """The chat's model; empty if there is none to talk to."""
        if not self._presenter.is_known:
            return self._wanted
        return self._wanted if self._row(self._wanted) else ""

    def set_model(self, name: str) -> None:
        """The model of the chat that was just opened. It may be gone: then `model()` is empty."""
        if name and name != self._wanted:
            self._wanted = name
            self.refresh()
        self._show()

    def refresh(self) -> None:
        """Look again what there is, and what is in memory."""
        self._start(self._presenter.refresh())

    def choose(self) -> None:
        """Open the list."""
        self.popup.open_below(self.button, self._wanted)
        self._start(self._presenter.measure())

    def _row(self, name: str) -> ModelRow | None:
        names = (name, f"{name}:latest")
        return next((row for row in self._presenter.rows if row.name in names), None)

    def _on_refreshed(self, rows: list[ModelRow]) -> None:
        self._failure = None
        self.popup.set_rows(rows)
        if not self._wanted and rows:
            self._take(rows[0].name)
        elif (row := self._row(self._wanted)) is not None:
            self._wanted = row.name
        self._show()

    def _on_failed(self, error: AppError) -> None:
        self._failure = error
        self.popup.set_notice(failure_sentence(error))
        self._show()

    def _on_picked(self, name: str) -> None:
        self.popup.close()
        if name != self.model():
            self._take(name)
        self._show()

    def _on_more(self) -> None:
        self.popup.close()
        self.more_wanted.emit()

    def _take(self, name: str) -> None:
        self._wanted = name
        self._preferences.change(last_model=name)
        self.chosen.emit(name)

    def _show(self) -> None:
        row = self._row(self._wanted)
        title = short_name(self._wanted) if self.model() else self.tr("Choose a model")
        if self._presenter.is_known and not self._presenter.rows:
            title = self.tr("No model yet")
        metrics = self.fontMetrics()
        room = metrics.averageCharWidth() * TITLE_LETTERS
        self.button.setText(metrics.elidedText(title, Qt.TextElideMode.ElideMiddle, room))
        self.button.setToolTip(row.name if row else title)
        spoken = self.tr("Model: %1. Choose another one").replace("%1", title)
        self.button.setAccessibleName(spoken)
        self.button.updateGeometry()
        self.state.setText(self._state(row))
        self.popup.set_notice(self._notice())

    def _state(self, row: ModelRow | None) -> str:
        if row is None:
            return ""
        return memory_text(row) if row.is_loaded else self.tr("not in memory yet")

    def _notice(self) -> str:
        if self._failure is not None:
            return failure_sentence(self._failure)
        if not self._presenter.is_known:
            return ""
        if not self._presenter.rows:
            return self.tr("There is no model on this computer yet. Get one first:")
        if self._wanted and self._row(self._wanted) is None:
            gone = self.tr("“%1” is not on this computer any more. Choose another model:")
            return gone.replace("%1", short_name(self._wanted))
        return ""


class PickerPopup(QFrame):
    """The list, with a field to search in it. `picked(name)`."""

    picked = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self.setAccessibleName(self.tr("Models"))
        self.notice = QLabel(wordWrap=True)
        self.notice.hide()
        self.search = QLineEdit(placeholderText=self.tr("Search your models"))
        self.search.setAccessibleName(self.tr("Search your models"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._on_typed)
        self.search.installEventFilter(self)
        self.list_view = QListView()
        self.list_view.setAccessibleName(self.tr("Models on this computer"))
        self.list_view.setItemDelegate(PickerDelegate(self.list_view))
        self.list_view.setMouseTracking(True)
        self.list_view.setFrameShape(QFrame.Shape.NoFrame)
        self.list_view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list_view.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.list_view.clicked.connect(self._on_clicked)
        self.list_view.activated.connect(self._on_clicked)
        self.list_view.viewport().setAutoFillBackground(False)
        self.nothing = QuietLabel(self.tr("None of your models matches."))
        self.nothing.hide()
        self.more = QPushButton(self.tr("&Get more models…"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*(SPACE + 2,) * 4)
        layout.setSpacing(SPACE)
        for widget in (self.notice, self.search, self.nothing, self.list_view, self.more):
            layout.addWidget(widget)

    def set_rows(self, rows: list[ModelRow]) -> None:
        index = self.list_view.currentIndex()
        before = self._list.row(index)
        self._list.set_rows(rows)
        self._mark(before.name if before else "")
        self.search.setVisible(bool(rows))

    def set_notice(self, text: str) -> None:
        self.notice.setText(text)
        self.notice.setVisible(bool(text))

    def open_below(self, button: QWidget, name: str) -> None:
        """Show it, with a model marked."""
        self.search.clear()
        self._mark(name)
        self.resize(max(WIDTH, self.minimumSizeHint().width()), self._height())
        is_mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        corner = button.rect().bottomRight() if is_mirrored else button.rect().bottomLeft()
        place = button.mapToGlobal(corner + QPoint(0, SPACE // 2))
        if is_mirrored:
            place.setX(place.x() - self.width())
        room = button.screen().availableGeometry()
        place.setX(max(room.left(), min(place.x(), room.right() - self.width())))
        place.setY(max(room.top(), min(place.y(), room.bottom() - self.height())))
        self.move(place)
        self.show()
        self.search.setFocus(Qt.FocusReason.PopupFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrows and Enter act on the list while one types."""
        if watched is self.search and isinstance(event, QKeyEvent) and self._drives(event):
            return True
        return super().eventFilter(watched, event)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.search.clear()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(edge(self.palette(), 0.25))
        painter.setBrush(self.palette().window())
        painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), RADIUS, RADIUS)

    @property
    def _list(self) -> PickerList:
        found = self.list_view.model()
        assert isinstance(found, PickerList)
        return found

    def _drives(self, event: QKeyEvent) -> bool:
        if event.type() != QEvent.Type.KeyPress:
            return False
        steps = {
            Qt.Key.Key_Down: 1,
            Qt.Key.Key_Up: -1,
            Qt.Key.Key_PageDown: 5,
            Qt.Key.Key_PageUp: -5,
        }
        key = Qt.Key(event.key())
        if key in steps:
            last = self._list.rowCount() - 1
            row = max(0, min(self.list_view.currentIndex().row() + steps[key], last))
            self.list_view.setCurrentIndex(self._list.index(row))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._on_clicked(self.list_view.currentIndex())
        return key in steps or key in (Qt.Key.Key_Return, Qt.Key.Key_Enter)

    def _on_typed(self, text: str) -> None:
        self._list.filter(text)
        self.nothing.setVisible(bool(text) and not self._list.rowCount())
        self._mark("")

    def _on_clicked(self, index: QModelIndex) -> None:
        if row := self._list.row(index):
            self.picked.emit(row.name)

    def _height(self) -> int:
        """As high as its rows, within bounds."""
        rows = range(self._list.rowCount())
        rows_px = sum(self.list_view.sizeHintForRow(row) for row in rows)
        around = self.sizeHint().height() - self.list_view.sizeHint().height()
        return max(LEAST_HEIGHT, min(around + rows_px + 2 * SPACE, HEIGHT))

    def _mark(self, name: str) -> None:
        place = max(self._list.place(name), 0)
        if self._list.rowCount():
            self.list_view.setCurrentIndex(self._list.index(place))
