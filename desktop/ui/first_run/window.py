"""The first window that anybody sees: three sentences, and one button."""

from PySide6.QtCore import QLocale, QTimer
from PySide6.QtGui import QGuiApplication, QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from desktop.client.downloads import Download
from desktop.client.speed import Speed
from desktop.ui.context import Context, Place
from desktop.ui.failures import coded_sentence
from desktop.ui.first_run.presenter import Beginning, FirstRunPresenter
from desktop.ui.look.theme import MARGIN, SPACE, Tone
from desktop.ui.look.widgets import Card, PrimaryButton, ToneLabel, heading
from desktop.ui.models.download_row import BAR_PX
from desktop.ui.models.downloads import DownloadsPresenter
from desktop.ui.models.figures import (
    about_time,
    data_size,
    filled,
    memory_size,
    plain_name,
    speed,
    time_left,
)
from desktop.ui.models.measuring import MeasuringPresenter
from desktop.ui.models.paces import pace_reason, pace_words
from desktop.ui.models.parts import Title, facts_line
from desktop.ui.models.taking import TakingPresenter
from desktop.ui.models.verdicts import tone_of, verdict_sentence

SIZE_PX = (640, 560)
ICON_PX = 56
LOOK_AGAIN_MS = 5000  # while the window can be seen and the server has not answered
STEPS = 1000


def make_first_run(context: Context) -> QWidget:
    return FirstRunWindow(context)


class FirstRunWindow(QWidget):
    """Shows a Beginning, and how far the first download is."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context, self._start = context, context.start
        self.presenter = FirstRunPresenter(context.client)
        self.downloads = DownloadsPresenter(context.client)
        self.measuring = MeasuringPresenter(context.client)
        self.taking = TakingPresenter(context.client)
        self._beginning: Beginning | None = None
        self._wanted = ""  # the model that is being fetched
        self._ready = ""  # the model that the button chats with
        self._timer = QTimer(self, interval=LOOK_AGAIN_MS)
        self.welcome = heading(self.tr("Welcome to Puna"), 1.8)
        self.machine = QLabel(self.tr("Looking at this computer…"), wordWrap=True)
        self.privacy = QLabel(
            self.tr(
                "What you write stays on this computer: there is no account, and nothing is"
                " reported to anybody."
            ),
            wordWrap=True,
        )
        self._make_offer()
        self.button = PrimaryButton("")
        self.button.hide()
        self.try_now, self.other = QPushButton(), QPushButton(self.tr("&Something else…"))
        self.try_now.hide()
        self._lay_out()
        self._connect()

    def _make_offer(self) -> None:
        self.offer = Card()
        self.model, self.sentence = Title("", 1.2), ToneLabel("")
        self.figures, self.verdict, self.pace = ToneLabel(""), ToneLabel(""), ToneLabel("")
        self.how_long = QPushButton(self.tr("&How long will that take?"))
        self.how_long.setToolTip(self.tr("Puna reads the beginning of the file to find out."))
        self.bar = QProgressBar(textVisible=False, maximum=STEPS)
        self.progress = ToneLabel("")
        column = QVBoxLayout(self.offer)
        column.setContentsMargins(SPACE * 2, SPACE * 2, SPACE * 2, SPACE * 2)
        column.setSpacing(SPACE)
        for part in (self.model, self.sentence, self.verdict, self.pace):
            column.addWidget(part)
        row = QHBoxLayout()
        row.addWidget(self.figures, stretch=1)
        row.addWidget(self.how_long)
        column.addLayout(row)
        column.addWidget(self.bar)
        column.addWidget(self.progress)
        self.bar.setFixedHeight(BAR_PX)
        self.bar.hide()
        self.progress.hide()
        self.offer.hide()
        self.found = Card()
        self.found_label = ToneLabel("")
        self.adopt = QPushButton(self.tr("&Use them"))
        row = QHBoxLayout(self.found)
        row.setContentsMargins(SPACE * 2, SPACE, SPACE * 2, SPACE)
        row.addWidget(self.found_label, stretch=1)
        row.addWidget(self.adopt)
        self.found.hide()

    def _lay_out(self) -> None:
        self.setWindowTitle(self.tr("Welcome to Puna"))
        self.resize(*SIZE_PX)
        mark = QLabel()
        mark.setPixmap(QGuiApplication.windowIcon().pixmap(ICON_PX, ICON_PX))
        head = QHBoxLayout()
        head.setSpacing(SPACE * 2)
        head.addWidget(mark)
        head.addWidget(self.welcome, stretch=1)
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACE)
        buttons.addWidget(self.other)
        buttons.addStretch(1)
        buttons.addWidget(self.try_now)
        buttons.addWidget(self.button)
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN * 2, MARGIN * 2, MARGIN * 2, MARGIN + SPACE)
        column.setSpacing(SPACE * 2)
        column.addLayout(head)
        what = QLabel(
            self.tr("Puna runs language models on your own computer, for you and your programs."),
            wordWrap=True,
        )
        for part in (what, self.machine, self.privacy):
            column.addWidget(part)
        column.addSpacing(SPACE)
        column.addWidget(self.offer)
        column.addWidget(self.found)
        column.addStretch(1)
        column.addLayout(buttons)

    def _connect(self) -> None:
        self.button.clicked.connect(self._on_button)
        self.try_now.clicked.connect(self._on_try)
        self.other.clicked.connect(lambda: self._context.go(Place.MODELS, "recommended"))
        self.adopt.clicked.connect(self._on_adopt)
        self.presenter.looked.connect(self._on_looked)
        self.presenter.failed.connect(self._on_failed)
        self.presenter.paced.connect(self._show_pace)
        self.presenter.timed.connect(self._on_timed)
        self.presenter.untimed.connect(self._on_untimed)
        self.how_long.clicked.connect(self._on_how_long)
        self.measuring.measured.connect(lambda: self._start(self.presenter.look_at_pace()))
        self.downloads.changed.connect(self._on_downloads)
        self.downloads.failed.connect(self._on_trouble)
        self.taking.progressed.connect(self._on_taking)
        self.taking.taken.connect(self._on_ready)
        self.taking.failed.connect(lambda _title, sentence: self._on_trouble(sentence))
        self._timer.timeout.connect(self.look_again)

    def is_busy(self) -> bool:
        return self.taking.is_busy

    # ---- what there is

    def _on_looked(self, beginning: Beginning) -> None:
        self._beginning = beginning
        self.machine.setText(self._machine_sentence(beginning))
        self._show_offer(beginning)
        self._show_found(beginning)
        if beginning.has_best:
            self._on_ready(beginning.ready)
        else:
            self._show_buttons(beginning)

    def _machine_sentence(self, beginning: Beginning) -> str:
        machine = beginning.machine
        memory = memory_size(machine.memory_bytes)
        free = machine.disk_free_bytes
        if machine.gpus and free is not None:
            text = self.tr("This computer has %1 of memory, %2, and %3 free on its disk.")
            return filled(text, memory, ", ".join(machine.gpus), data_size(free))
        if free is not None:
            text = self.tr("This computer has %1 of memory, and %2 free on its disk.")
            return filled(text, memory, data_size(free))
        return filled(self.tr("This computer has %1 of memory."), memory)

    def _show_offer(self, beginning: Beginning) -> None:
        best = beginning.best
        first = best.first if best else None
        self.offer.setVisible(first is not None)
        if best is None or first is None:
            return
        self.model.setText(best.title)
        self.sentence.setText(best.sentence)
        self.verdict.setText(verdict_sentence(first.message))
        self.verdict.set_tone(tone_of(first.verdict))
        self._show_pace(first.speed)
        size = data_size(first.size_bytes) if first.size_bytes else ""
        self._say_amount("")
        self.how_long.setVisible(beginning.fits_on_disk and not beginning.has_best)
        if not beginning.fits_on_disk:
            text = self.tr(
                "It takes %1, and the disk has not so much room: free some, or choose a"
                " smaller one."
            )
            self.figures.setText(filled(text, size))
        self.figures.setVisible(not beginning.has_best)

    def _say_amount(self, time: str) -> None:
        """How much there is to fetch, and what is known of the time that it takes."""
        first = self._beginning and self._beginning.best and self._beginning.best.first
        if first and not self._wanted and not self._ready:
            size = data_size(first.size_bytes) if first.size_bytes else ""
            self.figures.setText(facts_line((filled(self.tr("%1 to download"), size), time)))

    def _on_how_long(self) -> None:
        first = self._beginning and self._beginning.best and self._beginning.best.first
        if first:
            self.how_long.hide()
            self._say_amount(self.tr("looking…"))
            self._start(self.presenter.look_at_time(first.name))

    def _on_timed(self, seconds: float | None) -> None:
        text = self.tr("the connection was too quick to tell how long it takes")
        if seconds is not None:
            text = filled(self.tr("%1 at the speed of your connection now"), about_time(seconds))
        self._say_amount(text)

    def _on_untimed(self, sentence: str) -> None:
        self._say_amount(sentence)
        self.how_long.setVisible(not self._wanted and not self._ready)

    def _show_pace(self, speed: Speed | None) -> None:
        """How fast it will be, and how that is known."""
        words, reason = pace_words(speed), pace_reason(speed)
        if words:
            words = filled(self.tr("It writes %1."), words)
        self.pace.setText(" ".join(part for part in (words, reason) if part))
        self.pace.setVisible(bool(self.pace.text()))

    def _show_found(self, beginning: Beginning) -> None:
        self.found.setVisible(bool(beginning.found))
        programs = sorted({each.origin for each in beginning.found})
        text = self.tr(
            "%n model(s) of %1 can be used here, too, without a copy.", "", len(beginning.found)
        )
        self.found_label.setText(filled(text, QLocale().createSeparatedList(programs)))

    def _show_buttons(self, beginning: Beginning) -> None:
        fetchable = beginning.best is not None and beginning.fits_on_disk
        title = beginning.best.title if beginning.best else ""
        self.button.setText(
            filled(self.tr("&Download %1"), title) if fetchable else self.tr("&Choose a model…")
        )
        self.button.setVisible(True)
        self.button.setFocus()
        self.try_now.setVisible(bool(beginning.ready))
        self.try_now.setText(self.tr("&Try now"))
        spoken = filled(
            self.tr("Try now with %1, which is here already"), plain_name(beginning.ready)
        )
        self.try_now.setAccessibleName(spoken)
        self.try_now.setToolTip(spoken)

    def _on_failed(self, sentence: str) -> None:
        self.machine.setText(sentence)

    # ---- what is done

    def _on_button(self) -> None:
        beginning = self._beginning
        if self._ready:
            self._chat(self._ready)
        elif beginning and beginning.best and beginning.best.first and beginning.fits_on_disk:
            self._wanted = beginning.best.first.name
            self.button.setEnabled(False)
            self.button.setText(self.tr("Downloading…"))
            self._say_progress(self.tr("Starting…"), 0, 0)
            self._start(self._fetch())
        else:
            self._context.go(Place.MODELS, "recommended")

    async def _fetch(self) -> None:
        await self.downloads.start(self._wanted)
        await self.downloads.follow()

    def _on_downloads(self, downloads: list[Download]) -> None:
        mine = next((each for each in downloads if each.is_of(self._wanted)), None)
        if not self._wanted or mine is None:
            return
        if mine.state == "done":
            self._on_ready(mine.title)
        elif mine.state == "failed":
            self._on_trouble(coded_sentence(mine.code, mine.reason))
        else:
            self._say_progress(self._words(mine), mine.completed, mine.total)

    def _words(self, download: Download) -> str:
        """With the time at the speed that was measured, as soon as it is."""
        if download.reason:
            reason = coded_sentence(download.code, download.reason)
            return filled(self.tr("Waiting, and goes on by itself. %1"), reason)
        done = (
            filled(self.tr("%1 of %2"), data_size(download.completed), data_size(download.total))
            if download.total
            else self.tr("Starting…")
        )
        pace = speed(download.bytes_per_s) if download.bytes_per_s else ""
        left = time_left(download.seconds_left) if download.seconds_left is not None else ""
        return facts_line((done, pace, left))

    def _on_taking(self, title: str, done: int, total: int) -> None:
        self.offer.show()
        self._say_progress(filled(self.tr("Adding %1"), title), done, total)

    def _on_adopt(self) -> None:
        if self._beginning:
            self.found.hide()
            self._start(self.taking.adopt(self._beginning.found))

    def _on_ready(self, model: str) -> None:
        """There is something to chat with."""
        self._ready, self._wanted = model, ""
        self.bar.hide()
        self.progress.setText(filled(self.tr("%1 is ready."), plain_name(model)))
        self.progress.set_tone(Tone.GOOD)
        self.progress.show()
        self.offer.show()
        self.how_long.hide()
        self.try_now.hide()
        self.button.setText(self.tr("&Start a chat"))
        self.button.setEnabled(True)
        self.button.show()
        self.button.setFocus()

    def _on_trouble(self, sentence: str) -> None:
        self._wanted = ""
        self.bar.hide()
        self.progress.setText(sentence)
        self.progress.set_tone(Tone.BAD)
        self.progress.show()
        self.button.setEnabled(True)
        if self._beginning:
            self._show_buttons(self._beginning)

    def _on_try(self) -> None:
        if self._beginning:
            self._chat(self._beginning.ready)

    def _chat(self, model: str) -> None:
        self._context.go(Place.CHAT, model)
        self.close()

    def _say_progress(self, words: str, done: int, total: int) -> None:
        self.figures.hide()
        self.how_long.hide()
        self.bar.setMaximum(STEPS if total else 0)
        self.bar.setValue(round(done / total * STEPS) if total else 0)
        self.bar.setAccessibleName(words)
        self.bar.show()
        self.progress.setText(words)
        self.progress.set_tone(Tone.QUIET)
        self.progress.show()

    # ---- while it can be seen

    def look_again(self) -> None:
        """What is not known yet, and what changes."""
        if self._beginning is None:
            self._start(self.presenter.look())
            return
        self._start(self.measuring.look())
        if self._wanted and not self.downloads.is_following:
            self._start(self.downloads.follow())

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._timer.start()
        self._start(self.presenter.look())
        self._start(self.measuring.wish())

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()
        self.downloads.leave()
