"""The feed: a signed document that says which version is the newest, and where its files are.

    {"feed": {…}, "signatures": [{"key": "0123456789abcdef", "signature": "…"}]}

What is signed are not the bytes of the file but `canonical(feed)`, so that a document may be
stored and sent in any layout. One signature by a key that we trust is enough: while keys change, a
feed is signed with the old and the new one.
"""

import base64
import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

import msgspec

from desktop.core.errors import AppError
from desktop.updates.versions import parse_version

MAX_FEED_BYTES = 2**18
_PREFIX = b"puna update feed 1\n"  # a signature under it means nothing elsewhere
_LOCAL = ("127.0.0.1", "localhost", "::1")

Kind = Literal["deb", "tar", "appimage", "exe", "dmg"]
Digest = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]


class FeedInvalid(AppError):
    """The feed is not what it should be, so nothing of it is believed."""

    code = "update_feed_invalid"
    status = 502


class ReleaseFile(msgspec.Struct, frozen=True, kw_only=True):
    """One that can be installed; fields that a later Puna knows of are passed over."""

    platform: str
    """`linux-x86_64`, `windows-x86_64`, `macos-arm64`, …"""
    kind: str
    """A `Kind`, or one that only a later Puna can install."""
    url: Annotated[str, msgspec.Meta(max_length=2000)]
    size: Annotated[int, msgspec.Meta(gt=0, lt=2**34)]
    sha256: Digest


class Feed(msgspec.Struct, frozen=True, kw_only=True):
    """What was signed. Times are ISO 8601 with a time zone."""

    version: str
    minimum: str
    """Older versions cannot be replaced by this one in one step."""
    published: datetime
    expires: datetime
    """Nothing is believed after this, so that an old feed cannot be played back for ever."""
    notes: dict[str, str] = {}
    """What is new, in Markdown, by language (`en`, `de`)."""
    files: list[ReleaseFile]


class Signature(msgspec.Struct, frozen=True):
    """Both texts: the key's id, and base64."""

    key: str
    signature: str


class _Document(msgspec.Struct, frozen=True):
    feed: dict[str, Any]
    signatures: list[Signature]


def canonical(feed: Mapping[str, Any]) -> bytes:
    """The bytes that are signed.

    >>> canonical({"b": "ä", "a": [1]})
    b'puna update feed 1\\n{"a":[1],"b":"\\xc3\\xa4"}'
    """
    text = json.dumps(
        feed, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )
    return _PREFIX + text.encode()


def key_id(public: bytes) -> str:
    """Short name of a public key of 32 bytes."""
    return hashlib.sha256(public).hexdigest()[:16]


def read_feed(raw: bytes, keys: Iterable[bytes], now: datetime) -> Feed:
    """A feed that may be believed.

    Args:
        keys: Public ed25519 keys, 32 bytes each.
        now: With a time zone.

    Raises:
        FeedInvalid: it is damaged, not signed by any of the keys, expired, or from the future.
    """
    try:
        document = msgspec.json.decode(raw, type=_Document)
        signed = canonical(document.feed)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise FeedInvalid(f"The news about updates cannot be read: {error}.") from error
    if not any(_is_signed(signed, each, keys) for each in document.signatures):
        raise FeedInvalid("The news about updates is not signed by Puna's makers.")
    try:
        feed = msgspec.convert(document.feed, Feed)
        _check(feed)
    except (msgspec.ValidationError, ValueError) as error:
        raise FeedInvalid(f"The news about updates has a mistake in it: {error}.") from error
    if feed.expires <= now:
        raise FeedInvalid(
            f"The news about updates is too old: it was good until {feed.expires:%Y-%m-%d}."
            " Is the date of this computer right?"
        )
    return feed


def _is_signed(signed: bytes, signature: Signature, keys: Iterable[bytes]) -> bool:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    for public in keys:
        if key_id(public) != signature.key:
            continue
        try:
            raw = base64.b64decode(signature.signature, validate=True)
            Ed25519PublicKey.from_public_bytes(public).verify(raw, signed)
        except (InvalidSignature, ValueError):
            continue
        return True
    return False


def _check(feed: Feed) -> None:
    """Raises ValueError."""
    parse_version(feed.version)
    parse_version(feed.minimum)
    for moment in (feed.published, feed.expires):
        if moment.tzinfo is None:
            raise ValueError("a time has no time zone")
    for file in feed.files:
        check_address(file.url)


def check_address(url: str) -> None:
    """Raises ValueError: neither https, nor on this machine."""
    parts = urlsplit(url)
    is_local = parts.scheme == "http" and parts.hostname in _LOCAL
    if not is_local and (parts.scheme != "https" or not parts.hostname):
        raise ValueError(f"{url!r:.200} is no https address")


def utc_now() -> datetime:
    return datetime.now(UTC)
