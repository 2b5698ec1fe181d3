"""`POST /api/tokenize` and `POST /api/detokenize`: what a text is to a model.

Ollama has no such routes; fields and answers are those of llama.cpp's server and of what has been
proposed for Ollama.
"""

import time
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from desktop.api.desk import Desk
from desktop.api.fields import Fields, read_body
from desktop.api.replies import json_reply
from desktop.core.durations import parse_keep_alive
from desktop.core.errors import RequestInvalid
from desktop.engine.tokens import TokenAsk

_TEXT_FIELDS = ("content", "text", "prompt")


class TokenRoutes:
    """The routes' handlers."""

    def __init__(self, desk: Desk) -> None:
        self._front = desk.front

    async def tokenize(self, request: Request, raw: bytes) -> Response:
        """POST /api/tokenize: the text is in `content`, `text` or `prompt`."""
        started_ns = time.perf_counter_ns()
        fields = read_body(raw, "TokenizeRequest")
        texts = [fields.text(name) for name in _TEXT_FIELDS]
        add_special, parse_special = fields.flag("add_special"), fields.flag("parse_special")
        with_pieces = fields.flag("with_pieces") or False
        ask = self._ask(request, fields)
        ask.text = next(filter(None, texts), "")
        ask.add_special, ask.parse_special = add_special or False, parse_special is not False
        ask.with_pieces = with_pieces
        found = await self._front.tokenize(request, ask)
        tokens: list[Any] = list(found.tokens)
        if with_pieces:
            pairs = zip(found.tokens, found.pieces, strict=True)
            tokens = [{"id": token, "piece": _piece(piece)} for token, piece in pairs]
        body = {"model": fields.text("model"), "tokens": tokens}
        return json_reply(body | _durations(started_ns, found.load_ns))

    async def detokenize(self, request: Request, raw: bytes) -> Response:
        """POST /api/detokenize: the text of `tokens`, in `content` and in `text`."""
        started_ns = time.perf_counter_ns()
        fields = read_body(raw, "DetokenizeRequest")
        tokens = fields.integers("tokens")
        if not all(0 <= token < 2**31 for token in tokens):
            raise RequestInvalid('"tokens" has numbers in it that are no tokens')
        ask = self._ask(request, fields)
        ask.tokens = tokens
        found = await self._front.tokenize(request, ask)
        body = {"model": fields.text("model"), "content": found.text, "text": found.text}
        return json_reply(body | _durations(started_ns, found.load_ns))

    def _ask(self, request: Request, fields: Fields) -> TokenAsk:
        name, options = fields.text("model"), fields.mapping("options")
        keep_alive_s = parse_keep_alive(fields.raw("keep_alive"))
        if not name:
            raise RequestInvalid("model is required")
        model = self._front.find(request, name)
        return TokenAsk(
            model=model,
            options=self._front.options(request, model, options),
            keep_alive_s=keep_alive_s,
        )


def _piece(piece: bytes) -> str | list[int]:
    """A part of a character can only be told as bytes."""
    try:
        return piece.decode()
    except UnicodeDecodeError:
        return list(piece)


def _durations(started_ns: int, load_ns: int) -> dict[str, int]:
    return {"total_duration": time.perf_counter_ns() - started_ns, "load_duration": load_ns}
