"""A real HTTP server on loopback that speaks the registry protocol, and a little of Hugging Face's.

    with RegistryServer({"library/tiny:latest": {"model": weights, "license": b"MIT"}}) as server:
        endpoints = Endpoints(bases={"registry.ollama.ai": server.url}, hub=server.url)

Content is given by name (`namespace/model:tag`) and kind of layer; `config` is the config blob.
Everything may be changed while it runs:

    manifests, blobs    what is there; `put_manifest` takes any bytes, so that manifests can lie
    held(...)           requests to some path wait for the end of a block
    fail(...)           the next answers to some path are this status, or a closed connection
    token_needed        every request of `/v2/` needs a token, which our key must be shown for
    tokens              gives them; see `tests/token_realm.py`
    blobs_elsewhere     blobs are sent by redirect to `files`, a server on another port
    uploads_elsewhere   parts of uploads are sent there too
    mountable           repositories whose blobs may be taken over in an upload
    hub                 repository (`user/repo`) -> path -> content, for the Hub's routes

`requests` are those that came, in order; `files.requests` those of the other port.
"""

import hashlib
import json
import re
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.token_realm import TokenRealm

IMAGE = "application/vnd.ollama.image."
MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
CONFIG = "application/vnd.docker.container.image.v1+json"
HELD_S = 30.0


def digest_of(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


@dataclass(frozen=True, kw_only=True)
class Seen:
    """A request; names of headers in lower case."""

    method: str
    path: str  # without the query
    query: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def line(self) -> str:
        return f"{self.method} {self.path}"


@dataclass(kw_only=True)
class Reply:
    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(kw_only=True)
class _Fault:
    path: re.Pattern[str]
    reply: Reply
    times: int


class WebServer:
    """Answers each request with what `answer` makes of it; a context manager."""

    def __init__(self, answer: Callable[[Seen], Reply | None]) -> None:
        self.requests: list[Seen] = []
        self._answer = answer
        self._connections: set[socket.socket] = set()
        self._faults: list[_Fault] = []
        self._gates: list[tuple[re.Pattern[str], threading.Event]] = []
        owner = self

        class Handler(_Handler):
            server_of = owner

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = False
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self.host = f"127.0.0.1:{self._server.server_address[1]}"
        self.url = f"http://{self.host}"

    def __enter__(self) -> "WebServer":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        for connection in list(self._connections):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue  # the client was faster
        self._server.server_close()

    @property
    def lines(self) -> list[str]:
        """`METHOD /path` of each request."""
        return [seen.line for seen in self.requests]

    def fail(
        self, path: str, status: int, body: str = "", *, times: int = 1, **headers: str
    ) -> None:
        """The next requests with a path that matches (a regular expression, searched for in
        `METHOD /path`) are answered with this. Status 0: the connection is closed.

        Args:
            headers: With `_` for `-`.
        """
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        reply = Reply(status=status, body=body.encode(), headers=named)
        self._faults.append(_Fault(path=re.compile(path), reply=reply, times=times))

    @contextmanager
    def held(self, path: str) -> Iterator[None]:
        """Requests that match are not answered before the end of the block."""
        gate = (re.compile(path), threading.Event())
        self._gates.append(gate)
        try:
            yield
        finally:
            gate[1].set()
            self._gates.remove(gate)

    def reply_to(self, seen: Seen) -> Reply | None:
        self.requests.append(seen)
        for pattern, opened in list(self._gates):
            if pattern.search(seen.line):
                opened.wait(HELD_S)
        for fault in self._faults:
            if fault.times and fault.path.search(seen.line):
                fault.times -= 1
                return fault.reply if fault.reply.status else None
        return self._answer(seen)

    def opened(self, connection: socket.socket) -> None:
        self._connections.add(connection)

    def closed(self, connection: socket.socket) -> None:
        self._connections.discard(connection)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = 2**16  # headers and body in one piece: the system delays the second of two
    server_of: WebServer

    def setup(self) -> None:
        super().setup()
        self.server_of.opened(self.connection)

    def finish(self) -> None:
        self.server_of.closed(self.connection)
        super().finish()

    def log_message(self, *_: object) -> None:
        """Nothing: tests look at `requests`."""

    def handle_one_request(self) -> None:
        try:
            super().handle_one_request()
        except OSError:  # the client went away
            self.close_connection = True

    def _handle(self) -> None:
        parts = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        seen = Seen(
            method=self.command,
            path=parts.path,
            query=parts.query,
            headers=headers,
            body=self._body(headers),
        )
        reply = self.server_of.reply_to(seen)
        if reply is None:
            self.close_connection = True
            return
        self.send_response_only(reply.status)
        length = {} if "Content-Length" in reply.headers else {"Content-Length": len(reply.body)}
        for name, value in {**reply.headers, **length}.items():
            self.send_header(name, str(value))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(reply.body)

    def _body(self, headers: Mapping[str, str]) -> bytes:
        if headers.get("transfer-encoding") != "chunked":
            return self.rfile.read(int(headers.get("content-length", "0")))
        body = b""
        while size := int(self.rfile.readline(), 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = _handle


class RegistryServer(WebServer):
    """See the module's text."""

    def __init__(self, models: Mapping[str, Mapping[str, bytes]] | None = None) -> None:
        super().__init__(self._route)
        self.files = WebServer(self._stored)
        self.manifests: dict[str, bytes] = {}
        self.blobs: dict[str, bytes] = {}
        self.hub: dict[str, dict[str, bytes]] = {}
        self.hub_page_size = 1000
        self.token_needed = False
        self.blobs_elsewhere = False
        self.uploads_elsewhere = False
        self.mountable: set[str] = set()
        self.tokens = TokenRealm(self.url)
        self._uploads: dict[str, bytes] = {}
        self._stored_parts: dict[str, bytes] = {}
        for name, layers in (models or {}).items():
            self.put_model(name, layers)

    def __enter__(self) -> "RegistryServer":
        self.files.__enter__()
        super().__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        super().__exit__()
        self.files.__exit__()

    def put_blob(self, content: bytes) -> str:
        """Returns the digest."""
        digest = digest_of(content)
        self.blobs[digest] = content
        return digest

    def put_model(self, name: str, layers: Mapping[str, bytes]) -> dict[str, Any]:
        """Have a model; returns its manifest."""
        described = {
            kind: {
                "mediaType": CONFIG if kind == "config" else IMAGE + kind,
                "digest": self.put_blob(content),
                "size": len(content),
            }
            for kind, content in ({"config": b"{}"} | dict(layers)).items()
        }
        config = described.pop("config")
        manifest = {
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "config": config,
            "layers": list(described.values()),
        }
        self.put_manifest(name, json.dumps(manifest, indent=1).encode())
        return manifest

    def put_manifest(self, name: str, content: bytes) -> None:
        self.manifests[name] = content

    def _route(self, seen: Seen) -> Reply:
        if seen.path == "/token":
            return Reply(**self.tokens.answer(seen.query, seen.headers))
        if match := re.fullmatch(r"/v2/([^/]+/[^/]+)/(manifests|blobs)/(.*)", seen.path):
            if self.token_needed and not self.tokens.is_given(seen.headers.get("authorization")):
                return Reply(
                    status=401, headers={"WWW-Authenticate": self.tokens.challenge(match[1])}
                )
            repository, kind, rest = match.groups()
            if kind == "manifests":
                return self._manifest(seen, f"{repository}:{rest}")
            return (
                self._upload(seen, repository, rest)
                if rest[:8] == "uploads/"
                else self._blob(seen, rest)
            )
        return self._on_the_hub(seen)

    def _manifest(self, seen: Seen, name: str) -> Reply:
        if seen.method == "PUT":
            self.manifests[name] = seen.body
            return Reply(status=201)
        content = self.manifests.get(name)
        return _missing() if content is None else Reply(body=content)

    def _blob(self, seen: Seen, digest: str) -> Reply:
        if digest not in self.blobs:
            return _missing()
        if self.blobs_elsewhere:
            return Reply(status=307, headers={"Location": f"{self.files.url}/{digest}"})
        return ranged(seen, self.blobs[digest])

    def _stored(self, seen: Seen) -> Reply:
        """The other port: blobs, and parts of uploads, for whoever has the address."""
        if seen.method == "PUT":
            self._stored_parts[seen.path] = seen.body
            return Reply()
        content = self.blobs.get(seen.path.lstrip("/"))
        return _missing() if content is None else ranged(seen, content)

    def _upload(self, seen: Seen, repository: str, rest: str) -> Reply:
        number, query = rest.removeprefix("uploads/"), parse_qs(seen.query)
        here = f"{self.url}/v2/{repository}/blobs/uploads/"
        if seen.method == "POST":
            if query.get("from", [""])[0] in self.mountable:
                return Reply(status=201)
            number = str(len(self._uploads) + 1)
            self._uploads[number] = b""
            return Reply(status=202, headers={"Location": f"{here}{number}?state=a%3Db"})
        if number not in self._uploads or query.get("state") != ["a=b"]:
            return _missing()
        if seen.method == "PATCH":
            return self._part(seen, number, f"{here}{number}?state=a%3Db")
        content = self._uploads[number] + b"".join(
            self._stored_parts[path]
            for path in sorted(self._stored_parts)
            if path.startswith(f"/part/{number}/")
        )
        if digest_of(content) != query["digest"][0]:
            return Reply(status=400, body=b'{"errors":[{"code":"DIGEST_INVALID"}]}')
        self.put_blob(content)
        return Reply(status=201)

    def _part(self, seen: Seen, number: str, following: str) -> Reply:
        start, end = map(int, seen.headers["content-range"].split("-"))
        if end - start + 1 != len(seen.body):
            return Reply(status=416)
        if self.uploads_elsewhere and seen.headers.get("x-redirect-uploads") == "1":
            target = f"{self.files.url}/part/{number}/{start:012}"
            headers = {"Location": target, "Docker-Upload-Location": following}
            return Reply(status=307, headers=headers)
        if start != len(self._uploads[number]):
            return Reply(status=416)
        self._uploads[number] += seen.body
        return Reply(status=202, headers={"Location": following})

    def _on_the_hub(self, seen: Seen) -> Reply:
        tree = re.fullmatch(r"/api/models/([^/]+/[^/]+)/tree/main", seen.path)
        if tree:
            return self._tree(tree[1], int(parse_qs(seen.query).get("cursor", ["0"])[0]))
        file = re.fullmatch(r"/([^/]+/[^/]+)/resolve/main/(.+)", seen.path)
        content = self.hub.get(file[1], {}).get(file[2]) if file else None
        return _missing() if content is None else ranged(seen, content)

    def _tree(self, repository: str, start: int) -> Reply:
        if repository not in self.hub:
            return Reply(status=401, body=b'{"error":"Invalid username or password."}')
        files = sorted(self.hub[repository].items())
        entries: list[dict[str, Any]] = [
            {"type": "file", "oid": "0" * 40, "size": len(content), "path": path}
            | {"lfs": {"oid": digest_of(content)[7:], "size": len(content), "pointerSize": 135}}
            for path, content in files[start : start + self.hub_page_size]
        ]
        headers, end = {}, start + self.hub_page_size
        if end < len(files):
            following = f"{self.url}/api/models/{repository}/tree/main?cursor={end}"
            headers["Link"] = f'<{following}>; rel="next"'
        entries.append({"type": "directory", "oid": "1" * 40, "size": 0, "path": "folder"})
        return Reply(body=json.dumps(entries).encode(), headers=headers)


def ranged(seen: Seen, content: bytes) -> Reply:
    """A file, or the part of it that is asked for."""
    tag = f'"{digest_of(content)[7:39]}"'
    headers = {"ETag": tag, "Accept-Ranges": "bytes"}
    match = re.fullmatch(r"bytes=(\d+)-(\d*)", seen.headers.get("range", ""))
    if seen.method == "HEAD" or not match or seen.headers.get("if-range", tag) != tag:
        return Reply(body=content, headers=headers)
    start, end = int(match[1]), min(int(match[2] or len(content)), len(content) - 1)
    if start > end:
        return Reply(status=416, headers={"Content-Range": f"bytes */{len(content)}"})
    headers["Content-Range"] = f"bytes {start}-{end}/{len(content)}"
    return Reply(status=206, body=content[start : end + 1], headers=headers)


def _missing() -> Reply:
    return Reply(status=404, body=b'{"errors":[{"code":"NOT_FOUND"}]}')
