"""One message as the transcript shows it."""

from dataclasses import dataclass
from enum import Enum

from desktop.history.records import Medium


class Action(Enum):
    """What a message can be asked to do."""

    AGAIN = "another answer"
    RETRY = "the same once more, after a failure"
    CONTINUE = "go on where it was cut"
    EDIT = "change and send again"
    DELETE = "remove it and all below"
    BEFORE = "the branch before"
    NEXT = "the next branch"


class Ending(Enum):
    """Why an answer is over."""

    NONE = ""
    LENGTH = "length"
    STOPPED = "cancel"
    FAILED = "error"
    LOST = "lost"  # Puna ended in the middle of it


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured of an answer. 0: not known, and not shown."""

    tokens: int = 0
    tokens_per_s: float = 0.0
    first_token_s: float = 0.0
    prompt_tokens: int = 0
    load_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Call:
    """A tool that the model wanted to use; `arguments` is JSON to be read."""

    name: str
    arguments: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What there is to see. `id` is the turn's."""

    id: int
    role: str
    content: str = ""
    thinking: str = ""
    thinking_s: float = 0.0
    calls: tuple[Call, ...] = ()
    media: tuple[Medium, ...] = ()
    """With bytes as soon as they have been read."""
    model: str = ""
    figures: Figures = Figures()
    branch: int = 1
    branches: int = 1
    is_live: bool = False
    """It still grows: `content` and `thinking` are what there was when it was shown."""
    ending: Ending = Ending.NONE
    error: str = ""
    unseen: int = 0
    """So many messages before this one did not fit any more when the model answered last."""
    dropped_tokens: int = 0
    """So many tokens of the prompt were left out of its middle."""
