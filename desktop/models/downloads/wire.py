"""One HTTP connection, kept open from request to request; used by one thread, cut by any."""

import socket
import ssl
import threading
from collections.abc import Mapping
from contextlib import suppress
from http.client import HTTPConnection, HTTPException, HTTPResponse

from desktop.core.errors import DownloadFailed
from desktop.models.downloads.broken import Broken, reason_of
from desktop.models.downloads.dialer import Dialer, origin
from desktop.models.downloads.limits import Limits
from desktop.models.hub_http import user_agent

READ_BYTES = 2**18  # of the sizes tried, the one with the most bytes per second
ERROR_BYTES = 2**12


class Answer:
    """Status, headers and body of a response.

    `read` gives what has arrived, waiting for at least one byte; empty at the end.
    """

    def __init__(self, response: HTTPResponse, url: str, stall_s: float) -> None:
        self._response = response
        self._host = origin(url)[1]
        self._stall_s = stall_s
        self.url = url
        self.status = response.status

    def header(self, name: str) -> str:
        return (self._response.getheader(name) or "").strip()

    @property
    def length(self) -> int | None:
        """What is left of the body, as the server announced it; None: it did not."""
        return self._response.length

    def read(self, limit: int) -> bytes:
        """Raises Broken."""
        try:
            return self._response.read1(min(limit, READ_BYTES))
        except (OSError, HTTPException) as error:
            raise Broken(reason_of(error, self._host, self._stall_s)) from error

    def first_line(self) -> str:
        """Of an error's body, for people."""
        try:
            text = self._response.read(ERROR_BYTES).decode("utf-8", "replace").strip()
        except (OSError, HTTPException):
            return ""
        return text.splitlines()[0][:300] if text else ""

    def close(self) -> None:
        self._response.close()


class Wire:
    """See above. `abort` may come from any thread, and makes whatever waits here end at once,
    except for the search for an address and the opening of the connection.
    """

    def __init__(self, dialer: Dialer, limits: Limits) -> None:
        self._dialer = dialer
        self._limits = limits
        self._connection: HTTPConnection | None = None
        self._response: HTTPResponse | None = None
        self._socket: socket.socket | None = None
        self._origin: tuple[str, str, int] | None = None
        self._lock = threading.Lock()
        self._aborted = False

    def get(self, url: str, headers: Mapping[str, str]) -> Answer:
        """Ask for `url`; redirects are answers, too.

        Raises:
            Broken: there was no answer.
            DownloadFailed: there will be none: the address or the server's certificate is wrong.
        """
        if self._is_idle_at(url):
            with suppress(Broken):  # the server may have closed it meanwhile
                return self._exchange(url, headers)
        self.close()
        self._open(url)
        return self._exchange(url, headers)

    def abort(self) -> None:
        with self._lock:
            self._aborted = True
            if self._socket:
                _shut(self._socket)

    def close(self) -> None:
        with self._lock:
            self._socket = None
        for part in (self._response, self._connection):
            if part:
                part.close()
        self._response = self._connection = None

    def _is_idle_at(self, url: str) -> bool:
        response = self._response
        if response is not None and response.length == 0:
            response.close()  # before Python 3.13, `read1` leaves that to one more read
        done = response is not None and response.isclosed()
        alive = self._connection is not None and self._connection.sock is not None
        return done and alive and self._origin == origin(url)

    def _open(self, url: str) -> None:
        self._origin = origin(url)
        self._connection = self._dialer.dial(url, self._limits.connect_s)
        try:
            self._connection.connect()
        except ssl.SSLCertVerificationError as error:
            self.close()
            raise DownloadFailed(
                f"{self._origin[1]} cannot be trusted: {error.verify_message}"
            ) from error
        except (OSError, HTTPException) as error:
            self.close()
            raise Broken(reason_of(error, self._origin[1], self._limits.connect_s)) from error
        opened: socket.socket = self._connection.sock
        opened.settimeout(self._limits.stall_s)
        with self._lock:
            self._socket = opened
            if self._aborted:
                _shut(opened)

    def _exchange(self, url: str, headers: Mapping[str, str]) -> Answer:
        assert self._connection
        target, for_proxy = self._dialer.request_of(url)
        ours = {"User-Agent": user_agent(), "Accept-Encoding": "identity"}
        try:
            self._connection.request("GET", target, headers=ours | for_proxy | dict(headers))
            self._response = self._connection.getresponse()
        except (OSError, HTTPException) as error:
            self.close()
            raise Broken(reason_of(error, origin(url)[1], self._limits.stall_s)) from error
        return Answer(self._response, url, self._limits.stall_s)


def _shut(opened: socket.socket) -> None:
    """Not the TLS socket's own method: that would turn its reader to the raw bytes."""
    with suppress(OSError):
        socket.socket.shutdown(opened, socket.SHUT_RDWR)
