"""Which words of a Modelfile are files."""

from pathlib import Path

import pytest

from desktop.client.create_plan import make_plan
from desktop.client.modelfile import parse
from desktop.core.errors import AppError


def make(folder: Path, text: str) -> tuple[str, list[str]]:
    """The source, and the names of the files."""
    plan = make_plan(parse(text), folder)
    return plan.source, list(plan.files)


def test_names_and_files(tmp_path: Path) -> None:
    (tmp_path / "m.gguf").touch()
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "m.gguf").touch()
    assert make(tmp_path, "FROM llama3.2:3b") == ("llama3.2:3b", [])
    assert make(tmp_path, "FROM hf.co/user/repo:Q4_K_M") == ("hf.co/user/repo:Q4_K_M", [])
    assert make(tmp_path, "FROM m.gguf") == ("", ["m.gguf"])
    assert make(tmp_path, f"FROM {tmp_path / 'm.gguf'}\nFROM ./m.gguf") == ("", ["m.gguf"])
    assert make(tmp_path, "FROM sub\nFROM ./m.gguf") == ("", ["m.gguf", "2/m.gguf"])
    assert make(tmp_path, "FROM base\nFROM m.gguf") == ("base", ["m.gguf"])


def test_a_part_brings_the_others(tmp_path: Path) -> None:
    names = [f"m-0000{number}-of-00002.gguf" for number in (1, 2)]
    for name in names:
        (tmp_path / name).touch()
    assert make(tmp_path, f"FROM {names[0]}") == ("", names)


def test_a_folder_without_models(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").touch()
    with pytest.raises(AppError, match="no GGUF file in"):
        make(tmp_path, "FROM .")


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("FROM ./nowhere", "FROM ./nowhere: there is no file"),
        ("FROM nowhere.gguf", "there is no file"),
        ("FROM a\nFROM b", "FROM names two models: a and b"),
        ("FROM a\nADAPTER none", "There is no file"),
        ("FROM a\nDRAFT none", "There is no file"),
    ],
)
def test_what_is_not_there(tmp_path: Path, text: str, error: str) -> None:
    with pytest.raises(AppError, match=error):
        make(tmp_path, text)
