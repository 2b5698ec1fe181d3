"""Keeps how fast models were on this machine, and says how fast others will be.

Writing a token means reading the weights that work on it, once; so what was measured with one model
tells about another that lies in the same place. Small models are partly read out of the processor's
own memory, and flatter the machine: the largest model that was measured decides.
"""

import asyncio
import logging
import time
from collections.abc import Sequence
from pathlib import Path

import msgspec

from desktop.core.whole_file import write_whole
from desktop.engine.pace import Speed, Trial, read_in, written_in
from desktop.models.installed import InstalledModel

log = logging.getLogger(__name__)

VERSION = 1
MAX_TRIALS = 20
MAX_RECORDS = 64
SAVE_EVERY_S = 20.0
MAX_FILE_BYTES = 2**20


class Record(msgspec.Struct):
    """One model in one place."""

    weights: str
    """Its file: a name that tells its content, or else a path."""
    place: str
    model: str
    """What it was called."""
    read_bytes: int
    """Of its weights, for one token."""
    at: float
    """The last answer, in seconds since 1970."""
    trials: list[Trial]


class Book(msgspec.Struct):
    """The file."""

    version: int
    records: list[Record]


class PaceBook:
    """Service loop only, but for `Speed`s, which any thread may ask for.

    Args:
        path: Where it is kept for the next start; None: nowhere.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._records: tuple[Record, ...] = _read(path) if path else ()
        self._changed = asyncio.Event()

    @property
    def records(self) -> Sequence[Record]:
        return self._records

    def note(self, model: InstalledModel, place: str, trial: Trial) -> None:
        """An answer has ended. Models whose header says nothing are not counted."""
        if not (read_bytes := read_bytes_of(model)):
            return
        weights = _identity(model)
        others = [each for each in self._records if (each.weights, each.place) != (weights, place)]
        known = next((each for each in self._records if each not in others), None)
        trials = [*(known.trials if known else ()), trial][-MAX_TRIALS:]
        name, now = model.name.short, time.time()
        others.append(Record(weights, place, name, read_bytes, now, trials))
        self._records = tuple(others[-MAX_RECORDS:])  # whoever reads has a whole list
        self._changed.set()

    @property
    def knows_machine(self) -> bool:
        """An answer had the machine for itself."""
        return any(trial.alone for record in self._records for trial in record.trials)

    def measured(self, model: InstalledModel) -> Speed | None:
        """How fast it was when it was last used."""
        weights = _identity(model)
        found = [each for each in self._records if each.weights == weights]
        return _speed(found[-1]) if found else None

    def expected(self, read_bytes: int, place: str) -> Speed | None:
        """How fast a model would be; None if nothing had the machine for itself in that place."""
        found = [each for each in self._records if each.place == place]
        found = [each for each in found if any(trial.alone for trial in each.trials)]
        if not found or read_bytes <= 0:
            return None
        judge = max(found, key=lambda each: each.read_bytes)
        written, _ = written_in(judge.trials)
        pace = written * judge.read_bytes / read_bytes
        return Speed(kind="expected", written=pace, place=place, by=judge.model)

    async def keep(self) -> None:
        """Write down what changes, now and then. Runs until cancelled; sleeps otherwise."""
        while True:
            await self._changed.wait()
            await asyncio.to_thread(self.save)
            await asyncio.sleep(SAVE_EVERY_S)

    def save(self) -> None:
        """Write down what has changed. A disk that cannot be written is done without."""
        if self._path is None or not self._changed.is_set():
            return
        self._changed.clear()
        content = msgspec.json.encode(Book(VERSION, list(self._records)))
        try:
            write_whole(self._path, content)
        except OSError as error:
            log.warning("%s cannot be written: %s", self._path, error.strerror or error)


def read_bytes_of(model: InstalledModel) -> int:
    """What the model reads for one token; 0: it writes none, or its header does not say."""
    facts = model.facts
    return 0 if facts is None or facts.embeds else facts.cost.read_bytes


def _speed(record: Record) -> Speed:
    written, counted = written_in(record.trials)
    return Speed(
        kind="measured",
        written=written,
        place=record.place,
        by=record.model,
        answers=len(counted),
        alone=counted[0].alone,
        read=read_in(counted),
    )


def _identity(model: InstalledModel) -> str:
    """Names may share a file; then they share its speed."""
    file = model.weights
    return file.name if file.name.startswith("sha256-") else str(file)


def _read(path: Path) -> tuple[Record, ...]:
    """Nothing, if it is damaged: it fills again by itself."""
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            return ()
        book = msgspec.json.decode(path.read_bytes(), type=Book)
    except FileNotFoundError:
        return ()
    except (OSError, msgspec.MsgspecError, UnicodeError) as error:
        log.warning("%s cannot be read, and is begun anew: %s", path, error)
        return ()
    sound = [each for each in book.records if each.trials and each.read_bytes > 0]
    return tuple(sound[-MAX_RECORDS:]) if book.version == VERSION else ()
