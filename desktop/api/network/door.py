"""Who may come in: nobody from the internet unless wanted, and where keys are required, only those
who show one.

Callers from other machines always need a key. Those of this machine need one if the setting
`require_keys` is on, but not to ask whether Puna is there, nor for Puna's own routes, by which the
first key is made.
"""

import asyncio
import logging
import secrets
from collections.abc import Callable, Mapping
from typing import Protocol

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from desktop.api.apps.app import App
from desktop.api.apps.callers import OWN_KEY, key_in
from desktop.api.network.addresses import is_near, neighbourhood
from desktop.api.network.callers import caller_address, is_local
from desktop.api.network.refusals import refusal
from desktop.api.network.slowing import Slowing
from desktop.core.errors import AppError, KeyRequired, RateLimited
from desktop.core.settings import Settings

log = logging.getLogger(__name__)

ADMIN = "puna.admin"
"""Key of the scope: whether the caller has shown an admin's key."""
_ALWAYS_OPEN = ("/", "/api/version")
_RETRY_AFTER_S = 10


class KeyInvalid(AppError):
    """The key that was shown is none of ours."""

    code = "key_invalid"
    status = 401
    headers: Mapping[str, str] = {"www-authenticate": 'Bearer realm="Puna"'}

    def __init__(self) -> None:
        super().__init__("this key is not known here; make one in Puna, or show the right one")


class PublicCaller(AppError):
    """Somebody in the internet asks, and nobody wants that."""

    code = "public_address"
    status = 403

    def __init__(self, address: str) -> None:
        super().__init__(
            f"{address} is not an address of a private network; the setting allow_public lets"
            " callers from everywhere in"
        )


class KeyRing(Protocol):
    """Knows the keys."""

    def by_key(self, secret: str) -> App | None:
        """The app that has this key."""


class Door:
    """ASGI middleware.

    Args:
        keys: Those of the apps.
        own_key: Opens the door to programs of this machine that can read our discovery file.
    """

    def __init__(
        self, app: ASGIApp, settings: Callable[[], Settings], keys: KeyRing, own_key: str
    ) -> None:
        self._app = app
        self._settings = settings
        self._keys = keys
        self._own_key = own_key.encode()
        self._slowing = Slowing()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            try:
                scope = await self._admitted(scope)
            except AppError as error:
                await refusal(scope, error)(scope, receive, send)
                return
        await self._app(scope, receive, send)

    async def _admitted(self, scope: Scope) -> Scope:
        """The request as the routes may see it.

        Raises:
            AppError: it is not let in.
        """
        settings, local, address = self._settings(), is_local(scope), caller_address(scope)
        if not local and not settings.allow_public and not is_near(address):
            raise PublicCaller(address or "the caller's address")
        key = key_in(Headers(scope=scope))
        if local and key and secrets.compare_digest(key.encode(), self._own_key):
            return _without_key(scope)
        app = self._keys.by_key(key) if key else None
        if app:
            return {**scope, ADMIN: app.admin and not app.blocked}
        if local and not (settings.require_keys and _needs_key(scope["path"])):
            return scope
        if not key:
            raise KeyRequired
        await self._slow_down(address)
        raise KeyInvalid

    async def _slow_down(self, address: str) -> None:
        """Wait in the place of whoever showed a wrong key."""
        caller = neighbourhood(address)
        failures, delay_s = self._slowing.failed(caller)
        if failures.bit_count() == 1:  # 1, 2, 4, 8…: a guesser does not fill the log
            log.warning("%s shows a wrong key (%d lately)", caller, failures)
        if not self._slowing.enter(caller):
            raise RateLimited("too many wrong keys; try again later", retry_after_s=_RETRY_AFTER_S)
        try:
            await asyncio.sleep(delay_s)
        finally:
            self._slowing.leave(caller)


def _needs_key(path: str) -> bool:
    return path not in _ALWAYS_OPEN and not path.startswith("/api/puna/")


def _without_key(scope: Scope) -> Scope:
    """Our own key is no app's."""
    kept = [each for each in scope["headers"] if each[0] not in (b"authorization", b"x-api-key")]
    return {**scope, "headers": kept, OWN_KEY: True}
