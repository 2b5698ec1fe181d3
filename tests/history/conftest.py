"""A history in a folder of its own."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from desktop.history.history import History


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "history.sqlite"


@pytest.fixture
async def history(path: Path, anyio_backend: str) -> AsyncIterator[History]:
    assert anyio_backend == "asyncio"
    history = History(path)
    await history.open()
    yield history
    await history.close()
