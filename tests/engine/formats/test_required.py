"""Answers that are held to JSON: calls that must be made, or a call or an answer."""

import json
from typing import Any

import pytest

from desktop.core.errors import RequestInvalid
from desktop.engine.events import Piece
from desktop.engine.formats.choosing import choose
from desktop.engine.formats.format import Format, Situation
from desktop.engine.formats.plain import Plain
from desktop.engine.formats.required import CallOrAnswer, RequiredCall, any_of, call_schema

POINT = {
    "type": "object",
    "properties": {"at": {"$ref": "#/$defs/point"}},
    "$defs": {"point": {"type": "integer"}},
}
CALL = '{"name": "go", "arguments": {"at": 1}}'
THINKER = choose("{{ messages }}<think></think>", "llama")


def tool(name: str, parameters: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"type": "function", "function": {"name": name, "parameters": parameters or {}}}


TOOLS = [tool("go", POINT), tool("gone")]


def read(format_: Format, text: str, step: int) -> Piece:
    """Everything that an answer consists of, cut into pieces of `step` characters."""
    parser = format_.parser(Situation("", None, ("go", "gone"), tuple(TOOLS)))
    pieces = [
        piece for at in range(0, len(text), step) for piece in parser.feed(text[at : at + step])
    ]
    pieces += parser.finish()
    return Piece(
        "".join(piece.text for piece in pieces),
        "".join(piece.thinking for piece in pieces),
        tuple(call for piece in pieces for call in piece.calls),
    )


@pytest.mark.parametrize("step", [1, 2, 5, 1000])
@pytest.mark.parametrize("kind", [RequiredCall, CallOrAnswer])
def test_a_call(kind: type[RequiredCall] | type[CallOrAnswer], step: int) -> None:
    found = read(kind(THINKER), f"<think>hm</think>\n{CALL}", step)
    assert (found.text, found.thinking) == ("", "hm")
    (call,) = found.calls
    assert (call.name, call.arguments) == ("go", {"at": 1})


@pytest.mark.parametrize("step", [1, 2, 5, 1000])
@pytest.mark.parametrize(
    "text", ['{"name": "goes", "arguments": {}}', '{"name": "go"}', '{"a": 1}', "[]", '{"name', ""]
)
def test_an_answer_that_is_no_call(text: str, step: int) -> None:
    found = read(CallOrAnswer(Plain()), text, step)
    assert (found.text, found.calls) == (text, ())


def test_an_answer_comes_as_soon_as_it_can_be_no_call() -> None:
    parser = CallOrAnswer(Plain()).parser(Situation("", None, ("go",)))
    assert not parser.feed('{"name": ')
    assert [piece.text for piece in parser.feed('"x')] == ['{"name": ', '"x']


def test_a_call_that_was_cut_off_comes_back_as_text() -> None:
    assert read(RequiredCall(Plain()), CALL[:-2], 3).text == CALL[:-2]


def test_references_hold_where_a_schema_is_nested() -> None:
    schema = any_of([call_schema(TOOLS, ""), POINT])
    for pointer in _references(schema):
        place: Any = schema
        for part in pointer.removeprefix("#/").split("/"):
            place = place[int(part)] if isinstance(place, list) else place[part]
        assert place == {"type": "integer"}
    assert len(_references(schema)) == 2


def _references(schema: Any) -> list[str]:
    found: list[str] = []

    def note(value: dict[str, Any]) -> dict[str, Any]:
        found.extend([value["$ref"]] if "$ref" in value else [])
        return value

    json.loads(json.dumps(schema), object_hook=note)
    return found


def test_a_function_that_is_not_there() -> None:
    with pytest.raises(RequestInvalid, match='"fly", which is none of the tools'):
        call_schema(TOOLS, "fly")


def test_a_schema_that_is_nested_too_deeply() -> None:
    schema: dict[str, Any] = {}
    for _ in range(5000):
        schema = {"items": schema}
    with pytest.raises(RequestInvalid, match="nested too deeply"):
        call_schema([tool("go", schema)], "go")
    with pytest.raises(RequestInvalid, match="nested too deeply"):
        any_of([POINT, schema])
