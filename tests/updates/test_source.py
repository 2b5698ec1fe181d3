"""What can replace an installation."""

import base64
import json
from pathlib import Path

import pytest

from desktop.updates.source import Installation, UpdateSource, linux_installation

NAME = "linux-x86_64"


def test_the_package_is_replaced_by_a_package() -> None:
    found = linux_installation(NAME, Path("/usr/lib/puna"), {})
    assert found == Installation(NAME, ("deb",))


def test_a_folder_is_replaced_by_its_owner_only(tmp_path: Path) -> None:
    assert linux_installation(NAME, tmp_path, {}) == Installation(NAME, ("tar",), tmp_path)
    gone = tmp_path / "of somebody else"
    assert linux_installation(NAME, gone, {}).kinds == ()


def test_an_app_image_is_replaced_as_one_file(tmp_path: Path) -> None:
    image, mounted = tmp_path / "Puna.AppImage", tmp_path / "mounted"
    image.touch()
    told = {"APPIMAGE": str(image), "APPDIR": str(mounted)}
    found = linux_installation(NAME, mounted / "usr" / "lib" / "puna", told)
    assert found == Installation(NAME, ("appimage",), image)
    image.unlink()
    assert linux_installation(NAME, mounted / "usr" / "lib" / "puna", told).kinds == ()
    elsewhere = linux_installation(NAME, Path("/usr/lib/puna"), told)
    assert elsewhere.kinds == ("deb",)  # another program's AppImage has started it


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("{", "truncated"),
        (json.dumps({"keys": ["?"]}), "base64"),
        (json.dumps({"keys": [base64.b64encode(b"short").decode()]}), "32 bytes"),
    ],
)
def test_a_damaged_source_is_told(tmp_path: Path, content: str, words: str) -> None:
    (tmp_path / "updates.json").write_text(content)
    with pytest.raises(ValueError, match=words):
        UpdateSource.read(tmp_path / "updates.json")
