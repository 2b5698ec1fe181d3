"""What the tests of the chat share."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop.client.client import Client
from desktop.history.history import History
from tests.ui.chat.room import Play, Room, Script
from tests.ui.chat.talker import Talker


@pytest.fixture
def talker() -> Iterator[Talker]:
    with Talker() as server:
        yield server


@pytest.fixture
def play(qtbot: QtBot, talker: Talker, tmp_path: Path) -> Play:
    """Runs a script with a presenter on a loop of its own."""

    async def whole(script: Script) -> Room:
        history = History(tmp_path / "history.sqlite")
        await history.open()
        async with Client(talker.url) as client:
            room = Room(client, history)
            try:
                async with asyncio.timeout(20):
                    await script(room)
            finally:
                await history.close()
        return room

    return lambda script: asyncio.run(whole(script))
