"""The tab with what is being downloaded."""

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.client.downloads import Download
from desktop.ui.models.download_row import DownloadRow
from desktop.ui.models.downloads import DownloadsPresenter
from desktop.ui.models.parts import CardList, Empty
from desktop.ui.task_scope import Start, Work


class DownloadsTab(QWidget):
    """Shows a DownloadsPresenter."""

    chat_wanted = Signal(str)
    recommended_wanted = Signal()

    def __init__(self, presenter: DownloadsPresenter, start: Start) -> None:
        super().__init__()
        self._start = start
        self._rows: dict[str, DownloadRow] = {}
        self.list = CardList(self.tr("Downloads"))
        self.empty = Empty(
            self.tr("Nothing is being downloaded"),
            self.tr(
                "Downloads go on when this window is closed, and after a restart. What has arrived"
                " is never lost."
            ),
            self.tr("Find a model"),
        )
        self.empty.acted.connect(self.recommended_wanted)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.list)
        self.list.show_all([self.empty])
        self._actions: dict[str, Callable[[str], Work]] = {
            "pause": presenter.pause,
            "resume": presenter.resume,
            "cancel": presenter.cancel,
            "up": lambda name: presenter.move(name, -1),
            "down": lambda name: presenter.move(name, 1),
        }
        presenter.changed.connect(self._on_changed)

    def _on_changed(self, downloads: list[Download]) -> None:
        rows = {}
        open_ids = [each.id for each in downloads if not each.is_over]
        for download in downloads:
            row = self._rows.get(download.id)
            if row is None:
                row = DownloadRow(download)
                row.acted.connect(self._on_acted)
                row.chat_wanted.connect(self.chat_wanted)
            row.show_download(
                download,
                can_rise=download.id in open_ids[1:],
                can_sink=download.id in open_ids[:-1],
            )
            rows[download.id] = row
        self.list.show_all([*rows.values()] or [self.empty])
        for old in self._rows.keys() - rows.keys():
            self._rows[old].deleteLater()
        self._rows = rows

    def _on_acted(self, download_id: str, action: str) -> None:
        self._start(self._actions[action](download_id))
