"""The tab that searches on Hugging Face."""

from collections.abc import Sequence

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from desktop.ui.look.theme import MARGIN, SPACE, Tone
from desktop.ui.look.widgets import ToneLabel
from desktop.ui.models.card import Fetching, ModelCard
from desktop.ui.models.offers import Product
from desktop.ui.models.parts import CardList, Empty
from desktop.ui.models.search import SearchPresenter
from desktop.ui.task_scope import Start

PAUSE_MS = 400  # in typing, after which is searched


class SearchTab(QWidget):
    """Shows a SearchPresenter."""

    wanted = Signal(object, object)
    chat_wanted = Signal(str)
    downloads_wanted = Signal()
    installed_wanted = Signal()

    def __init__(self, presenter: SearchPresenter, start: Start) -> None:
        super().__init__()
        self._presenter, self._start = presenter, start
        self._fetching: Fetching = lambda name: None
        self._cards: dict[str, ModelCard] = {}
        self._is_new = True
        self._typing = QTimer(self, interval=PAUSE_MS, singleShot=True)
        self.words = QLineEdit(clearButtonEnabled=True)
        self.words.setPlaceholderText(self.tr("A name or a topic, or a web address of a model"))
        self.words.setAccessibleName(self.tr("Search for models on Hugging Face"))
        self.state = ToneLabel("", Tone.QUIET)
        self.list = CardList(self.tr("Models that were found"))
        self.empty = Empty()
        self.more = QPushButton(self.tr("Show &more"))
        self.more.setAccessibleName(self.tr("Show more models"))
        self._lay_out()
        self._typing.timeout.connect(self._on_search)
        self.words.textEdited.connect(self._typing.start)
        self.words.returnPressed.connect(self._on_search)
        self.more.clicked.connect(self._on_more)
        self.empty.acted.connect(self.installed_wanted)
        presenter.asked.connect(lambda: self.state.setText(self.tr("Searching…")))
        presenter.found.connect(self._on_found)
        presenter.opened.connect(self._on_opened)
        presenter.open_failed.connect(self._on_open_failed)
        presenter.failed.connect(self._on_failed)

    def _lay_out(self) -> None:
        label = QLabel(self.tr("&Find"))
        label.setBuddy(self.words)
        row = QHBoxLayout()
        row.setSpacing(SPACE)
        row.addWidget(label)
        row.addWidget(self.words, stretch=1)
        head = QVBoxLayout()
        head.setContentsMargins(MARGIN, SPACE + SPACE // 2, MARGIN, 0)
        head.addLayout(row)
        head.addWidget(self.state)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(head)
        column.addWidget(self.list)
        self.list.show_all([self.empty])

    def show_downloads(self, fetching: Fetching) -> None:
        self._fetching = fetching
        for card in self._cards.values():
            card.show_downloads(fetching)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.words.setFocus()
        if self._is_new:
            self._on_search()

    def _on_search(self) -> None:
        self._is_new = False
        self._typing.stop()
        self._start(self._presenter.search(self.words.text().strip()))

    def _on_more(self) -> None:
        self._start(self._presenter.more())

    def _on_found(self, products: list[Product], has_more: bool) -> None:
        if not products:
            sentence = self.tr("Try other words, or fewer of them.")
            self.empty.say(self.tr("Nothing was found"), sentence)
        below = [self.more] if has_more else []
        self._show(products, below if products else [self.empty])
        popular = self.tr("What is downloaded most on Hugging Face, where everybody can publish.")
        results = self.tr("Found on Hugging Face, where everybody can publish.")
        self.state.setText((results if self.words.text() else popular) if products else "")

    def _show(self, products: list[Product], below: Sequence[QWidget]) -> None:
        cards = {product.key: self._card(product) for product in products}
        self.list.show_all([*cards.values(), *below])
        for key in self._cards.keys() - cards.keys():
            self._cards[key].deleteLater()
        self._cards = cards

    def _card(self, product: Product) -> ModelCard:
        card = self._cards.get(product.key)
        if card is None:
            card = ModelCard(product)
            card.wanted.connect(self.wanted)
            card.chat_wanted.connect(self.chat_wanted)
            card.downloads_wanted.connect(self.downloads_wanted)
            card.sizes_wanted.connect(self._on_sizes)
            card.show_downloads(self._fetching)
        return card

    def _on_sizes(self, product: Product) -> None:
        self._start(self._presenter.open(product))

    def _on_opened(self, product: Product) -> None:
        if card := self._cards.get(product.key):
            card.show_product(product)

    def _on_open_failed(self, key: str, sentence: str) -> None:
        if card := self._cards.get(key):
            card.say_sizes(sentence)

    def _on_failed(self, sentence: str, is_offline: bool) -> None:
        found = self._presenter.products
        self.state.setText(sentence if found else "")
        if not found:
            action = self.tr("What is on this computer") if is_offline else ""
            self.empty.say(self.tr("Searching is not possible now"), sentence, action)
            self._show([], [self.empty])
        self._is_new = not found  # tried again when somebody comes back
