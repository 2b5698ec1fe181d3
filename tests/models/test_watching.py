"""The watch: silence is only told where it is certain."""

import os
import time
from pathlib import Path

import pytest

from desktop.models.watching import TRUSTED_NS, Watch

OLD = time.time() - 3600


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "file").write_text("1")
    return age(tmp_path)


def age(folder: Path) -> Path:
    """Make everything in a folder an hour old."""
    for path in (*folder.rglob("*"), folder):
        os.utime(path, (OLD, OLD))
    return folder


@pytest.mark.parametrize("with_base", [True, False])
def test_changes_are_noticed(folder: Path, with_base: bool) -> None:
    def fresh() -> Watch:
        age(folder)
        made = Watch()
        made.look(str(folder))
        made.look(str(folder / "file"), str(folder) if with_base else "")
        assert made.is_quiet()
        return made

    seen = fresh()
    (folder / "file").write_text("2")
    assert not seen.is_quiet()
    seen = fresh()
    (folder / "other").write_text("")
    assert not seen.is_quiet()
    seen = fresh()
    (folder / "file").unlink()
    assert not seen.is_quiet()


def test_what_is_not_there_may_come(folder: Path) -> None:
    seen = Watch()
    assert seen.look(str(folder / "new" / "file")) is None
    assert seen.look(str(folder)) is not None
    assert seen.is_quiet()
    (folder / "new").mkdir()
    (folder / "new" / "file").write_text("")
    assert not seen.is_quiet()


def test_a_folder_that_vanishes(folder: Path) -> None:
    (folder / "in").mkdir()
    (folder / "in" / "file").write_text("")
    age(folder)
    seen = Watch()
    seen.look(str(folder.parent / "nothing"))
    seen.look(str(folder / "in" / "file"), str(folder / "in"))
    assert seen.is_quiet()
    (folder / "in").rename(folder / "out")
    assert not seen.is_quiet()


def test_what_has_just_changed_is_looked_at_again(folder: Path) -> None:
    (folder / "file").write_text("2")
    seen = Watch()
    seen.look(str(folder / "file"))
    assert not seen.is_quiet()


def test_nothing_is_trusted_for_ever(folder: Path) -> None:
    now = time.time_ns()
    seen = Watch(lambda: now)
    seen.look(str(folder / "file"))
    assert seen.is_quiet()
    now += TRUSTED_NS
    assert not seen.is_quiet()
    now -= 2 * TRUSTED_NS  # the clock was put back
    assert not seen.is_quiet()
    assert not Watch().is_quiet()
