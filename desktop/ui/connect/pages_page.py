"""Web pages that wanted to use the models and were refused, and what was decided before."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop.client.origins import Decision, PageBook, Question
from desktop.ui.look.filled import filled
from desktop.ui.look.scrolling import put_in, scrolled
from desktop.ui.look.theme import SPACE
from desktop.ui.look.widgets import Card, ToneLabel, heading


class PagesPage(QWidget):
    """Shows a PageBook; made anew only when it has changed."""

    answered = Signal(str, str)  # origin; once, always or never
    forgotten = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._shown: PageBook | None = None
        self.questions: list[QuestionCard] = []
        self._scroll = scrolled(QWidget(), self.tr("Web pages"))
        about = ToneLabel(
            self.tr(
                "Pages in a browser can use your models only if you allow them. Nothing was sent"
                " to those below."
            )
        )
        outer = QVBoxLayout(self)
        outer.setSpacing(SPACE + 4)
        outer.addWidget(about)
        outer.addWidget(self._scroll, 1)
        self.show_book(PageBook())

    def show_book(self, book: PageBook) -> None:
        if self._shown is not None and _key(book) == _key(self._shown):
            return
        self._shown = book
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, SPACE, 0)
        layout.setSpacing(SPACE)
        self.questions = [QuestionCard(question) for question in book.asked]
        for card in self.questions:
            card.answered.connect(self.answered)
            layout.addWidget(card)
        if not book.asked:
            layout.addWidget(QLabel(self.tr("No page waits for an answer."), wordWrap=True))
        if book.decided:
            layout.addSpacing(SPACE)
            layout.addWidget(heading(self.tr("Decided before"), 1.1))
            layout.addLayout(self._decisions(book.decided))
        layout.addStretch(1)
        put_in(self._scroll, page)

    def _decisions(self, decided: list[Decision]) -> QGridLayout:
        words = {
            "always": self.tr("allowed"),
            "once": self.tr("allowed until Puna ends"),
            "never": self.tr("not allowed"),
        }
        grid = QGridLayout()
        grid.setColumnStretch(0, 1)
        for row, decision in enumerate(decided):
            name = QLabel(decision.origin)
            name.setTextFormat(Qt.TextFormat.PlainText)
            undo = QPushButton(self.tr("Take back"))
            text = self.tr("Take back what was decided about %1")
            undo.setAccessibleName(filled(text, decision.origin))
            undo.clicked.connect(
                lambda _checked=False, origin=decision.origin: self.forgotten.emit(origin)
            )
            answer = ToneLabel(words.get(decision.answer, decision.answer))
            for column, part in enumerate((name, answer, undo)):
                grid.addWidget(part, row, column)
        return grid


class QuestionCard(Card):
    """One page that waits for an answer."""

    answered = Signal(str, str)

    def __init__(self, question: Question) -> None:
        super().__init__()
        self.name = QLabel(question.origin, wordWrap=True)
        self.name.setTextFormat(Qt.TextFormat.PlainText)
        font = QFont(self.name.font())
        font.setWeight(QFont.Weight.DemiBold)
        self.name.setFont(font)
        count = ToneLabel(self.tr("asked %n time(s)", "", question.count))
        self.buttons: dict[str, QPushButton] = {}
        row = QHBoxLayout()
        row.addWidget(count, 1)
        for answer, text, tip in self._answers():
            button = QPushButton(text)
            button.setAccessibleName(filled(self.tr("%1: %2"), question.origin, text))
            button.setToolTip(tip)
            button.clicked.connect(
                lambda _checked=False, answer=answer: self.answered.emit(question.origin, answer)
            )
            self.buttons[answer] = button
            row.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * SPACE, SPACE + 4, 2 * SPACE, SPACE + 4)
        layout.setSpacing(SPACE)
        layout.addWidget(self.name)
        layout.addLayout(row)

    def _answers(self) -> tuple[tuple[str, str, str], ...]:
        return (
            ("always", self.tr("Allow"), self.tr("This page may use your models from now on.")),
            ("once", self.tr("Only now"), self.tr("Until Puna ends.")),
            ("never", self.tr("Never"), self.tr("Do not ask again.")),
        )


def _key(book: PageBook) -> tuple[tuple[str, ...], tuple[Decision, ...]]:
    """What a change of makes a difference; how often a page asks does not."""
    return tuple(question.origin for question in book.asked), tuple(book.decided)
