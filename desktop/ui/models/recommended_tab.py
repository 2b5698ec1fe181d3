"""The tab with the catalogue."""

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop.ui.look.theme import MARGIN, SPACE
from desktop.ui.look.widgets import heading
from desktop.ui.models.card import Fetching, ModelCard
from desktop.ui.models.offers import Product
from desktop.ui.models.parts import CardList, Empty
from desktop.ui.models.recommended import PURPOSES, RecommendedPresenter
from desktop.ui.task_scope import Start

AT_ONCE, PER_TURN = 10, 3  # cards; making one takes some milliseconds


class RecommendedTab(QWidget):
    """Shows a RecommendedPresenter."""

    wanted = Signal(object, object)
    chat_wanted = Signal(str)
    downloads_wanted = Signal()

    def __init__(self, presenter: RecommendedPresenter, start: Start) -> None:
        super().__init__()
        self._presenter, self._start = presenter, start
        self._fetching: Fetching = lambda name: None
        self._cards: dict[str, ModelCard] = {}
        self._wanted: dict[str, Product] = {}
        self._later = QTimer(self, interval=0, singleShot=True)
        self._later.timeout.connect(self._on_more)
        self.purpose = QComboBox()
        words = (
            self.tr("All models"),
            self.tr("For chats"),
            self.tr("For pictures"),
            self.tr("For programming"),
            self.tr("For searching in texts"),
        )
        for purpose, word in zip(PURPOSES, words, strict=True):
            self.purpose.addItem(word, purpose)
        self.purpose.setAccessibleName(self.tr("What the model is for"))
        self.only_running = QCheckBox(self.tr("Only what runs on this com&puter"))
        self.only_running.setChecked(True)
        self.list = CardList(self.tr("Recommended models"))
        self.empty = Empty(self.tr("Looking what there is…"))
        self.best = heading(self.tr("A good choice for this computer"), 1.15)
        self.others = heading(self.tr("More models"), 1.15)
        self.best.hide()
        self.others.hide()
        self._lay_out()
        self.purpose.currentIndexChanged.connect(self._on_chosen)
        self.only_running.toggled.connect(self._on_chosen)
        self.empty.acted.connect(self._on_retry)
        presenter.refreshed.connect(self._on_refreshed)
        presenter.failed.connect(self._on_failed)

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setContentsMargins(MARGIN, SPACE + SPACE // 2, MARGIN, 0)
        row.setSpacing(SPACE * 2)
        label = QLabel(self.tr("Sho&w"))
        label.setBuddy(self.purpose)
        for part in (label, self.purpose, self.only_running):
            row.addWidget(part)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(row)
        column.addWidget(self.list)
        self.list.show_all([self.empty])

    def show_downloads(self, fetching: Fetching) -> None:
        self._fetching = fetching
        for card in self._cards.values():
            card.show_downloads(fetching)

    def _on_refreshed(self, products: list[Product], best: Product | None) -> None:
        wanted = {"best": best} if best else {}
        wanted |= {each.key: each for each in products if best is None or each.key != best.key}
        self._wanted = wanted
        for key in self._cards.keys() - wanted.keys():
            self._cards.pop(key).deleteLater()
        self._fill(AT_ONCE)

    def _on_more(self) -> None:
        self._fill(PER_TURN)

    def _fill(self, most: int) -> None:
        """Make so many of the cards that are missing, and the others when there is time."""
        missing = [key for key in self._wanted if key not in self._cards]
        for key, product in self._wanted.items():
            if key in self._cards or key in missing[:most]:
                self._cards[key] = self._card(key, product)
        self._show()
        if len(missing) > most:
            self._later.start()

    def _show(self) -> None:
        cards = [self._cards[key] for key in self._wanted if key in self._cards]
        shown: list[QWidget] = [*cards]
        if "best" in self._wanted:
            more = [self.others, *cards[1:]] if len(cards) > 1 else []
            shown = [self.best, *cards[:1], *more]
        if not self._wanted:
            self.empty.say(
                self.tr("Nothing to show"),
                self.tr("No model of this kind is known to run on this computer."),
            )
            shown = [self.empty]
        self.list.show_all(shown)

    def _card(self, key: str, product: Product) -> ModelCard:
        card = self._cards.get(key)
        if card is not None and card.product.key != product.key:
            card.deleteLater()  # another one suits best now
            card = None
        if card is None:
            card = ModelCard(product, primary=key == "best")
            card.wanted.connect(self.wanted)
            card.chat_wanted.connect(self.chat_wanted)
            card.downloads_wanted.connect(self.downloads_wanted)
        card.show_product(product)
        card.show_downloads(self._fetching)
        return card

    def _on_failed(self, sentence: str) -> None:
        if not self._cards:
            title = self.tr("The list of models cannot be shown")
            self.empty.say(title, sentence, self.tr("Try again"))
            self.list.show_all([self.empty])

    def _on_chosen(self) -> None:
        self._presenter.choose(
            self.purpose.currentData(), only_running=self.only_running.isChecked()
        )

    def _on_retry(self) -> None:
        self._start(self._presenter.refresh())
