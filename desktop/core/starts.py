"""Counts starts that came to nothing, so that the next one can do without what may be to blame."""

import contextlib
import logging
import threading
from collections.abc import Iterator
from pathlib import Path

import msgspec

from desktop.core.errors import AppError
from desktop.core.whole_file import write_whole

log = logging.getLogger(__name__)

SAFE_AFTER = 2  # crashes in a row
SETTLED_S = 10.0  # a start that has lasted so long has gone well


@contextlib.contextmanager
def counted_start(path: Path) -> Iterator[int]:
    """Gives how many starts have crashed just before this one. What ends the block in order, or
    lasts for a while, is no crash; an AppError is order, too."""
    starts = Starts(path)
    settling = threading.Timer(SETTLED_S, starts.settled)
    settling.daemon = True
    crashes = starts.begin()
    settling.start()
    try:
        yield crashes
    except AppError:
        starts.settled()
        raise
    finally:
        settling.cancel()
    starts.settled()


class _Count(msgspec.Struct):
    crashes: int


class Starts:
    """A file that says how many starts in a row have neither gone well nor ended in order.

    A disk that cannot be written to means that nothing is counted.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._begun = False

    def begin(self) -> int:
        """This one begins; returns how many have crashed just before it."""
        crashes = self._read()
        self._begun = True
        try:
            write_whole(self._path, msgspec.json.encode(_Count(crashes + 1)))
        except OSError as error:
            log.warning("starts are not counted: %s", error)
        return crashes

    def settled(self) -> None:
        """It has gone well, or has ended in order. May be repeated."""
        if not self._begun:
            return
        self._begun = False
        try:
            self._path.unlink(missing_ok=True)
        except OSError as error:
            log.warning("%s stays: %s", self._path, error)

    def _read(self) -> int:
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=_Count).crashes
        except (OSError, msgspec.MsgspecError, UnicodeError):
            return 0
