"""A small real HTTP server that speaks the API with scripted answers, for tests of the clients.

What a model answers depends on its name:
    echo    the prompt, word by word
    endless words until the client goes away, which sets `client_gone`
    broken  one word, then an error line
    cut     one word, then the connection is closed
"""

import asyncio
import json
import socket
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

DETAILS = {
    "parent_model": "",
    "format": "gguf",
    "family": "llama",
    "families": ["llama"],
    "parameter_size": "134.52M",
    "quantization_level": "Q4_1",
}
INSTALLED = {
    "name": "echo:latest",
    "model": "echo:latest",
    "modified_at": "2026-08-20T18:04:05.123456789+02:00",
    "size": 98_362_432,
    "digest": "0a1b2c3d4e5f" + "0" * 52,
    "details": DETAILS,
    "capabilities": ["completion"],
}
LOADED = {
    "name": "echo:latest",
    "model": "echo:latest",
    "size": 211_000_000,
    "digest": "0a1b2c3d4e5f" + "0" * 52,
    "details": DETAILS,
    "expires_at": "2318-11-23T12:05:00.1Z",
    "size_vram": 0,
    "context_length": 4096,
}
CARD = {
    "modified_at": "2026-08-20T18:04:05Z",
    "details": DETAILS,
    "model_info": {"general.architecture": "llama", "llama.context_length": 8192},
    "capabilities": ["completion"],
    "parameters": 'stop                           "<|im_end|>"',
    "license": "Apache License\nVersion 2.0\nTerms follow",
}
FINAL = {"done": True, "done_reason": "stop", "eval_count": 2, "eval_duration": 1_000_000}


class ProtocolServer:
    """Serves on a free loopback port from a thread of its own; use it as a context manager."""

    def __init__(self, *, puna: str = "0.1.0") -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))  # accepts from here on
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self.installed: list[dict[str, Any]] = [INSTALLED]
        self.loaded: list[dict[str, Any]] = [LOADED]
        self.requests: list[dict[str, Any]] = []  # bodies, in order
        self.client_gone = threading.Event()
        self.tags_asked = threading.Event()
        self._version = {"version": "0.33.0"} | ({"puna": puna} if puna else {})
        config = uvicorn.Config(
            self._app(), lifespan="off", log_config=None, timeout_graceful_shutdown=1
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._serve)

    def __enter__(self) -> "ProtocolServer":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join(10)

    def _serve(self) -> None:
        asyncio.run(self._server.serve(sockets=[self._socket]))

    def _app(self) -> Starlette:
        async def version(request: Request) -> Response:
            return JSONResponse(self._version)

        async def tags(request: Request) -> Response:
            self.tags_asked.set()
            return JSONResponse({"models": self.installed})

        async def ps(request: Request) -> Response:
            return JSONResponse({"models": self.loaded})

        return Starlette(
            routes=[
                Route("/api/version", version),
                Route("/api/tags", tags),
                Route("/api/ps", ps),
                Route("/api/show", self._show, methods=["POST"]),
                Route("/api/generate", self._answer, methods=["POST"]),
                Route("/api/chat", self._answer, methods=["POST"]),
                Route("/api/puna/import", self._import, methods=["POST"]),
                Route("/api/puna/activity/events", self._events({"requests": []})),
                Route("/api/puna/downloads/events", self._events({"downloads": []})),
                Route("/api/puna/origins/events", self._events({"asked": [], "decided": []})),
            ]
        )

    def _events(self, first: dict[str, Any]) -> Callable[[Request], Awaitable[Response]]:
        """A route that tells how things are, and then nothing, as nothing changes here."""

        async def route(request: Request) -> Response:
            async def lines() -> AsyncIterator[bytes]:
                yield _line(first)
                await asyncio.Event().wait()  # until the client goes

            return StreamingResponse(lines(), media_type="application/x-ndjson")

        return route

    async def _body(self, request: Request) -> dict[str, Any]:
        body: dict[str, Any] = await request.json()
        self.requests.append(body)
        return body

    async def _show(self, request: Request) -> Response:
        body = await self._body(request)
        return JSONResponse(CARD) if body["model"] == "echo" else _not_found(body)

    async def _import(self, request: Request) -> Response:
        body = await self._body(request)

        async def lines() -> AsyncIterator[bytes]:
            for done in (0, 50, 100):
                yield _line({"status": "copying", "completed": done, "total": 100})
            yield _line({"status": "success", "model": body["name"] or "from-file:latest"})

        return StreamingResponse(lines(), media_type="application/x-ndjson")

    async def _answer(self, request: Request) -> Response:
        body = await self._body(request)
        if body["model"] not in ("echo", "endless", "broken", "cut"):
            return _not_found(body)
        messages = body.get("messages")
        prompt = body.get("prompt", "") if messages is None else (messages or [{}])[-1]
        text = prompt if isinstance(prompt, str) else prompt.get("content", "")
        if not text:
            reason = "unload" if body.get("keep_alive") == 0 else "load"
            return JSONResponse(_chunk(messages, "") | FINAL | {"done_reason": reason})
        words = self._words(body["model"], text, messages)
        return StreamingResponse(words, media_type="application/x-ndjson")

    async def _words(self, model: str, text: str, messages: Any) -> AsyncIterator[bytes]:
        try:
            for word in text.split(" "):
                yield _line(_chunk(messages, f"{word} "))
                if model == "broken":
                    yield _line({"error": "model runner has unexpectedly stopped"})
                    return
                if model == "cut":
                    raise ConnectionAbortedError
            while model == "endless":
                yield _line(_chunk(messages, "on "))
                await asyncio.sleep(0.01)
            yield _line(_chunk(messages, "") | FINAL)
        except (asyncio.CancelledError, GeneratorExit):
            self.client_gone.set()
            raise


def _chunk(messages: Any, text: str) -> dict[str, Any]:
    said = (
        {"response": text}
        if messages is None
        else {"message": {"role": "assistant", "content": text}}
    )
    return {"model": "m", "created_at": "2026-08-21T10:00:00Z", "done": False} | said


def _line(value: dict[str, Any]) -> bytes:
    return json.dumps(value).encode() + b"\n"


def _not_found(body: dict[str, Any]) -> Response:
    text = f"model '{body['model']}' not found"
    return JSONResponse({"error": text, "code": "model_not_found"}, 404)
