"""A real HTTP/1.1 server on loopback that serves files by range, remembers what it sent, and
misbehaves when it is told to.

    with FileServer({"/model.gguf": content}) as server:
        server.fail(Fault(cut_after=1000), times=3)
        fetch(server.url + "/model.gguf")
        assert server.sent_bytes == len(content) + 3000

Content is bytes, or the path of a large file. Everything may be changed while it runs:

    put(path, content)   a file, or a new version of it: another ETag and Last-Modified
    fail(fault, …)       the next requests meet this fault; see `Fault`
    redirects            path -> where to
    ranges               False: every request gets the whole file
    validators           False: neither ETag nor Last-Modified
    rate                 bytes per second of each connection
    chunk_bytes          so much is sent at a time

`requests` are those that came, in order, each with the bytes really sent.
`python -m tests.file_server FILE PORT` serves one file as fast as it can, at any path.
"""

import os
import socket
import ssl
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self, TypeAlias
from urllib.parse import urlsplit

Content: TypeAlias = bytes | Path


@dataclass(frozen=True, kw_only=True)
class Fault:
    """What is different about an answer. Numbers are bytes of the body."""

    status: int | None = None  # with `body`, instead of the file
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)  # added, or instead of the usual
    cut_after: int | None = None  # then the connection is closed
    stall_after: int | None = None  # then nothing more comes, until the client goes away
    length_off_by: int = 0  # Content-Length says more (and more is sent) or less than the truth
    shift: int = 0  # the range begins so much later than asked for
    no_length: bool = False  # the end of the connection is the end of the body
    whole: bool = False  # ranges are ignored
    flip_at: int | None = None  # a damaged byte, at this place of the file


@dataclass(kw_only=True)
class Asked:
    """A request; names of headers in lower case. `first` and `sent` are those of the body."""

    path: str
    query: str = ""
    headers: Mapping[str, str]
    by_proxy: bool = False
    port: int = 0  # the client's: another one is another connection
    status: int = 0
    first: int = 0
    sent: int = 0


@dataclass(frozen=True, kw_only=True)
class _Version:
    content: Content
    etag: str
    modified: str

    @property
    def size(self) -> int:
        return (
            len(self.content) if isinstance(self.content, bytes) else os.stat(self.content).st_size
        )


When: TypeAlias = Callable[[Asked], bool]


class FileServer:
    """Serves from construction to the end of the `with` block.

    Args:
        files: By path, which begins with a slash.
        tls: Speak https with this context.
        send_buffer: Bytes that the kernel may hold for a client that does not read.
    """

    def __init__(
        self,
        files: Mapping[str, Content],
        *,
        port: int = 0,
        tls: ssl.SSLContext | None = None,
        send_buffer: int = 0,
    ) -> None:
        self.requests: list[Asked] = []
        self.redirects: dict[str, str] = {}
        self.ranges = True
        self.validators = True
        self.rate: float | None = None
        self.chunk_bytes = 2**16
        self.send_buffer = send_buffer
        self.changed = threading.Condition()
        self.ending = threading.Event()
        self._versions: dict[str, _Version] = {}
        self._faults: list[tuple[When, Fault]] = []
        self._number = 0
        for path, content in files.items():
            self.put(path, content)
        self._server = _Server(("127.0.0.1", port), _Handler)
        self._server.files = self
        if tls:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        scheme = "https" if tls else "http"
        self.url = f"{scheme}://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()

    def put(self, path: str, content: Content) -> None:
        self._number += 1
        modified = formatdate(1_700_000_000 + self._number, usegmt=True)
        etag = f'"version-{self._number}"'
        self._versions[path] = _Version(content=content, etag=etag, modified=modified)

    def fail(self, fault: Fault, *, times: int = 1, when: When = lambda asked: True) -> None:
        """The next `times` requests that `when` likes meet this fault."""
        with self.changed:
            self._faults += [(when, fault)] * times

    @property
    def sent_bytes(self) -> int:
        """Of all bodies that were parts of files."""
        with self.changed:
            return sum(asked.sent for asked in self.requests if asked.status in (200, 206))

    def wait_for_sent(self, count: int, timeout_s: float = 30.0) -> bool:
        """Until so many bytes were sent; whether they were."""
        deadline = time.monotonic() + timeout_s
        with self.changed:
            while sum(asked.sent for asked in self.requests) < count:
                if not self.changed.wait(deadline - time.monotonic()):
                    return False
        return True

    def wait_for_request(self, when: When, timeout_s: float = 10.0) -> bool:
        with self.changed:
            return self.changed.wait_for(lambda: any(map(when, self.requests)), timeout_s)

    def version(self, path: str) -> _Version | None:
        return self._versions.get(path) or self._versions.get("*")

    def fault_for(self, asked: Asked) -> Fault:
        with self.changed:
            self.requests.append(asked)
            self.changed.notify_all()
            for number, (when, fault) in enumerate(self._faults):
                if when(asked):
                    del self._faults[number]
                    return fault
        return Fault()

    def close(self) -> None:
        self.ending.set()
        self._server.shutdown()
        self._server.cut_all()
        self._server.server_close()
        self._thread.join(10)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = True
    request_queue_size = 64
    files: FileServer

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._open: set[socket.socket] = set()

    def process_request(self, request: Any, client_address: Any) -> None:
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        super().shutdown_request(request)

    def cut_all(self) -> None:
        for connection in list(self._open):
            cut(connection)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that go away are what this server is for."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def setup(self) -> None:
        super().setup()
        if size := self.server.files.send_buffer:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, size)

    def log_message(self, *_: object) -> None:
        pass

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        files = self.server.files
        headers = {name.lower(): value for name, value in self.headers.items()}
        address = urlsplit(self.path)
        asked = Asked(
            path=address.path,
            query=address.query,
            headers=headers,
            by_proxy=bool(address.netloc),
            port=self.client_address[1],
        )
        fault = files.fault_for(asked)
        version = files.version(asked.path)
        if fault.status is not None:
            self._small(asked, fault.status, fault.body, fault.headers)
        elif target := files.redirects.get(asked.path):
            self._small(asked, 307, b"", {"Location": target})
        elif version is None:
            self._small(asked, 404, b"there is no such file\nsecond line", fault.headers)
        else:
            self._file(asked, version, fault)

    def _small(self, asked: Asked, status: int, body: bytes, more: Mapping[str, str]) -> None:
        asked.status = status
        self.send_response(status)
        for name, value in ({"Content-Length": str(len(body))} | dict(more)).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def _file(self, asked: Asked, version: _Version, fault: Fault) -> None:
        size, span = version.size, None
        if self.server.files.ranges and not fault.whole:
            span = _span(asked.headers, version)
        if span and span[0] >= size:
            self._small(asked, 416, b"", {"Content-Range": f"bytes */{size}"})
            return
        first, last = (span[0], min(span[1], size - 1)) if span else (0, size - 1)
        first, last = first + fault.shift, min(last + fault.shift, size - 1)
        headers = {"Content-Length": str(last - first + 1 + fault.length_off_by)}
        if self.server.files.validators:
            headers |= {"ETag": version.etag, "Last-Modified": version.modified}
        if span:
            headers["Content-Range"] = f"bytes {first}-{last}/{size}"
        if fault.no_length:
            del headers["Content-Length"]
            self.close_connection = True
        asked.status, asked.first = 206 if span else 200, first
        self.send_response(asked.status)
        for name, value in (headers | dict(fault.headers)).items():
            self.send_header(name, value)
        self.end_headers()
        if self.command == "GET":
            self._body(asked, version, fault, last + 1)

    def _body(self, asked: Asked, version: _Version, fault: Fault, end: int) -> None:
        stops = [stop for stop in (fault.cut_after, fault.stall_after) if stop is not None]
        limit = min([asked.first + stop for stop in stops] + [end])
        began_s = time.monotonic()
        while asked.first + asked.sent < limit:
            place = asked.first + asked.sent
            count = min(limit - place, self.server.files.chunk_bytes)
            self._count(asked, count)  # before: who has it all may look at once
            done = 0
            try:
                done = self._send(version.content, place, count, fault.flip_at)
            finally:
                self._count(asked, done - count)
            if rate := self.server.files.rate:
                ahead_s = asked.sent / rate - (time.monotonic() - began_s)
                self.server.files.ending.wait(max(0.0, ahead_s))
        if fault.length_off_by > 0 and not stops:
            self.wfile.write(b"?" * fault.length_off_by)
        if fault.stall_after is not None:
            self.connection.recv(1)  # until the client gives up
        if stops:
            cut(self.connection)
            self.close_connection = True

    def _count(self, asked: Asked, count: int) -> None:
        with self.server.files.changed:
            asked.sent += count
            self.server.files.changed.notify_all()

    def _send(self, content: Content, place: int, count: int, flip_at: int | None) -> int:
        if isinstance(content, Path):
            with content.open("rb") as file:
                sent: int = self.connection.sendfile(file, place, count)
                return sent
        data = bytearray(memoryview(content)[place : place + count])
        if flip_at is not None and place <= flip_at < place + count:
            data[flip_at - place] ^= 0xFF
        self.wfile.write(data)
        return count


def cut(connection: socket.socket) -> None:
    with suppress(OSError):  # the client was faster
        connection.shutdown(socket.SHUT_RDWR)


def _span(headers: Mapping[str, str], version: _Version) -> tuple[int, int] | None:
    """First and last byte asked for; None: everything is to be sent."""
    asked = headers.get("range", "")
    if not asked.startswith("bytes=") or headers.get("if-range", version.etag) not in (
        version.etag,
        version.modified,
    ):
        return None
    first, _, last = asked.removeprefix("bytes=").partition("-")
    return int(first), int(last) if last else sys.maxsize


def main() -> None:
    path, port = Path(sys.argv[1]), int(sys.argv[2])
    with FileServer({"*": path}, port=port) as server:
        server.chunk_bytes = 2**24
        server.ending.wait()


if __name__ == "__main__":
    main()
