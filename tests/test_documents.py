"""What README, CONTRIBUTING, the help and the references say is there: files, commands, options,
settings, variables, routes, and words of the windows."""

import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import msgspec
import pytest
import typer.main

from desktop.api.description.dialects import DIALECTS
from desktop.cli.commands import app
from desktop.core.environment import variable_of
from desktop.core.settings import Settings
from tests.test_rooms import MAY_IMPORT, ROOT, sources

HELP = ROOT / "resources" / "help"
DOCS = ROOT / "resources" / "docs"
PAGES = [*sorted(HELP.rglob("*.md")), *DOCS.glob("*.md"), *ROOT.glob("*.md")]
MADE = {".venv", ".cache", "dist", "build"}  # by commands, so they may be missing
_CODE = re.compile(r"`([^`\n]+)`")
_BOLD = re.compile(r"\*\*(.+?)\*\*")
_QUOTED = re.compile("[“„]([^“”]+)[”“]")
_LINK = re.compile(r"\]\(([^)#]+)\)")
_BRACES = re.compile(r"\{([^{}]*)\}")
_ROUTE = re.compile(r"(?<!\w)/(?:api|v1)/[\w/.-]+")

every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def rows(text: str) -> Iterator[list[str]]:
    """The cells of all tables."""
    for line in text.splitlines():
        if line.startswith("| ") and not line.startswith("| ---"):
            yield [cell.strip() for cell in line.strip("|").split(" |")]


def test_the_table_of_rooms_is_the_one_that_is_enforced() -> None:
    names = {name.partition(".")[0] for room in MAY_IMPORT.values() for name in room}
    table = text_of("CONTRIBUTING.md").partition("## Rooms")[2].partition("\n## ")[0]
    told = {}
    for room, _, imports in list(rows(table))[1:]:
        name = room.strip("`").removesuffix("/").removesuffix(".py")
        told[name] = set(re.findall(r"\w+", imports)) & names
    enforced = {
        room: {name.partition(".")[0] for name in allowed} for room, allowed in MAY_IMPORT.items()
    }
    del enforced["__init__"]
    assert told == enforced


def spelled_out(text: str) -> Iterator[str]:
    """Without braces: `a/{b,c}.py` is `a/b.py` and `a/c.py`."""
    choices = [each.split(",") for each in _BRACES.findall(text)]
    for chosen in product(*choices):
        parts = iter(chosen)
        yield _BRACES.sub(lambda _, parts=parts: next(parts), text)  # type: ignore[misc]


def is_there(path: str) -> bool:
    """Under the root, or under some folder of ours."""
    if path.partition("/")[0] in MADE:
        return True
    folders = (
        "",
        "desktop/",
        "desktop/*/",
        "desktop/*/*/",
        "packaging/",
        "tests/**/",
        "resources/**/",
    )
    return any(next(ROOT.glob(folder + path.rstrip("/")), None) for folder in folders)


def test_files_of_contributing_exist() -> None:
    text = text_of("CONTRIBUTING.md")
    for code in _CODE.findall(text):
        if not re.fullmatch(r"[\w.][\w./{},*-]*(?:\.(?:py|md|ts|json|spec)|\w/)", code):
            continue
        for path in spelled_out(code.removeprefix(".venv/bin/python ")):
            assert is_there(path), path


@every_page
def test_links_lead_somewhere(page: Path) -> None:
    for target in _LINK.findall(page.read_text(encoding="utf-8")):
        assert target.startswith("https://") or (page.parent / target).is_file(), target


@every_page
def test_commands_of_make_exist(page: Path) -> None:
    known = set(re.findall(r"^([a-z-]+):", text_of("Makefile"), re.MULTILINE))
    used = re.findall(
        r"(?:^|`)make ([a-z-]+)(?:`|$)", page.read_text(encoding="utf-8"), re.MULTILINE
    )
    assert set(used) <= known


def test_every_command_of_puna_is_told_with_its_options() -> None:
    table = text_of("resources/docs/settings.md").partition("## Settings")[0]
    told = {
        name: " ".join(cells)
        for cells in rows(table)
        for name in re.findall(r"`puna (\w+)", cells[0])
    }
    group = typer.main.get_command(app)
    commands = {name: each for name, each in group.commands.items() if not each.hidden}  # type: ignore[attr-defined]
    assert told.keys() == commands.keys()
    for name, command in commands.items():
        for option in [each for parameter in command.params for each in parameter.opts]:
            if option.startswith("--"):
                assert option in told[name], f"puna {name} {option}"


def test_every_setting_is_told_with_its_default_and_variable() -> None:
    table = text_of("resources/docs/settings.md").partition("## Settings")[2]
    told: dict[str, tuple[str, str]] = {}
    for cells in rows(table):
        names = [name for name in _CODE.findall(cells[0]) if name in Settings.__struct_fields__]
        if len(cells) == 4:
            defaults = (_CODE.findall(cells[1]) + ["none"] * len(names))[: len(names)]
            told |= {
                name: (shown, "".join(_CODE.findall(cells[3])[:1]))
                for name, shown in zip(names, defaults, strict=True)
            }
    real = Settings()
    assert told == {
        name: (shown_default(name, getattr(real, name)), variable_of(name))
        for name in Settings.__struct_fields__
    }


def shown_default(name: str, value: object) -> str:
    """As the table has it."""
    if value in ((), ""):
        return "none"
    text = msgspec.json.encode(value).decode().removesuffix(".0")
    return text.strip('"') if name == "host" else text


def test_every_variable_of_ours_is_told() -> None:
    told = text_of("resources/docs/settings.md")
    for path in sources("desktop"):
        for name in re.findall(r'"(PUNA_[A-Z]+|HF_TOKEN)"', path.read_text(encoding="utf-8")):
            assert f"`{name}`" in told, f"{name} of {path.name}"


@every_page
def test_routes_exist(page: Path) -> None:
    patterns = [
        re.compile(re.sub(r"\\\{.*?\\\}", "[^/]+", re.escape(operation.path)))
        for dialect in DIALECTS
        for operation in dialect.operations
    ]
    for route in _ROUTE.findall(page.read_text(encoding="utf-8")):
        path = route.rstrip("./")
        assert path == "/api/puna" or any(each.fullmatch(path) for each in patterns), path


def test_words_of_the_windows_are_what_the_windows_say() -> None:
    root = ElementTree.parse(ROOT / "resources" / "i18n" / "puna_de.ts").getroot()
    words: dict[str, set[str]] = {"help": set(), "de": set()}
    for message in root.iter("message"):
        words["help"].add(message.findtext("source", ""))
        words["de"] |= {each.text or "" for each in message.iter("translation")}
    for page in HELP.rglob("*.md"):
        known = {plain(each) for each in words[page.parent.name]}
        text = page.read_text(encoding="utf-8")
        for said in [each for bold in _BOLD.findall(text) for each in named(bold)]:
            assert said in known, f"{page.name}: {said}"
        for quoted in _QUOTED.findall(text):
            said = plain(quoted.replace("\n", " "))
            assert any(said in each for each in known), f"{page.name}: {said}"


def named(bold: str) -> list[str]:
    """The words of windows: of `Settings, Privacy`, two. What ends like a sentence begins a
    paragraph of ours."""
    return (
        [] if bold[-1] in ".”“" else [plain(each) for each in bold.replace("\n", " ").split(", ")]
    )


def plain(text: str) -> str:
    """
    >>> plain("&Look for it…"), plain("… was damaged.")
    ('Look for it', 'was damaged')
    """
    return text.replace("&", "").strip("… .")
