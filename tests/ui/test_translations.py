"""Every string of the windows is translated, and the files that Puna loads are made from it."""

import ast
import re
import runpy
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "resources" / "i18n"
LANGUAGES = ("de", "en")
_PLACE = re.compile(r"%(?:n|L?\d)")
_ROW = re.compile(r"^\| `(\w+)`", re.MULTILINE)

both = pytest.mark.parametrize("language", LANGUAGES)
pytestmark = pytest.mark.slow


def tool(name: str) -> Callable[..., Any]:
    """A function of the tool that developers run; its folder has a foreign package's name."""
    found: Callable[..., Any] = runpy.run_path(str(ROOT / "packaging" / "translations.py"))[name]
    return found


def messages(path: Path) -> dict[tuple[str, str], ElementTree.Element]:
    """By context and source."""
    root = ElementTree.parse(path).getroot()
    return {
        (context.findtext("name", ""), message.findtext("source", "")): message
        for context in root.iter("context")
        for message in context.iter("message")
    }


def translations(message: ElementTree.Element) -> list[str]:
    """One, or a form for each number."""
    found = message.find("translation")
    assert found is not None
    forms = found.findall("numerusform")
    return [form.text or "" for form in forms] if forms else [found.text or ""]


@both
def test_no_string_is_missing_or_left_over(language: str, tmp_path: Path) -> None:
    now = messages(tool("update")(language, tmp_path))
    kept = messages(FOLDER / f"puna_{language}.ts")
    advice = "run packaging/translations.py update, translate, and build"
    assert sorted(now.keys() - kept.keys()) == [], advice
    assert sorted(kept.keys() - now.keys()) == [], advice


@both
def test_every_string_is_translated(language: str) -> None:
    kept = messages(FOLDER / f"puna_{language}.ts")
    bare = [key for key, message in kept.items() if not all(translations(message))]
    unsure = [key for key, each in kept.items() if _is_unfinished(each)]
    assert (bare, unsure) == ([], [])


@both
def test_translations_keep_their_places(language: str) -> None:
    for (_, source), message in messages(FOLDER / f"puna_{language}.ts").items():
        for text in filter(None, translations(message)):
            missing = set(_PLACE.findall(source)) - set(_PLACE.findall(text))
            assert missing <= {"%n"}, (source, text)  # "one file" needs no number
            assert source.endswith("…") == text.endswith("…"), (source, text)


@both
def test_what_puna_loads_is_made_from_them(language: str, tmp_path: Path) -> None:
    made = tool("build")(FOLDER / f"puna_{language}.ts", tmp_path)
    assert made.read_bytes() == (FOLDER / f"puna_{language}.qm").read_bytes()


def test_no_string_escapes_the_tool() -> None:
    """It reads `self.tr("…")` and `translate("Context", "…")`, and counts in the former only."""
    kept = messages(FOLDER / "puna_de.ts")
    counted = {source for (_, source), each in kept.items() if each.get("numerus") == "yes"}
    known = {source for _, source in kept}
    for place, source in calls():
        assert source is not None, f"{place}: the text has to stand in the call itself"
        assert not source or source in known, f"{place}: {source!r} is not found by lupdate"
        plural = re.search(r"%L?n", source)
        assert not plural or source in counted, f"{place}: plurals need self.tr"


def test_every_page_of_the_help_speaks_german() -> None:
    folder = ROOT / "resources" / "help"
    for page in folder.glob("*.md"):
        text, german = (path.read_text("utf-8") for path in (page, folder / "de" / page.name))
        assert _ROW.findall(text) == _ROW.findall(german), page.name
        assert text.count("\n#") == german.count("\n#"), page.name
        assert text.count("```") == german.count("```"), page.name


def calls() -> Iterator[tuple[str, str | None]]:
    """Where a string is to be translated, and the string, or None if it is made elsewhere."""
    for path in sorted(ROOT.glob("desktop/ui/**/*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = ast.unparse(node.func).rpartition(".")[2]
            place = {"tr": 0, "translate": 1}.get(name)
            if place is None or len(node.args) <= place:  # QPainter.translate has one
                continue
            text = node.args[place]
            literal = text.value if isinstance(text, ast.Constant) else None
            yield f"{path.name}:{node.lineno}", None if literal is None else str(literal)


def _is_unfinished(message: ElementTree.Element) -> bool:
    found = message.find("translation")
    return found is None or found.get("type") == "unfinished"
