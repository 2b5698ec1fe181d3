"""The sidebar to test."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from tests.ui.sidebar.room import Room


@pytest.fixture
def room(qtbot: QtBot, tmp_path: Path) -> Iterator[Room]:
    with asyncio.Runner() as runner:
        room = Room(qtbot, runner, tmp_path / "history.sqlite")
        yield room
        room.sidebar.hide()
        runner.run(room.history.close())
