"""A small JSON file that nobody could write anew: a damaged one is moved aside, and its last good
copy takes its place.
"""

import codecs
import logging
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Generic, TypeVar

import msgspec

from desktop.core.aside import move_aside
from desktop.core.errors import AppError
from desktop.core.whole_file import write_whole

log = logging.getLogger(__name__)

Content = TypeVar("Content")


class FileDamaged(ValueError):
    """It is not JSON, or not of the kind that is kept there."""


@dataclass(frozen=True, slots=True)
class Mended(Generic[Content]):
    """What a file holds now."""

    content: Content | None
    """None: there is no file, or it was damaged and had no good copy."""
    aside: str = ""
    """Name of the damaged file; empty: it was whole."""

    @property
    def is_restored(self) -> bool:
        return bool(self.aside) and self.content is not None


class KeptFile(Generic[Content]):
    """One file, and its last good copy in the folder `backups` beside it.

    Args:
        kind: What it holds.
        check: Raises AppError at a copy that is not to be used.
    """

    def __init__(
        self,
        path: Path,
        kind: type[Content],
        *,
        check: Callable[[Content], object] = lambda content: content,
        today: Callable[[], date] = date.today,
    ) -> None:
        self.path = path
        self._copy = path.parent / "backups" / path.name
        self._kind = kind
        self._check = check
        self._today = today

    def read(self) -> Content | None:
        """None: there is no such file.

        Raises:
            FileDamaged: nothing was done about it.
            OSError: it cannot be read.
        """
        try:
            return self._decoded(self.path.read_bytes())
        except (FileNotFoundError, NotADirectoryError):
            return None

    def write(self, content: Content) -> None:
        """A link stays one, and the file that it leads to is written. Raises OSError."""
        target = Path(os.path.realpath(self.path)) if os.path.islink(self.path) else self.path
        leads_nowhere = not os.path.isdir(target.parent)
        write_whole(self.path if leads_nowhere else target, _encoded(content))

    def keep(self, content: Content) -> None:
        """This is good: have a copy of it. A disk that does not take it is no failure."""
        encoded = _encoded(content)
        try:
            if not self._copy.exists() or self._copy.read_bytes() != encoded:
                write_whole(self._copy, encoded)
        except OSError as error:
            log.warning("no copy of %s: %s", self.path.name, error.strerror or error)

    def mended(self) -> Mended[Content]:
        """What `read` gives, after what has to be done about damage. Raises OSError as `read`."""
        try:
            return Mended(self.read())
        except FileDamaged as error:
            log.error("%s is damaged: %s", self.path, error)
        try:
            aside = move_aside(self.path, self._today()).name
        except OSError as error:
            log.error("%s stays where it is: %s", self.path, error)
            aside = self.path.name
        content = self._last_good()
        if content is not None:
            with suppress(OSError):
                self.write(content)
        return Mended(content, aside)

    def _last_good(self) -> Content | None:
        try:
            content = self._decoded(self._copy.read_bytes())
            self._check(content)
        except (OSError, FileDamaged, AppError):
            return None
        return content

    def _decoded(self, raw: bytes) -> Content:
        try:
            return msgspec.json.decode(raw.removeprefix(codecs.BOM_UTF8), type=self._kind)
        except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
            raise FileDamaged(str(error)) from error


def _encoded(content: Any) -> bytes:
    return msgspec.json.format(msgspec.json.encode(content), indent=2) + b"\n"
