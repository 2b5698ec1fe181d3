"""The recipes: complete, true to their formats, and in all languages."""

import ast
import json
import tomllib

import pytest

from desktop.ui.connect.recipes import Place, Recipe, Step, load_recipes

RECIPES = {recipe.id: recipe for recipe in load_recipes()}
PLACE = Place("http://127.0.0.1:11434", "llama3.2:1b", "puna_key")


def steps(language: str) -> list[tuple[Recipe, Step]]:
    return [
        (recipe, step)
        for recipe in RECIPES.values()
        for step in recipe.steps
        if step.language == language
    ]


def test_all_that_were_promised_are_there() -> None:
    assert {
        *("curl", "python", "javascript", "php", "n8n", "node-red", "open-webui", "continue"),
        *("copilot", "zed", "jetbrains", "langchain", "claude-code", "codex"),
    } <= RECIPES.keys()


@pytest.mark.parametrize("recipe", RECIPES.values(), ids=lambda recipe: recipe.id)
def test_a_recipe_is_whole(recipe: Recipe) -> None:
    assert recipe.group in ("code", "program")
    for step in recipe.steps:
        assert step.sentences.keys() == {"en", "de"}
        assert "{{" not in PLACE.fill(step.text)
        assert bool(step.language) == bool(step.text)


def test_what_a_program_reads_can_be_read() -> None:
    for _recipe, step in steps("json"):
        json.loads(PLACE.fill(step.text))
    for _recipe, step in steps("toml"):
        tomllib.loads(PLACE.fill(step.text))
    for _recipe, step in steps("python"):
        ast.parse(PLACE.fill(step.text))


def test_an_unknown_language_gets_english() -> None:
    step = RECIPES["curl"].steps[0]
    assert step.sentence("fr") == step.sentence("en") != step.sentence("de")


def test_programs_come_before_code() -> None:
    groups = [recipe.group for recipe in load_recipes()]
    assert groups == sorted(groups, reverse=True)
