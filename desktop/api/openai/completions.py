"""`POST /v1/completions`: OpenAI's older way; as with Ollama, prompts go through the model's
template."""

import contextlib
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from desktop.api.desk import Desk
from desktop.api.fields import Fields, go_kind
from desktop.api.ollama.answers import render
from desktop.api.ollama.asks import thinking
from desktop.api.openai.answers import (
    Told,
    Whole,
    answers,
    collect,
    head,
    new_id,
    openai_json,
    repeated,
    truncation,
    usage,
)
from desktop.api.openai.asks import (
    Common,
    find_model,
    read_choices,
    read_common,
    read_limit,
    read_logit_bias,
    read_top_logprobs,
)
from desktop.api.openai.bodies import read_fields
from desktop.api.openai.chat import DEFAULTS, DONE
from desktop.api.openai.errors import envelope
from desktop.api.sse import EventStream, frame
from desktop.core.errors import NotSupported, RequestInvalid
from desktop.engine.asks import Ask
from desktop.engine.events import Finished, Logprob, Piece
from desktop.models.installed import InstalledModel

MAX_PROMPTS = 32
_NOTHING = usage(())


@dataclass(frozen=True, slots=True)
class _Body:
    """The fields of this route, decoded."""

    common: Common
    prompts: list[str]
    suffix: str
    count: int
    echo: bool
    logprobs: int
    logit_bias: dict[int, float]
    include_usage: bool
    render_only: bool

    @classmethod
    def of(cls, fields: Fields) -> "_Body":
        common = read_common(fields, DEFAULTS)
        if common.options["top_p"] == 0:
            common.options["top_p"] = 1.0
        common.options.update(read_limit(fields, "max_tokens") | _read_stop(fields))
        count = read_choices(fields)
        if fields.raw("best_of") is not None and fields.integer("best_of") != count:
            raise RequestInvalid("best_of must be equal to n: all answers are given back")
        wants_logprobs = fields.raw("logprobs") is not None
        streaming = fields.object("stream_options", "openai.StreamOptions")
        return cls(
            common=common,
            prompts=_read_prompts(fields.raw("prompt")),
            suffix=fields.text("suffix"),
            count=count,
            echo=fields.flag("echo") or False,
            logprobs=read_top_logprobs(fields, "logprobs") if wants_logprobs else -1,
            logit_bias=read_logit_bias(fields),
            include_usage=streaming.flag("include_usage") or False,
            render_only=fields.flag("_debug_render_only") or False,
        )

    @property
    def heads(self) -> list[str]:
        """What each choice begins with."""
        return [prompt if self.echo else "" for prompt in self.prompts for _ in range(self.count)]


def _read_prompts(value: Any) -> list[str]:
    """A text, or several; each gets answers of its own."""
    prompts = [value] if isinstance(value, str) else value
    if value is None:
        prompts = [""]
    if not isinstance(prompts, list) or not all(isinstance(each, str) for each in prompts):
        raise RequestInvalid("prompt must be a string or a list of strings; tokens are not read")
    if not 1 <= len(prompts) <= MAX_PROMPTS:
        raise RequestInvalid(f"prompt must have between 1 and {MAX_PROMPTS} texts")
    return prompts


def _read_stop(fields: Fields) -> dict[str, Any]:
    value = fields.raw("stop")
    if value is None:
        return {}
    items = value if isinstance(value, list) else [value]
    for item in items:
        if not isinstance(item, str):
            kind = "float64" if go_kind(item) == "number" else go_kind(item)
            raise RequestInvalid(f"invalid type for 'stop' field: {kind}")
    return {"stop": items}


class Completions:
    """The route's handler."""

    def __init__(self, desk: Desk) -> None:
        self._front = desk.front

    async def __call__(self, request: Request, raw: bytes) -> Response:
        body = _Body.of(read_fields(request, raw, "CompletionRequest"))
        front, common = self._front, body.common
        model = find_model(front, request, common, "generate")
        if body.suffix and "insert" not in model.capabilities:
            raise NotSupported(f"{model.name.full} does not support insert")
        asks = [self._ask(request, model, body, prompt) for prompt in body.prompts]
        start = head(new_id("cmpl-"), "text_completion", common.model)
        if body.render_only:
            debug = await render(front, request, asks[0])
            return openai_json(_completion(start, body, [Whole()]) | debug)
        if not any(body.prompts):
            await front.load(request, model, asks[0].options, common.keep_alive_s)
            return openai_json(_completion(start, body, [Whole()]))
        asks = [each for ask in asks for each in repeated(ask, body.count)]
        if common.stream:
            told = answers(front, request, asks)
            frames = _Chunks(start, body).frames(told)
            return await EventStream.opened(frames, lambda error: frame(envelope(error)))
        return openai_json(_completion(start, body, await collect(front, request, asks)))

    def _ask(self, request: Request, model: InstalledModel, body: _Body, prompt: str) -> Ask:
        common = body.common
        messages = [*model.messages, {"role": "user", "content": prompt}]
        if model.system:
            messages.insert(0, {"role": "system", "content": model.system})
        return Ask(
            model=model,
            options=self._front.options(request, model, common.options),
            keep_alive_s=common.keep_alive_s,
            messages=messages,
            chat=False,
            suffix=body.suffix,
            think=thinking(model, common.think),
            logprobs=body.logprobs,
            logit_bias=body.logit_bias,
        )


def _completion(start: dict[str, Any], body: _Body, wholes: list[Whole]) -> dict[str, Any]:
    """The answer that is not streamed. Thoughts have no place in it."""
    choices = []
    for index, (whole, before) in enumerate(zip(wholes, body.heads, strict=False)):
        choice = _choice(index, before + whole.text, whole.finished.reason)
        if whole.logprobs:
            choice["logprobs"] = _logprobs(whole.logprobs, len(before))
        choices.append(choice)
    ends = [whole.finished for whole in wholes]
    figures = usage(ends, len(body.prompts))
    return start | {"choices": choices, "usage": figures} | truncation(ends)


def _choice(index: int, text: str, reason: str | None) -> dict[str, Any]:
    return {"text": text, "index": index, "finish_reason": reason}


def _logprobs(entries: list[Logprob], offset: int) -> dict[str, Any]:
    """OpenAI's older shape: lists beside each other.

    Args:
        offset: Where in the choice's text the first token begins.
    """
    texts = [each.piece.decode("utf-8", "replace") for each in entries]
    before = b""
    offsets = []
    for each in entries:
        offsets.append(offset + len(before.decode("utf-8", "ignore")))
        before += each.piece
    tops = [
        {piece.decode("utf-8", "replace"): logprob for piece, logprob in each.tops}
        for each in entries
    ]
    return {
        "tokens": texts,
        "token_logprobs": [each.logprob for each in entries],
        "top_logprobs": tops if any(tops) else None,
        "text_offset": offsets,
    }


class _Chunks:
    """Makes the chunks of a streamed answer."""

    def __init__(self, start: dict[str, Any], body: _Body) -> None:
        self._start = start
        self._body = body
        self._offsets = [len(before) for before in body.heads]
        self._ends: dict[int, Finished] = {}

    async def frames(self, told: AsyncGenerator[Told]) -> AsyncGenerator[bytes]:
        """All events, to the last."""
        async with contextlib.aclosing(told):
            if self._body.echo:
                for index, before in enumerate(self._body.heads):
                    yield self._frame(_choice(index, before, None))
            async for index, each in told:
                if isinstance(each, Finished):
                    self._ends[index] = each
                    last = _choice(index, "", each.reason)
                    yield self._frame(last, truncation([each]))
                elif each.text or each.logprobs:
                    yield self._frame(self._said(index, each))
        if self._body.include_usage:
            ends = [self._ends[at] for at in sorted(self._ends)]
            figures = usage(ends, len(self._body.prompts))
            yield frame(self._start | {"choices": [], "usage": figures})
        yield DONE

    def _said(self, index: int, piece: Piece) -> dict[str, Any]:
        choice = _choice(index, piece.text, None)
        if piece.logprobs:
            choice["logprobs"] = _logprobs(piece.logprobs, self._offsets[index])
        self._offsets[index] += len(piece.text)
        return choice

    def _frame(self, choice: dict[str, Any], more: dict[str, Any] | None = None) -> bytes:
        figures = {"usage": _NOTHING} if self._body.include_usage else {}
        return frame(self._start | {"choices": [choice]} | figures | (more or {}))
