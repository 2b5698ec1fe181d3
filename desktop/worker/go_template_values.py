"""What templates in Go's language compute with, and their built-in functions.

Values are text, int, float, bool, None, lists, and dicts with text keys; nothing else is ever
touched. Dicts stand for Go's structs too: `.ToolCalls` finds "ToolCalls" or "tool_calls". None is
the zero value of a missing key: false, empty, printed as nothing, and so are its fields. Dicts
print as JSON, as Ollama's tools and arguments do.
"""

import json
import math
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any, NamedTuple

MAX_CHARACTERS = 2**24  # of a rendered template, and of any text made on the way
_KINDS = {
    str: "string",
    int: "int",
    float: "float64",
    bool: "bool",
    list: "list",
    dict: "map",
    type(None): "nil",
}
_TYPESCRIPT = {
    "string": "string",
    "number": "number",
    "integer": "number",
    "boolean": "boolean",
    "array": "any[]",
    "object": "Record<string, any>",
    "null": "null",
}


class Refused(Exception):
    """An operation that the values do not allow; becomes a TemplateFailed with a line number."""


def kind(value: Any) -> str:
    """Name of the type, as error messages tell it."""
    try:
        return _KINDS[type(value)]
    except KeyError:
        raise Refused(f"a value of type {type(value).__name__} cannot be used here") from None


def truth(value: Any) -> bool:
    kind(value)
    return bool(value)


def field(value: Any, name: str) -> Any:
    """`.name` of a value.

    >>> field({"tool_calls": [1]}, "ToolCalls"), field({}, "Missing"), field(None, "Name")
    ([1], None, None)
    """
    if value is None:
        return None
    if type(value) is not dict:
        raise Refused(f"can't evaluate field {name} in type {kind(value)}")
    if name in value or not name[0].isupper():
        return value.get(name)
    wanted = name.lower()
    for key in value:
        if isinstance(key, str) and key.lstrip("$").replace("_", "").lower() == wanted:
            return value[key]
    return to_typescript_type(value) if name == "ToTypeScriptType" else None


def pairs(value: Any) -> Iterable[tuple[Any, Any]]:
    """What `range` walks over: index and element; maps in the order of their keys."""
    match kind(value):
        case "nil":
            return []
        case "list":
            return list(enumerate(value))
        case "map":
            return sorted(value.items(), key=lambda item: str(item[0]))
        case "int":
            return zip(range(value), range(value), strict=True)
    raise Refused(f"range can't iterate over {printed(value)!r}")


def printed(value: Any) -> str:
    """Text of a value, as `{{ value }}` prints it.

    >>> printed(["a", 1, True]), printed({"a": ["b"]}), printed([{"a": 1}]), printed(2.0)
    ('[a 1 true]', '{"a":["b"]}', '[{"a":1}]', '2')
    """
    match kind(value):
        case "string":
            return str(value)
        case "nil":
            return ""
        case "bool":
            return "true" if value else "false"
        case "float64":
            return _float(value)
        case "list" if not any(type(item) is dict for item in value):
            return f"[{' '.join(printed(item) for item in value)}]"
        case "list" | "map":
            return to_json(value)
    return str(value)


def _float(value: float) -> str:
    """The shortest digits; with an exponent from a million on and below a ten thousandth."""
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else f"{'+-'[value < 0]}Inf"
    digits = Decimal(repr(value)).normalize()
    exponent = digits.adjusted()
    if -5 < exponent < 6:
        return f"{digits:f}"
    return f"{digits.scaleb(-exponent):f}e{exponent:+03d}"


def to_json(value: Any) -> str:
    """Compact, in the order of the keys, without HTML's escapes: it goes to a model, not a page."""
    try:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    except (TypeError, ValueError) as error:
        raise Refused(f"no JSON can be made: {error}") from error


def to_typescript_type(schema: Any) -> str:
    """A tool parameter's JSON schema as a type of TypeScript.

    >>> to_typescript_type({"type": ["integer", "null"]}), to_typescript_type({})
    ('number | null', 'any')
    """
    if type(schema) is not dict:
        return "any"
    if either := schema.get("anyOf"):
        return " | ".join(to_typescript_type(each) for each in either)
    types = schema.get("type") or "any"
    names = types if isinstance(types, list) else [types]
    return " | ".join(_TYPESCRIPT.get(str(name), "any") for name in names)


def sized(text: str) -> str:
    """The same text. Raises Refused if it is too long."""
    if len(text) > MAX_CHARACTERS:
        raise Refused(f"the text is longer than {MAX_CHARACTERS} characters")
    return text


def _print(*values: Any) -> str:
    """Space between two neighbours of which neither is a text."""
    text, spaced = "", False
    for value in values:
        plain = type(value) is not str
        text = sized(text + (" " if spaced and plain else "") + printed(value))
        spaced = plain
    return text


def _println(*values: Any) -> str:
    text = ""
    for at, value in enumerate(values):
        text = sized(text + (" " if at else "") + printed(value))
    return text + "\n"


def _length(value: Any) -> int:
    match kind(value):
        case "nil":
            return 0
        case "string":
            return len(_bytes(value))
        case "list" | "map":
            return len(value)
    raise Refused(f"len of type {kind(value)}")


def _index(value: Any, *keys: Any) -> Any:
    for key in keys:
        match kind(value), kind(key):
            case "map", "string":
                value = value.get(key)
            case "list" | "string", "int":
                items = _bytes(value) if type(value) is str else value
                if not 0 <= key < len(items):
                    raise Refused(f"index out of range: {key}")
                value = items[key]
            case "list" | "string" | "map", wrong:
                raise Refused(f"cannot index {kind(value)} with type {wrong}")
            case wrong, _:
                raise Refused(f"can't index item of type {wrong}")
    return value


def _slice(value: Any, *bounds: Any) -> Any:
    if type(value) not in (str, list):
        raise Refused(f"can't slice item of type {kind(value)}")
    if len(bounds) > (2 if type(value) is str else 3):
        raise Refused(f"cannot slice {kind(value)} with {len(bounds)} indexes")
    items = _bytes(value) if type(value) is str else value
    for bound in bounds:
        if type(bound) is not int:
            raise Refused(f"cannot index slice/array with type {kind(bound)}")
        if not 0 <= bound <= len(items):
            raise Refused(f"index out of range: {bound}")
    if list(bounds) != sorted(bounds):
        raise Refused(f"invalid slice index: {' > '.join(str(bound) for bound in bounds)}")
    part = items[slice(*bounds[:2])] if len(bounds) > 1 else items[bounds[0] if bounds else 0 :]
    return part.decode("utf-8", "replace") if isinstance(part, bytes) else part


def _bytes(text: str) -> bytes:
    """Go counts and cuts a text in bytes."""
    return text.encode("utf-8", "surrogatepass")


def _equal(first: Any, *others: Any) -> bool:
    """Whether the first equals any of the others."""
    return any(_same(first, other) for other in others)


def _same(first: Any, second: Any) -> bool:
    one, two = kind(first), kind(second)
    if "nil" in (one, two):
        return one == two
    if one != two:
        raise Refused(f"incompatible types for comparison: {one} and {two}")
    if one in ("list", "map"):
        raise Refused(f"values of type {one} cannot be compared")
    return bool(first == second)


def _less(first: Any, second: Any) -> bool:
    one, two = kind(first), kind(second)
    if one not in ("string", "int", "float64"):
        raise Refused(f"invalid type for comparison: {one}")
    if one != two:
        raise Refused(f"incompatible types for comparison: {one} and {two}")
    return bool(first < second)


class Builtin(NamedTuple):
    """A function, and how many arguments it takes (`most` None: any number)."""

    call: Callable[..., Any]
    least: int
    most: int | None


FUNCTIONS = {
    "not": Builtin(lambda value: not truth(value), 1, 1),
    "eq": Builtin(_equal, 2, None),
    "ne": Builtin(lambda first, second: not _same(first, second), 2, 2),
    "lt": Builtin(_less, 2, 2),
    "le": Builtin(lambda first, second: _less(first, second) or _same(first, second), 2, 2),
    "gt": Builtin(lambda first, second: not (_less(first, second) or _same(first, second)), 2, 2),
    "ge": Builtin(lambda first, second: not _less(first, second), 2, 2),
    "len": Builtin(_length, 1, 1),
    "index": Builtin(_index, 1, None),
    "slice": Builtin(_slice, 1, None),
    "print": Builtin(_print, 0, None),
    "println": Builtin(_println, 0, None),
    "json": Builtin(to_json, 1, 1),
    "toTypeScriptType": Builtin(to_typescript_type, 1, 1),
}
