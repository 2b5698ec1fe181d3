"""A program that is replaced while it runs, and what its user is asked then."""

import os
import sys
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop.ui.shell.program_watch import ProgramWatch, make_program_watch, make_restart_box
from tests.ui.screenless import SCREENLESS

pytestmark = SCREENLESS
WAIT_MS = 30_000


def test_a_new_version_is_noticed_once_it_is_there(qtbot: QtBot, tmp_path: Path) -> None:
    program, new = tmp_path / "puna", tmp_path / "puna.dpkg-new"
    program.write_text("old")
    with program.open() as running:
        watch = ProgramWatch(str(program), f"/dev/fd/{running.fileno()}", settle_ms=50)
        with qtbot.waitSignal(watch.replaced, timeout=200, raising=False) as told:
            new.write_text("new")
        assert not told.signal_triggered  # nothing is replaced yet
        with qtbot.waitSignal(watch.replaced, timeout=WAIT_MS):
            os.replace(new, program)
    watch.close()


def test_from_source_nothing_is_watched() -> None:
    assert not getattr(sys, "frozen", False)
    assert make_program_watch() is None


@pytest.mark.parametrize("is_busy", [False, True])
def test_the_question_says_what_would_end(qtbot: QtBot, *, is_busy: bool) -> None:
    box = make_restart_box(is_busy=is_busy)
    qtbot.addWidget(box)
    assert ("would end" in box.informativeText()) == is_busy
    box.show()
    with qtbot.waitSignal(box.accepted):
        box.defaultButton().click()
