"""One attempt at one version of a file: leads the connections, hashes behind them, finishes."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

from desktop.core.errors import DownloadFailed
from desktop.models.downloads.board import Board
from desktop.models.downloads.broken import Broken
from desktop.models.downloads.caller import Caller
from desktop.models.downloads.checker import Checker, digest_of
from desktop.models.downloads.crew import Crew
from desktop.models.downloads.dialer import Dialer
from desktop.models.downloads.draft import DraftFile
from desktop.models.downloads.fetcher import Fetcher
from desktop.models.downloads.identity import Identity, PartHeader, total_of_refused_range
from desktop.models.downloads.journal import MAX_PIECES, Head, Journal
from desktop.models.downloads.limits import Limits
from desktop.models.downloads.progress import Fetched, Progress, TransferState
from desktop.models.downloads.remote import Locate, RemoteFile
from desktop.models.downloads.room import FreeBytes, check_room, write_failure
from desktop.models.downloads.source import Source
from desktop.models.downloads.stream import Stream
from desktop.models.downloads.wire import Answer, Wire

log = logging.getLogger(__name__)

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is to be fetched, to where, on which terms."""

    locate: Locate
    path: Path
    dialer: Dialer
    limits: Limits
    free_bytes: FreeBytes


class Session:
    """Args:
    journal: Open and locked.
    forget: What is in the draft belongs to another version of the file.
    note: A sentence to show while bytes arrive.
    """

    def __init__(
        self, order: Order, journal: Journal, *, forget: bool = False, note: str = ""
    ) -> None:
        self._order = order
        self._journal = journal
        self._forget = forget
        self._note = note
        self._crew = Crew()
        self._source = Source(order.locate, self._received)
        self._callers: list[Caller] = []
        self._draft: DraftFile | None = None
        self._board: Board | None = None
        self._stream: Stream | None = None
        self._finishing = False
        self._size: int | None = None
        self._fetched: Fetched | None = None

    def run(self, watch: Callable[[Progress], None]) -> Fetched:
        """Blocks. `watch` is called on this thread.

        Raises:
            RemoteChanged: the server has another version than the one in the draft.
            AppError: whatever ended it; see `Transfer.run`.
        """
        self._crew.start(self._lead, "download")
        try:
            watch(self._progress())
            while not self._crew.over.wait(self._order.limits.report_every_s):
                watch(self._progress())
        finally:
            self._crew.disband()
            if self._draft:
                self._draft.close()
        error = self._crew.error
        if isinstance(error, OSError):
            free = self._order.free_bytes(self._order.path.parent)
            missing = None if self._size is None else self._size - self._received()
            raise write_failure(error, self._order.path, missing, free) from error
        if error is not None:
            raise error
        assert self._fetched
        watch(self._progress())
        return self._fetched

    def stop(self, error: BaseException) -> None:
        """From any thread; `run` raises `error` soon."""
        self._crew.end(error)

    # ---- on the leading thread

    def _lead(self) -> None:
        caller = self._new_caller()
        try:
            remote = self._patiently(caller, caller.locate)
            self._size = remote.size
            digest = self._digest_of_complete(remote) or self._fetch(caller, remote)
        finally:
            if self._board is None:  # else a fetcher has it
                caller.close()
        assert self._draft
        self._finishing = True
        self._draft.sync()
        self._crew.check()
        self._journal.remove()
        self._size = self._order.path.stat().st_size
        self._fetched = Fetched(path=self._order.path, size=self._size, digest=digest)
        self._crew.end()

    def _fetch(self, caller: Caller, remote: RemoteFile) -> str:
        """The digest of the complete file."""
        head = None if self._forget else self._restorable(remote)
        if head:
            self._draft = DraftFile(self._order.path)
            records = self._journal.records(head)
            board = Board(self._crew, self._draft, self._journal, head, records)
            self._reserve(head.size or 0)
            return self._all_pieces(board, caller, remote, None)
        answer, identity = self._patiently(caller, lambda: self._begin(caller, remote))
        if answer is not None and answer.status == 200:
            return self._whole(caller, answer, remote)
        head = self._head(remote, identity, self._order.limits.piece_bytes)
        self._reserve(head.size or 0)
        assert self._draft
        self._journal.begin(head)
        board = Board(self._crew, self._draft, self._journal, head)
        return self._all_pieces(board, caller, remote, answer)

    def _begin(self, caller: Caller, remote: RemoteFile) -> tuple[Answer | None, Identity]:
        """The answer to the first request: 206 with the first piece, or 200 with everything; none
        if the file is empty. One attempt.
        """
        last = self._order.limits.piece_bytes - 1
        answer = caller.ask({"Range": f"bytes=0-{last}"})
        if answer.status == 416:
            if total_of_refused_range(answer) == 0 and not remote.size:
                return None, Identity.of(answer, 0)
            answer = caller.ask({})
        if answer.status == 206:
            part = PartHeader.of(answer)
            size = remote.size if part.total is None else part.total
            if size is not None:
                if remote.size not in (None, size):
                    raise Broken(
                        f"the server has {size} bytes for it, but {remote.size} are expected"
                    )
                if part.first != 0:
                    raise Broken("the server sent another part of the file than the first")
                return answer, Identity.of(answer, size)
            answer = caller.ask({})
        if answer.status != 200:
            raise Broken(f"the server answers {answer.status} to a request for the whole file")
        return answer, Identity.of(answer, answer.length)

    def _all_pieces(
        self, board: Board, caller: Caller, remote: RemoteFile, answer: Answer | None
    ) -> str:
        self._board, self._size = board, board.head.size
        certain = remote.size is not None
        first = (board.take(), answer) if answer else None
        limits = self._order.limits
        count = max(1, min(limits.connections, len(board.pieces)))
        fetcher = Fetcher(board, caller, size_is_certain=certain, first=first)
        self._crew.start(fetcher.run, "download-0")
        few = min(count, max(1, limits.first_connections))
        self._start_fetchers(board, range(1, few), certain)
        if few < count:
            more = partial(self._reinforce, board, range(few, count), certain)
            self._crew.start(more, "download-more")
        self._crew.start(partial(_sync_when_full, board), "download-sync")
        return Checker(board, self._crew).digest(remote.digest)

    def _start_fetchers(self, board: Board, numbers: range, certain: bool) -> None:
        for number in numbers:
            fetcher = Fetcher(board, self._new_caller(), size_is_certain=certain)
            self._crew.start(fetcher.run, f"download-{number}")

    def _reinforce(self, board: Board, numbers: range, certain: bool) -> None:
        """Open the other connections, unless the first ones are as fast as a disk."""
        limits, before = self._order.limits, board.received
        self._crew.pause(limits.reinforce_after_s)
        if board.received - before < limits.fast_bytes_per_s * limits.reinforce_after_s:
            self._start_fetchers(board, numbers, certain)

    def _whole(self, caller: Caller, answer: Answer, remote: RemoteFile) -> str:
        size = remote.size if remote.size is not None else answer.length
        if size is not None:
            self._reserve(size)
        self._draft = self._draft or DraftFile(self._order.path)
        if size is None:
            self._draft.cut(0)
        self._journal.begin(self._head(remote, Identity(size=size), 0))
        self._size = size
        order = self._order
        self._stream = Stream(self._draft, self._crew, order.limits, order.free_bytes, size)
        return self._stream.fetch(caller, answer, remote.digest)

    def _digest_of_complete(self, remote: RemoteFile) -> str:
        """Of a draft that was complete when this program was killed, right before its new name;
        empty if there is none.
        """
        path = self._order.path
        if not (remote.digest and remote.size and path.is_file()) or self._journal.head():
            return ""
        if path.stat().st_size != remote.size:
            return ""
        self._finishing = True
        self._draft = DraftFile(path)
        digest = digest_of(self._draft, remote.size, self._crew)
        self._finishing = False
        return digest if digest == remote.digest else ""

    def _restorable(self, remote: RemoteFile) -> Head | None:
        """What was begun, if it can be continued."""
        head, path = self._journal.head(), self._order.path
        if head is None or not head.piece_bytes or not head.size:
            return None
        other_digest = remote.digest and head.digest not in ("", remote.digest)
        if remote.size not in (None, head.size) or other_digest:
            return None
        known = head.identity.is_certain or remote.digest
        there = path.is_file() and path.stat().st_size == head.size
        return head if known and there else None

    def _reserve(self, size: int) -> None:
        """Raises DiskFull, and leaves nothing new behind."""
        order = self._order
        check_room(order.path, size, order.limits.spare_bytes, order.free_bytes)
        if -(-size // order.limits.piece_bytes) > MAX_PIECES:
            raise DownloadFailed(f"The server announces {size} bytes, more than any file has.")
        was_there = order.path.exists()
        self._draft = self._draft or DraftFile(order.path)
        try:
            self._draft.reserve(size, self._crew.check)
        except OSError as error:
            if not was_there:
                self._draft.cut(0)
            raise write_failure(error, order.path, size, order.free_bytes(order.path.parent)) from (
                error
            )

    def _head(self, remote: RemoteFile, identity: Identity, piece_bytes: int) -> Head:
        return Head(
            url=remote.url.partition("?")[0],
            size=identity.size,
            etag=identity.etag,
            modified=identity.modified,
            digest=remote.digest or "",
            piece_bytes=piece_bytes,
        )

    def _patiently(self, caller: Caller, attempt: Callable[[], Result]) -> Result:
        while True:
            try:
                result = attempt()
            except Broken as broken:
                caller.failed(broken)
            else:
                caller.went_well()
                return result

    def _new_caller(self) -> Caller:
        limits = self._order.limits
        wire = Wire(self._order.dialer, limits)
        caller = Caller(self._source, wire, self._crew, limits, self._progress_mark)
        self._callers.append(caller)
        return caller

    # ---- what is told

    def _received(self) -> int:
        if self._fetched:
            return self._fetched.size
        if self._board:
            return self._board.received
        return self._stream.received if self._stream else 0

    def _progress_mark(self) -> int:
        return self._stream.furthest if self._stream else self._received()

    def _progress(self) -> Progress:
        state, reason = TransferState.DOWNLOADING, self._note
        waits = [caller.waiting for caller in list(self._callers) if not caller.idle]
        pauses = [wait for wait in waits if wait]
        if self._finishing or (self._board and self._board.is_full):
            state = TransferState.VERIFYING
        elif pauses and len(pauses) == len(waits):
            reason, until_s = min(pauses, key=lambda wait: wait[1])
            seconds = max(1, round(until_s - time.monotonic()))
            state, reason = TransferState.WAITING, f"{reason}, trying again in {seconds} s"
        elif not (self._board or self._stream):
            state = TransferState.CONNECTING
        return Progress(
            done_bytes=self._received(), total_bytes=self._size, state=state, reason=reason
        )


def _sync_when_full(board: Board) -> None:
    """The disk can write while the last pieces are being hashed."""
    board.wait_until_full()
    board.draft.sync()
