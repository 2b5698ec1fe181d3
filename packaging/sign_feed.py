"""Makes keys, and signs what tells Puna of a newer version (`desktop/updates/feed.py`).

    sign_feed.py key KEYFILE                     make a key; prints its public half for updates.json
    sign_feed.py sign FEED KEYFILE… -o OUT       sign a feed, with several keys while they change
    sign_feed.py verify FILE [UPDATES_JSON]      as Puna does it
    sign_feed.py entry FILE URL PLATFORM KIND    one entry for `files` of a feed

The key file is secret: keep it off the machine that builds, and away from the repository.
"""

import argparse
import base64
import hashlib
import json
import os
import sys
from pathlib import Path
from typing import Any, get_args

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # noqa: E402
from cryptography.hazmat.primitives.serialization import (  # noqa: E402
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from desktop.core.errors import AppError  # noqa: E402
from desktop.updates.feed import Kind, canonical, key_id, read_feed, utc_now  # noqa: E402
from desktop.updates.source import UpdateSource  # noqa: E402


def make_key(path: Path) -> str:
    """Write a new private key, for its owner only; returns the public half in base64.

    Raises:
        FileExistsError: no key is ever overwritten.
    """
    key = Ed25519PrivateKey.generate()
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(pem)
    return base64.b64encode(_public(key)).decode()


def sign(feed: dict[str, Any], keys: list[Path]) -> dict[str, Any]:
    """The document with one signature for each key."""
    signed, signatures = canonical(feed), []
    for path in keys:
        key = load_pem_private_key(path.read_bytes(), password=None)
        if not isinstance(key, Ed25519PrivateKey):
            raise ValueError(f"{path} is no ed25519 key")
        signature = base64.b64encode(key.sign(signed)).decode()
        signatures.append({"key": key_id(_public(key)), "signature": signature})
    return {"feed": feed, "signatures": signatures}


def entry(path: Path, url: str, platform: str, kind: str) -> dict[str, Any]:
    """What a feed says about one file."""
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    size = path.stat().st_size
    return {"platform": platform, "kind": kind, "url": url, "size": size, "sha256": digest}


def main(arguments: list[str]) -> int:
    """Returns the exit code."""
    asked = _parser().parse_args(arguments)
    try:
        if asked.command == "key":
            print(make_key(asked.key))
        elif asked.command == "sign":
            document = sign(json.loads(asked.feed.read_bytes()), asked.keys)
            asked.out.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n")
        elif asked.command == "entry":
            print(json.dumps(entry(asked.file, asked.url, asked.platform, asked.kind), indent=2))
        else:
            keys = UpdateSource.read(asked.updates).keys
            feed = read_feed(asked.file.read_bytes(), keys, utc_now())
            print(f"Puna {feed.version}, good until {feed.expires:%Y-%m-%d}")
    except (OSError, ValueError, AppError) as error:
        print(f"sign_feed: {error}", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    key = commands.add_parser("key")
    key.add_argument("key", type=Path)
    signing = commands.add_parser("sign")
    signing.add_argument("feed", type=Path)
    signing.add_argument("keys", type=Path, nargs="+")
    signing.add_argument("-o", dest="out", type=Path, required=True)
    verifying = commands.add_parser("verify")
    verifying.add_argument("file", type=Path)
    verifying.add_argument("updates", type=Path, nargs="?", default=ROOT / "resources/updates.json")
    listing = commands.add_parser("entry")
    listing.add_argument("file", type=Path)
    listing.add_argument("url")
    listing.add_argument("platform")
    listing.add_argument("kind", choices=get_args(Kind))
    return parser


def _public(key: Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
