"""JSON schemas as models are to follow them."""

from collections.abc import Callable
from typing import Any

_MAPS = ("properties", "$defs", "definitions", "patternProperties", "dependentSchemas")
_LISTS = ("anyOf", "oneOf", "allOf", "prefixItems")
_SCHEMAS = ("items", "additionalProperties", "contains", "not", "if", "then", "else")
_OPEN = ("additionalProperties", "patternProperties", "unevaluatedProperties")


def closed(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema, whose objects have the properties that it names and no others, unless it says
    that they may.

    By the letter, an object may have any others. llama.cpp's own grammars leave them out, and so
    small models would never come to an end. Where schemas are put together by `allOf`, one does not
    know of the other's properties, and everything stays as it is.

    >>> closed({"properties": {"a": {"type": "integer"}}})
    {'properties': {'a': {'type': 'integer'}}, 'additionalProperties': False}
    """
    return schema if _adds_up(schema) else _closed(schema)


def _closed(schema: Any) -> Any:
    if not isinstance(schema, dict):
        return schema
    found = {name: _below(name, value, _closed) for name, value in schema.items()}
    if _says_all(schema):
        found["additionalProperties"] = False
    return found


def _says_all(schema: dict[str, Any]) -> bool:
    """Whether an object's properties are named, and none is required beside them."""
    named, required = schema.get("properties"), schema.get("required")
    if not isinstance(named, dict) or any(name in schema for name in _OPEN):
        return False
    return not isinstance(required, list) or all(
        isinstance(name, str) and name in named for name in required
    )


def _below(name: str, value: Any, change: Callable[[Any], Any]) -> Any:
    """A keyword's value, in which the schemas are changed."""
    if name in _MAPS and isinstance(value, dict):
        return {key: change(each) for key, each in value.items()}
    if name in _LISTS and isinstance(value, list):
        return [change(each) for each in value]
    return change(value) if name in _SCHEMAS else value


def _adds_up(schema: Any) -> bool:
    """Whether `allOf` puts several schemas together somewhere."""
    if not isinstance(schema, dict):
        return False
    parts = schema.get("allOf")
    if isinstance(parts, list) and len(parts) > 1:
        return True
    found: list[bool] = []

    def look(each: Any) -> Any:
        found.append(_adds_up(each))
        return each

    for name, value in schema.items():
        _below(name, value, look)
    return any(found)
