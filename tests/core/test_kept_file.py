"""Small files that nobody could write anew: real ones, damaged in all manners."""

from datetime import date
from pathlib import Path

import msgspec
import pytest

from desktop.core.errors import SettingInvalid
from desktop.core.kept_file import FileDamaged, KeptFile, Mended

DAY = date(2026, 11, 23)
DAMAGE = (b"", b"\0" * 9, b'{"names": ["a"', b"[]", b'{"names": ["\xff"]}', b'{"names": 1}')


class Names(msgspec.Struct, frozen=True):
    names: list[str] = []


@pytest.fixture
def file(tmp_path: Path) -> KeptFile[Names]:
    return KeptFile(tmp_path / "names.json", Names, today=lambda: DAY)


def test_a_missing_file_is_no_damage(file: KeptFile[Names]) -> None:
    assert file.mended() == Mended(None)
    beside = KeptFile(file.path / "names.json", Names)
    file.path.write_text("a file where a folder should be")
    assert beside.read() is None


@pytest.mark.parametrize("damage", DAMAGE)
def test_the_last_good_copy_takes_the_place_of_a_damaged_file(
    file: KeptFile[Names], damage: bytes
) -> None:
    file.write(Names(["a"]))
    file.keep(Names(["a"]))
    file.path.write_bytes(damage)
    with pytest.raises(FileDamaged):
        file.read()
    found = file.mended()
    assert found.is_restored
    assert found == Mended(Names(["a"]), "names.json.damaged-2026-11-23")
    assert file.path.with_name(found.aside).read_bytes() == damage
    assert file.mended() == Mended(Names(["a"]))


@pytest.mark.parametrize("damage", DAMAGE)
def test_without_a_good_copy_there_is_nothing(file: KeptFile[Names], damage: bytes) -> None:
    file.path.write_bytes(damage)
    (file.path.parent / "backups").mkdir()
    (file.path.parent / "backups" / "names.json").write_bytes(damage)
    found = file.mended()
    assert (found.content, found.is_restored, bool(found.aside)) == (None, False, True)
    assert not file.path.exists()


def test_a_copy_may_be_refused(tmp_path: Path) -> None:
    def check(names: Names) -> None:
        raise SettingInvalid("names", names.names, "none")

    file = KeptFile(tmp_path / "names.json", Names, check=check)
    file.keep(Names(["a"]))
    file.path.write_text("{")
    assert file.mended().content is None


def test_what_windows_puts_before_a_text_is_no_damage(file: KeptFile[Names]) -> None:
    file.path.write_text('{"names": ["ä"]}', encoding="utf-8-sig")
    assert file.read() == Names(["ä"])


def test_a_link_stays_one(file: KeptFile[Names], tmp_path: Path) -> None:
    (tmp_path / "dotfiles").mkdir()
    file.path.symlink_to(tmp_path / "dotfiles" / "names.json")
    file.write(Names(["a"]))
    assert file.path.is_symlink()
    assert (tmp_path / "dotfiles" / "names.json").exists()
    file.path.unlink()
    file.path.symlink_to(tmp_path / "disk" / "that" / "is" / "away")
    file.write(Names(["b"]))
    assert not file.path.is_symlink()
    assert not (tmp_path / "disk").exists()
