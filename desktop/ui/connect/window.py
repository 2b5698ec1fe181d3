"""The connect window: the address, recipes, who is calling, web pages, sharing on the network."""

from collections.abc import Callable

from PySide6.QtCore import QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from desktop.client.apps import NewKey
from desktop.ui.connect.addresses import private_addresses
from desktop.ui.connect.copying import CopyLine
from desktop.ui.connect.pages_page import PagesPage
from desktop.ui.connect.presenter import ConnectPresenter, Live, Pantry
from desktop.ui.connect.programs_page import ProgramsPage
from desktop.ui.connect.recipes_page import RecipesPage
from desktop.ui.connect.sharing import Sharing, SharingPresenter
from desktop.ui.connect.sharing_page import SharingPage
from desktop.ui.context import Context, Place
from desktop.ui.look.filled import filled
from desktop.ui.look.passing import PassingLabel
from desktop.ui.look.theme import MARGIN, SPACE, Tone
from desktop.ui.look.widgets import ToneLabel, heading
from desktop.ui.task_scope import Start

REFRESH_MS = 1000
ADDRESS_SCALE = 1.35
TABS = ("recipes", "programs", "pages", "sharing")


def make_connect(context: Context) -> QWidget:
    return ConnectWindow(
        ConnectPresenter(context.client),
        SharingPresenter(context.client, context.preferences),
        context.start,
        context.go,
    )


class ConnectWindow(QWidget):
    """Asks once a second while it can be seen, and not at all otherwise."""

    def __init__(
        self,
        presenter: ConnectPresenter,
        sharing: SharingPresenter,
        start: Start,
        go: Callable[[Place, str], None],
    ) -> None:
        super().__init__()
        self._presenter = presenter
        self._sharing = sharing
        self._start = start
        self._timer = QTimer(self, interval=REFRESH_MS)
        self._timer.timeout.connect(self._tick)
        self.address = CopyLine(self.tr("Address of Puna"), ADDRESS_SCALE)
        self.other_addresses = ToneLabel()
        self.problem = ToneLabel("", Tone.BAD)
        self.refusal = PassingLabel()
        self.recipes = RecipesPage(presenter.address)
        self.programs = ProgramsPage()
        self.pages = PagesPage()
        self.sharing = SharingPage()
        self.tabs = QTabWidget(documentMode=True)
        self._lay_out()
        self._wire_up(go)
        self._show_address()

    def show_at(self, what: str) -> None:
        """One of `TABS`."""
        if what in TABS:
            self.tabs.setCurrentIndex(TABS.index(what))

    def _lay_out(self) -> None:
        self.setWindowTitle(self.tr("Connect programs"))
        self.resize(860, 720)
        for page, title in (
            (self.recipes, self.tr("&Recipes")),
            (self.programs, self.tr("&Who is calling")),
            (self.pages, self.tr("Web &pages")),
            (self.sharing, self.tr("&Other devices")),
        ):
            self.tabs.addTab(page, title)
        self.tabs.setAccessibleName(self.tr("Ways to connect"))
        self.problem.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        layout.setSpacing(SPACE)
        layout.addWidget(heading(self.tr("Programs reach your models at this address")))
        layout.addWidget(self.address)
        layout.addWidget(self.other_addresses)
        layout.addWidget(self.problem)
        layout.addWidget(self.refusal)
        layout.addSpacing(SPACE)
        layout.addWidget(self.tabs, 1)

    def _wire_up(self, go: Callable[[Place, str], None]) -> None:
        presenter, sharing, start = self._presenter, self._sharing, self._start
        presenter.refreshed.connect(self._on_refreshed)
        presenter.stocked.connect(self._on_stocked)
        presenter.key_made.connect(self._on_key_made)
        presenter.failed.connect(self._on_failed)
        sharing.changed.connect(self._on_sharing)
        sharing.key_made.connect(self.sharing.show_key)
        presenter.refused.connect(self.refusal.tell)
        sharing.failed.connect(self.refusal.tell)
        self.recipes.key_wished.connect(lambda name: start(presenter.add_app(name)))
        self.recipes.models_wished.connect(lambda: go(Place.MODELS, "recommended"))
        self.programs.add_wished.connect(lambda name: start(presenter.add_app(name)))
        self.programs.key_wished.connect(lambda app: start(presenter.add_key(app)))
        self.programs.keys_removal_wished.connect(lambda app: start(presenter.remove_keys(app)))
        self.programs.block_wished.connect(lambda app, on: start(presenter.block(app, on)))
        self.programs.removal_wished.connect(lambda app: start(presenter.remove(app)))
        self.pages.answered.connect(lambda origin, answer: start(presenter.answer(origin, answer)))
        self.pages.forgotten.connect(lambda origin: start(presenter.forget(origin)))
        self.sharing.begin_wished.connect(
            lambda name, for_s, secured: start(sharing.begin(name, for_s, secured))
        )
        self.sharing.end_wished.connect(lambda: start(sharing.end()))
        self.sharing.key_wished.connect(lambda name: start(sharing.add_key(name)))
        self.sharing.help_wished.connect(lambda: go(Place.HELP, "sharing"))

    def _show_address(self) -> None:
        address = self._presenter.address
        self.address.show_text(address)
        text = self.tr(
            "Whatever works with Ollama takes this address. A program made for OpenAI takes"
            " %1/v1, one made for Anthropic the address as it is."
        )
        self.other_addresses.setText(filled(text, address))

    def _on_refreshed(self, live: Live) -> None:
        self.problem.hide()
        self._show_address()
        self.programs.show_live(live)
        self.pages.show_book(live.pages)
        waiting = len(live.pages.asked)
        title = self.tr("Web &pages")
        if waiting:
            title = filled(self.tr("Web &pages (%1)"), self.locale().toString(waiting))
        self.tabs.setTabText(TABS.index("pages"), title)

    def _on_stocked(self, pantry: Pantry) -> None:
        self.recipes.show_pantry(pantry, self._presenter.address)

    def _on_key_made(self, made: NewKey) -> None:
        self.programs.show_key(made)
        self.recipes.show_key(made)

    def _on_sharing(self, sharing: Sharing) -> None:
        self.sharing.show_sharing(sharing, private_addresses())

    def _on_failed(self, sentence: str) -> None:
        self.problem.setText(sentence)
        self.problem.show()

    def _tick(self) -> None:
        if not self.isMinimized():
            self._start(self._presenter.refresh())

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._start(self._presenter.stock())
        self._start(self._sharing.refresh())
        self._tick()
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()
