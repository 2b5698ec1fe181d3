"""Where the bytes come from at the moment: the address, and the one it redirects to.

Shared by all connections of a transfer. What a redirect led to is used again until it is refused.
"""

import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urljoin

from desktop.core.errors import DownloadFailed
from desktop.models.downloads.broken import Broken
from desktop.models.downloads.dialer import origin
from desktop.models.downloads.remote import Locate, RemoteFile
from desktop.models.downloads.wire import Answer, Wire

MAX_REDIRECTS = 10
REDIRECTS = (301, 302, 303, 307, 308)


@dataclass(frozen=True, slots=True)
class _Place:
    number: int  # how often somebody asked for it
    remote: RemoteFile
    direct_url: str = ""  # where it redirected to


class Source:
    """Args:
    locate: See `remote.py`.
    received: How many bytes have arrived so far, of all connections.
    """

    def __init__(self, locate: Locate, received: Callable[[], int]) -> None:
        self._locate = locate
        self._received = received
        self._lock = threading.Lock()
        self._place: _Place | None = None
        self._renewed_at: int | None = None  # bytes received at that time

    def remote(self) -> RemoteFile:
        """What is fetched; asks `locate` the first time, and passes on what that raises."""
        return self._now().remote

    def open(self, wire: Wire, headers: Mapping[str, str]) -> tuple[Answer, int]:
        """Ask, following redirects. The number is for `renew`, if the answer is a refusal.

        Raises:
            Broken: there was no answer.
            DownloadFailed: the redirects lead nowhere.
        """
        place = self._now()
        remote, url = place.remote, place.direct_url or place.remote.url
        for _ in range(MAX_REDIRECTS + 1):
            own = remote.headers if origin(url) == origin(remote.url) else {}
            answer = wire.get(url, dict(own) | dict(headers))
            if answer.status not in REDIRECTS:
                self._remember(place, url, answer.status)
                return answer, place.number
            target = answer.header("Location")
            if not target:
                raise Broken("the server redirects, but does not say where to")
            url = _next(url, target)
        raise DownloadFailed(f"{remote.url:.200} redirects more than {MAX_REDIRECTS} times.")

    def renew(self, number: int, refusal: str) -> None:
        """Ask for the address again, if no other connection has done so since.

        Args:
            number: Of the place that was refused.
            refusal: Status and reason.

        Raises:
            DownloadFailed: the new one, too, was refused, and nothing arrived in between.
        """
        with self._lock:
            if self._place is None or self._place.number != number:
                return
            received = self._received()
            if self._renewed_at == received:
                raise DownloadFailed(refusal)
            self._place = _Place(number + 1, self._locate())
            self._renewed_at = received

    def _now(self) -> _Place:
        with self._lock:
            if self._place is None:
                self._place = _Place(1, self._locate())
            return self._place

    def _remember(self, place: _Place, url: str, status: int) -> None:
        if status in (200, 206) and url != place.remote.url:
            with self._lock:
                if self._place is place:
                    self._place = _Place(place.number, place.remote, url)


def _next(url: str, target: str) -> str:
    with suppress(UnicodeError):
        target = target.encode("latin-1").decode("utf-8")  # headers arrive as Latin-1
    try:
        following = urljoin(url, target)
    except ValueError as error:
        raise DownloadFailed(f"{target!r:.200} is not a web address (http or https).") from error
    if url.startswith("https:") and not following.startswith("https:"):
        raise DownloadFailed(f"{origin(url)[1]} redirects from https to an unprotected address.")
    return following
