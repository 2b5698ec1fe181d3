"""Calls that look like code: `f(key="value")`, or Gemma's `call:f{key:value}`."""

from desktop.engine.events import ToolCall
from desktop.engine.formats.calls import call_in, call_of, read_json
from desktop.engine.formats.format import Situation
from desktop.engine.formats.literals import Literals

_RUNNERS = ("python", "ipython", "code_interpreter")


def python_calls(text: str, situation: Situation) -> list[ToolCall]:
    """`[f(a="b"), g()]`, with the brackets or without, each perhaps within `print()`; or JSON."""
    if text.lstrip().startswith(("{", "[{")):
        return _json_calls(text, situation)
    literals = Literals(text)
    calls: list[ToolCall] = []
    literals.skip("[")
    try:
        while literals.at < len(text):
            printing = literals.skip("print(")
            name, arguments = literals.call()
            if printing:
                literals.skip(")")
            if call := call_of(name, arguments, situation.tool_names):
                calls.append(call)
            while literals.skip(",") or literals.skip(";"):
                continue
            if literals.skip("]"):
                break
    except ValueError:
        return []
    return [] if text[literals.at :].strip() else calls


def python_tag(text: str, situation: Situation) -> list[ToolCall]:
    """What follows Llama's tag: `search.call(query="…")`, a call as usual, or code to be run."""
    calls = python_calls(text, situation)
    runner = next((name for name in _RUNNERS if name in situation.tool_names), "")
    if not calls and runner and text.strip():
        call = call_of(runner, {"code": text.strip()})
        return [call] if call else []
    for at, call in enumerate(calls):
        if call.name.endswith(".call") and call.name not in situation.tool_names:
            calls[at] = ToolCall(call.name.removesuffix(".call"), call.arguments, call.id)
    return calls


def gemma_calls(text: str, quote: str, situation: Situation) -> list[ToolCall]:
    """`call:f{key:value}`, one or several."""
    literals = Literals(text, quote)
    calls = []
    try:
        while literals.skip("call:"):
            name, arguments = literals.named_object()
            if call := call_of(name, arguments, situation.tool_names):
                calls.append(call)
    except ValueError:
        return []
    return calls


def _json_calls(text: str, situation: Situation) -> list[ToolCall]:
    try:
        value = read_json(text)
    except ValueError:
        return []
    found = [
        call_in(each, situation.tool_names)
        for each in (value if isinstance(value, list) else [value])
    ]
    return [call for call in found if call]
