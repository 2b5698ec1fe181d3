"""What all formats need for a call: its id, its JSON, and arguments that are always an object."""

import json
import secrets
import string
from collections.abc import Collection
from typing import Any, NoReturn

from desktop.engine.events import ToolCall

NAME_KEYS = ("name", "function", "tool_name", "tool")
ARGUMENT_KEYS = ("arguments", "parameters", "args", "input")
OTHER_KEYS = ("type", "id", "tool_call_id")

_LETTERS = string.ascii_lowercase + string.digits


def new_id() -> str:
    """As Ollama's: `call_` and eight letters or digits."""
    return "call_" + "".join(secrets.choice(_LETTERS) for _ in range(8))


def read_json(text: str) -> Any:
    """A value as models write it: line breaks inside texts are let pass.

    Whatever it is, it can be written as JSON again. Raises ValueError.
    """
    try:
        value = json.loads(text, strict=False, parse_int=_integer, parse_constant=_refuse)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if "\\ud" in text.lower():  # perhaps half of a surrogate pair, which is no character
        return json.loads(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))
    return value


def object_in(value: Any) -> dict[str, Any] | None:
    """Arguments as an object: itself, or the one that a text holds, or an empty one for nothing."""
    if isinstance(value, str) and value.strip():
        try:
            value = read_json(value)
        except ValueError:
            return None
    if isinstance(value, dict):
        return value
    return None if value else {}


def call_of(name: str, arguments: Any, known: Collection[str] = ()) -> ToolCall | None:
    """A call; None if it has no name, or arguments that are no object."""
    name = name.strip()
    if name not in known:
        name = name.removeprefix("functions.")
    values = object_in(arguments)
    return ToolCall(name, values, new_id()) if name and values is not None else None


def call_in(value: Any, known: Collection[str]) -> ToolCall | None:
    """The call that a JSON object stands for, in any of the spellings that are about.

    >>> call_in({"tool_name": "now", "parameters": {"zone": "UTC"}}, ()).arguments
    {'zone': 'UTC'}
    >>> call_in({"now": {"zone": "UTC"}}, ["now"]).name
    'now'
    """
    if not isinstance(value, dict):
        return None
    if isinstance(inner := value.get("function"), dict):
        return call_in(inner, known)
    name = next((value[key] for key in NAME_KEYS if isinstance(value.get(key), str)), "")
    if not name:
        only = next(iter(value), "") if len(value) == 1 else ""
        return call_of(only, value[only], known) if only in known else None
    for key in ARGUMENT_KEYS:
        if key in value:
            return call_of(name, value[key], known)
    spare = {*NAME_KEYS, *OTHER_KEYS}
    return call_of(name, {key: each for key, each in value.items() if key not in spare}, known)


def _integer(digits: str) -> int | float:
    """Beyond 64 bits nobody could read it."""
    value = int(digits)
    try:
        return value if -(2**63) <= value < 2**64 else float(value)
    except OverflowError as error:
        raise ValueError("a number is too long") from error


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")
