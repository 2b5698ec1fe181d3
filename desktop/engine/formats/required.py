"""Calls in an answer that is held to JSON, whatever marks the model would use by itself.

A call that must be made is an object that names the function and its arguments. Where the answer
has a schema of its own and functions may be called too, it is one or the other.
"""

from collections.abc import Sequence
from typing import Any

import msgspec

from desktop.core.errors import RequestInvalid
from desktop.engine.events import Piece, ToolCall
from desktop.engine.formats.calls import new_id
from desktop.engine.formats.format import Format, Parser, Situation


def call_schema(tools: Sequence[dict[str, Any]], name: str) -> dict[str, Any]:
    """JSON schema of a call of one of the functions, or of the one named.

    Raises:
        RequestInvalid: there is no function of that name, or a schema is nested too deeply.
    """
    functions = [tool.get("function") or {} for tool in tools]
    chosen = [each for each in functions if not name or each.get("name") == name]
    if not chosen:
        raise RequestInvalid(f'tool_choice names "{name}", which is none of the tools')
    return any_of([_call(each) for each in chosen])


def any_of(schemas: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """One of them; a single one stays as it is. Raises RequestInvalid for what is nested too
    deeply."""
    if len(schemas) == 1:
        return schemas[0]
    return {"anyOf": [_nested(each, f"/anyOf/{at}") for at, each in enumerate(schemas)]}


def _call(function: dict[str, Any]) -> dict[str, Any]:
    arguments = function.get("parameters") or {"type": "object"}
    return {
        "type": "object",
        "properties": {
            "name": {"const": function.get("name")},
            "arguments": _nested(arguments, "/properties/arguments"),
        },
        "required": ["name", "arguments"],
        "additionalProperties": False,
    }


def _nested(schema: Any, path: str) -> Any:
    """A schema that has become part of another: what it refers to is now further down.

    Raises:
        RequestInvalid: it is nested too deeply.

    >>> _nested({"items": {"$ref": "#/$defs/x"}, "$defs": {"x": {}}}, "/anyOf/0")
    {'items': {'$ref': '#/anyOf/0/$defs/x'}, '$defs': {'x': {}}}
    """
    try:
        return _moved(schema, path)
    except RecursionError as error:
        raise RequestInvalid("a schema is nested too deeply") from error


def _moved(schema: Any, path: str) -> Any:
    if isinstance(schema, list):
        return [_moved(each, path) for each in schema]
    if not isinstance(schema, dict):
        return schema
    nested = {name: _moved(each, path) for name, each in schema.items()}
    target = schema.get("$ref")
    if isinstance(target, str) and target.startswith("#"):
        nested["$ref"] = f"#{path}{target[1:]}"
    return nested


class RequiredCall:
    """Thinks as the model's own format does; what follows is one call in JSON, or, where the
    constraint only holds in part of the answer, one with the model's own marks."""

    def __init__(self, own: Format) -> None:
        self._own = own
        self.markers = own.markers
        self.thinking = own.thinking

    def parser(self, situation: Situation) -> Parser:
        return _RequiredParser(self._own.parser(situation))


class _RequiredParser:
    def __init__(self, own: Parser) -> None:
        self._own = own
        self._text = ""

    def feed(self, text: str) -> Sequence[Piece]:
        return self._thoughts(self._own.feed(text))

    def finish(self) -> Sequence[Piece]:
        pieces = list(self._thoughts(self._own.finish()))
        try:
            call = msgspec.json.decode(self._text, type=_Call)
        except msgspec.MsgspecError:  # cut off by a limit, or the call has come already
            return [*pieces, Piece(self._text)] if self._text.strip() else pieces
        return [*pieces, Piece(calls=(ToolCall(call.name, call.arguments, new_id()),))]

    def _thoughts(self, pieces: Sequence[Piece]) -> list[Piece]:
        self._text += "".join(piece.text for piece in pieces)
        told = [Piece(thinking=piece.thinking, calls=piece.calls) for piece in pieces]
        return [piece for piece in told if piece.thinking or piece.calls]


class CallOrAnswer:
    """Thinks as the model's own format does; what follows is a call in JSON, or the answer."""

    def __init__(self, own: Format) -> None:
        self._own = own
        self.markers = own.markers
        self.thinking = own.thinking

    def parser(self, situation: Situation) -> Parser:
        required = _RequiredParser(self._own.parser(situation))
        return _UndecidedParser(self._own.parser(situation), required, situation.tool_names)


class _UndecidedParser:
    """Holds the text back until it is clear whether it is a call.

    Args:
        own: Reads the answer if it is none.
        required: Reads the same text as a call.
    """

    def __init__(self, own: Parser, required: Parser, names: Sequence[str]) -> None:
        self._own = own
        self._required = required
        self._beginnings = [f'{{"name":"{name}","arguments":' for name in names]
        self._held: list[Piece] = []
        self._is_call: bool | None = None

    def feed(self, text: str) -> Sequence[Piece]:
        calls, pieces = self._required.feed(text), self._own.feed(text)
        if self._is_call is not None:
            return calls if self._is_call else pieces
        self._held += [piece for piece in pieces if piece.text]
        said = "".join("".join(piece.text for piece in self._held).split())
        if not any(beginning.startswith(said) for beginning in self._beginnings):
            self._is_call = any(said.startswith(beginning) for beginning in self._beginnings)
        told = [piece for piece in pieces if not piece.text]
        if self._is_call is False:
            told += self._held
        return told

    def finish(self) -> Sequence[Piece]:
        calls, pieces = self._required.finish(), self._own.finish()
        if self._is_call:
            return calls
        return [*self._held, *pieces] if self._is_call is None else pieces


class _Call(msgspec.Struct):
    name: str
    arguments: dict[str, Any]
