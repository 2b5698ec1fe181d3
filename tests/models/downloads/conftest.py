"""What the tests of downloads share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.file_server import FileServer
from tests.models.downloads.fetching import PATH, PIECE, Fetching, some_bytes


@pytest.fixture(scope="session")
def content() -> bytes:
    """Ten pieces, the last one short."""
    return some_bytes(9 * PIECE + 4321)


@pytest.fixture
def server(content: bytes) -> Iterator[FileServer]:
    with FileServer({PATH: content}) as server:
        yield server


@pytest.fixture
def fetching(tmp_path: Path) -> Fetching:
    return Fetching(tmp_path / "partial" / "model.part")
