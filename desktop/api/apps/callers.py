"""Who is calling: the app whose key came along, else whose program is at the other end of the
connection, else whose address it is."""

import asyncio
import time
from dataclasses import dataclass, field

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import Scope

from desktop.api.apps.app import KEY_MARK, App
from desktop.api.apps.apps import Apps
from desktop.api.network.callers import caller_address, is_local
from desktop.hardware.sockets import Peers, Program

SCOPE_KEY = "puna.caller"
OWN_HEADER = b"x-puna-client"
OWN_KEY = "puna.own_key"
"""In the scope of a request that showed the key of this server's own programs."""
OWN_ID, OWN_NAME = "puna", "Puna"
"""Of Puna's own windows."""
# A port is taken by another program only some time after the first has let it go.
KNOWN_S = 10.0
_MAX_KNOWN = 1024


@dataclass(slots=True, eq=False)
class Caller:
    """Of one HTTP request. `request_ids` are those of what it made models do."""

    address: str
    app: App | None = None
    has_key: bool = False
    is_own: bool = False
    """Puna's own windows ask."""
    asked: str = ""
    """The model, in the caller's words."""
    request_ids: list[str] = field(default_factory=list)
    queue_place: int | None = None
    """Where it had to line up when it came; None: it did not have to wait."""

    @property
    def id(self) -> str:
        """The app's; empty where none is known."""
        if self.is_own:
            return OWN_ID
        return self.app.id if self.app else ""

    @property
    def name(self) -> str:
        if self.is_own:
            return OWN_NAME
        return self.app.name if self.app else self.address

    @property
    def group(self) -> str:
        """Requests of one group take turns with those of the others."""
        return self.id or self.address


def caller_of(request: Request) -> Caller:
    """Whom the gate has let in with this request."""
    return caller_in(request.scope)


def caller_in(scope: Scope) -> Caller:
    """The same; before the gate, no more than an address is known of it."""
    found = scope.get(SCOPE_KEY)
    if not isinstance(found, Caller):
        found = scope[SCOPE_KEY] = Caller(_host(scope))
    return found


def key_in(headers: Headers) -> str:
    """The key that came with a request, be it one of ours or made up; "" if none did."""
    scheme, _, secret = headers.get("authorization", "").strip().partition(" ")
    if scheme.lower() == "bearer" and secret.strip():
        return secret.strip()
    return headers.get("x-api-key", "").strip()


class Callers:
    """Recognises callers. Service loop only."""

    def __init__(self, apps: Apps) -> None:
        self._apps = apps
        self._peers = Peers()
        self._asking = asyncio.Lock()
        self._known: dict[tuple[str, int], tuple[float, Program | None]] = {}

    async def identify(self, scope: Scope) -> Caller:
        """The caller, known from now on in the scope too; the app is seen from now on."""
        caller = caller_in(scope)
        if OWN_KEY in scope and (OWN_HEADER, b"desktop") in scope["headers"]:
            caller.is_own = True
            return caller
        secret = key_in(Headers(scope=scope))
        if secret.startswith(KEY_MARK):
            caller.app = self._apps.by_key(secret)
            caller.has_key = caller.app is not None
        if caller.app is None and (program := await self._program(scope)):
            caller.app = self._apps.by_program(program)
        if caller.app is None:
            caller.app = self._apps.by_address(caller.address)
        if caller.app:
            self._apps.note(caller.app)
        return caller

    async def _program(self, scope: Scope) -> Program | None:
        """Only of this machine's own; found once for each connection."""
        peer, own = scope.get("client"), scope.get("server")
        if not peer or not own or own[1] is None or not is_local(scope):
            return None
        peer, now = (peer[0], peer[1]), time.monotonic()
        until, program = self._known.get(peer, (0.0, None))
        if until > now:
            return program
        async with self._asking:
            program = await asyncio.to_thread(self._peers.program, peer, (own[0], own[1]))
        if len(self._known) >= _MAX_KNOWN:
            self._known = {key: each for key, each in self._known.items() if each[0] > now}
        if len(self._known) < _MAX_KNOWN:
            self._known[peer] = (now + KNOWN_S, program)
        return program


def _host(scope: Scope) -> str:
    return caller_address(scope).removeprefix("::ffff:")
