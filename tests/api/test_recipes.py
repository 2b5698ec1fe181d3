"""The recipes of the connect window really get an answer, with the key of an app."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from desktop.ui.connect.recipes import Place, load_recipes
from tests.api.callers import known
from tests.api.served import Served

PROGRAMS = {  # language: file name, and what runs it
    "sh": ("ask.sh", ["sh"]),
    "php": ("ask.php", ["php"]),
    "python": ("ask.py", [sys.executable]),
    "js": ("ask.mjs", ["node"]),
}
CODE = [
    pytest.param(step.language, step.text, id=f"{recipe.id}-{number}")
    for recipe in load_recipes()
    for number, step in enumerate(recipe.steps)
    if recipe.group == "code" and not step.text.startswith("pip ")
]


@pytest.mark.slow
@pytest.mark.parametrize(("language", "text"), CODE)
def test_code_runs(puna: Served, tmp_path: Path, language: str, text: str) -> None:
    name, command = PROGRAMS[language]
    for program in (command[0], "curl" if text.startswith("curl") else command[0]):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed")
    with known(puna) as app:
        filled = Place(puna.url, "script", app.key).fill(text)
        (tmp_path / name).write_text(filled, encoding="utf-8")
        done = subprocess.run(
            [*command, str(tmp_path / name)],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert "Hello" in done.stdout, done.stderr
        seen = puna.http.get(f"/api/puna/apps/{app.id}").json()["seen_at"]
        assert seen  # it was the key that was shown


def test_what_node_red_sends_is_answered(puna: Served) -> None:
    recipe = next(recipe for recipe in load_recipes() if recipe.id == "node-red")
    flow = json.loads(Place(puna.url, "script").fill(recipe.steps[0].text))
    nodes = {node["id"]: node for node in flow}
    ids = [target for node in flow for wires in node["wires"] for target in wires]
    assert set(ids) == nodes.keys() - {"puna-ask"}
    assert nodes["puna-send"]["url"] == f"{puna.url}/api/chat"
    assert "model: 'script'" in nodes["puna-make"]["func"]
