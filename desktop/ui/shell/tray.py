"""The icon in the notification area, with its menu."""

import sys
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

from desktop.ui.shell.tray_icon import tray_icon
from desktop.ui.shell.tray_menu import Act, Entry, MenuText
from desktop.ui.shell.watching import Doing, Seen

WATCHER = "org.kde.StatusNotifierWatcher"
IS_MASK = sys.platform == "darwin"


class Tray(QObject):
    """Shows snapshots. A desktop may start its tray after us; `is_available` tells about now.

    On Linux, Qt decides once per icon between the two tray protocols, so that a new icon is made
    when the newer one (StatusNotifierItem) appears on the session bus.
    """

    chosen = Signal(object, str)  # Act, and what it needs
    opened = Signal()  # the icon was clicked
    looked_at = Signal()  # the menu is about to be seen
    told = Signal()  # a message of ours was clicked

    def __init__(self, words: MenuText) -> None:
        super().__init__()
        self._words = words
        self._entries: tuple[Entry, ...] = ()
        self._waiting: tuple[Entry, ...] | None = None
        self._tip = "Puna"
        self._doing = Doing.IDLE
        self._menu = QMenu()
        self._menu.aboutToShow.connect(self.looked_at)
        self._menu.aboutToHide.connect(self._on_hidden)
        self._tray = self._shown()
        self._watch()

    @property
    def menu(self) -> QMenu:
        return self._menu

    @property
    def is_available(self) -> bool:
        return QSystemTrayIcon.isSystemTrayAvailable()

    def show_seen(self, seen: Seen) -> None:
        """Draw what has changed, and only that."""
        tip, entries = self._words.tip(seen), self._words.entries(seen)
        if tip != self._tip:
            self._tip = tip
            self._tray.setToolTip(tip)
        if seen.doing is not self._doing:
            self._doing = seen.doing
            self._tray.setIcon(tray_icon(seen.doing, is_mask=IS_MASK))
        if entries == self._entries:
            self._waiting = None
        elif self._menu.isVisible():  # not under somebody's hand
            self._waiting = entries
        else:
            self._build(entries)

    def tell(self, title: str, text: str) -> None:
        """A message of the desktop, if it has such."""
        self._tray.showMessage(title, text, tray_icon(Doing.IDLE))

    def close(self) -> None:
        self._tray.hide()
        self._menu.deleteLater()

    def _build(self, entries: tuple[Entry, ...]) -> None:
        self._entries, self._waiting = entries, None
        old = [action.menu() for action in self._menu.actions()]
        self._menu.clear()
        for menu in filter(None, old):
            menu.deleteLater()
        self._fill(self._menu, entries)

    def _fill(self, menu: QMenu, entries: tuple[Entry, ...]) -> None:
        for entry in entries:
            if not entry.text:
                menu.addSeparator()
            elif entry.children:
                self._fill(menu.addMenu(entry.text), entry.children)
            else:
                menu.addAction(self._action(menu, entry))

    def _action(self, menu: QMenu, entry: Entry) -> QAction:
        action = QAction(entry.text, menu)
        if entry.checked is not None:
            action.setCheckable(True)
            action.setChecked(entry.checked)
        if entry.act is Act.NONE:
            action.setEnabled(False)
        action.triggered.connect(partial(self._on_chosen, entry))
        return action

    def _on_chosen(self, entry: Entry, _checked: bool = False) -> None:
        self.chosen.emit(entry.act, entry.what)

    def _on_hidden(self) -> None:
        if self._waiting is not None:
            QTimer.singleShot(0, self, self._build_waiting)  # after the chosen entry has acted

    def _build_waiting(self) -> None:
        if self._waiting is not None:
            self._build(self._waiting)

    def _shown(self) -> QSystemTrayIcon:
        tray = QSystemTrayIcon(tray_icon(self._doing, is_mask=IS_MASK), self)
        tray.setToolTip(self._tip)
        tray.setContextMenu(self._menu)
        tray.activated.connect(self._on_activated)
        tray.messageClicked.connect(self.told)
        tray.show()  # also without a tray: the icon appears when one starts
        return tray

    def _watch(self) -> None:
        if sys.platform != "linux":
            return
        from PySide6.QtDBus import QDBusConnection, QDBusServiceWatcher

        bus = QDBusConnection.sessionBus()
        if bus.isConnected():
            mode = QDBusServiceWatcher.WatchModeFlag.WatchForRegistration
            self._watcher = QDBusServiceWatcher(WATCHER, bus, mode, self)
            self._watcher.serviceRegistered.connect(self._on_watcher_appeared)

    def _on_watcher_appeared(self, service: str) -> None:
        self._tray.hide()
        self._tray.deleteLater()
        self._tray = self._shown()

    def _on_activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason == QSystemTrayIcon.ActivationReason.Trigger:
            self.opened.emit()
