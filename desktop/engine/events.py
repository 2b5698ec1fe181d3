"""What an answer consists of, as the engine hands it out.

`Ready`, `Prepared`, `Queued` (once or more), now and then `Reading`, then `Piece`s and at last
`Finished`.
"""

from dataclasses import dataclass, field
from typing import Any

from desktop.worker.messages import Finished, Logprob, Prepared, Queued, Reading


@dataclass(frozen=True, slots=True)
class Ready:
    """First event: the model is loaded, and the request is with it."""


@dataclass(frozen=True, slots=True)
class ToolCall:
    """The model wants a function called. `arguments` are in the order in which it named them."""

    name: str
    arguments: dict[str, Any]
    id: str


@dataclass(frozen=True, slots=True)
class Piece:
    """Some more of the answer: of its thinking, of its text, or whole tool calls.

    Rarely more than one of the three; thinking then comes before text, and text before calls.
    """

    text: str = ""
    thinking: str = ""
    calls: tuple[ToolCall, ...] = ()
    logprobs: list[Logprob] = field(default_factory=list)


Event = Ready | Prepared | Queued | Reading | Piece | Finished

__all__ = [
    "Event",
    "Finished",
    "Logprob",
    "Piece",
    "Prepared",
    "Queued",
    "Reading",
    "Ready",
    "ToolCall",
]
