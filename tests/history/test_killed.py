"""A program that is killed while an answer is written has lost nothing that was saved."""

import subprocess
import sys
from pathlib import Path

import pytest

from desktop.history.history import History

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
