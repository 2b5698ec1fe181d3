"""The icon in the notification area, with its menu."""

import sys

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

WATCHER = "org.kde.StatusNotifierWatcher"


class Tray(QObject):
    """Open and Quit. A desktop may start its tray after us; `is_available` tells about now.

    On Linux, Qt decides once per icon between the two tray protocols, so that a new icon is made
    when the newer one (StatusNotifierItem) appears on the session bus.
    """

    open_requested = Signal()
    quit_requested = Signal()

    def __init__(self, icon: QIcon, tip: str) -> None:
        super().__init__()
        self._icon = icon
        self._tip = tip
        self._menu = QMenu()
        self._menu.addAction(self.tr("Open Puna")).triggered.connect(self.open_requested)
        self._menu.addSeparator()
        self._menu.addAction(self.tr("Quit")).triggered.connect(self.quit_requested)
        self._tray = self._shown()
        self._watch()

    @property
    def is_available(self) -> bool:
        return QSystemTrayIcon.isSystemTrayAvailable()

    def close(self) -> None:
        self._tray.hide()
        self._menu.deleteLater()

    def _shown(self) -> QSystemTrayIcon:
        tray = QSystemTrayIcon(self._icon, self)
        tray.setToolTip(self._tip)
        tray.setContextMenu(self._menu)
        tray.activated.connect(self._on_activated)
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
            self.open_requested.emit()
