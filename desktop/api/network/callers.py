"""Who sent a request, as far as the network tells: the caller's own address, behind proxies too.

`X-Forwarded-For` is believed only if a proxy of the setting `trusted_proxies` sends it.
"""

from collections.abc import Callable
from typing import Any

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from desktop.api.network.addresses import Network, is_loopback, networks_of, parse_address
from desktop.core.settings import Settings

_FORWARDED = "puna.forwarded"
_TRACES = ("x-forwarded-for", "forwarded", "x-real-ip")


class Proxies:
    """ASGI middleware: puts the caller's address into the scope in the place of a proxy's."""

    def __init__(self, app: ASGIApp, settings: Callable[[], Settings]) -> None:
        self._app = app
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        trusted = self._settings().trusted_proxies
        if scope["type"] == "http" and trusted:
            scope = _seen_through(scope, networks_of(trusted))
        await self._app(scope, receive, send)


def caller_address(scope: Any) -> str:
    """Empty if nobody knows."""
    return scope["client"][0] if scope.get("client") else ""


def is_local(scope: Any) -> bool:
    """Whether a program of this machine asks us, and not in somebody else's name."""
    return not scope.get(_FORWARDED) and is_loopback(caller_address(scope))


def is_forwarded(scope: Any) -> bool:
    """Whether a proxy that we trust passes this on."""
    return bool(scope.get(_FORWARDED))


def bears_traces_of_a_proxy(scope: Any) -> bool:
    """Whether something between the caller and us says that it passes the request on."""
    headers = Headers(scope=scope)
    return any(name in headers for name in _TRACES)


def _seen_through(scope: Scope, trusted: tuple[Network, ...]) -> Scope:
    headers = Headers(scope=scope)
    hops = [hop.strip() for line in headers.getlist("x-forwarded-for") for hop in line.split(",")]
    if not hops or not _is_among(caller_address(scope), trusted):
        return scope
    # Each proxy adds the address that it saw, so only what stands right of a stranger is true.
    caller = next((hop for hop in reversed(hops) if not _is_among(hop, trusted)), hops[0])
    scheme = headers.get("x-forwarded-proto", "").strip().lower()
    seen = {"scheme": scheme} if scheme in ("http", "https") else {}
    return {**scope, **seen, "client": (_bare(caller), 0), _FORWARDED: True}


def _is_among(text: str, networks: tuple[Network, ...]) -> bool:
    address = parse_address(_bare(text))
    return address is not None and any(address in network for network in networks)


def _bare(text: str) -> str:
    """Some proxies add the port.

    >>> _bare("10.0.0.1:5000"), _bare("[fe80::1]:5000"), _bare("fe80::1")
    ('10.0.0.1', 'fe80::1', 'fe80::1')
    """
    if text.startswith("["):
        return text[1:].partition("]")[0]
    return text.partition(":")[0] if text.count(":") == 1 else text
