"""One user's first hour with Puna, by mouse and keyboard, in a process of its own:

    python -m tests.ui.journey FOLDER STARTER      # leaves its pictures in FOLDER

The real application with a real service, the starter model and a registry of this machine; a
display is not needed, but with one, everything is on it.
"""

import asyncio
import os
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QMenu, QTextBrowser, QWidget

from desktop.core.paths import Paths
from desktop.core.preferences import Preferences
from desktop.host import FoundServer, ServiceThread
from desktop.models.found.places import Surroundings
from desktop.models.registry.endpoints import Endpoints
from desktop.ui.application import Application, make_application
from desktop.ui.chat.window import ChatWindow
from desktop.ui.context import Place
from desktop.ui.first_run.window import FirstRunWindow
from desktop.ui.models.card import ModelCard
from desktop.ui.models.window import TABS, ModelsWindow
from desktop.ui.shell.instance import Instance, Wish
from desktop.ui.shell.shell import Server, Shell
from tests import tiny_gguf
from tests.api.conftest import Shelf
from tests.registry_server import RegistryServer

Kind = TypeVar("Kind", bound=QWidget)
STEP_S = 60.0  # for what takes a second on an idle machine
FETCHED = "smollm2:135m"  # of the catalogue; another model in its clothes
STARTER = "starter"
CLOSED = "http://127.0.0.1:1"
LEFT = Qt.MouseButton.LeftButton
CONTROL = Qt.KeyboardModifier.ControlModifier


@dataclass
class Here:
    """The service of this process."""

    url: str

    def find(self) -> Server:
        return FoundServer(self.url, "", is_new=False)


class Journey:
    """The steps, in order."""

    def __init__(self, application: Application, folder: Path) -> None:
        self._application = application
        self._folder = folder
        self._pictures = 0
        self.failure: BaseException | None = None

    @property
    def shell(self) -> Shell:
        assert self._application.shell
        return self._application.shell

    async def go(self) -> None:
        await self._until(lambda: self._application.shell)
        try:
            await self._first_run()
            await self._chat()
            await self._stop()
            await self._download()
            await self._switch()
            await self._unload()
        except BaseException as error:
            self.failure = error
            for place in self.shell.windows.visible:
                self._picture(f"failed-{place.value}", self._window(place))
        finally:
            self._quit()

    async def _first_run(self) -> None:
        window = await self._shown(Place.FIRST_RUN, FirstRunWindow)
        await self._until(lambda: self._first_button(window))
        self._picture("first-run", window)
        self._click(self._first_button(window))
        window.close()

    def _first_button(self, window: FirstRunWindow) -> QAbstractButton | None:
        """The one that chats with the model that is here."""
        return window.try_now if window.try_now.isVisible() else None

    async def _chat(self) -> None:
        """With a model that means what it says."""
        chat = await self._shown(Place.CHAT, ChatWindow)
        await self._until(lambda: chat.picker.model().startswith(STARTER))
        self._picture("chat", chat)
        self._say(chat, "Say hello to me in one short sentence.")
        await self._until(chat.is_busy)
        await self._until(lambda: not chat.is_busy() and self.shell.watch.seen.loaded)
        last = chat.transcript.last
        assert last
        assert last.line.model.startswith(STARTER)
        assert last.line.content.strip()
        self._picture("answer", chat)

    async def _stop(self) -> None:
        chat = await self._shown(Place.CHAT, ChatWindow)
        await self._pick(chat, "endless")
        self._say(chat, "Go on for ever")
        await self._until(lambda: "b ca b ca" in self._said(chat))
        self._picture("streaming", chat)
        QTest.keyClick(chat.composer.field, Qt.Key.Key_Escape)
        await self._until(lambda: not self.shell.watch.seen.running)
        self._picture("stopped", chat)

    async def _download(self) -> None:
        chat = await self._shown(Place.CHAT, ChatWindow)
        await self._press(chat, Qt.Key.Key_2)
        models = await self._shown(Place.MODELS, ModelsWindow)
        self._click_tab(models, "recommended")
        await self._until(lambda: self._card(models))
        card = self._card(models)
        assert card
        self._picture("recommended", models)
        self._click(card.button)
        await self._until(lambda: models.asking_dialog and models.asking_dialog.start.isEnabled())
        dialog = models.asking_dialog
        assert dialog
        self._picture("asked", dialog)
        self._click(dialog.start)
        await self._until(lambda: self.shell.notices.target == (Place.CHAT, FETCHED))
        self._click_tab(models, "downloads")
        self._picture("downloaded", models)
        self._click_tab(models, "installed")
        await self._until(lambda: FETCHED in self._words(models))
        self._picture("installed", models)
        await self._press(models, Qt.Key.Key_W)

    def _card(self, models: ModelsWindow) -> ModelCard | None:
        """Of the model that the registry has."""
        cards = models.recommended_tab.findChildren(ModelCard)
        for card in cards:
            first = card.product.first
            if card.isVisible() and first and first.name == FETCHED:
                return card
        return None

    def _click_tab(self, models: ModelsWindow, name: str) -> None:
        bar = models.tabs.tabBar()
        QTest.mouseClick(bar, LEFT, pos=bar.tabRect(TABS.index(name)).center())

    async def _switch(self) -> None:
        chat = await self._shown(Place.CHAT, ChatWindow)
        await self._pick(chat, FETCHED)
        await self._until(lambda: not chat.is_busy())
        self._say(chat, "And you?")
        await self._until(lambda: "Fresh from the net" in self._said(chat))
        self._picture("switched", chat)

    async def _unload(self) -> None:
        for name in (f"{STARTER}:latest", "endless:latest", FETCHED):
            await self._until(partial(self._is_loaded, name, True))
            menu = self._tray_menu()
            inner = next(action for action in menu.actions() if name in action.text())
            self._picture("tray-menu", menu)
            submenu = inner.menu()
            assert isinstance(submenu, QMenu)
            submenu.actions()[-1].trigger()
            menu.close()
            await self._until(partial(self._is_loaded, name, False))

    def _is_loaded(self, name: str, wanted: bool) -> bool:
        return (name in [model.name for model in self.shell.watch.seen.loaded]) is wanted

    def _quit(self) -> None:
        menu = self._tray_menu()
        QTest.keyClick(menu, Qt.Key.Key_Up)  # the last entry
        QTest.keyClick(menu, Qt.Key.Key_Return)
        menu.close()

    def _tray_menu(self) -> QMenu:
        menu = self.shell.tray.menu
        menu.popup(menu.pos())
        return menu

    async def _pick(self, chat: ChatWindow, name: str) -> None:
        """From the list of models, by its first letters."""
        chat.picker.refresh()
        rows = chat.picker.popup.list_view.model()
        await self._until(lambda: rows.rowCount() >= 1)
        self._click(chat.picker.button)
        await self._until(chat.picker.popup.isVisible)
        QTest.keyClicks(chat.picker.popup.search, name)
        await self._until(lambda: rows.rowCount() == 1)
        QTest.keyClick(chat.picker.popup.search, Qt.Key.Key_Down)
        QTest.keyClick(chat.picker.popup.search, Qt.Key.Key_Return)
        await self._until(lambda: chat.picker.model().startswith(name))

    async def _press(self, window: QWidget, key: Qt.Key) -> None:
        """With Control; keys of windows need an active one."""
        window.activateWindow()
        await self._until(window.isActiveWindow)
        QTest.keyClick(window, key, CONTROL)

    def _say(self, chat: ChatWindow, text: str) -> None:
        QTest.keyClicks(chat.composer.field, text)
        QTest.keyClick(chat.composer.field, Qt.Key.Key_Return)

    def _said(self, chat: ChatWindow) -> str:
        views = chat.transcript.findChildren(QTextBrowser)
        return "\n".join(view.toPlainText() for view in views)

    def _words(self, window: QWidget) -> str:
        labels = window.findChildren(QLabel)
        return "\n".join(label.text() for label in labels if label.isVisible())

    def _click(self, button: QAbstractButton | None) -> None:
        assert button
        QTest.mouseClick(button, LEFT)

    def _window(self, place: Place) -> QWidget:
        window = self.shell.windows.window(place)
        assert window
        return window

    async def _shown(self, place: Place, kind: type[Kind]) -> Kind:
        await self._until(lambda: place in self.shell.windows.visible)
        window = self._window(place)
        assert isinstance(window, kind)
        return window

    async def _until(self, holds: Callable[[], object]) -> None:
        async with asyncio.timeout(STEP_S):
            while True:
                if holds():
                    return
                await asyncio.sleep(0.02)

    def _picture(self, name: str, window: QWidget) -> None:
        self._pictures += 1
        window.grab().save(str(self._folder / f"{self._pictures:02}-{name}.png"))


def main(folder: Path, starter: Path) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    home = folder / "home"
    files = home / "files"
    files.mkdir(parents=True)
    tiny_gguf.write_script_model(files / "endless", "a b c", eos=False, context=32768)
    tiny_gguf.write_script_model(files / "fetched", "Fresh from the net")
    (files / STARTER).symlink_to(starter)
    shelf = Shelf(home / "models", files)
    for name in (STARTER, "endless"):
        shelf.add(name, name)
    application = make_application()
    with RegistryServer({f"library/{FETCHED}": {}}) as registry:
        registry.put_model(f"library/{FETCHED}", {"model": (files / "fetched").read_bytes()})
        endpoints = Endpoints(bases={"registry.ollama.ai": registry.url}, hub=CLOSED)
        service = _service(home, endpoints)
        try:
            return _run(application, service, folder, home)
        finally:
            service.stop()


def _service(home: Path, endpoints: Endpoints) -> ServiceThread:
    paths = Paths.of({"PUNA_HOME": str(home)})
    given = {"port": 0, "context_tokens": 1024}
    preferences = Preferences(paths.settings_file, {}, given)
    machine = Surroundings(home=home / "user", environ={}, platform=sys.platform, system=home)
    return ServiceThread(preferences, paths, machine, endpoints)


def _run(application: QApplication, service: ServiceThread, folder: Path, home: Path) -> int:
    here = Here(service.start())
    instance = Instance(home, os.environ)
    assert instance.claim(Wish())
    puna = Application(
        application, home / "history.sqlite", home / "desktop.json", threading.Event()
    )
    journey = Journey(puna, folder)
    tasks: list[asyncio.Task[None]] = []
    QTimer.singleShot(0, lambda: tasks.append(asyncio.get_running_loop().create_task(journey.go())))
    puna.run(here, here.find(), instance, Wish())
    instance.close()
    if journey.failure:
        raise journey.failure
    return 0


if __name__ == "__main__":
    sys.exit(main(*map(Path, sys.argv[1:])))
