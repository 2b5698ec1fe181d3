"""Opens connections: directly or by a proxy, with TLS or without."""

import base64
import ssl
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPSConnection
from urllib.parse import SplitResult, quote, unquote, urlsplit, urlunsplit

from desktop.core.errors import DownloadFailed
from desktop.models.hub_http import ProxyUnusable, proxy_for, tls_context

_SAFE = "%/:=&?~#+!$,;'@()*[]"  # signed addresses must stay as they are


class Dialer:
    """One for all transfers: the certificates are loaded once.

    Args:
        tls: Whom to trust; the system's certificates if None.
        proxies: By scheme; those of the environment and the platform, asked each time, if None.
    """

    def __init__(
        self, tls: ssl.SSLContext | None = None, proxies: Mapping[str, str] | None = None
    ) -> None:
        self._tls = tls or tls_context()
        self._proxies = proxies

    def dial(self, url: str, timeout_s: float) -> HTTPConnection:
        """A connection, not yet open, for requests to the host of `url`.

        Raises:
            DownloadFailed: `url` is not a web address.
            ProxyUnusable: the proxy is of another kind than http, or its address is wrong.
        """
        parts = checked(url)
        proxy = proxy_for(url, self._proxies)
        if proxy is None:
            return self._plain_or_tls(parts, parts.hostname or "", parts.port, timeout_s)
        try:
            gate = urlsplit(proxy)
            port = gate.port or 80
        except ValueError as error:
            raise ProxyUnusable(proxy) from error
        if gate.scheme != "http" or not gate.hostname:
            raise ProxyUnusable(proxy)
        connection = self._plain_or_tls(parts, gate.hostname, port, timeout_s)
        if parts.scheme == "https":
            connection.set_tunnel(parts.hostname or "", parts.port or 443, _credentials(gate))
        return connection

    def request_of(self, url: str) -> tuple[str, dict[str, str]]:
        """What stands in the request line, and the headers that a proxy needs."""
        parts = checked(url)
        proxy = proxy_for(url, self._proxies)
        if proxy and parts.scheme == "http":
            return urlunsplit(parts._replace(fragment="")), _credentials(urlsplit(proxy))
        return urlunsplit(("", "", parts.path or "/", parts.query, "")), {}

    def _plain_or_tls(
        self, parts: SplitResult, host: str, port: int | None, timeout_s: float
    ) -> HTTPConnection:
        if parts.scheme == "https":
            return HTTPSConnection(host, port, timeout=timeout_s, context=self._tls)
        return HTTPConnection(host, port, timeout=timeout_s)


def checked(url: str) -> SplitResult:
    """The parts of an http or https address, in ASCII.

    Raises:
        DownloadFailed: it is no such address.

    >>> checked("https://example.org/a b?c=%20").path
    '/a%20b'
    """
    try:
        parts = urlsplit(quote(url, safe=_SAFE))
        _ = parts.port  # ValueError: it is no number
        if parts.scheme in ("http", "https") and parts.hostname:
            return parts
    except ValueError:
        pass
    raise DownloadFailed(f"{url!r:.200} is not a web address (http or https).")


def origin(url: str) -> tuple[str, str, int]:
    """Scheme, host and port: what headers may be sent to, and a connection used for.

    >>> origin("https://Example.org/x") == origin("https://example.org:443/y")
    True
    """
    parts = checked(url)
    return (
        parts.scheme,
        parts.hostname or "",
        parts.port or {"http": 80, "https": 443}[parts.scheme],
    )


def _credentials(gate: SplitResult) -> dict[str, str]:
    if gate.username is None:
        return {}
    both = f"{unquote(gate.username)}:{unquote(gate.password or '')}"
    return {"Proxy-Authorization": "Basic " + base64.b64encode(both.encode()).decode()}
