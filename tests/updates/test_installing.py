"""What is done with a verified file: real archives, real folders."""

import io
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


def test_packages_go_to_the_systems_installer(tmp_path: Path) -> None:
    opener = tmp_path / "xdg-open"
    opener.write_text("")
    opener.chmod(0o755)
    started: list[list[str]] = []
    screen = {"PATH": str(tmp_path), "DISPLAY": ":0"}
    package = tmp_path / "puna.deb"
    handed = install(package, "deb", None, screen, started.append)
    assert (handed.how, handed.ends) == ("opened", False)
    assert started == [[str(opener), str(package)]]
    handed = install(package, "deb", None, {"PATH": str(tmp_path)}, started.append)
    assert handed.command == f"sudo apt install {package}"
    assert install(package, "exe", None, {}, started.append).ends
    assert started[1:] == [[str(package)]]


def test_an_installer_that_cannot_be_started_is_told(tmp_path: Path) -> None:
    with pytest.raises(InstallFailed, match="cannot be installed: No such file"):
        install(tmp_path / "gone.exe", "exe", None, {})
