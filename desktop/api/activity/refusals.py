"""Requests that were refused before a model began to work: people look at the activity when their
tool "does not work", so these are there too."""

import re
import secrets
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import msgspec
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from desktop.api.activity.activity import Activity
from desktop.api.activity.entry import Entry
from desktop.api.apps.callers import Caller, caller_in
from desktop.api.dialects import dialect_of

WORKING_ROUTES = frozenset(
    (
        *("/api/generate", "/api/chat", "/api/embed", "/api/embeddings"),
        *("/api/tokenize", "/api/detokenize"),
        *("/v1/chat/completions", "/v1/completions", "/v1/responses", "/v1/embeddings"),
        *("/v1/messages", "/v1/messages/count_tokens", "/v1/audio/transcriptions"),
    )
)
MAX_EACH, MAX_ALL = 60, 600  # in a minute: of one caller, and of all; the journal has an end
_HEAD_BYTES = 2**16
_MAX_NAME = 200  # characters
_MODEL = re.compile(rb'"model"\s*:\s*("(?:[^"\\]|\\.){0,%d}")' % _MAX_NAME)


class RefusalLog:
    """ASGI middleware around whatever may refuse.

    Nothing is read for its sake: of a body that was read anyway, it looks at the beginning.

    Args:
        now: Seconds, by a clock that is never set.
    """

    def __init__(
        self, app: ASGIApp, activity: Activity, *, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._app = app
        self._activity = activity
        self._quota = _Quota(now)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        works = scope["type"] == "http" and scope["path"] in WORKING_ROUTES
        if not works or scope["method"] != "POST":
            await self._app(scope, receive, send)
            return
        caller = caller_in(scope)
        entry = Entry(id="", route=scope["path"], dialect="", asked="", model="")

        def refused(ear: _Ear) -> None:
            if not caller.request_ids and self._quota.takes(caller.address):
                self._activity.refused(_known(entry, caller, ear), ear.status, code_in(ear.answer))

        ear = _Ear(receive, send, refused)
        await self._app(scope, ear.receive, ear.send)


class _Quota:
    """How many refusals are told of in a minute."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._minute = -1
        self._told: Counter[str] = Counter()

    def takes(self, address: str) -> bool:
        """Whether one more is; it counts then."""
        if (minute := int(self._now() // 60)) != self._minute:
            self._minute = minute
            self._told.clear()
        if self._told[address] >= MAX_EACH or self._told.total() >= MAX_ALL:
            return False
        self._told[address] += 1
        return True


class _Ear:
    """Hears what goes through: the beginning of the body, and the answer if it is a refusal.

    Args:
        refused: Called when such an answer is about to end.
    """

    def __init__(self, receive: Receive, send: Send, refused: "Callable[[_Ear], None]") -> None:
        self._receive = receive
        self._send = send
        self._refused = refused
        self._asked: list[bytes] = []
        self._room = _HEAD_BYTES
        self.status = 0
        self.answer = b""

    @property
    def name(self) -> str:
        """The model, as far as the body tells; empty if it does not."""
        return name_in(b"".join(self._asked))

    async def receive(self) -> Message:
        message = await self._receive()
        if self._room > 0 and message["type"] == "http.request":
            piece = message.get("body", b"")[: self._room]
            self._asked.append(piece)
            self._room -= len(piece)
        return message

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
        elif self.status >= 400:
            self.answer += message.get("body", b"")[: _HEAD_BYTES - len(self.answer)]
            if not message.get("more_body"):
                self._refused(self)
        await self._send(message)


def _known(entry: Entry, caller: Caller, ear: _Ear) -> Entry:
    """With what has become known while the request was refused."""
    entry.id = secrets.token_hex(8)
    entry.dialect = dialect_of(entry.route)
    entry.asked = caller.asked[:_MAX_NAME] or ear.name
    entry.app, entry.caller, entry.address = caller.id, caller.name, caller.address
    return entry


def name_in(body: bytes) -> str:
    r"""The model's name in the beginning of a body, be that JSON or not; empty if there is none.

    >>> name_in(b'{"stream": tru, "model": "a\\u0062"'), name_in(b"model=a"), name_in(b'"model":""')
    ('ab', '', '')
    """
    if not (found := _MODEL.search(body)):
        return ""
    try:
        return msgspec.json.decode(found.group(1), type=str)
    except (msgspec.DecodeError, UnicodeError):
        return ""


def code_in(answer: bytes) -> str:
    """An error's code, in the envelope of any dialect; empty if it has none.

    >>> code_in(b'{"error":"no","code":"a"}'), code_in(b'{"error":{"code":"b"}}'), code_in(b"no")
    ('a', 'b', '')
    """
    try:
        body: Any = msgspec.json.decode(answer)
    except (msgspec.DecodeError, UnicodeError):
        return ""
    for part in (body, body.get("error") if isinstance(body, dict) else None):
        if isinstance(part, dict) and isinstance(code := part.get("code"), str):
            return code
    return ""
