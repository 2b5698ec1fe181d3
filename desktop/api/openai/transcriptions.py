"""`POST /v1/audio/transcriptions`: what is said in a sound, by a model that can hear."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response

from desktop.api.connection import attend
from desktop.api.desk import Desk
from desktop.api.media import MAX_SOUND_BYTES
from desktop.api.replies import json_reply
from desktop.core.errors import MediaInvalid, NotSupported, RequestCanceled, RequestInvalid
from desktop.engine.asks import Ask
from desktop.engine.events import Piece

_FORM_BYTES = 2**20  # for everything but the sound
_TASK = (
    "You write down what is said in a recording, word for word and in the language that is spoken."
    " Answer with these words alone."
)


@dataclass(frozen=True, slots=True)
class _Form:
    """The fields of a request, as they came."""

    model: str
    sound: bytes
    language: str
    prompt: str
    response_format: str
    temperature: str


class Transcriptions:
    """The route's handler. Large files wait on the disk while they arrive."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def create(self, request: Request) -> Response:
        form = await _read_form(request)

        async def answer(request: Request, _body: bytes) -> Response:
            return await self._answer(request, form)

        return attend(answer, request, b"")

    async def _answer(self, request: Request, form: _Form) -> Response:
        ask = self._ask(request, form)
        async with contextlib.aclosing(self._desk.front.answer(request, ask)) as events:
            texts = [event.text async for event in events if isinstance(event, Piece)]
        text = "".join(texts).strip()
        if form.response_format == "text":
            return PlainTextResponse(text)
        return json_reply({"text": text})

    def _ask(self, request: Request, form: _Form) -> Ask:
        """Raises ModelNotFound, NotSupported, RequestInvalid."""
        front = self._desk.front
        model = front.find(request, form.model)
        if "audio" not in model.capabilities:
            raise NotSupported(f'"{form.model}" does not support audio')
        task = f"{_TASK} The language is {form.language}." if form.language else _TASK
        messages: list[dict[str, Any]] = [
            {"role": "system", "content": task},
            {"role": "user", "content": form.prompt, "media": [0]},
        ]
        options = front.options(request, model, {"temperature": _temperature(form.temperature)})
        return Ask(model=model, options=options, messages=messages, media=[form.sound], think=False)


async def _read_form(request: Request) -> _Form:
    """Raises RequestInvalid, MediaInvalid, RequestCanceled."""
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise RequestInvalid(
            "failed to parse multipart form: request Content-Type isn't multipart/form-data"
        )
    parser = MultiPartParser(request.headers, _limited(request), max_files=8, max_fields=64)
    try:
        form = await parser.parse()
    except MultiPartException as error:
        raise RequestInvalid(f"failed to parse multipart form: {error.message}") from error
    except ClientDisconnect as error:
        raise RequestCanceled from error
    try:
        texts = {name: value for name, value in form.items() if isinstance(value, str)}
        if not texts.get("model"):
            raise RequestInvalid("model is required")
        file = form.get("file")
        if not isinstance(file, UploadFile):
            raise RequestInvalid("file is required: http: no such file")
        sound = await file.read()
    finally:
        await form.close()
    if not sound:
        raise RequestInvalid("audio file is empty")
    return _Form(
        model=texts["model"],
        sound=sound,
        language=texts.get("language", ""),
        prompt=texts.get("prompt", ""),
        response_format=texts.get("response_format", ""),
        temperature=texts.get("temperature", ""),
    )


async def _limited(request: Request) -> AsyncGenerator[bytes, None]:
    """The body, if it is neither too large nor cut short. Raises MediaInvalid, RequestInvalid."""
    size, tail = 0, b""
    async for chunk in request.stream():
        size += len(chunk)
        if size > MAX_SOUND_BYTES + _FORM_BYTES:
            raise MediaInvalid(f"at most {MAX_SOUND_BYTES // 2**20} MiB of sound are taken")
        tail = (tail + chunk[-8:])[-8:]
        yield chunk
        await asyncio.sleep(0)  # a fast sender would not let anybody else have a turn
    if not tail.rstrip().endswith(b"--"):  # which ends the last part
        raise RequestInvalid("failed to parse multipart form: multipart: NextPart: EOF")


def _temperature(text: str) -> float:
    """Raises RequestInvalid."""
    try:
        return float(text or 0)
    except ValueError:
        raise RequestInvalid("temperature must be a number") from None
