"""Images and sounds inside a prompt.

A prompt's tokens have one entry for each position in the model's memory. Those of an image or sound
are negative numbers made from its content: the same image gives the same numbers, so prompts that
begin alike are found alike, and no two images are ever taken for one another.
"""

import ctypes
import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

POSITION_BITS = 24  # of a number: where in the image or sound it stands
SECTIONS = 4  # of a position, where images have rows and columns (M-RoPE): time, row, column, other

# For each section: positions of the cells if the image were the first thing in the prompt, and
# whether they move with it (1) or not (0).
Grid: TypeAlias = tuple[tuple[list[int], list[int]], ...]

_PLACEHOLDER = re.compile(r"\[img(?:-\d+)?\]")


@dataclass(slots=True, eq=False)
class Chunk:
    """Part of an image or sound that is encoded and read in one go."""

    ids: list[int]
    """One for each position that it takes."""
    cells: int
    """Places in the KV cache that it takes; more than positions where these have rows and
    columns."""
    causal: bool
    """False: all of it sees all of it, so it has to be read in one piece."""
    grid: Grid
    """Of `SECTIONS` sections; empty: one cell after the other."""
    native: Any = field(repr=False)
    """libmtmd's chunk, and what keeps it alive; None when it is encoded."""
    vectors: "ctypes.Array[ctypes.c_float] | None" = field(default=None, repr=False)
    """What the model is given in place of tokens; None until it is encoded."""

    @property
    def extra_cells(self) -> int:
        return self.cells - len(self.ids)

    @property
    def first_only(self) -> bool:
        """Its positions are right only where it is the first of its kind: rows that do not move."""
        return bool(self.grid) and 0 in self.grid[1][1]

    def sections(self, start: int) -> list[list[int]]:
        """Positions of the cells, section by section, of a chunk that begins at `start`."""
        if not self.grid:
            return [list(range(start, start + self.cells))] * SECTIONS
        return [
            [place + start * moves for place, moves in zip(*section, strict=True)]
            for section in self.grid
        ]


@dataclass(frozen=True, slots=True)
class Item:
    """An image or sound as parts of a prompt: chunks, and tokens before, between and behind."""

    parts: tuple[Chunk | list[int], ...]

    @property
    def chunks(self) -> list[Chunk]:
        return [part for part in self.parts if isinstance(part, Chunk)]


def chunk_ids(digest: bytes, ordinal: int, positions: int) -> list[int]:
    """The numbers that stand for a chunk: of which file, by its hash, and which part of it.

    >>> a, b = chunk_ids(b"a", 0, 3), chunk_ids(b"b", 0, 3)
    >>> len(set(a + b + chunk_ids(b"a", 1, 3))), max(a) < 0, a == chunk_ids(b"a", 0, 3)
    (9, True, True)
    """
    key = hashlib.sha256(digest + ordinal.to_bytes(4, "big")).digest()[:12]
    base = int.from_bytes(key, "big") << POSITION_BITS
    return [-1 - (base | at) for at in range(positions)]


def outside(tokens: Sequence[int], length: int) -> int:
    """The length of a beginning of `tokens`, so shortened that it does not end inside a chunk.

    >>> prompt = [1, 2, *chunk_ids(b"a", 0, 3), 4]
    >>> [outside(prompt, length) for length in range(7)]
    [0, 1, 2, 2, 2, 5, 6]
    """
    if length == len(tokens) or tokens[length] >= 0:
        return length
    return length - (-1 - tokens[length]) % (1 << POSITION_BITS)


class Marks:
    """Texts that stand for images and sounds while a template puts the prompt together.

    Args:
        nonce: What nobody else would write.
    """

    def __init__(self, nonce: str) -> None:
        self._nonce = nonce
        self._pattern = re.compile(rf"<\|media {re.escape(nonce)} (\d+)\|>")

    def place(self, text: str, media: Iterable[int]) -> str:
        """The text with its marks: at its placeholders from left to right, the others in front.

        >>> marks = Marks("n")
        >>> marks.place("[img] or [img-7]? [img]", [4, 5])
        '<|media n 4|> or <|media n 5|>? [img]'
        >>> marks.place("What is it?", [0])
        '<|media n 0|>What is it?'
        """
        left = [f"<|media {self._nonce} {index}|>" for index in media]
        text = _PLACEHOLDER.sub(lambda found: left.pop(0) if left else found.group(), text)
        return "".join(left) + text

    def split(self, text: str) -> list[str | int]:
        """Texts, and between them the numbers of images and sounds.

        >>> Marks("n").split("a<|media n 1|><|media n 0|>b")
        ['a', 1, '', 0, 'b']
        """
        parts: list[str | int] = list(self._pattern.split(text))
        parts[1::2] = [int(number) for number in parts[1::2]]
        return parts

    @staticmethod
    def shown(parts: Iterable[str | int], media: Sequence[int]) -> str:
        """A text for people: images and sounds are `[img-0]`, `[img-1]`… by their place in `media`.

        >>> Marks.shown(["a", 7, "", 4, "b"], [4, 7])
        'a[img-1][img-0]b'
        """
        numbers = {index: number for number, index in enumerate(media)}
        return "".join(
            part if isinstance(part, str) else f"[img-{numbers[part]}]" for part in parts
        )
