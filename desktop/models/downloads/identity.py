"""Which version of a file a server has, as far as its answers tell."""

import re
from dataclasses import dataclass
from typing import Self

from desktop.models.downloads.broken import Broken
from desktop.models.downloads.wire import Answer

_RANGE = re.compile(r"bytes (\d{1,19})-(\d{1,19})/(\d{1,19}|\*)", re.IGNORECASE)
_NONE = re.compile(r"bytes \*/(\d{1,19})", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """`etag` and `modified` are headers as they came; empty: the server sends none."""

    size: int | None  # bytes
    etag: str = ""
    modified: str = ""

    @classmethod
    def of(cls, answer: Answer, size: int | None) -> Self:
        return cls(size=size, etag=answer.header("ETag"), modified=answer.header("Last-Modified"))

    @property
    def is_certain(self) -> bool:
        """The server names its versions."""
        return bool(self.etag or self.modified)

    @property
    def if_range(self) -> dict[str, str]:
        """Makes a server send everything, or nothing, instead of a part of another version. Weak
        ETags may not be used for that; they are compared when the answer is here.
        """
        if self.etag.startswith('"'):
            return {"If-Range": self.etag}
        return {"If-Range": self.modified} if self.modified and not self.etag else {}

    def is_same(self, other: "Identity") -> bool:
        """What only one of the two knows does not count."""
        if self.size != other.size:
            return False
        if self.etag and other.etag:
            return self.etag == other.etag
        return not (self.modified and other.modified) or self.modified == other.modified


@dataclass(frozen=True, slots=True)
class PartHeader:
    """`Content-Range`: first and last byte, and the size of the whole if it is told."""

    first: int
    last: int
    total: int | None

    @classmethod
    def of(cls, answer: Answer) -> Self:
        """Raises Broken: the answer does not say which part it is, or nonsense."""
        match = _RANGE.fullmatch(answer.header("Content-Range"))
        if match is None:
            raise Broken("the server's answer does not say which part of the file it is")
        first, last = int(match[1]), int(match[2])
        total = None if match[3] == "*" else int(match[3])
        if last < first or (total is not None and last >= total):
            raise Broken("the server's answer names a part that cannot be")
        return cls(first, last, total)


def total_of_refused_range(answer: Answer) -> int | None:
    """The size that a 416 tells; None if it does not."""
    match = _NONE.fullmatch(answer.header("Content-Range"))
    return int(match[1]) if match else None
