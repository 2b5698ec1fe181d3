"""The help pages say what is true: their examples run, their settings exist."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from desktop.core.resources import resource
from desktop.core.settings import settings_of
from tests.api.served import Served

_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PROGRAMS = {  # language: file name, and what runs it
    "sh": ("ask.sh", ["sh"]),
    "php": ("ask.php", ["php"]),
    "python": ("ask.py", [sys.executable]),
    "js": ("ask.mjs", ["node"]),
}


def blocks(page: str) -> list[tuple[str, str]]:
    """Language and text of each example."""
    return _BLOCK.findall(resource(f"help/{page}").read_text(encoding="utf-8"))


def needed(language: str, text: str) -> str:
    """A program that is missing here; empty if none is."""
    programs = [PROGRAMS[language][1][0], *(["curl"] if text.startswith("curl") else [])]
    return next((program for program in programs if shutil.which(program) is None), "")


@pytest.mark.slow
@pytest.mark.parametrize("number", range(len(blocks("connect.md"))))
def test_examples_run(puna: Served, tmp_path: Path, number: int) -> None:
    language, text = blocks("connect.md")[number]
    if missing := needed(language, text):
        pytest.skip(f"{missing} is not installed")
    name, command = PROGRAMS[language]
    assert "smollm2:135m" in text
    text = text.replace("http://localhost:11434", puna.url).replace("smollm2:135m", "script")
    (tmp_path / name).write_text(text, encoding="utf-8")
    done = subprocess.run(
        [*command, str(tmp_path / name)], capture_output=True, text=True, check=False, timeout=60
    )
    assert "Hello big world" in done.stdout, done.stderr


@pytest.mark.parametrize("page", ["connect.md", "sharing.md"])
def test_german_pages_have_the_same_examples(page: str) -> None:
    assert blocks(f"de/{page}") == blocks(page)


def test_the_recipe_for_nginx_is_the_one_that_is_tested() -> None:
    recipe = resource("help/nginx.conf").read_text(encoding="utf-8")
    assert [text for language, text in blocks("sharing.md") if language == "nginx"] == [recipe]


def test_every_page_is_there_in_german() -> None:
    folder = resource("help/start.md").parent
    assert {path.name for path in folder.glob("*.md")} == {
        path.name for path in (folder / "de").glob("*.md")
    }


def test_settings_of_the_examples_exist() -> None:
    found = [text for language, text in blocks("sharing.md") if language == "json"]
    assert found
    for text in found:
        settings_of(json.loads(text), "sharing.md")
