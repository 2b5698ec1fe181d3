"""Puts the frozen application into a Debian package, and into a tarball for other systems.

The package installs under `/usr/lib/puna` and starts nothing by itself: start at login is switched
on in the settings, by the user.
"""

import gzip
import os
import shutil
import subprocess
import tarfile
from email.utils import formatdate
from pathlib import Path

from icons import draw

ROOT = Path(__file__).resolve().parent.parent
PARTS = ROOT / "packaging" / "linux"
ICON_SIZES = (32, 48, 64, 128, 256)
DEPENDS = (
    "libc6 (>= 2.35)",
    "libdbus-1-3",
    "libegl1",
    "libexpat1",
    "libfontconfig1",
    "libfreetype6",
    "libgl1",
    "libglib2.0-0 | libglib2.0-0t64",
    "libgssapi-krb5-2",
    "libstdc++6",
    "libuuid1",
    "libwayland-client0",
    "libwayland-cursor0",
    "libwayland-egl1",
    "libx11-6",
    "libx11-xcb1",
    "libxcb1",
    "libxcb-glx0",
    "libxcb-randr0",
    "libxcb-render0",
    "libxcb-shape0",
    "libxcb-shm0",
    "libxcb-sync1",
    "libxcb-xfixes0",
    "libxcb-xkb1",
    "libxkbcommon0",
    "libxkbcommon-x11-0",
    "libzstd1",
    "zlib1g",
)
"""Packages of the libraries that `bundle.py` leaves to the system."""
RECOMMENDS = (
    "fonts-dejavu-core | fonts-noto-core",
    "libreadline8 | libreadline8t64",
    "libvulkan1",
    "xdg-desktop-portal",
)


MAINTAINER = "The Puna developers <puna@localhost>"


def debian_package(app: Path, version: str, when_s: int) -> Path:
    """`dist/puna_VERSION_ARCHITECTURE.deb`.

    Args:
        app: The frozen application, with `licenses.txt` in it.
        when_s: Unix time of the release.
    """
    tree = ROOT / "build" / "deb"
    shutil.rmtree(tree, ignore_errors=True)
    shutil.copytree(app, tree / "usr" / "lib" / "puna", symlinks=True)
    (tree / "usr" / "bin").mkdir(parents=True)
    (tree / "usr" / "bin" / "puna").symlink_to("../lib/puna/puna")
    _share(tree / "usr" / "share", version, when_s)
    architecture = subprocess.check_output(["dpkg", "--print-architecture"], text=True).strip()
    size_kib = sum(path.lstat().st_size for path in tree.rglob("*") if path.is_file()) // 1024
    control = tree / "DEBIAN" / "control"
    control.parent.mkdir()
    control.write_text(control_text(version, architecture, size_kib), encoding="utf-8")
    target = app.parent / f"puna_{version}_{architecture}.deb"
    command = ["dpkg-deb", "--root-owner-group", "-Zxz", "-z6", "--build", str(tree), str(target)]
    environ = os.environ | {"SOURCE_DATE_EPOCH": str(when_s)}
    subprocess.run(command, env=environ, stdout=subprocess.DEVNULL, check=True)
    return target


def control_text(version: str, architecture: str, size_kib: int) -> str:
    """What dpkg is to know.

    >>> print(control_text("1.0", "amd64", 7).splitlines()[1])
    Version: 1.0
    """
    return "\n".join(
        (
            "Package: puna",
            f"Version: {version}",
            f"Architecture: {architecture}",
            f"Maintainer: {MAINTAINER}",
            "Section: utils",
            "Priority: optional",
            f"Installed-Size: {size_kib}",
            f"Depends: {', '.join(DEPENDS)}",
            f"Recommends: {', '.join(RECOMMENDS)}",
            "Description: private AI server on your own computer",
            " Puna sits in the tray, runs language models on your own hardware with",
            " llama.cpp, and answers programs made for Ollama, OpenAI or Anthropic.",
            " Nothing you type leaves the machine.",
            "",
        )
    )


def changelog_text(version: str, when_s: int) -> str:
    """The changes as Debian's tools read them.

    >>> print(changelog_text("1.0", 0).splitlines()[-1])
     -- The Puna developers <puna@localhost>  Thu, 01 Jan 1970 00:00:00 +0000
    """
    day = formatdate(when_s).replace("-0000", "+0000")
    change = "  * What is new is told in NEWS.gz."
    head = f"puna ({version}) unstable; urgency=medium"
    return f"{head}\n\n{change}\n\n -- {MAINTAINER}  {day}\n"


def tarball(app: Path, version: str, when_s: int) -> Path:
    """`dist/puna-VERSION-linux-MACHINE.tar.xz`, with one folder in it."""
    target = app.parent / f"puna-{version}-linux-{os.uname().machine}.tar.xz"

    def plain(entry: tarfile.TarInfo) -> tarfile.TarInfo:
        entry.uid = entry.gid = 0
        entry.uname = entry.gname = "root"
        entry.mtime = when_s
        return entry

    with tarfile.open(target, "w:xz", preset=6) as archive:
        archive.add(app, "puna", filter=plain)
        for name in ("puna.desktop", "puna.svg"):
            place = PARTS if name.endswith(".desktop") else ROOT / "resources"
            archive.add(place / name, f"puna/{name}", filter=plain)
    return target


def _share(share: Path, version: str, when_s: int) -> None:
    """Menu entry, icons, description, file type, licences, changes, manual page."""
    icons = share / "icons" / "hicolor"
    for source, target in (
        (PARTS / "puna.desktop", share / "applications" / "puna.desktop"),
        (PARTS / "puna-mime.xml", share / "mime" / "packages" / "puna.xml"),
        (ROOT / "resources" / "puna.svg", icons / "scalable" / "apps" / "puna.svg"),
        (ROOT / "dist" / "puna" / "licenses.txt", share / "doc" / "puna" / "copyright"),
    ):
        target.parent.mkdir(parents=True)
        shutil.copyfile(source, target)
    day = subprocess.check_output(["date", "-u", "-d", f"@{when_s}", "+%F"], text=True).strip()
    name = "org.puna.Puna.metainfo.xml"
    described = (PARTS / name).read_text(encoding="utf-8")
    (share / "metainfo").mkdir()
    filled = described.replace("@VERSION@", version).replace("@DATE@", day)
    (share / "metainfo" / name).write_text(filled, encoding="utf-8")
    news = (ROOT / "CHANGELOG.md").read_bytes()
    changes = changelog_text(version, when_s).encode()
    manual = (PARTS / "puna.1").read_bytes()
    (share / "man" / "man1").mkdir(parents=True)
    for packed, content in (
        (share / "doc" / "puna" / "NEWS.gz", news),
        (share / "doc" / "puna" / "changelog.gz", changes),
        (share / "man" / "man1" / "puna.1.gz", manual),
    ):
        packed.write_bytes(gzip.compress(content, mtime=0))
    _draw_icons(icons)
    for path in share.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)


def _draw_icons(icons: Path) -> None:
    draft = icons / "drawn"
    draft.mkdir()
    draw(draft, ICON_SIZES)
    for size in ICON_SIZES:
        place = icons / f"{size}x{size}" / "apps"
        place.mkdir(parents=True)
        (draft / f"{size}.png").rename(place / "puna.png")
    draft.rmdir()
