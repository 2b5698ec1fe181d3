"""A StatusNotifierWatcher, as desktops have it, and what a tray reads of an icon through D-Bus.

Runs in the test's own process; `gdbus` asks, because Qt's own types for this are hard to read.
"""

import re
import subprocess
import time
from collections.abc import Callable

from PySide6.QtCore import ClassInfo, Property, QCoreApplication, QObject, Signal, Slot
from PySide6.QtDBus import QDBusConnection

NAME, PATH = "org.kde.StatusNotifierWatcher", "/StatusNotifierWatcher"
ITEM = "org.kde.StatusNotifierItem"
WAIT_S = 20.0


@ClassInfo({"D-Bus Interface": NAME})  # type: ignore[call-arg]
class Watcher(QObject):  # type: ignore[operator]
    """Icons register here."""

    StatusNotifierItemRegistered = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.items: list[str] = []
        self._bus = QDBusConnection.sessionBus()

    def appear(self) -> None:
        """The desktop's tray starts."""
        every = QDBusConnection.RegisterOption.ExportAllContents
        assert self._bus.registerObject(PATH, self, every)
        assert self._bus.registerService(NAME)

    def leave(self) -> None:
        self._bus.unregisterService(NAME)
        self._bus.unregisterObject(PATH)

    @Slot(str)
    def RegisterStatusNotifierItem(self, service: str) -> None:
        self.items.append(service)

    @Slot(str)
    def RegisterStatusNotifierHost(self, service: str) -> None:
        pass

    def _is_host(self) -> bool:
        return True

    IsStatusNotifierHostRegistered = Property(bool, _is_host)

    def until(self, holds: Callable[[], object]) -> None:
        """Answer icons until it is so."""
        until = time.monotonic() + WAIT_S
        while not holds():
            assert time.monotonic() < until
            QCoreApplication.processEvents()

    def item(self) -> "Item":
        """The icon that has come last."""
        self.until(lambda: self.items)
        return Item(self.items[-1])


class Item:
    """An icon."""

    def __init__(self, service: str) -> None:
        self._service = service

    def read(self, name: str) -> str:
        """One of its properties, as `gdbus` writes it."""
        ask = "org.freedesktop.DBus.Properties.Get"
        return self._call("/StatusNotifierItem", ask, ITEM, name)

    def menu(self) -> str:
        return self._call(
            self._menu_path(), "com.canonical.dbusmenu.GetLayout", "0", "--", "-1", "[]"
        )

    def choose(self, label: str) -> None:
        """Click an entry of the menu."""
        entry = re.compile(r"\((\d+), \{[^}]*'label': <'" + re.escape(label) + "'>")
        found = entry.search(self.menu())
        assert found, self.menu()
        arguments = (found[1], "clicked", "<0>", "0")
        self._call(self._menu_path(), "com.canonical.dbusmenu.Event", *arguments)

    def activate(self) -> None:
        """Click the icon."""
        self._call("/StatusNotifierItem", f"{ITEM}.Activate", "0", "0")

    def _menu_path(self) -> str:
        found = re.search(r"'(/[^']*)'", self.read("Menu"))
        assert found
        return found[1]

    def _call(self, path: str, method: str, *arguments: str) -> str:
        command = ["gdbus", "call", "--session", "--dest", self._service, "--object-path", path]
        command += ["--method", method, *arguments]
        done = subprocess.run(command, capture_output=True, text=True, timeout=WAIT_S, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout
