"""Notices that Puna was updated while it runs: an installer of packages has put another program in
its place. Sleeps until something changes there.
"""

import os
import sys

from PySide6.QtCore import QCoreApplication, QFileSystemWatcher, QObject, QTimer, Signal
from PySide6.QtWidgets import QMessageBox

from desktop.core.program import RUNNING, is_another

translate = QCoreApplication.translate
SETTLE_MS = 3_000  # an installer writes many files


class ProgramWatch(QObject):
    """Args:
    program: Path of the program.
    running: Names the file that runs.
    """

    replaced = Signal()  # once

    def __init__(self, program: str, running: str = RUNNING, settle_ms: int = SETTLE_MS) -> None:
        super().__init__()
        self._program, self._running = program, running
        self._watcher = QFileSystemWatcher([os.path.dirname(program)], self)
        self._timer = QTimer(self, singleShot=True, interval=settle_ms)
        self._watcher.directoryChanged.connect(lambda _folder: self._timer.start())
        self._timer.timeout.connect(self._on_settled)

    def close(self) -> None:
        self._timer.stop()
        if folders := self._watcher.directories():
            self._watcher.removePaths(folders)

    def _on_settled(self) -> None:
        if is_another(self._program, self._running):
            self.close()
            self.replaced.emit()


def make_program_watch() -> ProgramWatch | None:
    """None where a program that runs is not replaced: other systems, and from source."""
    if sys.platform != "linux" or not getattr(sys, "frozen", False):
        return None
    return ProgramWatch(sys.executable)


def make_restart_box(*, is_busy: bool) -> QMessageBox:
    """Not modal, and not shown yet; accepted if Puna is to start again.

    Args:
        is_busy: Answers or downloads go on.
    """
    box = QMessageBox(QMessageBox.Icon.Information, "Puna", "")
    box.setText(translate("ProgramWatch", "Puna was updated."))
    words = [
        translate(
            "ProgramWatch",
            "The new version works once Puna has been started again. Until then no more models are"
            " loaded.",
        )
    ]
    if is_busy:
        words.append(
            translate(
                "ProgramWatch", "Answers that go on now would end; downloads go on afterwards."
            )
        )
    box.setInformativeText(" ".join(words))
    again = translate("ProgramWatch", "Start Puna again")
    box.setDefaultButton(box.addButton(again, QMessageBox.ButtonRole.AcceptRole))
    box.addButton(translate("ProgramWatch", "Later"), QMessageBox.ButtonRole.RejectRole)
    box.setModal(False)
    return box
