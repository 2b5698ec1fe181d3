"""A service that these tests share."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from tests.api.served import Served, serving
from tests.ui.chat_parts.surroundings import Surroundings, surroundings, write_models


@pytest.fixture(scope="session")
def small_models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_models(tmp_path_factory.mktemp("small"))


@pytest.fixture(scope="session")
def service(small_models: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    home = tmp_path_factory.mktemp("home")
    with serving(home, small_models, keep_alive=-1) as running:
        yield running


@pytest.fixture
def served(service: Served) -> Iterator[Served]:
    """Nothing is loaded at first."""
    yield service
    for name in service.running():
        service.whole("/api/generate", {"model": name, "keep_alive": 0})
    service.empty()


@pytest.fixture
def around(qtbot: QtBot, served: Served, tmp_path: Path) -> Iterator[Surroundings]:
    with surroundings(served.url, tmp_path) as found:
        yield found
