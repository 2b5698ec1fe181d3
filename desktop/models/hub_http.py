"""How Puna speaks HTTP to the outside: certificates, proxies, and who it says it is.

httpx and truststore are imported when they are first used: a server that only answers is smaller
without them.
"""

import platform
import ssl
import sys
import urllib.request
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from desktop.core.errors import AppError
from desktop.core.version import OLLAMA_API_VERSION, PUNA_VERSION

if TYPE_CHECKING:
    import httpx

CONNECT_S = 15.0
ANSWER_S = 30.0
_ARCHITECTURES = {"x86_64": "amd64", "amd64": "amd64", "aarch64": "arm64", "i686": "386"}
_NEVER_BY_PROXY = ("localhost", "127.0.0.1", "::1")


class ProxyUnusable(AppError):
    """The system's proxy is of a kind that cannot be spoken to, or has no sound address."""

    code = "proxy_unusable"
    status = 502

    def __init__(self, proxy: str, kinds: str = "http") -> None:
        kind = proxy.partition("://")[0] if "://" in proxy else "http"
        wrong = f"is of the kind {kind}; Puna can use: {kinds}"
        if kind in kinds.split(", "):
            wrong = "has an address that cannot be right"
        super().__init__(f"The proxy set for this computer {wrong}.")


def user_agent() -> str:
    """Begins as Ollama's: registries vary their answers on it."""
    machine = platform.machine().lower()
    where = f"{_ARCHITECTURES.get(machine, machine)} {sys.platform.replace('win32', 'windows')}"
    return f"ollama/{OLLAMA_API_VERSION} ({where}) Go/1.24 Puna/{PUNA_VERSION}"


def tls_context() -> ssl.SSLContext:
    """Trusts what the system trusts, so that a company's own certificates work."""
    import truststore

    return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def make_client(**kwargs: Any) -> "httpx.Client":
    """A client for questions and small answers; redirects are not followed unless asked for.

    Args:
        kwargs: Those of `httpx.Client`; they win over what is set here.

    Raises:
        ProxyUnusable: the system's proxy is of a kind that httpx cannot speak to.
    """
    import httpx

    headers = {"User-Agent": user_agent()} | dict(kwargs.pop("headers", None) or {})
    direct: dict[str, None] = {f"all://{_bracketed(host)}": None for host in _NEVER_BY_PROXY}
    settings: dict[str, Any] = {
        "trust_env": True,
        "timeout": httpx.Timeout(ANSWER_S, connect=CONNECT_S),
        "follow_redirects": False,
    }
    if kwargs.get("transport") is None:  # a transport of the caller's has all of this itself
        settings |= {"verify": tls_context(), "mounts": direct}
    try:
        return httpx.Client(headers=headers, **(settings | kwargs))
    except (ImportError, ValueError, httpx.InvalidURL) as error:
        proxies = [url for kind, url in urllib.request.getproxies().items() if kind != "no"]
        to_blame = next((url for url in proxies if not _is_sound(url)), "")
        raise ProxyUnusable(to_blame, "http, https") from error


def proxy_for(url: str, proxies: Mapping[str, str] | None = None) -> str | None:
    """The proxy that the environment, or the platform, sets for an address; None: go directly.

    >>> proxy_for("http://127.0.0.1:80/x", {"http": "http://proxy:3128"})
    >>> proxy_for("https://example.org/x", {"http": "http://proxy:3128"})
    >>> proxy_for("http://example.org/x", {"http": "proxy:3128"})
    'http://proxy:3128'
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    known = urllib.request.getproxies() if proxies is None else proxies
    proxy = known.get(parts.scheme) or known.get("all")
    if not proxy or host in _NEVER_BY_PROXY or urllib.request.proxy_bypass(host):
        return None
    return proxy if "://" in proxy else f"http://{proxy}"


def _is_sound(proxy: str) -> bool:
    try:
        parts = urlsplit(proxy if "://" in proxy else f"http://{proxy}")
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
