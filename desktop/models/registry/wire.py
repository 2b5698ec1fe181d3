"""One HTTP request to a registry: sent, with failures in the words of Go's library, which programs
and people know from Ollama; and answers read with a limit.
"""

import re
import socket
import ssl
from collections.abc import Iterator

import httpx

from desktop.models.registry.errors import RegistryAnswerInvalid, RegistryUnreachable

MAX_TEXT_BYTES = 2**16
MAX_SHOWN_CHARACTERS = 1000
_CUT = re.compile("disconnected|closed|without sending")
_PLAIN_ANSWERS = frozenset({"WRONG_VERSION_NUMBER", "HTTP_REQUEST", "RECORD_LAYER_FAILURE"})


def send(http: httpx.Client, request: httpx.Request) -> httpx.Response:
    """Send, and wait for the answer's headers. No redirect is followed; close the response.

    Raises:
        RegistryUnreachable: no connection, or it broke.
        RegistryAnswerInvalid: the address cannot be one.
    """
    try:
        return http.send(request, stream=True, follow_redirects=False)
    except (httpx.InvalidURL, ValueError) as error:  # a host that is no host; also a redirect's
        raise RegistryAnswerInvalid(f"{request.url} is, or leads to, no usable address") from error
    except httpx.HTTPError as error:
        raise _unreachable(request, error) from error


def address(text: str, base: httpx.URL | None = None) -> httpx.URL:
    """An address that a registry names; `base` is the one it is relative to.

    Raises:
        RegistryAnswerInvalid: it is none.
    """
    try:
        url = base.join(text) if base else httpx.URL(text)
        url.host.encode("ascii", "replace")  # some hosts are only found bad when they are looked at
    except (httpx.InvalidURL, ValueError) as error:
        raise RegistryAnswerInvalid(f"{text!r:.200} is not an address") from error
    return url


def read_within(response: httpx.Response, limit_bytes: int) -> bytes:
    """The whole body.

    Raises:
        RegistryAnswerInvalid: it has more than `limit_bytes`.
        RegistryUnreachable: it broke off.
    """
    data = _beginning(response, limit_bytes + 1)
    if len(data) > limit_bytes:
        raise RegistryAnswerInvalid(f"the registry's answer has more than {limit_bytes} bytes")
    return data


def text_of(response: httpx.Response) -> str:
    """The beginning of the body, as text for people or as small JSON."""
    return _beginning(response, MAX_TEXT_BYTES).decode("utf-8", "replace").strip()


def shown(body: str) -> str:
    """A body fit for an error message: short, printable, on one line.

    >>> shown("a\\n\\x00b")
    'a b'
    """
    printable = "".join(one if one.isprintable() else " " for one in body[:MAX_SHOWN_CHARACTERS])
    return " ".join(printable.split())


def _beginning(response: httpx.Response, limit_bytes: int) -> bytes:
    data = bytearray()
    try:
        for piece in _pieces(response):
            data += piece
            if len(data) >= limit_bytes:
                break
    except httpx.HTTPError as error:
        raise _unreachable(response.request, error) from error
    return bytes(data[:limit_bytes])


def _pieces(response: httpx.Response) -> Iterator[bytes]:
    """Bytes as they came: the answers were asked for uncompressed."""
    return response.iter_raw()


def _unreachable(request: httpx.Request, error: httpx.HTTPError) -> RegistryUnreachable:
    verb = request.method.title()
    return RegistryUnreachable(f'{verb} "{request.url}": {_reason(request.url, error)}')


def _reason(url: httpx.URL, error: httpx.HTTPError) -> str:
    cause = _root(error)
    if isinstance(cause, socket.gaierror):
        if cause.errno == socket.EAI_AGAIN:
            return f"dial tcp: lookup {url.host}: temporary failure in name resolution"
        return f"dial tcp: lookup {url.host}: no such host"
    if isinstance(cause, ConnectionRefusedError):
        port = url.port or (443 if url.scheme == "https" else 80)
        return f"dial tcp {url.host}:{port}: connect: connection refused"
    if isinstance(cause, ssl.SSLCertVerificationError):
        return f"tls: failed to verify certificate: {cause.verify_message}"
    if isinstance(cause, ssl.SSLError) and cause.reason in _PLAIN_ANSWERS:
        return "http: server gave HTTP response to HTTPS client"
    if isinstance(error, httpx.TimeoutException):
        return "context deadline exceeded (no answer in time)"
    if isinstance(error, httpx.RemoteProtocolError) and _CUT.search(str(error)):
        return f"unexpected EOF ({error})"
    return str(error) or type(error).__name__


def _root(error: BaseException) -> BaseException:
    """What lies at the beginning of a chain of exceptions."""
    seen = {id(error)}
    while (earlier := error.__cause__ or error.__context__) and id(earlier) not in seen:
        seen.add(id(earlier))
        error = earlier
    return error
