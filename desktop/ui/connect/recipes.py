"""Recipes: how certain programs are connected. They are files of `resources/recipes/`.

A file has `name`, `group` ("code" or "program"), `order`, and `steps`: a sentence in each language
and, mostly, a text to copy. In that text `{{address}}`, `{{port}}`, `{{model}}` and `{{key}}` stand
for the user's own.
"""

import tomllib
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from desktop.core.resources import resource

ANY_KEY = "puna"
"""Programs of this machine may send any word where keys are not required."""


@dataclass(frozen=True, slots=True)
class Place:
    """What is filled in."""

    address: str
    """Without a slash at the end."""
    model: str
    key: str = ANY_KEY

    def fill(self, text: str) -> str:
        """The text with the user's own values.

        >>> Place("http://127.0.0.1:11434", "tiny").fill("{{address}}/v1 {{port}} {{model}}")
        'http://127.0.0.1:11434/v1 11434 tiny'
        """
        parts = urlsplit(self.address)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        values = {
            "address": self.address,
            "port": str(port),
            "model": self.model,
            "key": self.key,
        }
        for name, value in values.items():
            text = text.replace("{{" + name + "}}", value)
        return text


@dataclass(frozen=True, slots=True)
class Step:
    """`text` is empty where there is nothing to copy."""

    sentences: dict[str, str]
    language: str
    text: str

    def sentence(self, language: str) -> str:
        """In this language if there is one, else in English."""
        return self.sentences.get(language) or self.sentences["en"]


@dataclass(frozen=True, slots=True)
class Recipe:
    """How one program is connected."""

    id: str
    name: str
    group: str
    order: int
    steps: tuple[Step, ...]

    @property
    def uses_key(self) -> bool:
        return any("{{key}}" in step.text for step in self.steps)


def load_recipes() -> list[Recipe]:
    """All of them in the order in which they are shown. Reads files: not in the UI's thread."""
    folder = resource("recipes/curl.toml").parent
    found = [
        _recipe(path.stem, tomllib.loads(path.read_text(encoding="utf-8")))
        for path in folder.glob("*.toml")
    ]
    return sorted(found, key=lambda recipe: (recipe.group != "program", recipe.order))


def _recipe(name: str, content: dict[str, Any]) -> Recipe:
    return Recipe(
        id=name,
        name=content["name"],
        group=content["group"],
        order=content["order"],
        steps=tuple(_step(step) for step in content["steps"]),
    )


def _step(content: dict[str, Any]) -> Step:
    sentences = {key: value for key, value in content.items() if len(key) == 2}
    return Step(sentences, content.get("language", ""), content.get("text", "").strip())
