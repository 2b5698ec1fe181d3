"""The smaller parts of a message: who speaks, what went wrong, what it can be asked to do."""

from PySide6.QtCore import QLocale, Qt, Signal
from PySide6.QtGui import QGuiApplication, QPaintEvent, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout

from desktop.ui.chat.figure_words import figures_text, figures_tip
from desktop.ui.chat.line import Action, Call, Ending, Line
from desktop.ui.chat.quiet_button import QuietButton
from desktop.ui.chat.quiet_label import QuietLabel
from desktop.ui.chat.stack import Part, paint_card
from desktop.ui.look.theme import SPACE, Tone

PICTURE_PX = 220


class CutMark(Part):
    """A line across: what is above was not seen by the model."""

    def __init__(self) -> None:
        super().__init__()
        self.words = QuietLabel(tone=Tone.FAIR)
        self.words.setWordWrap(True)
        self.words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, SPACE, 0, SPACE)
        layout.addWidget(self.words)

    def set_count(self, count: int) -> None:
        self.words.setText(
            self.tr(
                "%n message(s) above this line did not fit any more: the model does not know them.",
                "",
                count,
            )
        )


class Head(Part):
    """Which model answers."""

    def __init__(self) -> None:
        super().__init__()
        self.words = QuietLabel()
        font = self.words.font()
        font.setWeight(font.Weight.DemiBold)
        self.words.setFont(font)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.words)
        layout.addStretch(1)


class Pictures(Part):
    """Attachments of a message: small pictures, and names of files."""

    def __init__(self) -> None:
        super().__init__()
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(SPACE)

    def set_line(self, line: Line) -> None:
        while (item := self._layout.takeAt(0)) is not None:
            if widget := item.widget():
                widget.hide()
                widget.deleteLater()
        self._layout.addStretch(1)
        for medium in line.media:
            label = QuietLabel(medium.name)
            label.setAccessibleName(self.tr("Attached: %1").replace("%1", medium.name))
            label.setToolTip(medium.name)
            if medium.mime.startswith("image/") and medium.data:
                _show_picture(label, medium.data)
            self._layout.addWidget(label)


def _show_picture(label: QLabel, data: bytes) -> None:
    picture = QPixmap()
    if picture.loadFromData(data):
        scale = label.devicePixelRatioF()
        side = round(PICTURE_PX * scale)
        picture = picture.scaled(
            min(side, picture.width()),
            min(side, picture.height()),
            Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
        picture.setDevicePixelRatio(scale)
        label.setPixmap(picture)


class Calls(Part):
    """Tools that the model wanted to use."""

    def __init__(self) -> None:
        super().__init__()
        self.words = QLabel(wordWrap=True)
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE + 4, SPACE, SPACE + 4, SPACE)
        layout.addWidget(self.words)

    def set_calls(self, calls: tuple[Call, ...]) -> None:
        sentence = self.tr("The model asks to use the tool “%1” with: %2")
        texts = [sentence.replace("%1", call.name).replace("%2", call.arguments) for call in calls]
        self.words.setText("\n".join(texts))

    def paintEvent(self, event: QPaintEvent) -> None:
        paint_card(self, 0.03, 0.12)


class Notice(Part):
    """Why an answer is not whole, and the one thing to do about it."""

    asked = Signal(object)  # Action

    def __init__(self) -> None:
        super().__init__()
        self._action = Action.RETRY
        self.words = QuietLabel()
        self.words.setWordWrap(True)
        self.words.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.button = QPushButton()
        self.button.clicked.connect(lambda: self.asked.emit(self._action))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE)
        layout.addWidget(self.words, stretch=1)
        layout.addWidget(self.button)

    def set_line(self, line: Line) -> bool:
        """Returns whether there is anything to say."""
        text, tone = self._sentence(line), Tone.QUIET
        self._action = Action.CONTINUE if line.content else Action.RETRY
        if line.ending is Ending.FAILED:
            tone, self._action = Tone.BAD, Action.RETRY
        names = {
            Action.CONTINUE: self.tr("Continue"),
            Action.RETRY: self.tr("Try again"),
        }
        self.button.setText(names[self._action])
        self.words.set_tone(tone)
        self.words.setText(text)
        self.button.setVisible(line.ending is not Ending.NONE)
        return bool(text)

    def _sentence(self, line: Line) -> str:
        sentences = {
            Ending.NONE: "",
            Ending.LENGTH: self.tr("The answer reached its greatest length."),
            Ending.STOPPED: self.tr("You stopped this answer."),
            Ending.LOST: self.tr("Puna ended in the middle of this answer."),
            Ending.FAILED: line.error or self.tr("No answer came."),
        }
        text = sentences[line.ending]
        if line.dropped_tokens and not text:
            text = self.tr(
                "The text was too long for this model: %n token(s) of it were left out.",
                "",
                line.dropped_tokens,
            )
        return text


class Footer(Part):
    """What a message can be asked to do, its branches and figures."""

    asked = Signal(object)  # Action

    def __init__(self, role: str) -> None:
        super().__init__()
        self._text = ""
        self.before = QuietButton("before", self.tr("Show the version before this one"))
        self.place = QuietLabel()
        self.next = QuietButton("next", self.tr("Show the next version"))
        self.copy = QuietButton("copy", self.tr("Copy the message"))
        self.again = QuietButton("again", self.tr("Answer once more"))
        self.edit = QuietButton("edit", self.tr("Change and send again"))
        self.delete = QuietButton("delete", self.tr("Delete from here on"))
        self.figures = QuietLabel()
        self.figures.setAccessibleName(self.tr("Speed of the answer"))
        is_user = role == "user"
        row = [self.before, self.place, self.next, self.copy]
        row += [self.edit if is_user else self.again, self.delete]
        (self.again if is_user else self.edit).setParent(self)
        (self.again if is_user else self.edit).hide()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(1)
        if is_user:
            layout.addStretch(1)
        for widget in row:
            layout.addWidget(widget)
        if not is_user:
            layout.addSpacing(SPACE)
            layout.addWidget(self.figures)
            layout.addStretch(1)
        self._connect()

    def set_line(self, line: Line, text: str) -> None:
        """`text` is what Copy copies."""
        self._text = text
        has_branches = line.branches > 1
        for widget in (self.before, self.place, self.next):
            widget.setVisible(has_branches)
        if has_branches:
            locale = QLocale()
            place = f"{locale.toString(line.branch)}/{locale.toString(line.branches)}"
            self.place.setText(place)
            self.before.setEnabled(line.branch > 1)
            self.next.setEnabled(line.branch < line.branches)
        self.figures.setText(figures_text(line.figures))
        self.figures.setToolTip(figures_tip(line.figures))

    def _connect(self) -> None:
        for button, action in (
            (self.before, Action.BEFORE),
            (self.next, Action.NEXT),
            (self.again, Action.AGAIN),
            (self.edit, Action.EDIT),
            (self.delete, Action.DELETE),
        ):
            button.clicked.connect(lambda _=False, action=action: self.asked.emit(action))
        self.copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self._text))
