"""Answers while they come: their ends, and what is told meanwhile."""

import asyncio
import threading

from desktop.ui.chat.line import Ending
from desktop.ui.chat.prompting import Terms
from desktop.ui.chat.waiting import Phase
from tests.ui.chat.room import Play, Room, hello, until
from tests.ui.chat.talker import FINAL, Talker


def test_thinking_is_kept_apart_with_its_seconds(play: Play, talker: Talker) -> None:
    talker.said["talker"] = [{"thinking": "hm"}, {"content": "42"}]
    room = play(hello)
    assert (room.last.thinking, room.last.content) == ("hm", "42")
    assert room.last.thinking_s > 0
    assert room.fed[0][1] == "hm"


def test_stopping_ends_the_work_and_keeps_what_came(play: Play, talker: Talker) -> None:
    async def script(room: Room) -> None:
        room.terms = Terms("endless")
        async with asyncio.TaskGroup() as group:
            group.create_task(hello(room))
            await until(lambda: room.waits)  # the first word is there
            room.presenter.stop()
        await until(talker.client_gone.is_set)

    room = play(script)
    assert room.last.ending is Ending.STOPPED
    assert room.last.content.startswith("on ")
    assert not room.presenter.is_busy


def test_a_failure_is_a_sentence_and_can_be_tried_again(play: Play, talker: Talker) -> None:
    async def script(room: Room) -> None:
        room.terms = Terms("missing")
        await hello(room)
        assert room.last.ending is Ending.FAILED
        assert "not on this computer" in room.last.error
        room.terms = Terms("talker")
        await room.presenter.retry(room.last.id)

    room = play(script)
    assert room.texts == ["Hi", "Hello world"]
    assert (room.last.model, room.last.branches) == ("talker", 1)


def test_a_failure_in_the_middle_keeps_what_came(play: Play) -> None:
    async def script(room: Room) -> None:
        room.terms = Terms("broken")
        await hello(room)

    room = play(script)
    assert (room.last.content, room.last.ending) == ("Oh", Ending.FAILED)
    assert room.last.error.startswith("The model stopped unexpectedly")


def test_a_cut_answer_goes_on_where_it_ended(play: Play, talker: Talker) -> None:
    async def script(room: Room) -> None:
        talker.final = FINAL | {"done_reason": "length"}
        await hello(room)
        assert room.last.ending is Ending.LENGTH
        talker.final, talker.said["talker"] = dict(FINAL), [{"content": " and all"}]
        await room.presenter.go_on(room.last.id)

    room = play(script)
    assert room.texts == ["Hi", "Hello world and all"]
    assert room.last.ending is Ending.NONE
    path, body = talker.requests[-1]
    assert path == "/api/generate"
    assert body["prompt"] == "<user>Hi<assistant>Hello world"


def test_while_a_model_loads_it_says_so(play: Play, talker: Talker) -> None:
    async def script(room: Room) -> None:
        talker.hold = threading.Event()
        talker.running = [{"model": "talker:latest", "state": "waiting", "elapsed_ms": 3}]
        async with asyncio.TaskGroup() as group:
            group.create_task(hello(room))
            await until(lambda: room.waits)
            talker.hold.set()

    room = play(script)
    first = room.waits[0]
    assert first
    assert first.phase is Phase.LOADING
    assert room.waits[-1] is None
    assert room.texts == ["Hi", "Hello world"]


def test_an_answer_goes_on_while_another_chat_is_shown(play: Play, talker: Talker) -> None:
    async def script(room: Room) -> None:
        talker.hold = threading.Event()
        async with asyncio.TaskGroup() as group:
            group.create_task(hello(room))
            await until(lambda: room.lines and room.last.is_live)
            assert room.presenter.chat
            chat_id = room.presenter.chat.id
            await room.presenter.new_chat()
            assert not room.presenter.is_busy
            talker.hold.set()
        assert room.texts == []
        await room.presenter.open_chat(chat_id)

    room = play(script)
    assert room.texts == ["Hi", "Hello world"]
    assert not room.fed


def test_coming_back_to_a_chat_shows_its_answer_growing(play: Play, talker: Talker) -> None:
    async def script(room: Room) -> None:
        room.terms = Terms("endless")
        async with asyncio.TaskGroup() as group:
            group.create_task(hello(room))
            await until(lambda: room.waits)
            assert room.presenter.chat
            chat_id = room.presenter.chat.id
            await room.presenter.new_chat()
            await room.presenter.open_chat(chat_id)
            assert room.last.is_live
            assert room.presenter.is_busy
            room.presenter.stop()

    room = play(script)
    assert room.last.content.startswith("on ")
    assert room.last.ending is Ending.STOPPED
