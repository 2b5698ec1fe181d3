"""Who may talk to us: no foreign web page, no name that was rebound to this machine.

A page in the browser can send requests to localhost. Two things give it away: its `Origin`, and,
when its own name was pointed at 127.0.0.1 (DNS rebinding), the `Host` it asks for.
"""

import re
import socket
from collections.abc import Callable

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from desktop.api.network.addresses import parse_address
from desktop.api.network.callers import is_forwarded
from desktop.api.network.origins import OriginBook
from desktop.hardware.network import own_addresses

PREFLIGHT_METHODS = "GET,POST,PUT,PATCH,DELETE,HEAD,OPTIONS"
_STAINLESS = (
    "arch async custom-poll-interval helper-method lang os package-version poll-helper"
    " retry-count runtime runtime-version timeout"
)
PREFLIGHT_HEADERS = ",".join(
    (
        *("Authorization", "Content-Type", "User-Agent", "Accept", "X-Requested-With"),
        "OpenAI-Beta",
        *(f"x-stainless-{part}" for part in _STAINLESS.split()),
        *("x-api-key", "anthropic-version", "anthropic-dangerous-direct-browser-access"),
    )
)


class AccessControl:
    """ASGI middleware: checks Host and Origin, answers preflights, adds CORS headers.

    Args:
        origins: Knows which pages may ask.
        is_private: Whether we listen on loopback only now; else no Host is refused.
    """

    def __init__(
        self, app: ASGIApp, *, origins: OriginBook, is_private: Callable[[], bool]
    ) -> None:
        self._app = app
        self._origins = origins
        self._is_private = is_private

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        scope = {**scope, "path": _clean_path(scope["path"])}
        headers = Headers(scope=scope)
        host, origin = headers.get("host", ""), headers.get("origin") or None
        if self._is_private() and not is_forwarded(scope) and not is_own_host(host):
            await _plain(send, 403)
            return
        foreign = origin is not None and origin not in (f"http://{host}", f"https://{host}")
        if foreign and not self._origins.allows(origin or ""):
            self._origins.ask(origin or "")
            await _plain(send, 403)
            return
        if scope["method"] == "OPTIONS":
            await self._preflight(send, origin, host)
            return
        if foreign:
            send = self._with_cors(send, origin or "")
        await self._app(scope, receive, send)

    def _cors(self, origin: str) -> dict[str, str]:
        if self._origins.everybody:
            return {"access-control-allow-origin": "*"}
        return {"access-control-allow-origin": origin, "vary": "Origin"}

    def _with_cors(self, send: Send, origin: str) -> Send:
        async def sender(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(self._cors(origin))
            await send(message)

        return sender

    async def _preflight(self, send: Send, origin: str | None, host: str) -> None:
        if origin is None:
            names_us = self._is_private() and parse_address(_host_name(host)) is None
            await _plain(send, 204 if names_us else 405)
            return
        await _plain(
            send,
            204,
            self._cors(origin)
            | {
                "access-control-allow-methods": PREFLIGHT_METHODS,
                "access-control-allow-headers": PREFLIGHT_HEADERS,
                "access-control-max-age": "43200",
            },
        )


def is_own_host(host: str) -> bool:
    """Whether a Host header can only mean this machine, or one on a private network.

    >>> is_own_host("localhost:11434"), is_own_host("127.0.0.1"), is_own_host("[::1]:1")
    (True, True, True)
    >>> is_own_host("evil.example"), is_own_host("8.8.8.8"), is_own_host("puna.local")
    (False, False, True)
    """
    name = _host_name(host).lower().rstrip(".")
    if address := parse_address(name):
        private = address.is_loopback or address.is_private or address.is_unspecified
        return private or str(address) in own_addresses()
    if name in ("", "localhost", socket.gethostname().lower()):
        return True
    return name.endswith((".localhost", ".local", ".internal"))


def _host_name(host: str) -> str:
    """The part before the port, without the brackets of an IPv6 address."""
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0] if host.count(":") == 1 else host


def _clean_path(path: str) -> str:
    """Doubled and trailing slashes come from base URLs that end in one.

    >>> _clean_path("//api/chat"), _clean_path("/api/tags/"), _clean_path("/")
    ('/api/chat', '/api/tags', '/')
    """
    return re.sub(r"/{2,}", "/", path).rstrip("/") or "/"


async def _plain(send: Send, status: int, headers: dict[str, str] | None = None) -> None:
    body = b"405 method not allowed" if status == 405 else b""
    raw = [(name.encode(), value.encode()) for name, value in (headers or {}).items()]
    if status != 204:
        raw.append((b"content-length", str(len(body)).encode()))
    if body:
        raw.append((b"content-type", b"text/plain"))
    await send({"type": "http.response.start", "status": status, "headers": raw})
    await send({"type": "http.response.body", "body": body})
