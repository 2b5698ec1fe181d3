"""A registry's 401 and how to get past it: prove with our key who we are, receive a token."""

import base64
import json
import re
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self
from urllib.parse import parse_qsl, urlencode

import httpx
import msgspec

from desktop.models.registry.errors import (
    AccessDenied,
    RealmMismatch,
    RegistryAnswerInvalid,
    RegistryRefused,
)
from desktop.models.registry.key import Key
from desktop.models.registry.wire import address, send, text_of

NONCE_BYTES = 16
# base64 of the hexadecimal SHA-256 of the request's body, which is empty
_EMPTY_BODY = (
    "ZTNiMGM0NDI5OGZjMWMxNDlhZmJmNGM4OTk2ZmI5MjQyN2FlNDFlNDY0OWI5MzRjYTQ5NTk5MWI3ODUyYjg1NQ=="
)
_FIELD = re.compile(r'([A-Za-z]+)="([^"]*)"')
_TOKEN = re.compile(r"[\x21-\x7e]{1,16384}")


class _Answer(msgspec.Struct):
    token: str = ""
    access_token: str = ""  # what registries of the Docker kind may say instead


@dataclass(frozen=True, slots=True, kw_only=True)
class Challenge:
    """Content of the header `WWW-Authenticate`."""

    realm: str
    service: str = ""
    scope: str = ""

    @classmethod
    def parse(cls, header: str) -> Self | None:
        """None if it does not ask for a token.

        >>> Challenge.parse('Bearer realm="https://r/token",service="s",scope="a:pull b:pull"')
        Challenge(realm='https://r/token', service='s', scope='a:pull b:pull')
        >>> Challenge.parse('Basic realm="r"') is None
        True
        """
        kind, _, rest = header.partition(" ")
        fields = {name.casefold(): value for name, value in _FIELD.findall(rest)}
        if kind.casefold() != "bearer" or "realm" not in fields:
            return None
        return cls(
            realm=fields["realm"],
            service=fields.get("service", ""),
            scope=fields.get("scope", ""),
        )

    def url(self, asked: httpx.URL, now_s: float) -> httpx.URL:
        """Where to ask for the token.

        Args:
            asked: The address that was refused: a token is only asked for at the same host.
            now_s: Seconds since 1970.

        Raises:
            RealmMismatch: the realm is on another host.
            RegistryAnswerInvalid: it is no address, or would be asked without encryption.
        """
        realm = address(self.realm)
        if (realm.host, realm.port) != (asked.host, asked.port):
            raise RealmMismatch(
                f"realm host {json.dumps(_shown(realm))} does not match original host"
                f" {json.dumps(_shown(asked))}"
            )
        if realm.scheme not in ("https", asked.scheme):
            raise RegistryAnswerInvalid(f"realm {self.realm!r:.200} is not encrypted")
        items = parse_qsl(realm.query.decode("ascii"), keep_blank_values=True)
        items.append(("nonce", _unpadded(secrets.token_bytes(NONCE_BYTES))))
        items += [("scope", scope) for scope in self.scope.split(" ")]
        items += [("service", self.service), ("ts", str(int(now_s)))]
        items.sort(key=lambda item: item[0])
        return realm.copy_with(query=urlencode(items).encode("ascii"), fragment=None)


def fetch_token(
    http: httpx.Client,
    key: Key,
    challenge: Challenge,
    asked: httpx.URL,
    clock: Callable[[], float] = time.time,
) -> str:
    """Answer a challenge; returns the token for the header `Authorization: Bearer …`.

    Raises:
        RealmMismatch: the token is to be had at another host.
        AccessDenied: our key is not known there, or has no right to this.
        RegistryError: anything else that can happen on the way.
    """
    url = challenge.url(asked, clock())
    proof = key.authorization(f"GET,{url},{_EMPTY_BODY}".encode())
    response = send(http, http.build_request("GET", url, headers={"Authorization": proof}))
    try:
        body = text_of(response)
    finally:
        response.close()
    if response.status_code in (401, 403):
        raise AccessDenied()
    if response.status_code != 200:
        raise RegistryRefused(response.status_code, body)
    try:
        answer = msgspec.json.decode(body, type=_Answer)
    except msgspec.MsgspecError as error:
        raise RegistryAnswerInvalid("the registry's token is not JSON") from error
    token = answer.token or answer.access_token
    if not _TOKEN.fullmatch(token):
        raise RegistryAnswerInvalid("the registry gave no usable token")
    return token


def _unpadded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode("ascii").rstrip("=")


def _shown(url: httpx.URL) -> str:
    """Host, with its port if that is not the scheme's own."""
    return url.netloc.decode("ascii")
