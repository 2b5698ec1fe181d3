"""Holds an answer to a JSON schema or a grammar, token by token, from where the model has done
thinking.

Imported by the thread that makes a first constraint: numpy and a sorted vocabulary cost what most
workers never need.
"""

import functools
from collections.abc import Callable
from typing import TypeAlias

import msgspec
import numpy as np
import numpy.typing as npt

from desktop.core.errors import RequestInvalid, WorkerFailed
from desktop.worker.guidance import Matcher, Table
from desktop.worker.json_schema import closed
from desktop.worker.marks import Mark
from desktop.worker.messages import Constraint
from desktop.worker.numbers import NumberWatch
from desktop.worker.vocabulary import Vocabulary

Tokens: TypeAlias = npt.NDArray[np.bool_]
"""One value for each token of the vocabulary."""

# JSON may be laid out over lines, but not filled up with blanks, in which small models lose
# themselves. `oneOf` is taken as `anyOf`, as everywhere.
_STYLE = {
    "whitespace_pattern": r"[ ]|\n{1,2}[ \t]{0,20}",
    "coerce_one_of": True,
    "lenient": True,  # keywords that it cannot enforce are passed over, as llama.cpp does
}
_BLANKS = 2  # tokens of nothing but blanks that may come before a constrained text


class Constraints:
    """Makes the constraints of one model's requests. For one thread that is not the decode
    loop's: the first takes a second or two with a large vocabulary."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._table: Table | None = None
        self._marks: dict[str, Mark] = {}
        self._blanks: list[int] = []
        self._digits: list[int] = []

    def make(self, constraint: Constraint, prompt_end: str) -> "Hold":
        """Raises RequestInvalid for a schema or grammar that is wrong, or that llguidance cannot
        follow."""
        grammar = constraint.text
        if constraint.kind == "json_schema":
            grammar = _styled(grammar)
        pieces = functools.cache(self._vocabulary.pieces)  # once, if at all, for all that is new
        matcher = Matcher(self._sorted(pieces), constraint.kind, grammar)
        opening, after = constraint.opening.strip(), constraint.after.strip()
        end = prompt_end.rstrip()
        hold = Hold(matcher, self._vocabulary.size, self._blanks)
        if constraint.kind == "json_schema":
            hold.watch_numbers(self._digits)
        if not after:
            return hold
        hold.after = self._mark(after, pieces)
        if end.endswith(after):
            hold.expect(blanks=_BLANKS)
        elif opening and not end.endswith(opening):
            hold.expect(blanks=_BLANKS, opening=self._mark(opening, pieces))
        else:
            hold.think()
        return hold

    def _sorted(self, pieces: Callable[[], list[bytes]]) -> Table:
        if self._table is None:
            words, found = self._vocabulary, pieces()
            self._blanks = [at for at, piece in enumerate(found) if piece and not piece.strip()]
            self._digits = [at for at, piece in enumerate(found) if piece[:1].isdigit()]
            self._table = Table(found, words.controls(), words.endings())
        return self._table

    def _mark(self, text: str, pieces: Callable[[], list[bytes]]) -> Mark:
        if text not in self._marks:
            self._marks[text] = Mark(text, pieces())
        return self._marks[text]


class Hold:
    """Where one answer stands. It may still think, and is free then; it may just begin, and either
    opens its thinking or follows the grammar; later it follows the grammar. Decode loop only.

    Args:
        blanks: Tokens that are blanks and nothing else.
    """

    def __init__(self, matcher: Matcher, vocabulary: int, blanks: list[int]) -> None:
        self.after: Mark | None = None
        self._matcher = matcher
        self._vocabulary = vocabulary
        self._blank_tokens = blanks
        self._thinking = False
        self._opening: Mark | None = None  # which the answer may still turn out to begin with
        self._written = b""  # of the opening, or the last of the thinking
        self._follows = True  # what is written so far, the grammar allows
        self._blanks_left = 0
        self._unfit = self._banned = np.zeros(vocabulary, np.bool_)
        self._numbers: NumberWatch | None = None
        self._digit_tokens: list[int] = []

    def watch_numbers(self, digit_tokens: list[int]) -> None:
        """The text is JSON, whose numbers must end some time.

        Args:
            digit_tokens: Those that begin with a digit.
        """
        self._numbers = NumberWatch()
        self._digit_tokens = digit_tokens

    def think(self) -> None:
        """All is free until `after` was written."""
        self._thinking = True
        self._opening = None
        self._written = b""

    def expect(self, *, blanks: int, opening: Mark | None = None) -> None:
        """The constrained text comes next, after so many tokens of blanks at most, or else
        `opening`."""
        self._thinking = False
        self._opening = opening
        self._written = b""
        self._blanks_left = blanks

    @property
    def complete(self) -> bool:
        """Nothing can be added to the answer."""
        return not self._thinking and self._follows and self._matcher.complete

    def restrict(self, logits: npt.NDArray[np.float32]) -> None:
        """Make impossible what may not come next.

        Raises:
            WorkerFailed: nothing may come next, or the grammar has become too complex.
        """
        if self._thinking:
            assert self.after is not None
            self._banned = np.zeros(self._vocabulary, np.bool_)
            for length in self.after.begun(self._written):
                self._banned[self.after.overrunning[length]] = True
        else:
            self._unfit = self._by_grammar()
            self._banned = self._but_beginnings(self._unfit)
        if self._banned.all():
            raise WorkerFailed("the answer could not be kept to its format: no token fits")
        np.copyto(logits, -np.inf, where=self._banned)

    def allows(self, token: int) -> bool:
        """Whether the last `restrict` left it possible."""
        return not self._banned[token]

    def accept(self, token: int, piece: bytes) -> None:
        """Go on by a token that `restrict` left possible, and which does not end the answer."""
        if self._thinking:
            self._read(piece)
            return
        if self._opening is not None and self._opens(self._opening, piece):
            return
        if self._follows and not self._unfit[token]:
            self._matcher.consume(token)
            if self._numbers:
                self._numbers.read(piece)
            self._blanks_left = 0
        elif self._blanks_left and not piece.strip():
            self._blanks_left -= 1
        else:  # the opening, and nothing else
            self._follows = False
            self._blanks_left = 0

    def close(self) -> None:
        self._matcher.close()

    def _by_grammar(self) -> Tokens:
        """What the grammar does not allow."""
        if not self._follows:
            return np.ones(self._vocabulary, np.bool_)
        bits = ~np.frombuffer(memoryview(self._matcher.mask()), np.uint8)
        unfit = np.unpackbits(bits, count=self._vocabulary, bitorder="little").view(np.bool_)
        if self._numbers and self._numbers.full:
            ended = unfit.copy()
            ended[self._digit_tokens] = True
            if not ended.all():  # else it is the schema that wants so many digits
                return ended
        return unfit

    def _but_beginnings(self, unfit: Tokens) -> Tokens:
        """Without what may come before the constrained text."""
        if self._opening is None and not self._blanks_left:
            return unfit
        banned = unfit.copy()
        if self._opening is not None:
            banned[self._opening.continuing[len(self._written)]] = False
        if self._blanks_left:
            banned[self._blank_tokens] = False
        return banned

    def _opens(self, opening: Mark, piece: bytes) -> bool:
        """Whether the opening is whole with this piece; the thinking has begun then."""
        written = (self._written + piece).lstrip()
        if written.startswith(opening.text):
            self._matcher.reset()
            if self._numbers:
                self._numbers = NumberWatch()
            self._follows = True
            self.think()
            self._read(written[len(opening.text) :])
            return True
        if opening.text.startswith(written):
            self._written = written
        else:
            self._opening = None
        return False

    def _read(self, piece: bytes) -> None:
        assert self.after is not None
        written = self._written + piece
        if self.after.text in written:
            self.expect(blanks=_BLANKS)
        else:
            self._written = written[-len(self.after.text) :]


def _styled(schema: str) -> str:
    """The schema, with how JSON is to be laid out; what its own `x-guidance` says comes first.

    >>> _styled('{"type": "string", "x-guidance": {"coerce_one_of": false}}')[:50]
    '{"type":"string","x-guidance":{"whitespace_pattern'
    """
    try:
        parsed = msgspec.json.decode(schema)
        if not isinstance(parsed, dict):
            return schema
        parsed = closed(parsed)
    except (msgspec.DecodeError, RecursionError) as error:
        raise RequestInvalid(f"the schema is not JSON that can be read: {error}") from error
    own = parsed.get("x-guidance")
    style = _STYLE | own if isinstance(own, dict) else _STYLE
    return msgspec.json.encode(parsed | {"x-guidance": style}).decode()
