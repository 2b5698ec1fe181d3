"""A program that is killed, while an answer is written or the file is made fit for a later version,
has lost nothing that was saved."""

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from desktop.core.backups import Backups
from desktop.history.history import History
from desktop.history.records import Turn

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

WRITER = """
import asyncio, sys
from pathlib import Path
from desktop.history.history import History
from desktop.history.records import Turn

async def main():
    history = History(Path(sys.argv[1]))
    await history.open()
    chat = await history.create()
    asked = await history.add_turn(chat.id, None, Turn(content="count"))
    answer = await history.add_turn(chat.id, asked.id, Turn(role="assistant"))
    text = ""
    for number in range(1_000_000):
        text += f"{number} "
        await history.save_answer(answer.id, content=text)
        print(number, flush=True)

asyncio.run(main())
"""


@pytest.mark.parametrize("lines", [1, 20, 120])
async def test_kill_9_in_mid_answer(path: Path, lines: int) -> None:
    command = [sys.executable, "-c", WRITER, str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:  # noqa: ASYNC220
        assert writer.stdout
        for _ in range(lines):
            last = int(writer.stdout.readline())
        writer.kill()
        last = int(([str(last), *writer.stdout.read().split()])[-1])
    history = History(path)
    assert await history.open() is None
    (line,) = await history.chats()
    asked, answer = (await history.open_chat(line.id)).path()
    assert asked.content == "count"
    numbers = [int(number) for number in answer.content.split()]
    assert numbers == list(range(len(numbers)))
    assert len(numbers) > last
    assert answer.done_reason == ""
    assert await history.chats(query=f"{last} ") != []
    await history.close()


UPGRADER = """
import asyncio, sys
from pathlib import Path
from desktop.history import file
from desktop.history.history import History

file.SCHEMA += (
    "DELETE FROM chats; CREATE TABLE later AS WITH RECURSIVE numbers (number) AS"
    " (SELECT 1 UNION ALL SELECT number + 1 FROM numbers)"
    " SELECT number, printf('%01000d', number) AS text FROM numbers",
)
asyncio.run(History(Path(sys.argv[1])).open())
"""


async def test_kill_9_in_the_middle_of_an_upgrade(path: Path) -> None:
    history = History(path)
    await history.open()
    chat = await history.create()
    await history.add_turn(chat.id, None, Turn(content="from before"))
    await history.close()
    side = path.with_name(f"{path.name}-wal")
    command = [sys.executable, "-c", UPGRADER, str(path)]
    with subprocess.Popen(command) as upgrader:  # noqa: ASYNC220
        try:
            async with asyncio.timeout(60):
                while not side.exists() or side.stat().st_size < 2**20:  # noqa: ASYNC110
                    await asyncio.sleep(0.01)
        finally:
            upgrader.kill()  # it would go on until the disk is full
    (_, backup) = Backups(path.parent / "backups", "history").all()[0]
    for each in (path, backup):
        again = History(each)
        assert await again.open() is None
        (line,) = await again.chats()
        assert [turn.content for turn in (await again.open_chat(line.id)).path()] == ["from before"]
        await again.close()
