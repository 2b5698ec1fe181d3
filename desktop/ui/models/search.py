"""Models on Hugging Face: by words, page by page, and the sizes that each is offered in."""

import re
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from desktop.client.catalog import Catalog
from desktop.client.client import Client
from desktop.core.errors import AppError
from desktop.ui.failures import failure_sentence, is_offline
from desktop.ui.models.offers import Offer, Product, offers_of, product_of_repository

_ADDRESS = re.compile(r"https?://\S+|(?:hf\.co|huggingface\.co)/\S+|[\w./-]+:[\w.-]+")


class SearchPresenter(QObject):
    """The newest question wins; has no widget."""

    asked = Signal()
    found = Signal(list, bool)  # all Products so far, and whether there are more
    opened = Signal(object)  # a Product, now with its offers
    failed = Signal(str, bool)  # one sentence; whether the internet is missing
    open_failed = Signal(str, str)  # a product's key; one sentence

    def __init__(self, client: Client) -> None:
        super().__init__()
        self._client = client
        self._words, self._turn = "", 0
        self.products: list[Product] = []
        self._cursor: str | None = None
        self.installed: frozenset[str] = frozenset()
        """Names of models in lower case."""

    async def search(self, words: str) -> None:
        """The first page. Without words: what is downloaded most. An address is no question."""
        self._words, self.products, self._cursor = words, [], ""
        if _ADDRESS.fullmatch(words):
            self._turn += 1
            self._cursor, self.products = None, [self._direct(words)]
            self.found.emit(list(self.products), False)
        else:
            await self._page()

    async def more(self) -> None:
        if self._cursor:
            await self._page()

    async def open(self, product: Product) -> None:
        """Learn in which sizes it is offered."""
        try:
            contents = await Catalog(self._client.wire).contents(product.key)
        except AppError as error:
            self.open_failed.emit(product.key, failure_sentence(error))
            return
        offers = offers_of(contents, self.installed)
        if offers:
            self.opened.emit(replace(product, offers=offers))
        else:
            sentence = self.tr("There is no file in it that Puna could use.")
            self.open_failed.emit(product.key, sentence)

    def _direct(self, address: str) -> Product:
        """What somebody names outright."""
        is_here = address.casefold() in self.installed
        return Product(
            key=address,
            title=address,
            sentence=self.tr("Download exactly this, from where it is."),
            offers=(Offer(name=address, label="", installed=is_here),),
        )

    async def _page(self) -> None:
        self._turn += 1
        turn, self._cursor, cursor = self._turn, None, self._cursor or ""
        self.asked.emit()
        try:
            page = await Catalog(self._client.wire).search(self._words, cursor)
        except AppError as error:
            if turn == self._turn:
                self._cursor = cursor
                self.failed.emit(failure_sentence(error), is_offline(error))
            return
        if turn == self._turn:
            self._cursor = page.cursor
            self.products += [product_of_repository(each) for each in page.repositories]
            self.found.emit(list(self.products), bool(page.cursor))
