"""Writes what tells Puna of this version; `sign_feed.py` signs it.

    release_feed.py FOLDER ADDRESS -o FEED [--notes FILE] [--minimum VERSION] [--days N]

FOLDER has the files for all systems, as `package.py` names them; ADDRESS is where they will be.
What is new is taken from `CHANGELOG.md`, and written into FILE too.
"""

import argparse
import json
import re
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from release import ROOT, VERSION
from sign_feed import entry

_KINDS = {".deb": "deb", ".xz": "tar", ".AppImage": "appimage", ".exe": "exe", ".dmg": "dmg"}
_ARCHITECTURES = {"amd64": "linux-x86_64", "arm64": "linux-arm64"}
GOOD_FOR_DAYS = 180


class FeedFailed(Exception):
    """One sentence that says why."""


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("address")
    parser.add_argument("-o", dest="out", type=Path, required=True)
    parser.add_argument("--notes", type=Path)
    parser.add_argument("--minimum", default="0.1.0", help="older versions cannot be replaced")
    parser.add_argument("--days", type=int, default=GOOD_FOR_DAYS, help="how long it is believed")
    given = parser.parse_args()
    try:
        told = notes((ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), VERSION)
        now = datetime.now(UTC).replace(microsecond=0)
        made = {
            "version": VERSION,
            "minimum": given.minimum,
            "published": now.isoformat(),
            "expires": (now + timedelta(days=given.days)).isoformat(),
            "notes": {"en": told},
            "files": entries(given.folder, given.address.rstrip("/")),
        }
        given.out.write_text(json.dumps(made, indent=2) + "\n", encoding="utf-8")
        if given.notes:
            given.notes.write_text(f"{told}\n", encoding="utf-8")
    except (FeedFailed, OSError) as error:
        print(f"release_feed: {error}", file=sys.stderr)
        return 1
    return 0


def entries(folder: Path, address: str) -> list[dict[str, Any]]:
    """One for each file that installs this version.

    Raises:
        FeedFailed: there is none.
    """
    found = []
    for path in sorted(folder.iterdir()):
        kind = _KINDS.get(path.suffix)
        if kind and (system := system_of(path.name)):
            found.append(entry(path, f"{address}/{path.name}", system, kind))
    if not found:
        raise FeedFailed(f"{folder} has no file of Puna {VERSION}.")
    return found


def system_of(name: str) -> str:
    """Empty: the file is not one of this version.

    >>> system_of(f"puna_{VERSION}_amd64.deb"), system_of(f"puna-{VERSION}-macos-arm64.dmg")
    ('linux-x86_64', 'macos-arm64')
    >>> system_of(f"puna-{VERSION}-linux-aarch64.AppImage")
    'linux-arm64'
    """
    if found := re.fullmatch(rf"puna_{re.escape(VERSION)}_(\w+)\.deb", name):
        return _ARCHITECTURES.get(found[1], "")
    found = re.fullmatch(
        rf"puna-{re.escape(VERSION)}-(\w+-\w+)\.(?:tar\.xz|AppImage|exe|dmg)", name
    )
    return found[1].replace("aarch64", "arm64") if found else ""


def notes(changes: str, version: str) -> str:
    """The part of `CHANGELOG.md` about one version.

    Raises:
        FeedFailed: there is none.
    """
    found = re.search(rf"^## {re.escape(version)}\b.*\n((?:(?!## ).*\n?)*)", changes, re.MULTILINE)
    if not found:
        raise FeedFailed(f"CHANGELOG.md says nothing about {version}.")
    return found[1].strip()


if __name__ == "__main__":
    sys.exit(main())
