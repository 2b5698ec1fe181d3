"""Computes the SHA-256 right behind the arriving bytes, and finds the pieces that are damaged."""

import hashlib
import logging

from desktop.core.errors import DigestMismatch
from desktop.models.downloads.board import Board, Piece
from desktop.models.downloads.crew import Crew
from desktop.models.downloads.draft import DraftFile
from desktop.models.downloads.journal import samples_of

log = logging.getLogger(__name__)

CHUNK_BYTES = 2**19


class Checker:
    """Goes through a file in order, on one thread. Pieces that are in doubt, as they were there
    before this program started, are compared with the journal on the way.
    """

    def __init__(self, board: Board, crew: Crew) -> None:
        self._board = board
        self._crew = crew

    def digest(self, want: str | None) -> str:
        """Wait for all bytes; `sha256:` and 64 digits of what they are.

        If it is wrong, what is on the disk is compared with what arrived, and damaged pieces are
        fetched again; if that was not it, the whole file is, once.

        Raises:
            DigestMismatch: the server sends the wrong content each time.
            Ended: somebody else ended the work.
            OSError: the draft cannot be read.
        """
        got = self._through()
        for remedy in (self._doubt_everything, self._fetch_everything):
            if want is None or got == want:
                return got
            log.warning("%s: want %s, got %s", self._board.draft.path.name, want, got)
            remedy()
            got = self._through()
        if got != want:
            raise DigestMismatch(want or "", got)
        return got

    def _doubt_everything(self) -> None:
        for piece in self._board.pieces:
            piece.doubtful = True

    def _fetch_everything(self) -> None:
        self._board.fetch_again(self._board.pieces)

    def _through(self) -> str:
        content = hashlib.sha256()
        for piece in self._board.pieces:
            before = content.copy()
            while not self._add(piece, content):
                log.warning(
                    "%s: bytes %d-%d are damaged; they are fetched again",
                    self._board.draft.path.name,
                    piece.start,
                    piece.last_byte,
                )
                content = before.copy()
                self._board.fetch_again([piece])
        return f"sha256:{content.hexdigest()}"

    def _add(self, piece: Piece, content: "hashlib._Hash") -> bool:
        """False: what is on the disk is not what was received."""
        offset, samples = 0, 0
        while offset < piece.length:
            ready = self._board.wait_for(piece, offset)
            place = piece.start + offset
            chunk = self._board.draft.read_at(min(ready - offset, CHUNK_BYTES), place)
            self._crew.check()
            content.update(chunk)
            if piece.doubtful:
                samples = samples_of(chunk, place, samples)
            offset += len(chunk)
        seal = _seal_of(content)
        if piece.doubtful and piece.seal not in (0, seal):
            return False
        if piece.doubtful and samples != piece.samples:
            for later in self._board.pieces[piece.index + 1 :]:
                self._board.seal(later, 0)  # the damage was hashed, so it is in theirs, too
            return False
        self._board.seal(piece, seal)
        return True


def _seal_of(content: "hashlib._Hash") -> int:
    return int.from_bytes(content.digest()[:8], "little") or 1


def digest_of(draft: DraftFile, size: int, crew: Crew) -> str:
    """Of a file that is complete already. Raises Ended."""
    content, offset = hashlib.sha256(), 0
    while offset < size:
        crew.check()
        chunk = draft.read_at(min(size - offset, CHUNK_BYTES), offset)
        content.update(chunk)
        offset += len(chunk)
    return f"sha256:{content.hexdigest()}"
