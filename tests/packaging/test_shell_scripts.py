"""Scripts for the shell: their grammar, and the AppImage's folder as it is given to the tool."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = [path for path in (ROOT / "packaging").rglob("*") if path.suffix == ".sh"]
SCRIPTS += [ROOT / "packaging" / "linux" / "AppRun", ROOT / ".ci" / "run"]
MAKER = """#!/bin/sh
set -eu
test "$1 $2" = "--no-appstream --runtime-file"
cp -a "$4" "$PUT_HERE"
echo made > "$5"
"""


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_its_grammar(script: Path) -> None:
    assert script.stat().st_mode & 0o100, "it cannot be executed"
    subprocess.run(["sh", "-n", str(script)], check=True)
    if check := shutil.which("shellcheck"):
        subprocess.run([check, str(script)], check=True)


def test_an_appimage_is_given_all_it_needs_to_start(tmp_path: Path) -> None:
    for name in ("packaging/linux", "resources"):
        shutil.copytree(ROOT / name, tmp_path / name)
    program = write(tmp_path / "dist" / "puna" / "puna", '#!/bin/sh\necho "started: $*"\n')
    write(tmp_path / "build" / "deb" / "usr" / "share" / "metainfo" / "puna.xml", "<component/>")
    maker = write(tmp_path / "maker", MAKER)
    runtime = write(tmp_path / "runtime", "")
    folder = tmp_path / "AppDir"
    script = tmp_path / "packaging" / "linux" / "appimage.sh"
    environ = os.environ | {"PUT_HERE": str(folder)}
    subprocess.run([script, maker, runtime, "1.2.3"], env=environ, check=True)
    (made,) = (tmp_path / "dist").glob("*.AppImage")
    assert made.name == f"puna-1.2.3-linux-{os.uname().machine}.AppImage"
    program.unlink()
    told = subprocess.check_output([folder / "AppRun", "tray", "--quiet"], text=True)
    assert told == "started: tray --quiet\n"
    desktop = (folder / "puna.desktop").read_text(encoding="utf-8")
    icon = next(line for line in desktop.splitlines() if line.startswith("Icon="))
    assert (folder / f"{icon.removeprefix('Icon=')}.svg").is_file()
    assert (folder / ".DirIcon").resolve().is_file()
    assert (folder / "usr" / "share" / "metainfo" / "puna.xml").is_file()


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return path
