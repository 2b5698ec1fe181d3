"""Sends one blob to a registry, in parts, as the registry or the storage behind it wants them."""

import hashlib
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlencode

import httpx

from desktop.core.errors import ModelFileInvalid, ModelNameInvalid, RequestCanceled
from desktop.models.manifests import Layer
from desktop.models.names import ModelName
from desktop.models.registry.client import Ask, Registry, redirect_target
from desktop.models.registry.errors import (
    RegistryAnswerInvalid,
    RegistryError,
    RetriesExceeded,
)

CHUNK_BYTES = 2**20
_REDIRECTS = frozenset({307, 308})  # those that keep method and body
_BYTES = {"Content-Type": "application/octet-stream"}
_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadLimits:
    """How blobs are cut, and how often each step is tried. Bytes and seconds."""

    parts: int = 64
    smallest_part: int = 100_000_000
    largest_part: int = 1_000_000_000
    tries: int = 6
    first_pause_s: float = 1.0  # doubled from try to try


DEFAULT_LIMITS = UploadLimits()


class Attempts:
    """Repeats what may work the next time, until somebody stops it."""

    def __init__(self, limits: UploadLimits, stopped: threading.Event) -> None:
        self._limits = limits
        self._stopped = stopped

    def check(self) -> None:
        """Raises RequestCanceled if we were stopped."""
        if self._stopped.is_set():
            raise RequestCanceled()

    def of(self, step: Callable[[], _Result]) -> _Result:
        """What the step returns.

        Raises:
            RetriesExceeded: it failed each time, though it might have worked.
            RegistryError: it failed in a way that trying again does not change.
            RequestCanceled: we were stopped.
        """
        tries, pause_s = self._limits.tries, self._limits.first_pause_s
        while True:
            self.check()
            try:
                return step()
            except RetriesExceeded:
                raise
            except RegistryError as error:
                if not error.retryable:
                    raise
                tries -= 1
                if not tries:
                    raise RetriesExceeded(error) from error
            self._stopped.wait(pause_s)
            pause_s *= 2


def answered(registry: Registry, ask: Ask) -> httpx.Response:
    """The answer, closed; only one that says yes."""
    with registry.answer(ask) as response:
        if response.status_code >= 300 and ask.follow:
            raise RegistryAnswerInvalid(
                f"the registry answered {response.status_code} to {ask.method}"
            )
        return response


class Upload:
    """One blob on its way out; `file` has exactly its bytes."""

    def __init__(
        self,
        registry: Registry,
        layer: Layer,
        file: Path,
        attempts: Attempts,
        limits: UploadLimits,
    ) -> None:
        self._registry = registry
        self._layer = layer
        self._file = file
        self._attempts = attempts
        self._limits = limits

    def run(self, tell: Callable[[int], None]) -> None:
        """Send it.

        Args:
            tell: Called with the bytes sent so far; a part that failed counts back.

        Raises:
            RegistryError: the registry does not take it.
            ModelFileInvalid: the file was changed meanwhile, or cannot be read.
            RequestCanceled: we were stopped.
        """
        begun = self._attempts.of(self._begin)
        if begun is None:
            return
        where, sums = begun, []
        for start, size in self._parts():
            part = _Part(self._file, start, size, partial(self._on_sent, tell))
            where = self._attempts.of(partial(self._send, where, part))
            sums.append(part.md5)
        self._attempts.of(partial(self._finish, where, sums))

    def _on_sent(self, tell: Callable[[int], None], sent: int) -> None:
        self._attempts.check()
        tell(sent)

    def _parts(self) -> Iterator[tuple[int, int]]:
        """Start and size of each part."""
        total, limits = self._layer.size, self._limits
        size = min(max(total // limits.parts, limits.smallest_part), limits.largest_part)
        for start in range(0, total, size):
            yield start, min(size, total - start)

    def _begin(self) -> httpx.URL | None:
        """Where to send the parts; None if the registry took the blob from another model."""
        url = self._registry.url("blobs/uploads/")
        if repository := self._mountable():
            query = urlencode({"mount": self._layer.digest, "from": repository})
            url = url.copy_with(query=query.encode("ascii"))
        response = answered(self._registry, Ask(method="POST", url=url))
        return None if response.status_code == 201 else _next(response)

    def _mountable(self) -> str:
        """The repository on the same registry that the layer came from; empty if none."""
        try:
            name = ModelName.parse(self._layer.source)
        except ModelNameInvalid:
            return ""
        is_here = name.host.casefold() == self._registry.name.host.casefold()
        return f"{name.namespace}/{name.model}" if is_here else ""

    def _send(self, where: httpx.URL, part: "_Part") -> httpx.URL:
        """Send a part; returns where to send the next one.

        The registry may say that the storage behind it wants the bytes. That gets no token.
        """
        headers = {
            **_BYTES,
            "Content-Length": str(part.size),
            "Content-Range": f"{part.start}-{part.start + part.size - 1}",
            "X-Redirect-Uploads": "1",
        }
        ask = Ask(method="PATCH", url=where, headers=headers, body=part.chunks, follow=False)
        response = answered(self._registry, ask)
        if response.status_code >= 300 and response.status_code not in _REDIRECTS:
            raise RegistryAnswerInvalid(f"the registry answered {response.status_code} to PATCH")
        following = _next(response)
        if response.status_code in _REDIRECTS:
            headers = {**_BYTES, "Content-Length": str(part.size)}
            target = redirect_target(response)
            put = Ask(method="PUT", url=target, headers=headers, body=part.chunks)
            self._attempts.of(lambda: answered(self._registry, put))
        return following

    def _finish(self, where: httpx.URL, sums: list[bytes]) -> None:
        fields = {"digest": self._layer.digest}
        if sums:  # as storage of the S3 kind makes the tag of a file in parts
            together = hashlib.md5(b"".join(sums), usedforsecurity=False).hexdigest()
            fields["etag"] = f"{together}-{len(sums)}"
        query = b"&".join(filter(None, (where.query, urlencode(fields).encode("ascii"))))
        ask = Ask(
            method="PUT",
            url=where.copy_with(query=query),
            headers={**_BYTES, "Content-Length": "0"},
        )
        answered(self._registry, ask)


class _Part:
    """Bytes of a file; `md5` is that of the last complete sending."""

    def __init__(self, file: Path, start: int, size: int, on_sent: Callable[[int], None]) -> None:
        self.start = start
        self.size = size
        self.md5 = b""
        self._file = file
        self._on_sent = on_sent

    def chunks(self) -> Iterator[bytes]:
        """From the first on, each time it is called."""
        content, left = hashlib.md5(usedforsecurity=False), self.size
        try:
            with self._file.open("rb") as file:
                file.seek(self.start)
                while left:
                    self._on_sent(self.start + self.size - left)
                    chunk = file.read(min(CHUNK_BYTES, left))
                    if not chunk:
                        raise ModelFileInvalid(f"{self._file} was changed while it was sent.")
                    content.update(chunk)
                    left -= len(chunk)
                    yield chunk
        except OSError as error:
            reason = error.strerror or error
            raise ModelFileInvalid(f"{self._file} cannot be read: {reason}.") from error
        self.md5 = content.digest()


def _next(response: httpx.Response) -> httpx.URL:
    """Where an upload goes on; the first header wins, as the other may be a redirect."""
    for header in ("Docker-Upload-Location", "Location"):
        if header in response.headers:
            return redirect_target(response, header)
    raise RegistryAnswerInvalid("the registry does not say where to send the file")
