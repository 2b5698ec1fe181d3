"""What is done with a verified file: real archives, real folders."""

import io
import sys
import tarfile
from pathlib import Path

import pytest

from desktop.updates.installing import Handed, InstallFailed, install, replace_folder


def archive(path: Path, files: dict[str, str], mode: int = 0o755) -> Path:
    with tarfile.open(path, "w:gz") as tar:
        for name, text in files.items():
            info = tarfile.TarInfo(name)
            info.size, info.mode = len(text), mode
            tar.addfile(info, io.BytesIO(text.encode()))
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An installation."""
    made = tmp_path / "apps" / "puna"
    made.mkdir(parents=True)
    (made / "puna").write_text("old")
    (made / "puna").chmod(0o755)
    (made / "readme.txt").write_text("no program")
    return made


def test_the_folder_is_replaced_and_the_old_one_kept(folder: Path, tmp_path: Path) -> None:
    new = archive(tmp_path / "new.tar.gz", {"puna-0.2.0/puna": "new", "puna-0.2.0/lib/x": "y"})
    handed = install(new, "tar", folder, {})
    assert handed == Handed(how="replaced", ends=True, restarts=True)
    assert (folder / "puna").read_text() == "new"
    assert (folder.parent / "puna.old" / "puna").read_text() == "old"
    assert sorted(path.name for path in folder.parent.iterdir()) == ["puna", "puna.old"]


@pytest.mark.parametrize(
    ("files", "mode", "words"),
    [
        ({"puna-0.2.0/other": "x"}, 0o755, "no program puna"),
        ({"puna-0.2.0/puna": "x"}, 0o644, "no program puna"),
        ({"puna": "x"}, 0o755, "does not hold one folder"),
        ({"a/puna": "x", "b/puna": "x"}, 0o755, "does not hold one folder"),
        ({"../../puna": "x"}, 0o755, "cannot be unpacked"),
    ],
)
def test_a_wrong_archive_changes_nothing(
    folder: Path, tmp_path: Path, files: dict[str, str], mode: int, words: str
) -> None:
    with pytest.raises(InstallFailed, match=words):
        replace_folder(archive(tmp_path / "new.tar.gz", files, mode), folder)
    assert (folder / "puna").read_text() == "old"
    assert [path.name for path in folder.parent.iterdir()] == ["puna"]


def test_a_damaged_archive_changes_nothing(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "new.tar.gz").write_bytes(b"\x1f\x8b" + b"x" * 100)
    with pytest.raises(InstallFailed):
        install(tmp_path / "new.tar.gz", "tar", folder, {})
    assert (folder / "puna").read_text() == "old"


def test_one_file_is_replaced_beside_who_runs_it(tmp_path: Path) -> None:
    image, new = tmp_path / "Puna.AppImage", tmp_path / "new.AppImage"
    image.write_text("old")
    image.chmod(0o640)
    new.write_text("new")
    with image.open() as running:
        handed = install(new, "appimage", image, {})
        assert running.read() == "old"
    assert handed == Handed(how="replaced", ends=True, restarts=True)
    assert (image.read_text(), image.stat().st_mode & 0o777) == ("new", 0o740)
    with pytest.raises(InstallFailed):
        install(tmp_path / "gone", "appimage", image, {})
    assert image.read_text() == "new"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["Puna.AppImage", "new.AppImage"]


@pytest.mark.skipif(sys.platform == "win32", reason="packages of Debian")
@pytest.mark.parametrize(("ending", "how"), [("exit 0", "opened"), ("exit 3", "command")])
def test_packages_go_to_the_systems_installer(tmp_path: Path, ending: str, how: str) -> None:
    opener = tmp_path / "xdg-open"
    opener.write_text(f'#!/bin/sh\necho "$1" > "{tmp_path}/opened"\n{ending}\n')
    opener.chmod(0o755)
    package = tmp_path / "my puna.deb"
    handed = install(package, "deb", None, {"PATH": str(tmp_path), "DISPLAY": ":0"})
    assert (handed.how, handed.ends) == (how, False)
    assert (tmp_path / "opened").read_text() == f"{package}\n"
    assert handed.command == f"sudo apt install '{package}'"


def test_what_is_done_without_an_opener(tmp_path: Path) -> None:
    package = tmp_path / "puna.deb"
    handed = install(package, "deb", None, {"PATH": str(tmp_path)})
    assert (handed.how, handed.command) == ("command", f"sudo apt install {package}")
    started: list[list[str]] = []
    assert install(package, "exe", None, {}, started.append).ends
    assert started == [[str(package)]]


def test_an_installer_that_cannot_be_started_is_told(tmp_path: Path) -> None:
    with pytest.raises(InstallFailed, match="cannot be installed: No such file"):
        install(tmp_path / "gone.exe", "exe", None, {})
