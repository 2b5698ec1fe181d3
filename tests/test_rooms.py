"""Checks the rules of CONTRIBUTING.md that a machine can check: who imports whom, and sizes."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
DESKTOP = ROOT / "desktop"
EVERYWHERE = {"core", "msgspec"}  # besides the standard library and the room itself
MAY_IMPORT = {
    "__init__": set[str](),
    "__main__": {"cli"},
    "app": {"api", "doctor", "history", "host", "models", "ui"},
    "host": {"api", "client", "models"},
    "cli": {"app", "client", "rich", "typer"},
    "core": {"platformdirs"},
    "models": {"cryptography", "httpx", "truststore"},
    "hardware": {"psutil", "pynvml"},
    "worker": {"jinja2", "llama_cpp", "llguidance", "numpy"},
    "engine": {"hardware", "models", "worker.frames", "worker.messages", "worker.errand_messages"},
    "api": {
        *("engine", "hardware", "models", "starlette", "updates", "uvicorn"),
        *("PIL", "cryptography", "prometheus_client"),
    },
    "doctor": {"certifi", "client", "engine", "hardware", "models"},
    "updates": {"cryptography", "httpx", "models"},
    "client": {"httpx"},
    "history": set[str](),
    "ui": {"client", "history", "docx", "pygments", "pypdf", "PySide6", "qasync", "segno"},
}
LAZY = {"__main__": "cli", "cli": "app"}  # imports that must be inside functions
MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 50

Function = ast.FunctionDef | ast.AsyncFunctionDef


def sources(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def room_of(path: Path) -> str:
    """Name of the folder, or of the module at the top.

    >>> room_of(DESKTOP / "ui" / "tray.py"), room_of(DESKTOP / "app.py")
    ('ui', 'app')
    """
    return path.relative_to(DESKTOP).parts[0].removesuffix(".py")


def imported(nodes: Iterator[ast.AST]) -> Iterator[str]:
    """Dotted names; ours without `desktop.`, the standard library's left out."""
    for node in nodes:
        if isinstance(node, ast.ImportFrom):
            module = node.module or ""
            names = [f"{module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        else:
            continue
        for name in names:
            if name.partition(".")[0] not in sys.stdlib_module_names:
                yield name.removeprefix("desktop.")


def top_level(tree: ast.AST) -> Iterator[ast.AST]:
    """What runs when the module is imported; type-checking blocks do not."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, Function):
            continue
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            continue
        yield node
        yield from top_level(node)


def is_allowed(name: str, room: str) -> bool:
    """Whether a room may import a dotted name.

    >>> is_allowed("worker.messages.Load", "engine"), is_allowed("worker.loop", "engine")
    (True, False)
    """
    allowed = EVERYWHERE | MAY_IMPORT[room] | {room}
    parts = name.split(".")
    return any(".".join(parts[:depth]) in allowed for depth in range(1, len(parts) + 1))


def too_far(path: Path) -> list[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    room = room_of(path)
    found = [name for name in imported(ast.walk(tree)) if not is_allowed(name, room)]
    if lazy := LAZY.get(room):
        found += [name for name in imported(top_level(tree)) if name.partition(".")[0] == lazy]
    return found


@pytest.mark.parametrize("path", sources("desktop"), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_room_imports_only_what_it_may(path: Path) -> None:
    assert not too_far(path)


def test_rooms_of_the_table_exist() -> None:
    assert {room_of(path) for path in sources("desktop")} <= set(MAY_IMPORT)


@pytest.mark.parametrize(
    ("room", "line"),
    [
        ("api", "def f():\n    import llama_cpp"),
        ("core", "from desktop.models.names import ModelName"),
        ("engine", "from desktop.worker.loop import Loop"),
        ("engine", "from desktop import worker"),
        ("client", "import PySide6.QtCore"),
        ("cli", "from desktop.app import serve"),
        ("worker", "import numpy, httpx"),
        ("ui", "from desktop.api.service import Service"),
    ],
)
def test_the_check_catches(
    room: str, line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.modules[__name__], "DESKTOP", tmp_path)
    (tmp_path / room).mkdir()
    file = tmp_path / room / "planted.py"
    file.write_text(line)
    assert too_far(file)


@pytest.mark.parametrize("path", sources("desktop"), ids=lambda path: str(path.relative_to(ROOT)))
def test_package_markers_are_empty_and_modules_say_what_they_are(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    if path.name == "__init__.py":
        assert text == ""
    else:
        assert ast.get_docstring(ast.parse(text))


def test_files_and_functions_stay_small() -> None:
    large = []
    for path in sources("desktop", "packaging", "tests"):
        text = path.read_text(encoding="utf-8")
        if (lines := text.count("\n")) > MAX_FILE_LINES:
            large.append(f"{path.relative_to(ROOT)}: {lines} lines")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, Function):
                lines = (node.end_lineno or 0) - node.lineno + 1
                if lines > MAX_FUNCTION_LINES:
                    large.append(f"{path.relative_to(ROOT)}: {node.name} has {lines} lines")
    assert not large
