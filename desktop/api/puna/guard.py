"""Puna's own routes are for programs of this machine, or for who has an admin's key: never for
others, never for a web page.
"""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response

from desktop.api.access import is_own_host
from desktop.api.network.callers import bears_traces_of_a_proxy, is_local
from desktop.api.network.door import ADMIN
from desktop.core.errors import AppError

Endpoint = Callable[[Request], Awaitable[Response]]


class ThisMachineOnly(AppError):
    """A caller from elsewhere, or a page in a browser."""

    code = "this_machine_only"
    status = 403

    def __init__(self) -> None:
        super().__init__(
            "this can be asked for by programs on this machine only, or with an admin's key"
        )


def guarded(endpoint: Endpoint) -> Endpoint:
    """The same endpoint, which answers 403 to everybody else."""

    async def check(request: Request) -> Response:
        if _is_page(request) or not (_is_ours(request) or request.scope.get(ADMIN)):
            raise ThisMachineOnly
        return await endpoint(request)

    return check


def _is_ours(request: Request) -> bool:
    """Whether a program of this machine asks. A proxy that we do not know could be passing on
    what anybody asks."""
    if not is_local(request.scope) or bears_traces_of_a_proxy(request.scope):
        return False
    return is_own_host(request.headers.get("host", ""))  # else a page whose name was rebound


def _is_page(request: Request) -> bool:
    """Whether a page in a browser asks: browsers name its origin, or how it is related to us."""
    site = request.headers.get("sec-fetch-site", "none")
    return "origin" in request.headers or site != "none"
