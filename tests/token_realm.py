"""The part of a registry that gives tokens, and really looks at who asks."""

import base64
import hashlib
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_ssh_public_key

MAX_AGE_S = 60.0


class TokenRealm:
    """Checks signature, time and nonce of a request.

    known_keys  public keys that get a token (`ssh-ed25519 AAAA…`); None: any
    realm       what the challenge says; by default here
    given       tokens that hold
    complaints  why requests were refused
    """

    def __init__(self, url: str) -> None:
        self.known_keys: set[str] | None = None
        self.realm = f"{url}/token"
        self.service = "test registry"
        self.given: set[str] = set()
        self.answers_with: bytes | None = None
        self.complaints: list[str] = []
        self._url = url
        self._nonces: set[str] = set()

    def is_given(self, authorization: str | None) -> bool:
        return (authorization or "").removeprefix("Bearer ") in self.given

    def challenge(self, repository: str) -> str:
        scope = f"repository:{repository}:pull repository:{repository}:push"
        return f'Bearer realm="{self.realm}",service="{self.service}",scope="{scope}"'

    def answer(self, query: str, headers: Mapping[str, str]) -> dict[str, Any]:
        """Status and body."""
        complaint = self._complaint(query, headers.get("authorization", ""))
        if complaint:
            self.complaints.append(complaint)
            return {"status": 401, "body": complaint.encode()}
        token = f"token-{len(self.given)}"
        self.given.add(token)
        body = self.answers_with
        return {"body": b'{"token":"%s"}' % token.encode() if body is None else body}

    def _complaint(self, query: str, proof: str) -> str:
        items = parse_qsl(query, keep_blank_values=True)
        fields = dict(items)
        if [name for name, _ in items] != sorted(name for name, _ in items):
            return "the query is not sorted"
        if set(fields) != {"nonce", "scope", "service", "ts"} or len(items) != 5:
            return "fields are missing"
        nonce = base64.urlsafe_b64decode(fields["nonce"] + "==")
        if len(nonce) != 16 or fields["nonce"] in self._nonces:
            return "the nonce is used, or too short"
        self._nonces.add(fields["nonce"])
        if abs(time.time() - int(fields["ts"])) > MAX_AGE_S:
            return "the time is wrong"
        public, _, signature = proof.partition(":")
        key = load_ssh_public_key(f"ssh-ed25519 {public}".encode())
        assert isinstance(key, Ed25519PublicKey)
        empty = base64.b64encode(hashlib.sha256(b"").hexdigest().encode()).decode()
        signed = f"GET,{self._url}/token?{query},{empty}"
        try:
            key.verify(base64.b64decode(signature), signed.encode())
        except InvalidSignature:
            return "the signature is wrong"
        if self.known_keys is not None and f"ssh-ed25519 {public}" not in self.known_keys:
            return "the key is not known"
        return ""
