"""What a new chat shows: what to do next."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.ui.chat.quiet_label import QuietLabel
from desktop.ui.look.theme import MARGIN, SPACE
from desktop.ui.look.widgets import PrimaryButton, heading

MOST_PX = 520


class Welcome(QWidget):
    """An invitation to write, or the way to a first model."""

    models_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.title = heading("", 1.5)
        self.words = QuietLabel()
        self.get = PrimaryButton(self.tr("&Choose a model"))
        self.get.clicked.connect(self.models_wanted)
        column = QWidget()
        column.setMaximumWidth(MOST_PX)
        inside = QVBoxLayout(column)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(SPACE)
        for label in (self.title, self.words):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            label.setWordWrap(True)
            inside.addWidget(label)
        inside.addSpacing(SPACE)
        inside.addWidget(self.get, alignment=Qt.AlignmentFlag.AlignHCenter)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(column, stretch=1000)
        row.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        layout.addStretch(2)
        layout.addLayout(row)
        layout.addStretch(3)
        self.set_model("")

    def set_model(self, model: str) -> None:
        if model:
            self.title.setText(self.tr("What would you like to know?"))
            self.words.setText(
                self.tr(
                    "%1 answers on this computer. What you write here does not leave it."
                ).replace("%1", model)
            )
        else:
            self.title.setText(self.tr("No model yet"))
            self.words.setText(
                self.tr(
                    "A model is the part that answers. Choose one that fits this computer; it is"
                    " downloaded once and then works without the internet."
                )
            )
        self.get.setVisible(not model)
