"""Fetches the feed: over https only, and no more of it than a feed may have.

Blocks; `on_thread` keeps that away from the service's loop, and from the end of Puna.
"""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TYPE_CHECKING, TypeVar

from desktop.core.errors import AppError
from desktop.updates.feed import MAX_FEED_BYTES, check_address

if TYPE_CHECKING:
    import httpx

T = TypeVar("T")


class UpdateFailed(AppError):
    """Nothing could be learned, or fetched."""

    code = "update_failed"
    status = 502


def fetched(url: str) -> bytes:
    """The feed; nothing is told about us but that we ask. Raises UpdateFailed."""
    import httpx

    from desktop.models.hub_http import make_client

    try:
        check_address(url)
        with (
            make_client(
                headers={"User-Agent": "Puna"},
                follow_redirects=True,
                event_hooks={"request": [_check]},
            ) as http,
            http.stream("GET", url) as reply,
        ):
            if reply.status_code != 200:
                raise UpdateFailed(f"{url} answers with status {reply.status_code}.")
            raw = b""
            for piece in reply.iter_bytes():
                raw += piece
                if len(raw) > MAX_FEED_BYTES:
                    raise UpdateFailed(f"{url} is no feed of updates: it is too large.")
            return raw
    except ValueError as error:
        raise UpdateFailed(str(error)) from error
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise UpdateFailed(f"{url} cannot be reached: {error}") from error


def on_thread(work: Callable[[], T]) -> Future[T]:
    """Its result. A server may be silent for long, so nobody waits for the thread at the end."""
    answer: Future[T] = Future()
    answer.set_running_or_notify_cancel()  # who gives up waiting does not disturb it

    def run() -> None:
        try:
            answer.set_result(work())
        except BaseException as error:
            answer.set_exception(error)

    threading.Thread(target=run, name="update feed", daemon=True).start()
    return answer


def _check(request: "httpx.Request") -> None:
    """Also of what it is redirected to. Raises ValueError."""
    check_address(str(request.url))
