"""One HTTP connection pool to a Puna server, and how its answers and refusals are read.

Error bodies and lost connections come back as AppErrors, so both sides of the wire speak of
failures in the same way. May run on any asyncio loop, qasync's too.
"""

from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from typing import Any, TypeAlias, TypeVar, overload

import httpx
import msgspec

from desktop.client.answers import ErrorBody
from desktop.core.errors import AppError, ServerUnreachable

Answer = TypeVar("Answer")
Body: TypeAlias = Mapping[str, Any]
CONNECT_TIMEOUT_S = 5.0


class RequestFailed(AppError):
    """The server said no. `status`, `server_code` and `figures` are its own; `str()` is its
    sentence."""

    code = "request_failed"

    def __init__(
        self,
        message: str,
        status: int,
        server_code: str = "",
        figures: Mapping[str, int] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.server_code = server_code
        self.figures = figures or {}


class Wire:
    """The connection. Every method may raise ServerUnreachable and RequestFailed.

    Args:
        url: Without a slash at the end.
        key: Shown to a server that requires keys.
        name: Of our own program; the windows are `desktop`.
    """

    def __init__(self, url: str, key: str = "", name: str = "") -> None:
        self.url = url
        headers = {"authorization": f"Bearer {key}"} if key else {}
        if name:
            headers["x-puna-client"] = name
        try:
            self.http = httpx.AsyncClient(
                base_url=url,
                headers=headers,
                timeout=httpx.Timeout(None, connect=CONNECT_TIMEOUT_S),
                trust_env=not is_loopback(url),  # a proxy cannot reach this machine's loopback
                verify=url.startswith("https:"),  # reading the certificates takes 30 ms
            )
        except httpx.InvalidURL as error:
            raise ServerUnreachable(f"{url} is not an address: {error}") from error

    def move(self, url: str, key: str) -> None:
        """Speak to another server of this machine from now on; what is under way goes on."""
        self.url = url
        self.http.base_url = httpx.URL(url)
        self.http.headers.pop("authorization", None)
        if key:
            self.http.headers["authorization"] = f"Bearer {key}"

    async def close(self) -> None:
        await self.http.aclose()

    @overload
    async def ask(
        self, method: str, route: str, kind: type[Answer], body: Body | None = None
    ) -> Answer: ...

    @overload
    async def ask(self, method: str, route: str, kind: None, body: Body | None = None) -> None: ...

    async def ask(
        self, method: str, route: str, kind: type[Answer] | None, body: Body | None = None
    ) -> Answer | None:
        """One question; with `kind` None, the answer's body does not matter."""
        try:
            response = await self.http.request(method, route, json=body)
        except httpx.HTTPError as error:
            raise self.unreachable(error) from error
        check(response)
        return None if kind is None else _decoded(response.content, kind, self.url)

    async def stream(
        self, route: str, kind: type[Answer], body: Body | None, method: str = "POST"
    ) -> AsyncGenerator[Answer]:
        """Lines of an answer as they come.

        It ends early when its generator is closed (`contextlib.aclosing`) or its task is cancelled;
        both close the connection, which stops the work in the server. On qasync's loop only
        cancelling does: that loop does not finish abandoned generators.
        """
        try:
            async with self.http.stream(method, route, json=body) as response:
                if response.status_code >= 400:
                    await response.aread()
                    check(response)
                async with aclosing(_lines(response)) as lines:
                    async for line in lines:
                        _check_line(line)
                        yield _decoded(line, kind, self.url)
        except httpx.HTTPError as error:
            raise self.unreachable(error) from error

    def unreachable(self, error: httpx.HTTPError) -> ServerUnreachable:
        """The same failure as a sentence."""
        if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout):
            return ServerUnreachable(
                f"No server answers at {self.url}. Start Puna with: puna serve"
            )
        return ServerUnreachable(f"The connection to {self.url} was lost.")


def is_loopback(url: str) -> bool:
    """Whether the address is on this machine.

    >>> is_loopback("http://127.0.0.1:1"), is_loopback("http://[::1]:1"), is_loopback("http://a")
    (True, True, False)
    """
    host = httpx.URL(url).host
    return host in ("localhost", "::1") or host.startswith("127.")


async def _lines(response: httpx.Response) -> AsyncGenerator[bytes]:
    """The lines of a streamed body, as soon as they are whole."""
    rest = b""
    async for piece in response.aiter_bytes():
        *whole, rest = (rest + piece).split(b"\n")
        for line in whole:
            if line.strip():
                yield line
    if rest.strip():
        yield rest


def check(response: httpx.Response) -> None:
    """Raises RequestFailed for a refusal."""
    if response.status_code < 400:
        return
    body = _error_body(response.content)
    text = body.error or f"HTTP {response.status_code}: {response.text[:200]}"
    raise RequestFailed(text, response.status_code, body.code, _figures(response.content))


def _check_line(line: bytes) -> None:
    """An error after the first byte comes as a line of the stream."""
    if b'"error"' in line and (body := _error_body(line)).error:
        raise RequestFailed(body.error, 200, body.code, _figures(line))


def _error_body(raw: bytes) -> ErrorBody:
    try:
        return msgspec.json.decode(raw, type=ErrorBody)
    except msgspec.MsgspecError:
        return ErrorBody()


def _figures(raw: bytes) -> dict[str, int]:
    """The numbers of an error's body, by their names."""
    try:
        body = msgspec.json.decode(raw, type=dict[str, Any])
    except msgspec.MsgspecError:
        return {}
    return {name: value for name, value in body.items() if type(value) is int}


def _decoded(raw: bytes, kind: type[Answer], url: str) -> Answer:
    try:
        return msgspec.json.decode(raw, type=kind)
    except msgspec.MsgspecError as error:
        text = f"The server at {url} answered in a way that Puna does not understand: {error}"
        raise RequestFailed(text, 200) from error
