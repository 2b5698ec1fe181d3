"""One route, described: what goes in, what comes out, and what can go wrong."""

from dataclasses import dataclass
from typing import Annotated, Any

import msgspec

JSON = "application/json"
LINES = "application/x-ndjson"
EVENTS = "text/event-stream"
TEXT = "text/plain"

REFUSED = (400, 401, 403, 404, 429)
"""What any route that names a model may answer, besides what it is for."""
WORKING = (*REFUSED, 499, 500, 503)
"""The same for routes that make a model work."""


def about(text: str, *examples: Any) -> msgspec.Meta:
    """What a field means; for `Annotated`."""
    return msgspec.Meta(description=text, examples=list(examples) or None)


Slashed = Annotated[str, msgspec.Meta(pattern=r"^[^/\r\n]+(/[^/\r\n]+)*$")]
"""What may have slashes in it, as part of a path."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A part of the path, or of the query."""

    name: str
    text: str
    example: str
    place: str = "path"
    type: Any = str


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """`body`, `answer` and `stream` are types that msgspec knows the JSON schema of."""

    method: str
    path: str
    summary: str
    note: str = ""
    body: Any = None
    body_type: str = JSON
    answer: Any = None
    """None: an empty body."""
    answer_type: str = JSON
    stream: Any = None
    """One line, or the data of one event, where the answer may come in pieces."""
    stream_type: str = LINES
    status: int = 200
    also: tuple[int, ...] = ()
    """Other statuses of success, without a body."""
    errors: tuple[int, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    example: Any = None
    """A body that works."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """Routes that belong together, and the shape of their errors."""

    name: str
    text: str
    error: Any
    operations: tuple[Operation, ...]
