"""Which format a model answers in, by the marks in its chat template."""

from functools import lru_cache

from desktop.engine.formats.families import BARE, CALLING, THINKING, USUAL, Thinking
from desktop.engine.formats.format import Format
from desktop.engine.formats.go_marks import call_prefix, thinking_tags
from desktop.engine.formats.harmony import Harmony
from desktop.engine.formats.json_calls import JsonCalls
from desktop.engine.formats.marked import Marked, Opening
from desktop.engine.formats.plain import Plain

_HARMONY = ("<|start|>", "<|message|>", "<|channel|>")


@lru_cache(maxsize=64)
def choose(template: str, architecture: str) -> Format:
    """The format of a model.

    Args:
        template: The chat template that makes the prompt, Jinja or in Go's language.
        architecture: `general.architecture` of the file, for models whose template tells nothing.
    """
    if all(mark in template for mark in _HARMONY) or architecture in ("gpt-oss", "gptoss"):
        return Harmony()
    thinking = _thinking(template)
    openings, dropped = _calling(template)
    if not thinking.opening and not openings:
        return Plain()
    return Marked(
        thinking=(thinking.opening, thinking.closing),
        again=thinking.again,
        framing=thinking.framing,
        openings=openings,
        dropped=dropped,
    )


def _thinking(template: str) -> Thinking:
    for row in THINKING:
        if row.sign in template:
            return row
    return Thinking("", *thinking_tags(template))


def _calling(template: str) -> tuple[tuple[Opening, ...], tuple[str, ...]]:
    """What opens calls, and what says nothing; a template without tools has no calls."""
    for row in CALLING:
        if any(sign in template for sign in row.signs):
            return row.openings, row.dropped
    if not any(sign in template for sign in ("tools", "tool_call", ".Tools", ".ToolCalls")):
        return (), ()
    prefix = call_prefix(template)
    if not prefix:
        return USUAL.openings, USUAL.dropped
    opening = Opening(prefix, lambda situation: JsonCalls(situation.tool_names))
    closing = f"</{prefix[1:]}" if prefix[:1] == "<" and prefix[-1:] == ">" else ""
    return (opening, *BARE), (closing,) if closing else ()
