"""Which objects of a schema take no other properties than those it names."""

from typing import Any

import pytest

from desktop.worker.json_schema import closed

A: dict[str, Any] = {"properties": {"a": {}}}
SHUT = A | {"additionalProperties": False}


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        (A, SHUT),
        ({"type": "object"}, {"type": "object"}),
        (A | {"additionalProperties": True}, A | {"additionalProperties": True}),
        (A | {"required": ["a", "b"]}, A | {"required": ["a", "b"]}),
        (A | {"required": [["a"]]}, A | {"required": [["a"]]}),
        ({"items": A}, {"items": SHUT}),
        ({"anyOf": [A, {"not": A}]}, {"anyOf": [SHUT, {"not": SHUT}]}),
        ({"$defs": {"x": A}, "$ref": "#/$defs/x"}, {"$defs": {"x": SHUT}, "$ref": "#/$defs/x"}),
        ({"allOf": [A]}, {"allOf": [SHUT]}),
        ({"items": {"allOf": [A, A]}}, {"items": {"allOf": [A, A]}}),
        ({"const": A, "enum": [A], "default": A}, {"const": A, "enum": [A], "default": A}),
        (
            {"properties": {"properties": A}},
            {"properties": {"properties": SHUT}, "additionalProperties": False},
        ),
        ({"properties": 1, "items": True}, {"properties": 1, "items": True}),
    ],
)
def test_closed(schema: dict[str, Any], expected: dict[str, Any]) -> None:
    assert closed(schema) == expected
