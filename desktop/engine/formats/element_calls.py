"""Calls as elements in the manner of XML: values stand there as they are, without any escapes, and
only the function's schema tells texts from numbers."""

import re
from typing import Any

from desktop.engine.events import ToolCall
from desktop.engine.formats.calls import call_of, read_json
from desktop.engine.formats.format import Situation

_PREFIX = r"(?:[^\s<>/=]*[^\w\s<>/=])?"
_FUNCTION = re.compile(rf"<{_PREFIX}(?:function|invoke)(?:\s+name)?\s*=\s*\"?([^\s\">]+)\"?\s*>")
_PARAMETER = re.compile(
    rf"<(?P<mark>{_PREFIX}param(?:eter)?)(?:\s+name)?\s*=\s*"
    r"\"?(?P<name>[^\s\">]+)\"?(?P<more>[^>]*)>(?P<value>.*?)"
    r"(?:</(?P=mark)>(?=\s*(?:<(?P=mark)\b|</|\Z))|(?=<(?P=mark)(?:\s+name)?\s*=[^>]*>)|\Z)",
    re.DOTALL,
)
_FUNCTION_END = re.compile(rf"</{_PREFIX}(?:function|invoke)>\s*\Z")
_ARGUMENT = re.compile(
    r"<arg_key[^>]*>(?P<name>.*?)</arg_key[^>]*>\s*<arg_value[^>]*>(?P<value>.*?)</arg_value[^>]*>",
    re.DOTALL,
)
_PLAIN = {"true": True, "false": False, "null": None, "none": None}
_TYPES: dict[str, type | tuple[type, ...]] = {
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "object": dict,
    "array": list,
    "null": type(None),
}


def function_elements(text: str, situation: Situation) -> list[ToolCall]:
    """`<function=f><parameter=p>value</parameter></function>`, and the other spellings of it:
    `<invoke name="f"><parameter name="p">…`, with prefixes too, or with JSON inside."""
    starts = list(_FUNCTION.finditer(text))
    ends = [start.start() for start in starts[1:]] + [len(text)]
    calls = []
    for start, end in zip(starts, ends, strict=True):
        body = text[start.end() : end]
        whole = _FUNCTION_END.search(body)
        arguments: Any = _arguments(start[1], body[: whole.start()] if whole else body, situation)
        if arguments is not None and (call := call_of(start[1], arguments, situation.tool_names)):
            calls.append(call)
    return calls


def key_value_elements(text: str, situation: Situation) -> list[ToolCall]:
    """The name, then `<arg_key>p</arg_key><arg_value>value</arg_value>` for each argument."""
    name = re.split(r"[\s<]", text.strip(), maxsplit=1)[0]
    arguments = {
        found["name"].strip(): typed(found["value"], situation.schema(name, found["name"].strip()))
        for found in _ARGUMENT.finditer(text)
    }
    call = call_of(name, arguments, situation.tool_names)
    return [call] if call else []


def typed(text: str, schema: Any) -> Any:
    """The value that a text stands for, as far as it is of a type that the schema allows.

    >>> typed("5", {"type": "string"}), typed("5", {"type": "integer"}), typed("True", {})
    ('5', 5, True)
    """
    types = _types(schema)
    if types == {"string"}:
        return text
    bare = text.strip()
    try:
        value = _PLAIN[bare.lower()] if bare.lower() in _PLAIN else read_json(bare)
    except ValueError:
        return text
    if isinstance(value, float) and "integer" in types and value.is_integer():
        value = int(value)
    if types:
        fits = [name for name in types if isinstance(value, _TYPES.get(name, ()))]
        wrong = isinstance(value, bool) and "boolean" not in types
        return value if fits and not wrong else text
    return text if isinstance(value, str) else value


def _arguments(name: str, body: str, situation: Situation) -> dict[str, Any] | None:
    """None if there is something, but nothing that can be read."""
    if body.lstrip().startswith("{"):
        try:
            value = read_json(body)
        except ValueError:
            return None
        return value if isinstance(value, dict) else None
    arguments = {}
    for found in _PARAMETER.finditer(body):
        schema = situation.schema(name, found["name"])
        text = _unwrapped(found["value"])
        if 'string="true"' in found["more"]:
            schema = {"type": "string"}
        elif 'string="false"' in found["more"]:
            schema = {}
        arguments[found["name"]] = typed(text, schema)
    return arguments


def _unwrapped(text: str) -> str:
    """Without the line breaks that only set the value apart."""
    return text.removeprefix("\n").removesuffix("\n")


def _types(schema: Any) -> set[str]:
    """JSON schema's names of the types that are allowed; none if it does not say."""
    if not isinstance(schema, dict):
        return set()
    stated = schema.get("type")
    types = {stated} if isinstance(stated, str) else set()
    if isinstance(stated, list):
        types |= {each for each in stated if isinstance(each, str)}
    for key in ("anyOf", "oneOf"):
        choices = schema.get(key)
        for choice in choices if isinstance(choices, list) else ():
            types |= _types(choice)
    if not types and isinstance(schema.get("enum"), list):
        types = {"string"} if all(isinstance(each, str) for each in schema["enum"]) else set()
    return types
