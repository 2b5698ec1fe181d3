"""What tells the installed ones of a new version, made of a folder with its files."""

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from release import VERSION
from release_feed import FeedFailed, notes, system_of

from desktop.updates.feed import read_feed, utc_now
from desktop.updates.source import Installation, UpdateSource

PACKAGING = Path(__file__).resolve().parents[2] / "packaging"
CHANGES = "# Changes\n\n## 1.1\n\n- Two.\n\n## 1.0 (May)\n\n- One.\n- More.\n"


@pytest.mark.parametrize(
    ("name", "system"),
    [
        (f"puna_{VERSION}_amd64.deb", "linux-x86_64"),
        (f"puna_{VERSION}_arm64.deb", "linux-arm64"),
        (f"puna-{VERSION}-linux-x86_64.tar.xz", "linux-x86_64"),
        (f"puna-{VERSION}-windows-x86_64.exe", "windows-x86_64"),
        (f"puna-{VERSION}-macos-arm64.dmg", "macos-arm64"),
        (f"puna-{VERSION}-linux-x86_64.cdx.json", ""),
        ("puna_0.0.1_amd64.deb", ""),
        ("SHA256SUMS", ""),
    ],
)
def test_names_of_files_say_whom_they_are_for(name: str, system: str) -> None:
    assert system_of(name) == system


def test_what_is_new_is_one_part_of_the_changes() -> None:
    assert notes(CHANGES, "1.1") == "- Two."
    assert notes(CHANGES, "1.0") == "- One.\n- More."
    with pytest.raises(FeedFailed, match=r"1\.2"):
        notes(CHANGES, "1.2")


@pytest.mark.slow
def test_a_feed_out_of_the_workflow_is_believed(tmp_path: Path) -> None:
    files = tmp_path / "files"
    files.mkdir()
    for name in (f"puna_{VERSION}_amd64.deb", f"puna-{VERSION}-macos-arm64.dmg", "SHA256SUMS"):
        (files / name).write_bytes(name.encode())
    plain, key, signed = (tmp_path / name for name in ("feed.json", "key.pem", "updates.json"))
    told = tmp_path / "notes.md"
    public = run("sign_feed.py", "key", key).strip()
    run("release_feed.py", files, "https://a.example/1/", "-o", plain, "--notes", told)
    run("sign_feed.py", "sign", plain, key, "-o", signed)
    trusted = tmp_path / "trusted.json"
    trusted.write_text(json.dumps({"feed": "", "keys": [public]}))
    keys = UpdateSource.read(trusted).keys
    feed = read_feed(signed.read_bytes(), keys, utc_now())
    assert feed.version == VERSION
    assert feed.expires - feed.published > timedelta(days=90)
    assert feed.notes["en"] == told.read_text(encoding="utf-8").strip()
    file = Installation("macos-arm64", ("dmg",)).fitting(feed)
    assert file
    assert file.url == f"https://a.example/1/puna-{VERSION}-macos-arm64.dmg"


@pytest.mark.slow
def test_a_folder_without_files_makes_no_feed(tmp_path: Path) -> None:
    with pytest.raises(subprocess.CalledProcessError):
        run("release_feed.py", tmp_path, "https://a.example", "-o", tmp_path / "feed.json")
    assert not list(tmp_path.iterdir())


def run(script: str, *words: str | Path) -> str:
    command = [sys.executable, str(PACKAGING / script), *map(str, words)]
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
