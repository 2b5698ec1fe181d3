"""A small service of real workers for the shell's tests, and snapshots by hand."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import tiny_gguf
from tests.api.conftest import Shelf
from tests.api.served import Served, serving


@pytest.fixture(scope="session")
def shell_models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with `script`, which says three words, and `endless`, which never stops."""
    files = tmp_path_factory.mktemp("files")
    tiny_gguf.write_script_model(files / "script", "Hello big world")
    tiny_gguf.write_script_model(files / "endless", "a b c", eos=False, context=32768)
    shelf = Shelf(tmp_path_factory.mktemp("store") / "models", files)
    for name in ("script", "endless"):
        shelf.add(name, name)
    return shelf.root


@pytest.fixture
def served(shell_models: Path, tmp_path: Path) -> Iterator[Served]:
    with serving(tmp_path / "service", shell_models) as service:
        yield service
