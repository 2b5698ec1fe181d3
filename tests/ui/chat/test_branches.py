"""Other versions of what was said, and what is taken back."""

import asyncio
import threading

from tests.ui.chat.room import Play, Room, hello, until
from tests.ui.chat.talker import Talker


def test_another_answer_is_a_branch(play: Play, talker: Talker) -> None:
    async def script(room: Room) -> None:
        await hello(room)
        talker.said["talker"] = [{"content": "Else"}]
        await room.presenter.again(room.last.id)
        assert (room.last.content, room.last.branch, room.last.branches) == ("Else", 2, 2)
        await room.presenter.show_branch(room.last.id, -1)
        assert (room.last.content, room.last.branch) == ("Hello world", 1)
        await room.presenter.show_branch(room.last.id, -1)  # there is none: nothing happens

    room = play(script)
    assert room.last.branch == 1
    assert [each["role"] for each in talker.chats[-1]["messages"]] == ["user"]


def test_two_clicks_at_once_make_one_answer(play: Play, talker: Talker) -> None:
    async def script(room: Room) -> None:
        await hello(room)
        answer = room.last.id
        await asyncio.gather(room.presenter.again(answer), room.presenter.go_on(answer))
        assert (room.last.branch, room.last.branches) == (2, 2)

    assert not play(script).presenter.is_busy
    assert len(talker.chats) == 2


def test_undo_while_an_answer_comes_keeps_the_answer(play: Play, talker: Talker) -> None:
    async def script(room: Room) -> None:
        await hello(room)
        await room.presenter.send("Second")
        await room.presenter.remove(room.lines[2].id)
        talker.hold = threading.Event()
        async with asyncio.TaskGroup() as group:
            group.create_task(room.presenter.send("Third"))
            await until(lambda: len(talker.chats) == 3)
            await room.presenter.undo()
            assert room.last.is_live
            talker.hold.set()
        assert room.texts == ["Hi", "Hello world", "Third", "Hello world"]
        assert (room.lines[2].branch, room.lines[2].branches) == (2, 2)

    assert not play(script).presenter.is_busy


def test_a_changed_message_is_a_branch_with_an_answer_of_its_own(
    play: Play, talker: Talker
) -> None:
    async def script(room: Room) -> None:
        await hello(room)
        await room.presenter.resend(room.lines[0].id, "Hi there")

    room = play(script)
    assert room.texts == ["Hi there", "Hello world"]
    assert [line.branches for line in room.lines] == [2, 1]


def test_deleting_can_be_undone(play: Play) -> None:
    async def script(room: Room) -> None:
        await hello(room)
        await room.presenter.send("More")
        await room.presenter.remove(room.lines[2].id)
        assert room.texts == ["Hi", "Hello world"]
        await room.presenter.undo()

    assert play(script).texts == ["Hi", "Hello world", "More", "Hello world"]
