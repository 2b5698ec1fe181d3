"""Values as models write them, in JSON and otherwise."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.engine.formats.calls import call_in, object_in, read_json
from desktop.engine.formats.element_calls import typed
from desktop.engine.formats.json_end import JsonEnd
from desktop.engine.formats.literals import Literals

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text("abc_", min_size=1, max_size=3), inner, max_size=3)
    ),
    max_leaves=8,
)
OBJECTS = st.dictionaries(st.text("abc_", min_size=1, max_size=3), VALUES, max_size=3)


@pytest.mark.slow
@settings(max_examples=50, deadline=None)
@given(OBJECTS, st.text(max_size=5), st.integers(0, 80))
def test_the_end_is_found_wherever_it_is_cut(value: dict[str, Any], after: str, cut: int) -> None:
    text = json.dumps(value, ensure_ascii=False)
    whole = text + after
    end = JsonEnd()
    first = end.find(whole[:cut])
    assert first in (None, len(text))
    assert end.find(whole) == len(text) or first is not None


@pytest.mark.slow
@settings(max_examples=50, deadline=None)
@given(OBJECTS)
def test_python_s_own_way_of_writing(value: dict[str, Any]) -> None:
    pairs = ", ".join(f"{key}={each!r}" for key, each in value.items())
    assert Literals(f"f({pairs})").call() == ("f", value)


@settings(deadline=None)
@given(st.text(max_size=200))
def test_no_text_does_harm(text: str) -> None:
    for start in ("f(", "f(a=", "f(a=['"):
        try:
            Literals(start + text).call()
        except ValueError:
            continue


@pytest.mark.parametrize(
    "text", ["[" * 100_000, "{" * 100_000, '{"a":NaN}', "9" * 5000, "1" * 4299]
)
def test_what_is_no_value(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_json(text)
    end = JsonEnd()
    assert (end.find(text), end.broken) in [(None, None), (None, 200), (len(text), None)]


def test_all_that_is_read_can_be_written() -> None:
    value = read_json('{"a": "\\ud800", "b": 123456789012345678901234567890, "c": 1e999}')
    assert msgspec.json.decode(msgspec.json.encode(value)) == {
        "a": "?",
        "b": 1.2345678901234568e29,
        "c": None,
    }


def test_a_deep_literal_is_refused() -> None:
    with pytest.raises(ValueError, match="deeply"):
        Literals("f(a=" + "[" * 5000).call()


@pytest.mark.parametrize(
    ("value", "arguments"),
    [
        ({"a": 1}, {"a": 1}),
        ('{"a": 1}', {"a": 1}),
        (None, {}),
        ("", {}),
        ([], {}),
        ([1], None),
        (3, None),
        ("x", None),
    ],
)
def test_arguments_are_an_object(value: Any, arguments: dict[str, Any] | None) -> None:
    assert object_in(value) == arguments


@pytest.mark.parametrize(
    ("value", "name", "arguments"),
    [
        ({"name": "f", "arguments": {"b": 1, "a": 2}}, "f", {"b": 1, "a": 2}),
        ({"type": "function", "function": {"name": "f", "parameters": {"a": 2}}}, "f", {"a": 2}),
        ({"function": "f", "args": {"a": 2}}, "f", {"a": 2}),
        ({"name": "f", "a": 2}, "f", {"a": 2}),
        ({"name": "functions.f"}, "f", {}),
        ({"g": {"a": 2}}, "g", {"a": 2}),
    ],
)
def test_spellings(value: dict[str, Any], name: str, arguments: dict[str, Any]) -> None:
    call = call_in(value, ["f", "g"])
    assert call
    assert (call.name, list(call.arguments.items())) == (name, list(arguments.items()))


@pytest.mark.parametrize(
    "value", [[], "f", {}, {"name": ""}, {"name": 3}, {"x": {}}, {"name": "f", "arguments": 3}]
)
def test_no_calls(value: Any) -> None:
    assert call_in(value, ["f"]) is None


@pytest.mark.parametrize(
    ("text", "schema", "value"),
    [
        ("2", {"type": "integer"}, 2),
        ("2.0", {"type": "integer"}, 2),
        ("two", {"type": "integer"}, "two"),
        ("2", {"type": "string"}, "2"),
        ("2", {"type": ["string", "null"]}, "2"),
        ("null", {"type": ["string", "null"]}, None),
        ("True", {"type": "boolean"}, True),
        ("true", {"type": "integer"}, "true"),
        ("[1]", {"type": "array"}, [1]),
        ("[1]", {"type": "string"}, "[1]"),
        ("{}", None, {}),
        ("x", None, "x"),
        ('"x"', {}, '"x"'),
        ("1", {"enum": ["1", "2"]}, "1"),
        ("1", {"oneOf": [{"type": "number"}]}, 1),
        ("1", {"type": "no such type"}, "1"),
    ],
)
def test_types(text: str, schema: Any, value: Any) -> None:
    assert typed(text, schema) == value
    assert type(typed(text, schema)) is type(value)
