"""The conversation itself: real HTTP, a real history, no widget and no running Qt loop."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from desktop.client.client import Client
from desktop.client.plan import Plan
from desktop.history.history import History
from desktop.history.records import Manner
from desktop.ui.chat.filling import Fill
from desktop.ui.chat.line import Ending, Line
from desktop.ui.chat.presenter import ChatPresenter
from desktop.ui.chat.prompting import Terms
from desktop.ui.chat.reading_files import Attachment
from desktop.ui.chat.waiting import Phase, Waiting
from tests.ui.chat.talker import FINAL, Talker

PNG = b"\x89PNG\r\n\x1a\n0000"


class Room:
    """A presenter, and what it told."""

    def __init__(self, client: Client, history: History) -> None:
        self.terms = Terms("talker")
        self.history = history
        self.presenter = ChatPresenter(client, history, lambda: self.terms)
        self.lines: list[Line] = []
        self.fed: list[tuple[str, str]] = []
        self.waits: list[Waiting | None] = []
        self.failures: list[str] = []
        self.fills: list[Fill] = []
        self.drafts: list[str] = []
        self.presenter.opened.connect(self._on_lines)
        self.presenter.changed.connect(self._on_lines)
        self.presenter.fed.connect(lambda *pieces: self.fed.append(pieces))
        self.presenter.waited.connect(self.waits.append)
        self.presenter.failed.connect(self.failures.append)
        self.presenter.filled.connect(self.fills.append)
        self.presenter.drafted.connect(self.drafts.append)

    def _on_lines(self, lines: list[Line]) -> None:
        self.lines = lines

    @property
    def texts(self) -> list[str]:
        return [line.content for line in self.lines]

    @property
    def last(self) -> Line:
        return self.lines[-1]


Script = Callable[[Room], Awaitable[None]]
Play = Callable[[Script], Room]


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


async def until(holds: Callable[[], object]) -> None:
    """Events come from other threads: looks again and again."""
    async with asyncio.timeout(10):
        while True:
            if holds():
                return
            await asyncio.sleep(0.002)


async def hello(room: Room) -> None:
    await room.presenter.send("Hi")


def test_an_answer_comes_and_is_kept(play: Play, talker: Talker) -> None:
    async def script(room: Room) -> None:
        await hello(room)
        assert room.presenter.chat
        kept = await room.history.open_chat(room.presenter.chat.id)
        assert [turn.content for turn in kept.path()] == ["Hi", "Hello world"]
        assert kept.path()[1].done_reason == "stop"

    room = play(script)
    assert room.texts == ["Hi", "Hello world"]
    assert "".join(content for content, _ in room.fed) == "Hello world"
    assert room.last.figures.tokens_per_s == 10
    assert room.last.figures.first_token_s > 0
    assert room.last.ending is Ending.NONE
    assert room.fills[-1] == Fill(120, 4096, Plan())
    assert not room.presenter.is_busy


def test_terms_go_with_the_request(play: Play, talker: Talker) -> None:
    async def script(room: Room) -> None:
        room.terms = Terms("talker", system="Be brief.", options={"top_k": 3}, think=False)
        files = [Attachment("a.py", text="x = 1"), Attachment("p.png", image_bytes=PNG)]
        await room.presenter.send("Look", files)

    play(script)
    (body,) = talker.chats
    assert body["messages"][0] == {"role": "system", "content": "Be brief."}
    assert body["messages"][1]["content"] == "a.py:\n\n````\nx = 1\n````\n\nLook"
    assert body["messages"][1]["images"] == ["iVBORw0KGgowMDAw"]
    assert (body["options"], body["think"]) == ({"top_k": 3}, False)


def test_a_chat_keeps_how_it_is_answered(play: Play) -> None:
    mine, changed = Manner(system="Be brief."), Manner(options={"seed": 7}, think="off")

    async def script(room: Room) -> None:
        room.terms = Terms("talker", manner=mine)
        await hello(room)
        assert room.presenter.chat
        chat_id = room.presenter.chat.id
        await room.presenter.new_chat()
        assert room.presenter.manner is None
        await room.presenter.open_chat(chat_id)
        assert room.presenter.manner == mine
        await room.presenter.save_manner(changed)
        assert (await room.history.open_chat(chat_id)).manner == changed

    assert play(script).presenter.manner == changed


def test_attachments_are_sent_again_after_a_restart(play: Play, talker: Talker) -> None:
    async def script(room: Room) -> None:
        await room.presenter.send("Look", [Attachment("p.png", image_bytes=PNG)])
        assert room.presenter.chat
        chat_id = room.presenter.chat.id
        room.presenter._media.clear()  # as a new process has it
        await room.presenter.open_chat(chat_id)
        assert room.lines[0].media[0].data == PNG
        await room.presenter.send("And now?")

    play(script)
    assert talker.chats[-1]["messages"][0]["images"] == ["iVBORw0KGgowMDAw"]


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


def test_what_is_said_at_once_becomes_a_draft(play: Play, talker: Talker) -> None:
    async def script(room: Room) -> None:
        await asyncio.gather(hello(room), room.presenter.send("Me too"))
        assert room.presenter.chat
        kept = await room.history.open_chat(room.presenter.chat.id)
        assert [turn.content for turn in kept.turns] == ["Hi", "Hello world"]
        assert len(await room.history.chats()) == 1

    assert play(script).drafts[-1] == "Me too"


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


def test_deleting_can_be_undone(play: Play) -> None:
    async def script(room: Room) -> None:
        await hello(room)
        await room.presenter.send("More")
        await room.presenter.remove(room.lines[2].id)
        assert room.texts == ["Hi", "Hello world"]
        await room.presenter.undo()

    assert play(script).texts == ["Hi", "Hello world", "More", "Hello world"]


def test_what_did_not_fit_is_marked(play: Play, talker: Talker) -> None:
    async def script(room: Room) -> None:
        await hello(room)
        talker.final = FINAL | {"puna": {"truncated": {"messages": 2, "tokens": 0}}}
        await room.presenter.send("More")

    room = play(script)
    assert [line.unseen for line in room.lines] == [0, 0, 2, 0]


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


def test_drafts_belong_to_their_chats(play: Play) -> None:
    async def script(room: Room) -> None:
        await room.presenter.new_chat()
        await room.presenter.save_draft("for a new one")
        await hello(room)
        assert room.presenter.chat
        await room.presenter.save_draft("for this one")
        chat_id = room.presenter.chat.id
        await room.presenter.new_chat()
        await room.presenter.open_chat(chat_id)

    assert play(script).drafts == ["", "", "for this one"]


def test_a_deleted_chat_is_told_in_a_sentence(play: Play) -> None:
    async def script(room: Room) -> None:
        await room.presenter.open_chat(77)

    assert play(script).failures == ["This chat has been deleted."]


def test_warming_up_loads_the_model_and_says_nothing_of_failures(
    play: Play, talker: Talker
) -> None:
    async def script(room: Room) -> None:
        await room.presenter.warm_up()
        assert room.fills[-1].limit == 4096
        room.terms = Terms("missing")
        await room.presenter.warm_up()

    room = play(script)
    assert not room.failures
    body: dict[str, Any] = talker.requests[-1][1]
    assert body["messages"] == []
