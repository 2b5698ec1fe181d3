"""A model that can be fetched: one sentence, its size, what it would be like here, one button."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from desktop.client.downloads import Download
from desktop.ui.look.theme import SPACE, Tone
from desktop.ui.look.widgets import Badge, Card, PrimaryButton, ToneLabel
from desktop.ui.models.figures import data_size, filled, percent
from desktop.ui.models.offers import Offer, Product
from desktop.ui.models.paces import pace_reason, pace_words
from desktop.ui.models.parts import Fold, Title, facts_line
from desktop.ui.models.verdicts import short_verdict, tone_of, verdict_sentence

Fetching = Callable[[str], Download | None]  # the download of a model, if there is one


class ModelCard(Card):
    """Shows a Product.

    Args:
        primary: It is the one thing to do next.
    """

    wanted = Signal(object, object)  # a Product; the Offer of it, or None: the best one
    chat_wanted = Signal(str)
    sizes_wanted = Signal(object)  # a Product whose offers are to be looked up
    downloads_wanted = Signal()

    def __init__(self, product: Product, *, primary: bool = False) -> None:
        super().__init__()
        self.product = product
        self._fetching: Fetching = lambda name: None
        self._rows: list[tuple[Offer, QPushButton]] = []
        self.title = Title(product.title)
        self.verdict = Badge("")
        self.sentence = ToneLabel(product.sentence, Tone.QUIET)
        self.facts = ToneLabel("", Tone.QUIET)
        self.button = PrimaryButton("") if primary else QPushButton()
        self.sizes = QWidget()
        self._grid = QGridLayout(self.sizes)
        self._grid.setContentsMargins(SPACE * 2, 0, 0, 0)
        self._grid.setHorizontalSpacing(SPACE * 2)
        self._grid.setColumnStretch(1, 1)
        self.fold = Fold(self.tr("Other sizes"), self.sizes)
        self.fold.setAccessibleName(filled(self.tr("Other sizes of %1"), product.title))
        self._lay_out()
        self.button.clicked.connect(self._on_button)
        self.fold.opened.connect(self._on_fold)
        self.show_product(product)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(SPACE)
        head.addWidget(self.title, stretch=1)
        head.addWidget(self.verdict)
        foot = QHBoxLayout()
        foot.setSpacing(SPACE)
        foot.addWidget(self.facts, stretch=1)
        foot.addWidget(self.button)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE * 2, SPACE + SPACE // 2, SPACE * 2, SPACE + SPACE // 2)
        column.setSpacing(SPACE // 2)
        column.addLayout(head)
        column.addWidget(self.sentence)
        column.addLayout(foot)
        column.addWidget(self.fold)
        column.addWidget(self.sizes)

    def show_product(self, product: Product) -> None:
        """The same product with what is known about it now."""
        is_new = product != self.product or not self._rows
        self.product = product
        first = product.first
        if first:
            self.verdict.setText(short_verdict(first.verdict))
            self.verdict.set_tone(tone_of(first.verdict))
            self.verdict.setToolTip(verdict_sentence(first.message))
        self.verdict.setVisible(first is not None)
        size = data_size(first.size_bytes) if first and first.size_bytes else ""
        speed = first.speed if first else None
        self.facts.setText(facts_line([size, pace_words(speed), *product.facts]))
        self.facts.setToolTip(pace_reason(speed))
        if product.gated:
            text = self.tr("%1. Its publisher asks for an account there, so Puna cannot load it.")
            self.sentence.setText(filled(text, product.sentence))
        self.fold.setVisible(len(product.offers) != 1 and not product.gated)
        if is_new:
            self._show_sizes(product.offers[1:])
        self.show_downloads(self._fetching)

    def show_downloads(self, fetching: Fetching) -> None:
        """Say on the buttons what is being fetched."""
        self._fetching = fetching
        self._show_state(self.button, self.product.installed or self.product.first)
        for offer, button in self._rows:
            self._show_state(button, offer)

    def say_sizes(self, sentence: str) -> None:
        """Instead of the sizes."""
        self._clear()
        self._grid.addWidget(ToneLabel(sentence), 0, 0, 1, 4)

    def _show_state(self, button: QPushButton, offer: Offer | None) -> None:
        title = self.product.title
        download = self._fetching(offer.name) if offer else None
        if offer and offer.installed:
            text = self.tr("Chat") if self.product.can_chat else self.tr("Installed")
            button.setEnabled(self.product.can_chat)
            spoken = filled(self.tr("Chat with %1"), title) if self.product.can_chat else text
        elif download:
            share = download.share
            text = self.tr("Waiting…") if share is None else percent(share)
            spoken = filled(self.tr("%1 is being downloaded: %2"), title, text)
        else:
            text = self.tr("Download…")
            size = data_size(offer.size_bytes) if offer and offer.size_bytes else ""
            spoken = filled(self.tr("Download %1, %2"), title, size)
            button.setEnabled(not self.product.gated)
        button.setText(text)
        button.setAccessibleName(spoken)

    def _show_sizes(self, offers: tuple[Offer, ...]) -> None:
        self._clear()
        for line, offer in enumerate(offers):
            button = QPushButton()
            button.clicked.connect(partial(self._act, offer))
            badge = Badge(short_verdict(offer.verdict), tone_of(offer.verdict))
            badge.setToolTip(verdict_sentence(offer.message))
            size = data_size(offer.size_bytes) if offer.size_bytes else ""
            figures = ToneLabel(facts_line([size, pace_words(offer.speed)]))
            figures.setToolTip(pace_reason(offer.speed))
            for column, widget in enumerate((ToneLabel(offer.label), figures)):
                widget.setWordWrap(False)
                self._grid.addWidget(widget, line, column)
            self._grid.addWidget(badge, line, 2, Qt.AlignmentFlag.AlignRight)
            self._grid.addWidget(button, line, 3)
            self._rows.append((offer, button))

    def _clear(self) -> None:
        self._rows = []
        while item := self._grid.takeAt(0):
            if widget := item.widget():
                widget.hide()
                widget.deleteLater()

    def _on_button(self) -> None:
        self._act(self.product.installed or self.product.first)

    def _act(self, offer: Offer | None, _checked: bool = False) -> None:
        if offer and offer.installed:
            self.chat_wanted.emit(offer.name)
        elif offer and self._fetching(offer.name):
            self.downloads_wanted.emit()
        else:
            self.wanted.emit(self.product, offer)

    def _on_fold(self) -> None:
        if not self.product.offers:
            self.say_sizes(self.tr("Looking which sizes there are…"))
            self.sizes_wanted.emit(self.product)
