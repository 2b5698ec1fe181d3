"""One download: how far it is, how long it will take, and what can be done about it."""

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout

from desktop.client.downloads import Download
from desktop.ui.failures import coded_sentence
from desktop.ui.look.theme import SPACE, Tone
from desktop.ui.look.widgets import Card, ToneLabel
from desktop.ui.models.figures import data_size, filled, percent, plain_name, speed, time_left
from desktop.ui.models.parts import Title, facts_line

STEPS = 1000
BAR_PX = 8


class DownloadRow(Card):
    """Shows one Download."""

    acted = Signal(str, str)  # its id; pause, resume, up, down, cancel
    chat_wanted = Signal(str)

    def __init__(self, download: Download) -> None:
        super().__init__()
        self.download = download
        self.title = Title(plain_name(download.title))
        self.state, self.figures = ToneLabel(""), ToneLabel("")
        self.bar = QProgressBar(textVisible=False, maximum=STEPS)
        self.bar.setFixedHeight(BAR_PX)
        self.chat = QPushButton(self.tr("Chat"))
        self.pause, self.resume = QPushButton(self.tr("Pause")), QPushButton(self.tr("Resume"))
        self.up, self.down = QPushButton(self.tr("Sooner")), QPushButton(self.tr("Later"))
        self.cancel = QPushButton(self.tr("Cancel"))
        self._buttons = {
            "pause": self.pause,
            "resume": self.resume,
            "up": self.up,
            "down": self.down,
            "cancel": self.cancel,
        }
        for action, button in self._buttons.items():
            button.clicked.connect(partial(self._on_button, action))
        self.chat.clicked.connect(lambda: self.chat_wanted.emit(self.download.title))
        self._lay_out()

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(SPACE)
        row.addWidget(self.figures, stretch=1)
        row.addWidget(self.chat)
        for button in self._buttons.values():
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE * 2, SPACE + SPACE // 2, SPACE * 2, SPACE + SPACE // 2)
        column.setSpacing(SPACE // 2 + 2)
        for part in (self.title, self.state, self.bar):
            column.addWidget(part)
        column.addLayout(row)

    def show_download(self, download: Download, *, can_rise: bool, can_sink: bool) -> None:
        """As it is now.

        Args:
            can_rise: Something stands before it in the queue, which it could overtake.
            can_sink: Something stands behind it.
        """
        self.download = download
        state = download.state
        self.title.setText(plain_name(download.title))
        words, tone = self._words()
        self.state.setText(words)
        self.state.set_tone(tone)
        self.state.setVisible(bool(words))
        self.figures.setText(self._figures())
        self._show_bar()
        is_over = download.is_over
        self.chat.setVisible(state == "done")
        self.pause.setVisible(not is_over and state != "paused")
        self.resume.setVisible(state in ("paused", "failed", "waiting"))
        self.resume.setText(self.tr("Resume") if state == "paused" else self.tr("Try again"))
        self.up.setVisible(can_rise and not is_over)
        self.down.setVisible(can_sink and not is_over)
        self.cancel.setText(self.tr("Remove from list") if is_over else self.tr("Cancel"))
        for button in (self.chat, *self._buttons.values()):
            spoken = filled(self.tr("%1: %2"), button.text(), download.title)
            button.setAccessibleName(spoken)

    def _show_bar(self) -> None:
        share = self.download.share
        moving = self.download.state == "running"
        self.bar.setVisible(not self.download.is_over)
        self.bar.setMaximum(0 if share is None and moving else STEPS)
        self.bar.setValue(round((share or 0.0) * STEPS))
        told = percent(share) if share is not None else self.tr("not known yet")
        self.bar.setAccessibleName(filled(self.tr("%1: %2"), self.download.title, told))

    def _words(self) -> tuple[str, Tone]:
        """What it is doing, with the reason where there is one."""
        reason = coded_sentence(self.download.code, self.download.reason)
        match self.download.state:
            case "queued":
                return self.tr("Waiting for its turn"), Tone.QUIET
            case "waiting":
                text = self.tr("Waiting, and goes on by itself. %1")
                return filled(text, reason), Tone.FAIR
            case "paused":
                return filled(self.tr("Paused. %1"), reason).strip(), Tone.FAIR
            case "failed":
                return reason or self.tr("It did not work."), Tone.BAD
            case "done":
                return self.tr("Ready to use"), Tone.GOOD
        if reason:
            return reason, Tone.FAIR
        return self._step(), Tone.QUIET

    def _step(self) -> str:
        status = self.download.status
        if status.startswith("verifying"):
            return self.tr("Checking that everything arrived unharmed…")
        if status.startswith(("writing", "removing")):
            return self.tr("Almost done…")
        if status.startswith("pulling manifest") or not status:
            return self.tr("Asking where the files are…")
        return ""

    def _figures(self) -> str:
        download = self.download
        if download.state == "done":
            return data_size(download.total) if download.total else ""
        facts = []
        if download.total:
            done, total = data_size(download.completed), data_size(download.total)
            facts.append(filled(self.tr("%1 of %2"), done, total))
        if download.state == "running" and download.bytes_per_s:
            facts.append(speed(download.bytes_per_s))
        if download.state == "running" and download.seconds_left is not None:
            facts.append(time_left(download.seconds_left))
        return facts_line(facts)

    def _on_button(self, action: str, _checked: bool = False) -> None:
        self.acted.emit(self.download.id, action)
