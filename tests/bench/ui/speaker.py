"""A server in a process of its own that answers every chat with so many tokens in a second."""

import asyncio
import json
import socket
import sys
import time
from collections.abc import AsyncIterator
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from tests.bench.ui.texts import tokens

MODEL = "speaker:latest"


class Speaker:
    """Speaks at a steady pace; late tokens are made up for."""

    def __init__(self, rate: float, count: int) -> None:
        self._rate = rate
        self._count = count

    def app(self) -> Starlette:
        model = {
            "name": MODEL,
            "model": MODEL,
            "modified_at": "2026-08-20T18:04:05Z",
            "size": 1,
            "digest": "0" * 64,
            "capabilities": ["completion"],
            "size_vram": 0,
            "expires_at": "2318-11-23T12:05:00Z",
            "context_length": 32768,
        }

        async def models(_request: Request) -> Response:
            return JSONResponse({"models": [model]})

        async def none(_request: Request) -> Response:
            return JSONResponse({"requests": []})

        return Starlette(
            routes=[
                Route("/api/tags", models),
                Route("/api/ps", models),
                Route("/api/puna/activity/running", none),
                Route("/api/chat", self._chat, methods=["POST"]),
            ]
        )

    async def _chat(self, request: Request) -> Response:
        body = await request.json()
        if not body.get("messages"):
            return JSONResponse({"done": True, "done_reason": "load"})
        return StreamingResponse(self._lines(), media_type="application/x-ndjson")

    async def _lines(self) -> AsyncIterator[bytes]:
        started = time.perf_counter()
        for number, token in enumerate(tokens(self._count)):
            ahead_s = started + number / self._rate - time.perf_counter()
            if ahead_s > 0:
                await asyncio.sleep(ahead_s)
            yield _line({"message": {"role": "assistant", "content": token}, "done": False})
        yield _line({"done": True, "done_reason": "stop", "eval_count": self._count})


def _line(value: dict[str, Any]) -> bytes:
    return json.dumps(value).encode() + b"\n"


def main() -> None:
    """Arguments: tokens in a second, tokens. Prints its address, and ends with its stdin."""
    rate, count = float(sys.argv[1]), int(sys.argv[2])
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(Speaker(rate, count).app(), lifespan="off", log_config=None)
    server = uvicorn.Server(config)
    print(f"http://127.0.0.1:{listener.getsockname()[1]}", flush=True)

    async def serve() -> None:
        serving = asyncio.ensure_future(server.serve(sockets=[listener]))
        await asyncio.to_thread(sys.stdin.read)
        server.should_exit = True
        await serving

    asyncio.run(serve())


if __name__ == "__main__":
    main()
