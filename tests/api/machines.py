"""Routes of their own, without a whole service around them."""

import asyncio
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from desktop.api.replies import error_body, json_reply
from desktop.core.errors import AppError
from desktop.models.machine_memory import MachineMemory

GB = 10**9
LAPTOP = MachineMemory(16 * GB, 12 * GB)


class Application:
    """Asks an application of some routes, in this process."""

    def __init__(self, *routes: Route) -> None:
        self._app = Starlette(routes=list(routes), exception_handlers={AppError: _on_error})

    def ask(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """Status and decoded body of the answer."""

        async def run() -> httpx.Response:
            transport = httpx.ASGITransport(app=self._app)
            async with httpx.AsyncClient(transport=transport, base_url="http://puna") as client:
                return await client.request(method, path, json=body)

        reply = asyncio.run(run())
        return reply.status_code, reply.json()


async def _on_error(_request: Request, error: Exception) -> Response:
    assert isinstance(error, AppError)
    return json_reply(error_body(error), error.status)
