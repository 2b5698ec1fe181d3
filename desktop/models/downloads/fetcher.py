"""Fetches pieces over one connection, until there are none."""

from desktop.models.downloads.board import Board, Piece
from desktop.models.downloads.broken import Broken, RemoteChanged
from desktop.models.downloads.caller import Caller
from desktop.models.downloads.identity import Identity, PartHeader
from desktop.models.downloads.wire import Answer


class Fetcher:
    """Args:
    size_is_certain: The size was known before; an answer that has another is a wrong answer,
        not another version of the file.
    first: A piece that was taken already, and the answer that brings it.
    """

    def __init__(
        self,
        board: Board,
        caller: Caller,
        *,
        size_is_certain: bool,
        first: tuple[Piece, Answer] | None = None,
    ) -> None:
        self._board = board
        self._caller = caller
        self._size_is_certain = size_is_certain
        self._first = first

    def run(self) -> None:
        """Until Ended.

        Raises:
            RemoteChanged: what arrives no longer belongs to what is there.
            DownloadFailed: no attempt will do.
            OSError: the draft cannot be written.
        """
        try:
            while True:
                piece, answer = self._next()
                try:
                    if not self._fills(piece, answer):
                        self._board.give_back(piece)
                except Broken as broken:
                    self._board.give_back(piece)  # a better connection may take it meanwhile
                    self._caller.failed(broken)
                else:
                    self._caller.went_well()
        finally:
            self._caller.close()

    def _next(self) -> tuple[Piece, Answer | None]:
        if first := self._first:
            self._first = None
            return first
        self._caller.idle = True
        piece = self._board.take()
        self._caller.idle = False
        return piece, None

    def _fills(self, piece: Piece, answer: Answer | None) -> bool:
        """Fetch what a piece lacks; False if the server has sent only the beginning of it."""
        answer = answer or self._asked(piece)
        last = PartHeader.of(answer).last
        while piece.next_byte <= min(last, piece.last_byte):
            data = answer.read(min(last, piece.last_byte) + 1 - piece.next_byte)
            if not data:
                raise Broken("the server sent less than it announced")
            if self._board.store(piece, data):
                return True
        return False

    def _asked(self, piece: Piece) -> Answer:
        """An answer whose body are the bytes that the piece lacks, or the first of them."""
        known = self._board.head.identity
        part = {"Range": f"bytes={piece.next_byte}-{piece.last_byte}"}
        answer = self._caller.ask(part | known.if_range)
        if answer.status != 206:
            total = answer.length if answer.status == 200 else None
            self._blame_size(total)
            raise RemoteChanged
        named = PartHeader.of(answer)
        total = known.size if named.total is None else named.total
        self._blame_size(total)
        if not known.is_same(Identity.of(answer, total)):
            raise RemoteChanged
        if named.first != piece.next_byte:
            raise Broken("the server sent another part of the file than it was asked for")
        return answer

    def _blame_size(self, total: int | None) -> None:
        """Raises Broken."""
        size = self._board.head.size
        if self._size_is_certain and total is not None and total != size:
            raise Broken(f"the server has {total} bytes for it, but {size} are expected")
