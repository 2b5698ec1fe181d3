"""A release of Puna that a test makes up: keys, feed, files, and the server that has them."""

import asyncio
import base64
import hashlib
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from desktop.updates.feed import Kind, canonical, key_id
from desktop.updates.source import Installation, UpdateSource
from desktop.updates.updates import Patience, Updates, UpdateState
from tests.file_server import FileServer

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
PLATFORM = "linux-x86_64"
WAIT_S = 30.0
DEB = bytes(range(256)) * 4096  # 1 MiB


async def reach(updates: Updates, state: UpdateState) -> None:
    """Return when it is there."""
    async with asyncio.timeout(WAIT_S):
        async for _ in updates.changes():
            if updates.state is state:
                return


def public(key: Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def signature(key: Ed25519PrivateKey, feed: dict[str, Any]) -> dict[str, str]:
    signed = base64.b64encode(key.sign(canonical(feed))).decode()
    return {"key": key_id(public(key)), "signature": signed}


@dataclass
class Release:
    """Change `feed`, then `publish`."""

    server: FileServer
    content: bytes = DEB
    kind: Kind = "deb"
    key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    feed: dict[str, Any] = field(default_factory=dict)
    now: datetime = NOW
    answer_s: float = WAIT_S

    def __post_init__(self) -> None:
        name = f"/puna_0.2.0.{self.kind}"
        self.server.put(name, self.content)
        self.feed = {
            "version": "0.2.0",
            "minimum": "0.1.0",
            "published": (NOW - timedelta(days=1)).isoformat(),
            "expires": (NOW + timedelta(days=60)).isoformat(),
            "notes": {"en": "Faster **answers**.", "de": "Schnellere **Antworten**."},
            "files": [
                {
                    "platform": PLATFORM,
                    "kind": self.kind,
                    "url": self.server.url + name,
                    "size": len(self.content),
                    "sha256": hashlib.sha256(self.content).hexdigest(),
                }
            ],
        }
        self.publish()

    def publish(self, *signers: Ed25519PrivateKey, **changes: Any) -> bytes:
        """Put the feed on the server, with these changes, signed by the release's key or others."""
        self.feed |= changes
        signatures = [signature(key, self.feed) for key in signers or (self.key,)]
        raw = json.dumps({"feed": self.feed, "signatures": signatures}, indent=1).encode()
        self.server.put("/feed.json", raw)
        return raw

    def source(self) -> UpdateSource:
        return UpdateSource(self.server.url + "/feed.json", (public(self.key),))

    def updates(self, folder: Path, installation: Installation | None = None) -> Updates:
        """Of a Puna 0.1.0 that was installed from a .deb."""
        installed = installation or Installation(PLATFORM, (self.kind,))
        return Updates(
            folder,
            self.source,
            installed,
            version="0.1.0",
            now=lambda: self.now,
            patience=Patience(first_check_s=0.01, answer_s=self.answer_s),
        )
