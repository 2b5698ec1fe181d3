"""A real HTTP server whose answers a test writes down, for windows that need many routes."""

import asyncio
import json
import socket
import threading
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

METHODS = ["GET", "POST", "PATCH", "DELETE", "PUT"]


class ScriptedServer:
    """Serves on a free loopback port from a thread of its own; use it as a context manager.

    `answers` has the bodies by method and path, such as "GET /api/tags"; a pair is a status and a
    body. What is not there is answered 404. `asked` has what came: method and path, and the body.
    """

    def __init__(self) -> None:
        self.answers: dict[str, Any] = {}
        self.asked: list[tuple[str, Any]] = []
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        app = Starlette(routes=[Route("/{path:path}", self._answer, methods=METHODS)])
        config = uvicorn.Config(app, lifespan="off", log_config=None, timeout_graceful_shutdown=1)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._serve)

    def __enter__(self) -> "ScriptedServer":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join(10)

    def begin(self, answers: dict[str, Any]) -> None:
        """Forget what was, for the next test."""
        self.answers = answers
        self.asked.clear()

    def changes(self) -> list[tuple[str, Any]]:
        """All that was not only read."""
        return [each for each in self.asked if not each[0].startswith("GET ")]

    def _serve(self) -> None:
        asyncio.run(self._server.serve(sockets=[self._socket]))

    async def _answer(self, request: Request) -> Response:
        body = await request.body()
        name = f"{request.method} {request.url.path}"
        self.asked.append((name, json.loads(body) if body else None))
        found = self.answers.get(name)
        if found is None:
            return JSONResponse({"error": f"nothing at {name}", "code": "not_found"}, 404)
        status, content = found if isinstance(found, tuple) else (200, found)
        return JSONResponse(content, status)
