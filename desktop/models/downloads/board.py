"""The pieces of a file: handed out in order, filled by many threads, read in order by one."""

import heapq
from collections.abc import Sequence
from dataclasses import dataclass

from desktop.models.downloads.crew import Crew
from desktop.models.downloads.draft import DraftFile
from desktop.models.downloads.journal import Head, Journal, Record, samples_of


@dataclass(slots=True)
class Piece:
    """`received`, `samples` and `seal` are those of the journal's `Record`."""

    index: int
    start: int
    length: int
    received: int = 0
    samples: int = 0
    seal: int = 0
    doubtful: bool = False  # the disk may have lost some of it

    @property
    def is_full(self) -> bool:
        return self.received == self.length

    @property
    def next_byte(self) -> int:
        return self.start + self.received

    @property
    def last_byte(self) -> int:
        return self.start + self.length - 1


class Board:
    """Args:
    records: Of the journal, if a transfer is continued; see `Journal.records`.
    """

    def __init__(
        self,
        crew: Crew,
        draft: DraftFile,
        journal: Journal,
        head: Head,
        records: Sequence[Record] = (),
    ) -> None:
        self.head = head
        self.draft = draft
        self._crew = crew
        self._journal = journal
        self.pieces = [
            Piece(index, index * head.piece_bytes, head.length_of(index))
            for index in range(head.pieces)
        ]
        for piece, record in zip(self.pieces, records, strict=False):
            piece.received, piece.samples, piece.seal = record
            piece.doubtful = record.received > 0
        self.received = sum(piece.received for piece in self.pieces)
        self._open = [piece.index for piece in self.pieces if not piece.is_full]  # a heap

    @property
    def is_full(self) -> bool:
        return self.received == self.head.size

    def take(self) -> Piece:
        """The first piece that nobody fetches; waits for one, as any may have to be fetched again.

        Raises:
            Ended: everything is done, or given up.
        """
        with self._crew.changed:
            self._crew.wait_until(lambda: bool(self._open))
            return self.pieces[heapq.heappop(self._open)]

    def give_back(self, piece: Piece) -> None:
        """Its taker has not filled it."""
        with self._crew.changed:
            heapq.heappush(self._open, piece.index)
            self._crew.changed.notify_all()

    def store(self, piece: Piece, data: bytes) -> bool:
        """Put the next bytes of a piece where they belong, then into the journal.

        Returns:
            True if it is full with them. It is its taker's no more then: it may be opened again,
            and be another's, before this returns.

        Raises:
            Ended: nothing may be written any more.
            OSError: the draft cannot be written.
        """
        self._crew.check()
        self.draft.write_at(data, piece.next_byte)
        samples = samples_of(data, piece.next_byte, piece.samples)
        fills = piece.received + len(data) == piece.length
        if fills:
            self.draft.begin_sync(piece.start, piece.length)
        with self._crew.changed:
            piece.received, piece.samples = piece.received + len(data), samples
            self.received += len(data)
            self._journal.note(piece.index, piece.received, samples)
            self._crew.changed.notify_all()
        return fills

    def wait_for(self, piece: Piece, offset: int) -> int:
        """Wait until a piece has more than `offset` bytes; how many it has. Raises Ended."""
        with self._crew.changed:
            self._crew.wait_until(lambda: piece.received > offset)
            return piece.received

    def wait_until_full(self) -> None:
        """Raises Ended."""
        with self._crew.changed:
            self._crew.wait_until(lambda: self.is_full)

    def seal(self, piece: Piece, seal: int) -> None:
        """It has been hashed, and all before it."""
        with self._crew.changed:
            piece.seal = seal
            self._journal.seal(piece.index, seal)

    def fetch_again(self, pieces: Sequence[Piece]) -> None:
        """Forget the content of full pieces."""
        with self._crew.changed:
            for piece in pieces:
                self.received -= piece.received
                piece.received, piece.samples, piece.seal, piece.doubtful = 0, 0, 0, False
                self._journal.note(piece.index, 0, 0)
                self._journal.seal(piece.index, 0)
                heapq.heappush(self._open, piece.index)
            self._crew.changed.notify_all()
