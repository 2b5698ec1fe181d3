"""Fetches a file from a server that serves no parts: in one go, or from the start again."""

import hashlib

from desktop.core.errors import DigestMismatch
from desktop.models.downloads.broken import Broken
from desktop.models.downloads.caller import Caller
from desktop.models.downloads.crew import Crew
from desktop.models.downloads.draft import DraftFile
from desktop.models.downloads.limits import Limits
from desktop.models.downloads.room import FreeBytes, check_room
from desktop.models.downloads.wire import READ_BYTES, Answer

ROOM_CHECK_BYTES = 2**26


class Stream:
    """Args:
    size: Bytes, if it is known.
    """

    def __init__(
        self, draft: DraftFile, crew: Crew, limits: Limits, free_bytes: FreeBytes, size: int | None
    ) -> None:
        self._draft, self._crew, self._limits = draft, crew, limits
        self._free_bytes = free_bytes
        self.size = size
        self.received = 0
        self.furthest = 0  # what a new attempt must surpass to count as progress

    def fetch(self, caller: Caller, answer: Answer, want: str | None) -> str:
        """The digest of what arrived: `sha256:` and 64 digits.

        Args:
            answer: The first one, on its way already.

        Raises:
            DigestMismatch: it was wrong twice.
            DiskFull: there is no room for what has no announced size.
            DownloadFailed: no attempt will do.
            Ended: somebody else ended the work.
            OSError: the draft cannot be written.
        """
        first: Answer | None = answer
        wrong = 0
        while True:
            try:
                got = self._attempt(first or caller.ask({}))
            except Broken as broken:
                first = None
                caller.failed(broken)
                continue
            if want is None or got == want:
                return got
            first, wrong = None, wrong + 1
            if wrong == 2:
                raise DigestMismatch(want, got)

    def _attempt(self, answer: Answer) -> str:
        if answer.status != 200:
            raise Broken(f"the server answers {answer.status} to a request for the whole file")
        length = answer.length
        if self.size is not None and length not in (None, self.size):
            raise Broken(f"the server has {length} bytes for it, but {self.size} are expected")
        self.received, content, checked = 0, hashlib.sha256(), 0
        while data := answer.read(READ_BYTES):
            self._crew.check()
            if self.size is not None and self.received + len(data) > self.size:
                raise Broken(f"more than the expected {self.size} bytes came")
            if length is None and self.received >= checked:
                check_room(self._draft.path, 0, self._limits.spare_bytes, self._free_bytes)
                checked = self.received + ROOM_CHECK_BYTES
            self._draft.write_at(data, self.received)
            content.update(data)
            self.received += len(data)
            self.furthest = max(self.furthest, self.received)
        self._crew.check()
        expected = self.size if self.size is not None else length
        if expected is not None and self.received != expected:
            raise Broken(f"{self.received} bytes came, but {expected} are expected")
        self._draft.cut(self.received)
        return f"sha256:{content.hexdigest()}"
