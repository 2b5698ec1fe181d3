"""Which feeds are believed."""

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from desktop.updates.feed import Feed, FeedInvalid, read_feed
from desktop.updates.source import Installation
from tests.file_server import FileServer
from tests.test_rooms import ROOT
from tests.updates.releases import NOW, PLATFORM, Release, public, signature


@pytest.fixture(scope="module")
def server() -> Iterator[FileServer]:
    with FileServer({}) as server:
        yield server


@pytest.fixture
def release(server: FileServer) -> Release:
    return Release(server)


def read(release: Release, raw: bytes, *keys: Ed25519PrivateKey) -> Feed:
    return read_feed(raw, [public(key) for key in keys or (release.key,)], NOW)


def test_a_signed_feed_is_believed_in_any_layout(release: Release) -> None:
    raw = release.publish()
    feed = read(release, raw)
    assert (feed.version, feed.files[0].kind) == ("0.2.0", "deb")
    turned = {name: json.loads(raw)["feed"][name] for name in reversed(json.loads(raw)["feed"])}
    dense = json.dumps({"signatures": json.loads(raw)["signatures"], "feed": turned})
    assert read(release, dense.encode()) == feed


def test_while_keys_change_either_will_do(release: Release) -> None:
    new = Ed25519PrivateKey.generate()
    raw = release.publish(release.key, new)
    assert read(release, raw) == read(release, raw, new) == read(release, raw, release.key, new)


def test_what_others_have_signed_is_not_believed(release: Release) -> None:
    other = Ed25519PrivateKey.generate()
    with pytest.raises(FeedInvalid, match="not signed"):
        read(release, release.publish(other))
    forged = json.loads(release.publish())
    forged["signatures"][0]["signature"] = signature(other, release.feed)["signature"]
    with pytest.raises(FeedInvalid, match="not signed"):
        read(release, json.dumps(forged).encode())


@pytest.mark.parametrize(
    ("name", "value"),
    [("version", "9.9.9"), ("expires", "2036-01-01T00:00:00+00:00"), ("more", 1), ("files", [])],
)
def test_a_feed_that_was_changed_is_not_believed(release: Release, name: str, value: Any) -> None:
    changed = json.loads(release.publish())
    changed["feed"][name] = value
    with pytest.raises(FeedInvalid, match="not signed"):
        read(release, json.dumps(changed).encode())


def test_an_old_feed_is_not_believed(release: Release) -> None:
    raw = release.publish(expires=(NOW - timedelta(hours=1)).isoformat())
    with pytest.raises(FeedInvalid, match=r"too old: it was good until 2026-11-23"):
        read(release, raw)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"version": "new"}, "no version"),
        ({"minimum": 3}, "minimum"),
        ({"published": "2026-11-01T00:00:00"}, "time zone"),
        ({"files": [{"url": "x"}]}, "files"),
    ],
)
def test_signed_mistakes_are_told(release: Release, changes: dict[str, Any], words: str) -> None:
    with pytest.raises(FeedInvalid, match=words):
        read(release, release.publish(**changes))


def test_what_only_a_later_puna_knows_is_passed_over(release: Release) -> None:
    (known,) = release.feed["files"]
    later = known | {"kind": "flatpak", "needs": ["more"]}
    feed = read(release, release.publish(files=[later, known], more={"a": 1}))
    assert Installation(PLATFORM, ("deb",)).fitting(feed) == feed.files[1]


def test_files_come_by_https_only(release: Release) -> None:
    release.feed["files"][0]["url"] = "http://example.org/puna.deb"
    with pytest.raises(FeedInvalid, match="no https address"):
        read(release, release.publish())


@pytest.mark.parametrize(
    "raw",
    [b"", b"{}", b"[" * 100_000, b'{"feed": 1, "signatures": []}', b"\xff" * 10,
     b'{"feed": {"a": NaN}, "signatures": []}'],
)  # fmt: skip
def test_what_is_no_feed_is_refused(release: Release, raw: bytes) -> None:
    with pytest.raises(FeedInvalid, match="cannot be read"):
        read(release, raw)


@pytest.mark.slow
def test_the_tool_signs_what_puna_believes(release: Release, tmp_path: Path) -> None:
    def tool(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, str(ROOT / "packaging" / "sign_feed.py"), *arguments]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    made = [tool("key", name).stdout.strip() for name in ("old.pem", "new.pem")]
    assert (tmp_path / "old.pem").stat().st_mode & 0o077 == 0
    assert tool("key", "old.pem").returncode == 1
    feed = release.feed | {"expires": "2126-01-01T00:00:00+00:00"}
    (tmp_path / "feed.json").write_text(json.dumps(feed))
    (tmp_path / "puna.deb").write_bytes(release.content)
    listed = tool("entry", "puna.deb", feed["files"][0]["url"], "linux-x86_64", "deb")
    assert json.loads(listed.stdout) == feed["files"][0]
    assert tool("sign", "feed.json", "old.pem", "new.pem", "-o", "out.json").returncode == 0
    for keys, code in ((made, 0), (made[1:], 0), ([], 1)):
        (tmp_path / "updates.json").write_text(json.dumps({"feed": "", "keys": keys}))
        done = tool("verify", "out.json", "updates.json")
        assert done.returncode == code, done.stderr
    assert "not signed" in done.stderr
