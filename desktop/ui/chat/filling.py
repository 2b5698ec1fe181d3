"""How much of a chat its model remembers, and what was done so that the model fits."""

from collections.abc import Iterable
from dataclasses import dataclass

import msgspec

from desktop.client.answers import LoadedModel
from desktop.client.plan import Plan
from desktop.history.records import Chat, Turn
from desktop.ui.status.plan_words import plan_text


@dataclass(frozen=True, slots=True)
class Fill:
    """How full a model's memory for this chat is, in tokens. 0: not known."""

    used: int = 0
    limit: int = 0
    plan: Plan | None = None
    """How the model was loaded, where that is known."""


def fill_of(chat: Chat | None, loaded: LoadedModel | None) -> Fill:
    """As the last answer left it.

    Args:
        loaded: The model that answers; None: the last answer tells what its context was.
    """
    limit = loaded.context_length if loaded else 0
    plan = loaded.puna.plan if loaded else None
    answers: Iterable[Turn] = reversed(chat.path()) if chat else ()
    last = next((turn for turn in answers if turn.stats), None)
    if last is None:
        return Fill(0, limit, plan)
    used = int(last.stats.get("prompt_eval_count", 0.0) + last.stats.get("eval_count", 0.0))
    limit = limit or int(last.stats.get("context_tokens", 0.0))
    # A long answer may have pushed its own start out.
    return Fill(min(used, limit or used), limit, plan)


def fitting_text(plan: Plan | None) -> str:
    """What the model had to do without so that it fits; empty: nothing. That another one has left
    memory is no loss of this one."""
    if plan is None:
        return ""
    steps = [step for step in plan.steps if step.code != "leave"]
    return plan_text(msgspec.structs.replace(plan, steps=steps))
