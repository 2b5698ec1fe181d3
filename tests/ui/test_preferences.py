"""What was chosen for the windows, and what becomes of it when its file is damaged."""

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop.ui.preferences import Choices, Preferences
from desktop.ui.shell.troubles import sentence
from tests.ui.screenless import SCREENLESS

pytestmark = SCREENLESS


@pytest.mark.parametrize("damage", [b"", b'{"language": "\xff"}', b'{"presets": 5}'])
def test_damaged_choices_are_as_at_the_last_start(
    qtbot: QtBot, tmp_path: Path, damage: bytes
) -> None:
    file = tmp_path / "desktop.json"
    Preferences(file).change(language="de", presets={"Brief": "Be brief."})
    chosen = Preferences(file)
    assert chosen.problems == []
    file.write_bytes(damage)
    again = Preferences(file)
    assert again.choices == chosen.choices
    (told,) = again.problems
    assert "as at the last start" in sentence(told)
    (aside,) = tmp_path.glob("desktop.json.damaged-*")
    assert aside.read_bytes() == damage
    assert Preferences(file).problems == []


def test_damaged_choices_without_a_copy_are_as_at_first(qtbot: QtBot, tmp_path: Path) -> None:
    file = tmp_path / "desktop.json"
    file.write_text("[")
    preferences = Preferences(file)
    assert preferences.choices == Choices()
    assert [each.code for each in preferences.problems] == ["choices_damaged"]


def test_what_cannot_be_kept_holds_all_the_same(qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    preferences = Preferences(tmp_path / "file" / "desktop.json")
    preferences.change(language="de")
    assert preferences.choices.language == "de"
