"""A real HTTP server that answers chats as a test wants, in the service's own words.

What a model says depends on its name; `said` has other answers:
    talker   "Hello" and "world", with figures
    endless  words until the client goes away, which sets `client_gone`
    broken   a word, then an error line
    missing  404 model_not_found
"""

import asyncio
import json
import socket
import threading
from collections.abc import AsyncIterator
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

Json = dict[str, Any]
FINAL: Json = {
    "done": True,
    "done_reason": "stop",
    "prompt_eval_count": 100,
    "eval_count": 20,
    "eval_duration": 2_000_000_000,
    "load_duration": 500_000_000,
}


class Talker:
    """Serves on a free loopback port from a thread of its own; use it as a context manager."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, Json]] = []
        self.said: dict[str, list[Json]] = {
            "talker": [{"content": "Hello "}, {"content": "world"}],
            "broken": [{"content": "Oh"}],
        }
        self.final: Json = dict(FINAL)
        self.running: list[Json] = []
        self.models = ["talker", "endless"]
        self.context_length = 4096
        self.steps: list[Json] = []
        """How the models were made to fit."""
        self.client_gone = threading.Event()
        self.hold: threading.Event | None = None
        """The answer waits for it."""
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        config = uvicorn.Config(
            self._app(), lifespan="off", log_config=None, timeout_graceful_shutdown=1
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._serve)

    def __enter__(self) -> "Talker":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join(10)

    @property
    def chats(self) -> list[Json]:
        """Bodies of the requests for an answer."""
        return [body for path, body in self.requests if body.get("messages") or "prompt" in body]

    def _serve(self) -> None:
        asyncio.run(self._server.serve(sockets=[self._socket]))

    def _app(self) -> Starlette:
        async def models(_request: Request) -> Response:
            return JSONResponse({"models": [self._model(name) for name in self.models]})

        async def running(_request: Request) -> Response:
            return JSONResponse({"requests": self.running})

        async def nothing(_request: Request) -> Response:
            return JSONResponse({"error": "no such model", "code": "model_not_found"}, 404)

        return Starlette(
            routes=[
                Route("/api/tags", models),
                Route("/api/ps", models),
                Route("/api/puna/activity/running", running),
                Route("/api/chat", self._chat, methods=["POST"]),
                Route("/api/generate", self._chat, methods=["POST"]),
                Route("/{path:path}", nothing, methods=["GET", "POST"]),
            ]
        )

    def _model(self, name: str) -> Json:
        return {
            "name": f"{name}:latest",
            "modified_at": "2026-08-20T18:04:05Z",
            "size": 1000,
            "digest": name,
            "capabilities": ["completion"],
            "size_vram": 0,
            "expires_at": "2318-11-23T12:05:00Z",
            "context_length": self.context_length,
            "puna": {"plan": {"steps": self.steps}},
        }

    async def _chat(self, request: Request) -> Response:
        body = await request.json()
        self.requests.append((request.url.path, body))
        model = body["model"].removesuffix(":latest")
        if model == "missing":
            return JSONResponse({"error": "not found", "code": "model_not_found"}, 404)
        if body.get("_debug_render_only"):
            debug = {"rendered_template": "<user>Hi<assistant>"}
            return JSONResponse({"done": True, "_debug_info": debug})
        if not body.get("messages") and not body.get("prompt"):
            return JSONResponse({"done": True, "done_reason": "load"})
        lines = self._lines(model, is_chat="messages" in body)
        return StreamingResponse(lines, media_type="application/x-ndjson")

    async def _lines(self, model: str, is_chat: bool) -> AsyncIterator[bytes]:
        try:
            if self.hold is not None:
                await asyncio.to_thread(self.hold.wait, 10)
            for said in self.said.get(model, []):
                yield _line(_chat_line(said) if is_chat else {"response": said["content"]})
            while model == "endless":
                yield _line(_chat_line({"content": "on "}))
                await asyncio.sleep(0.005)
            if model == "broken":
                yield _line({"error": "it broke", "code": "worker_died"})
                return
            yield _line(self.final)
        except (asyncio.CancelledError, GeneratorExit):
            self.client_gone.set()
            raise


def _chat_line(said: Json) -> Json:
    return {"message": {"role": "assistant", "content": ""} | said, "done": False}


def _line(value: Json) -> bytes:
    return json.dumps(value).encode() + b"\n"
