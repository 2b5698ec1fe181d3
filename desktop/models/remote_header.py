"""Reads the header of a GGUF file that is on a server, and nothing else of it.

Pieces are asked for by HTTP range, each twice as long as the one before; vocabularies of a million
words take some 20 MB. What was read is kept as long as the server says that the file is the same.
"""

import re
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import NamedTuple
from urllib.parse import unquote, urljoin, urlsplit

import httpx

from desktop.core.errors import AppError, ModelFileInvalid
from desktop.models.downloads.remote import RemoteFile
from desktop.models.gguf import GgufHeader, header_at
from desktop.models.gguf_cursor import Cursor

MAX_BYTES = 64 * 2**20
FIRST_PIECE_BYTES = 2**20
MAX_PIECE_BYTES = 2**23
MAX_REDIRECTS = 10
KEPT_HEADERS = 32
MAX_PARTS = 64
TELLING_BYTES = 2**18  # less says nothing about how fast a connection is
UNKNOWN_SIZE = 2**62
_REDIRECTS = (301, 302, 303, 307, 308)
_FIRST_PART = re.compile(r"-00001-of-(\d{5})\.gguf$")
_CONTENT_RANGE = re.compile(r"bytes (\d{1,18})-\d{1,18}/(\d{1,18}|\*)")
_REFUSALS = {
    401: "the server wants to know who asks",
    403: "the server does not allow it",
    404: "the server has no such file",
    429: "the server has been asked too often; try again in some minutes",
}

OpenClient = Callable[[], httpx.Client]


class RemoteUnreadable(AppError):
    """A file on a server cannot be read; the text says which and why."""

    code = "remote_unreadable"
    status = 502


@dataclass(frozen=True, slots=True)
class RemoteHeader:
    """A header, and the size of its whole file."""

    header: GgufHeader
    size_bytes: int


class _Kept(NamedTuple):
    tag: str
    found: RemoteHeader


class _Unchanged(Exception):
    """The server says that what we have is still right."""


class RemoteHeaders:
    """Reads headers, and keeps the last ones. May be used by several threads.

    Args:
        open_client: Makes a client, which is closed after each header.
        max_bytes: More than that is not read of any file.
    """

    def __init__(self, open_client: OpenClient, *, max_bytes: int = MAX_BYTES) -> None:
        self._open_client = open_client
        self._max_bytes = max_bytes
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._lock = threading.Lock()
        self.bytes_per_s: float | None = None
        """How fast the last long piece came; None: none has come yet."""

    def read(self, remote: RemoteFile) -> RemoteHeader:
        """Blocks; asks the server even for what is kept.

        Raises:
            RemoteUnreadable: no answer, a refusal, or one that cannot be right.
            ModelFileInvalid: the file is no GGUF file, a damaged one, or its header is too long.
        """
        _check_address(remote.url)
        with self._lock:
            kept = self._kept.get(remote.url)
        with self._open_client() as client:
            file = _RemoteReader(client, remote, self._max_bytes)
            try:
                file.open(kept.tag if kept else "")
                header = _header(file, remote.url)
            except _Unchanged:
                if kept is None:
                    raise unreadable(remote.url, "the server answered 304") from None
                return kept.found
            except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
                reason = str(error) or type(error).__name__
                raise unreadable(remote.url, reason) from error
            finally:
                self.bytes_per_s = file.bytes_per_s or self.bytes_per_s
        known = file.size != UNKNOWN_SIZE
        found = RemoteHeader(header, file.size if known else remote.size or _end(header))
        if file.tag:
            self._keep(remote.url, _Kept(file.tag, found))
        return found

    def read_all(self, files: Sequence[RemoteFile]) -> list[RemoteHeader]:
        """Of all files of a model; where only the first part of a split one is given, of all parts.

        Raises:
            AppError: as `read`.
        """
        found = [self.read(file) for file in files]
        if len(files) == 1:
            found += [self.read(part) for part in other_parts(files[0], found[0].header)]
        return found

    def _keep(self, url: str, kept: _Kept) -> None:
        with self._lock:
            self._kept[url] = kept
            self._kept.move_to_end(url)
            while len(self._kept) > KEPT_HEADERS:
                self._kept.popitem(last=False)


def _check_address(url: str) -> None:
    try:
        if urlsplit(url).scheme in ("http", "https") and urlsplit(url).hostname:
            return
    except ValueError:
        pass
    raise RemoteUnreadable(f"{url!r:.200} cannot be read: it is not a web address")


def _header(file: "_RemoteReader", url: str) -> GgufHeader:
    name = file_name(url)
    return header_at(Cursor(file, file.size, name), Path(name))


def _end(header: GgufHeader) -> int:
    ends = (tensor.offset + (tensor.size_bytes or 0) for tensor in header.tensors)
    return header.data_offset + max(ends, default=0)


def file_name(url: str) -> str:
    """Last part of a URL's path.

    >>> file_name("https://example.org/a/tiny%20one.gguf?download=true")
    'tiny one.gguf'
    """
    return PurePosixPath(unquote(urlsplit(url).path)).name or url


def other_parts(first: RemoteFile, header: GgufHeader) -> list[RemoteFile]:
    """The files beside the first one of a split model; none if it is whole.

    >>> from pathlib import Path
    >>> split = GgufHeader(Path("m"), 3, {"split.count": 2}, (), 0)
    >>> first = RemoteFile(url="https://example.org/m-00001-of-00002.gguf?download=true")
    >>> [part.url for part in other_parts(first, split)]
    ['https://example.org/m-00002-of-00002.gguf?download=true']
    """
    count = header.metadata.get("split.count")
    match = _FIRST_PART.search(urlsplit(first.url).path)
    if not isinstance(count, int) or not match or int(match.group(1)) != count:
        return []
    old = match.group()
    return [
        replace(first, url=first.url.replace(old, f"-{number:05}-of-{count:05}.gguf"), size=None)
        for number in range(2, min(count, MAX_PARTS) + 1)
    ]


class _RemoteReader:
    """The beginning of a file on a server, as far as it has been asked for."""

    def __init__(self, client: httpx.Client, remote: RemoteFile, max_bytes: int) -> None:
        self._client, self._remote, self._max_bytes = client, remote, max_bytes
        self._begin = bytearray()
        self._at = 0
        self._next_bytes = FIRST_PIECE_BYTES
        self._total: int | None = None
        self.bytes_per_s: float | None = None
        self.tag = ""
        """The server's mark of this version of the file; empty: it gives none."""

    @property
    def size(self) -> int:
        """Of the whole file; a number that no file has, if the server does not say."""
        return UNKNOWN_SIZE if self._total is None else self._total

    def open(self, known_tag: str) -> None:
        """Fetch the first piece.

        Raises:
            _Unchanged: `known_tag` is still the file's mark.
        """
        self._fetch({"If-None-Match": known_tag} if known_tag else {})

    def seek(self, offset: int, /) -> int:
        self._at = offset
        return offset

    def read(self, count: int, /) -> bytes:
        end = min(self._at + count, self.size)
        while len(self._begin) < min(end, self.size):
            self._fetch({"If-Range": self.tag} if self.tag.startswith('"') else {})
        found = bytes(self._begin[self._at : end])
        self._at += len(found)
        return found

    def _fetch(self, conditions: Mapping[str, str]) -> None:
        """Append the next piece."""
        first = len(self._begin)
        end = min(first + self._next_bytes, self._max_bytes, self.size)
        if end <= first:
            mebibytes = self._max_bytes // 2**20
            raise ModelFileInvalid(
                f"{file_name(self._remote.url)} has a header of more than {mebibytes} MiB."
            )
        self._next_bytes = min(self._next_bytes * 2, MAX_PIECE_BYTES)
        asked = {"Range": f"bytes={first}-{end - 1}", "Accept-Encoding": "identity"}
        reply = self._answer(asked | dict(conditions))
        try:
            begins_at = self._check(reply, first)
            self._append(reply, first - begins_at, end)
        finally:
            reply.close()

    def _answer(self, asked: dict[str, str]) -> httpx.Response:
        """Follow redirects; what is secret goes to the first host only."""
        url, headers = self._remote.url, asked | dict(self._remote.headers)
        for _ in range(MAX_REDIRECTS):
            request = self._client.build_request("GET", url, headers=headers)
            reply = self._client.send(request, stream=True, follow_redirects=False)
            target = reply.headers.get("location", "")
            if reply.status_code not in _REDIRECTS or not target:
                return reply
            reply.close()
            following = urljoin(url, target)
            if urlsplit(following).netloc != urlsplit(self._remote.url).netloc:
                headers = asked
            url = following
        raise self._unreadable("it redirects without end")

    def _check(self, reply: httpx.Response, first: int) -> int:
        """Of an answer's head; gives the place in the file where its body begins."""
        status, tag = reply.status_code, reply.headers.get("etag", "")
        if status == httpx.codes.NOT_MODIFIED:
            raise _Unchanged
        if status not in (httpx.codes.OK, httpx.codes.PARTIAL_CONTENT):
            raise self._unreadable(_REFUSALS.get(status, f"the server answered {status}"))
        if first and tag != self.tag:
            raise self._unreadable("it changed while it was being read; try again")
        self.tag = tag
        if status == httpx.codes.OK:  # ranges are not known here: the whole file comes
            length = reply.headers.get("content-length", "")
            self._total = int(length) if length.isascii() and length.isdigit() else None
            return 0
        found = _CONTENT_RANGE.fullmatch(reply.headers.get("content-range", ""))
        if not found or int(found.group(1)) != first:
            raise self._unreadable("the server sent another part of it than was asked for")
        self._total = int(found.group(2)) if found.group(2).isdigit() else None
        return first

    def _append(self, reply: httpx.Response, unwanted: int, end: int) -> None:
        end = min(end, self.size)
        came_bytes, began_s = 0, 0.0
        for piece in reply.iter_raw():
            if not began_s:  # what is under way before the first byte says nothing
                began_s = time.monotonic()
            else:
                came_bytes += len(piece)
                self._note_pace(came_bytes, time.monotonic() - began_s)
            skipped = min(unwanted, len(piece))
            unwanted -= skipped
            self._begin += piece[skipped : skipped + end - len(self._begin)]
            if len(self._begin) >= end:
                return
        if self._total is None:
            self._total = len(self._begin)
        elif len(self._begin) < end:
            raise self._unreadable("the connection ended too early")

    def _note_pace(self, came_bytes: int, took_s: float) -> None:
        if came_bytes >= TELLING_BYTES and took_s > 0:
            self.bytes_per_s = came_bytes / took_s

    def _unreadable(self, reason: str) -> RemoteUnreadable:
        return unreadable(self._remote.url, reason)


def unreadable(url: str, reason: str) -> RemoteUnreadable:
    """The error for a file; its URL is shown without what may be secret in it."""
    parts = urlsplit(url)
    return RemoteUnreadable(f"{parts.hostname or ''}{parts.path} cannot be read: {reason}")
