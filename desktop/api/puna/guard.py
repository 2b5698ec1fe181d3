"""Puna's own routes are for programs of this machine: never for others, never for a web page."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response

from desktop.api.access import is_loopback
from desktop.core.errors import AppError

Endpoint = Callable[[Request], Awaitable[Response]]


class ThisMachineOnly(AppError):
    """A caller from elsewhere, or a page in a browser."""

    code = "this_machine_only"
    status = 403

    def __init__(self) -> None:
        super().__init__("this can be asked for by programs on this machine only")


def guarded(endpoint: Endpoint) -> Endpoint:
    """The same endpoint, which answers 403 to everybody else."""

    async def check(request: Request) -> Response:
        is_local = request.client is not None and is_loopback(request.client.host)
        if not is_local or "origin" in request.headers:
            raise ThisMachineOnly
        return await endpoint(request)

    return check
