"""The conversation itself: what is sent, kept and told."""

import asyncio
from typing import Any

from desktop.client.plan import Plan
from desktop.history.records import Manner
from desktop.ui.chat.filling import Fill
from desktop.ui.chat.line import Ending
from desktop.ui.chat.prompting import Terms
from desktop.ui.chat.reading_files import Attachment
from tests.ui.chat.room import Play, Room, hello
from tests.ui.chat.talker import FINAL, Talker

PNG = b"\x89PNG\r\n\x1a\n0000"


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


def test_what_is_said_at_once_becomes_a_draft(play: Play, talker: Talker) -> None:
    async def script(room: Room) -> None:
        await asyncio.gather(hello(room), room.presenter.send("Me too"))
        assert room.presenter.chat
        kept = await room.history.open_chat(room.presenter.chat.id)
        assert [turn.content for turn in kept.turns] == ["Hi", "Hello world"]
        assert len(await room.history.chats()) == 1

    assert play(script).drafts[-1] == "Me too"


def test_what_did_not_fit_is_marked(play: Play, talker: Talker) -> None:
    async def script(room: Room) -> None:
        await hello(room)
        talker.final = FINAL | {"puna": {"truncated": {"messages": 2, "tokens": 0}}}
        await room.presenter.send("More")

    room = play(script)
    assert [line.unseen for line in room.lines] == [0, 0, 2, 0]


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
