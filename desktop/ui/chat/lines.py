"""Turns of the history as lines of the transcript."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from desktop.history.records import Chat, Medium, Turn
from desktop.ui.chat.answering import Answering
from desktop.ui.chat.line import Call, Ending, Figures, Line

NS = 1e9
_ENDINGS = {
    "length": Ending.LENGTH,
    "cancel": Ending.STOPPED,
    "error": Ending.FAILED,
    "": Ending.LOST,
}


def lines_of(
    chat: Chat,
    live: Answering | None,
    media: Mapping[int, Sequence[Medium]],
    errors: Mapping[int, str],
) -> list[Line]:
    """The path that is shown.

    Args:
        live: The answer that comes just now.
        media: Attachments with their bytes, by turn, as far as they have been read.
        errors: What went wrong with answers, by turn.
    """
    turns = [turn for turn in chat.path() if turn.role != "system"]
    unseen, branches = _unseen(turns), _branches(chat)
    lines = []
    for at, turn in enumerate(turns):
        is_live = live is not None and live.turn.id == turn.id
        siblings = branches[turn.parent_id]
        lines.append(
            Line(
                id=turn.id,
                role=turn.role,
                content=turn.content,
                thinking=turn.thinking,
                thinking_s=live.thinking_s if live and is_live else turn.thinking_s,
                calls=tuple(map(_call, turn.tool_calls)) if turn.role == "assistant" else (),
                media=tuple(media.get(turn.id, turn.media)),
                model=turn.model,
                figures=figures_of(turn),
                branch=siblings.index(turn.id) + 1,
                branches=len(siblings),
                is_live=is_live,
                ending=Ending.NONE if is_live else _ending(turn, turn is turns[-1]),
                error=errors.get(turn.id, ""),
                unseen=at if at == unseen else 0,
                dropped_tokens=int(turn.stats.get("truncated_tokens", 0)),
            )
        )
    return lines


def _branches(chat: Chat) -> dict[int | None, list[int]]:
    """Ids of the turns below each turn."""
    below: dict[int | None, list[int]] = {}
    for turn in chat.turns:
        below.setdefault(turn.parent_id, []).append(turn.id)
    return below


def figures_of(turn: Turn) -> Figures:
    stats = turn.stats
    tokens, spent_s = stats.get("eval_count", 0.0), stats.get("eval_duration", 0.0) / NS
    return Figures(
        tokens=int(tokens),
        tokens_per_s=tokens / spent_s if spent_s > 0 else 0.0,
        first_token_s=stats.get("first_token_s", 0.0),
        prompt_tokens=int(stats.get("prompt_eval_count", 0)),
        load_s=stats.get("load_duration", 0.0) / NS,
    )


def _ending(turn: Turn, is_last: bool) -> Ending:
    """Told at the end of the chat, where something can be done about it; failures everywhere."""
    if turn.role != "assistant":
        return Ending.NONE
    ending = _ENDINGS.get(turn.done_reason, Ending.NONE)
    if is_last or ending in (Ending.FAILED, Ending.STOPPED):
        return ending
    return Ending.NONE


def _unseen(turns: Sequence[Turn]) -> int:
    """How many of the turns the last answer's model did not see."""
    answers = [turn for turn in turns if turn.role == "assistant" and turn.stats]
    count = int(answers[-1].stats.get("truncated_messages", 0)) if answers else 0
    for at, turn in enumerate(turns):
        if count <= 0:
            return at
        if turn.content or turn.media:
            count -= 1
    return 0


def _call(raw: Any) -> Call:
    function = raw.get("function") if isinstance(raw, dict) else None
    if not isinstance(function, dict):
        return Call("?", json.dumps(raw, ensure_ascii=False))
    arguments = function.get("arguments")
    text = arguments if isinstance(arguments, str) else json.dumps(arguments, ensure_ascii=False)
    return Call(str(function.get("name") or "?"), text)
