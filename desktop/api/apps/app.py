"""An app: a program, or a person with a key, that asks us; and what was decided about it."""

import hashlib
import secrets
from typing import Any

import msgspec

KEY_MARK = "puna_"


class Key(msgspec.Struct, frozen=True, kw_only=True):
    """A key that an app may have."""

    id: str
    digest: str
    """SHA-256 of the key, in hexadecimal. The key is 32 random bytes: nobody can try them all, so
    a slow hash, as for passwords, would only slow down every request."""
    ending: str
    """Its last characters, for people to tell keys apart."""
    created_at: float
    """Seconds since 1970, as all times here."""


class App(msgspec.Struct, frozen=True, kw_only=True):
    """One snapshot; a change makes a new one. Whoever has its key is the app; else who is its
    `program`, else who comes from its `address`."""

    id: str
    name: str
    created_at: float
    automatic: bool = False
    """Made on first sight of its program; nothing was decided about it yet."""
    program: str = ""
    """The file that runs, as `hardware.sockets.Program.path` has it."""
    address: str = ""
    """An IP address, or a network such as `172.17.0.0/16`."""
    keys: tuple[Key, ...] = ()
    admin: bool = False
    """Its keys may also be used for `/api/puna`."""
    blocked: bool = False
    models: tuple[str, ...] = ()
    """Names of those that it may use; none: all."""
    aliases: dict[str, str] = {}
    """What it calls a model, and the model that is meant. These win over installed models."""
    system: str = ""
    """Put in front of every conversation."""
    options: dict[str, Any] = {}
    """Where its requests say nothing. They win over the model's own parameters."""
    requests_at_once: int = 0
    """More wait their turn; 0: no limit."""
    tokens_per_minute: int = 0
    """Of prompts and answers; 0: no limit."""
    log_content: bool = False
    """Whether the activity log keeps its prompts and the answers."""


def new_key(now_s: float) -> tuple[str, Key]:
    """A key as the app will send it, and as we keep it."""
    secret = KEY_MARK + secrets.token_urlsafe(32)
    key = Key(
        id=secrets.token_hex(4), digest=digest_of(secret), ending=secret[-4:], created_at=now_s
    )
    return secret, key


def digest_of(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).hexdigest()
