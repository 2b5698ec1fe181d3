"""A call that must be made: the answer is held to a JSON object that names the function and its
arguments, whatever marks the model would use by itself."""

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
        RequestInvalid: there is no function of that name.
    """
    functions = [tool.get("function") or {} for tool in tools]
    chosen = [each for each in functions if not name or each.get("name") == name]
    if not chosen:
        raise RequestInvalid(f'tool_choice names "{name}", which is none of the tools')
    calls = [
        {
            "type": "object",
            "properties": {
                "name": {"const": each.get("name")},
                "arguments": each.get("parameters") or {"type": "object"},
            },
            "required": ["name", "arguments"],
            "additionalProperties": False,
        }
        for each in chosen
    ]
    return calls[0] if len(calls) == 1 else {"anyOf": calls}


class RequiredCall:
    """Thinks as the model's own format does; what follows is one call in JSON."""

    def __init__(self, own: Format) -> None:
        self._own = own
        self.markers = own.markers
        self.thinking = own.thinking

    def parser(self, situation: Situation) -> Parser:
        quiet = Situation(situation.prompt_end, situation.think, ())
        return _RequiredParser(self._own.parser(quiet))


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
        except msgspec.MsgspecError:  # cut off by a limit
            return [*pieces, Piece(self._text)] if self._text else pieces
        return [*pieces, Piece(calls=(ToolCall(call.name, call.arguments, new_id()),))]

    def _thoughts(self, pieces: Sequence[Piece]) -> list[Piece]:
        self._text += "".join(piece.text for piece in pieces)
        return [Piece(thinking=piece.thinking) for piece in pieces if piece.thinking]


class _Call(msgspec.Struct):
    name: str
    arguments: dict[str, Any]
