"""How much of a chat its model remembers, and what was done so that the model fits."""

from collections.abc import Iterable
from dataclasses import dataclass

from desktop.history.records import Chat, Turn


@dataclass(frozen=True, slots=True)
class Fill:
    """How full a model's memory for this chat is, in tokens. 0: not known."""

    used: int = 0
    limit: int = 0


def fill_of(chat: Chat | None, limit: int) -> Fill:
    """As the last answer left it.

    Args:
        limit: Of the model that is loaded; 0: the one that the answer came from is taken.
    """
    answers: Iterable[Turn] = reversed(chat.path()) if chat else ()
    last = next((turn for turn in answers if turn.stats), None)
    if last is None:
        return Fill(0, limit)
    used = int(last.stats.get("prompt_eval_count", 0.0) + last.stats.get("eval_count", 0.0))
    limit = limit or int(last.stats.get("context_tokens", 0.0))
    return Fill(min(used, limit or used), limit)  # a long answer may have pushed its start out
