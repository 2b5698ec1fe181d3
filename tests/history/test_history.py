"""Chats are kept, found, sorted, removed and brought back."""

import asyncio
import json
from pathlib import Path

import pytest

from desktop.history import attached
from desktop.history import history as history_module
from desktop.history.errors import ChatNotFound
from desktop.history.history import History
from desktop.history.records import MARK_OFF, MARK_ON, Medium, Turn
from tests.history.talk import shown, talk

pytestmark = pytest.mark.anyio


async def purged(history: History) -> None:
    """Until the purges that are due have been asked for; what is asked next comes after them."""
    due = asyncio.Event()
    asyncio.get_running_loop().call_later(0.001, due.set)
    await due.wait()
    assert not history._purges


async def test_all_of_a_turn_is_kept(history: History, path: Path) -> None:
    chat = await history.create()
    asked = await history.add_turn(chat.id, None, Turn(content="Why is the sky blue?\nSay!"))
    answer = await history.add_turn(chat.id, asked.id, Turn(role="assistant", model="gemma"))
    await history.save_answer(answer.id, content="Ray", thinking="Hm", thinking_s=1.5)
    await history.save_answer(
        answer.id,
        content="Rayleigh \ud800\0scattering",
        done_reason="length",
        stats={"eval_count": 7},
        tool_calls=[{"function": {"name": "look_up"}}],
        truncated=True,
    )
    await history.close()
    again = History(path)
    await again.open()
    kept = await again.open_chat(chat.id)
    await again.close()
    assert kept.title == "Why is the sky blue? Say!"
    assert [turn.parent_id for turn in kept.turns] == [None, asked.id]
    last = kept.path()[-1]
    assert (last.content, last.thinking, last.thinking_s) == ("Rayleigh ?scattering", "Hm", 1.5)
    assert (last.done_reason, last.truncated, last.model) == ("length", True, "gemma")
    assert last.stats == {"eval_count": 7}
    assert last.tool_calls == [{"function": {"name": "look_up"}}]


async def test_branches(history: History) -> None:
    chat = await talk(history, "a", "b", "c", "d")
    second = await history.add_turn(chat.id, chat.turns[0].id, Turn(role="assistant", content="B"))
    deeper = await history.add_turn(chat.id, second.id, Turn(content="C"))
    chat.put(second)
    chat.put(deeper)
    kept = await history.open_chat(chat.id)
    assert shown(chat) == shown(kept) == ["a", "B", "C"]
    assert [turn.content for turn in kept.siblings(second)] == ["b", "B"]
    last = chat.turns[3]
    await history.select(last.id)
    chat.select(last.id)
    assert shown(chat) == shown(await history.open_chat(chat.id)) == ["a", "b", "c", "d"]
    await history.remove(chat.turns[1].id)
    assert [turn.content for turn in chat.without(chat.turns[1].id)] == ["b", "c", "d"]
    assert shown(chat) == shown(await history.open_chat(chat.id)) == ["a", "B", "C"]
    assert await history.undo() == chat.id
    assert shown(await history.open_chat(chat.id)) == ["a", "b", "c", "d"]


async def test_removed_chats_come_back_one_by_one(history: History) -> None:
    one, two = await talk(history, "one"), await talk(history, "two")
    first = await history.remove_chat(one.id)
    await history.remove_chat(two.id)
    assert await history.chats() == []
    assert await history.chats(query="one") == []
    with pytest.raises(ChatNotFound):
        await history.open_chat(one.id)
    with pytest.raises(ChatNotFound):
        await history.add_turn(one.id, None, Turn(content="late"))
    await history.save_answer(one.turns[0].id, content="late")
    assert await history.undo(first) == one.id
    assert [line.id for line in await history.chats()] == [one.id]
    assert await history.undo() == two.id
    assert await history.undo() is None


async def test_what_was_removed_is_gone_after_its_time(
    history: History, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history_module, "UNDO_S", 0.0)
    kept = await talk(history, "stays")
    gone = await talk(history, "secret 7", "secret 8")
    await history.remove(kept.turns[0].id)
    await history.add_turn(kept.id, None, Turn(content="newer"))
    await history.remove_chat(gone.id)
    await purged(history)
    assert await history.undo() is None
    await history.close()
    assert b"secret 7" not in await asyncio.to_thread(path.read_bytes)


async def test_a_chat_of_any_depth_can_be_removed(
    history: History, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history_module, "UNDO_S", 0.0)
    turns = [{"id": at, "parent_id": at - 1, "content": f"turn {at}"} for at in range(1, 1500)]
    file = tmp_path / "deep.json"
    await asyncio.to_thread(file.write_text, json.dumps({"turns": turns}))
    assert await history.import_file(file) == 1
    (line,) = await history.chats()
    chat = await history.open_chat(line.id)
    assert len(chat.path()) == 1499
    await history.select(chat.turns[-1].id)
    await history.remove(chat.turns[1].id)
    await purged(history)
    assert shown(await history.open_chat(line.id)) == ["turn 1"]
    await history.remove_chat(line.id)
    await purged(history)
    assert await history.undo() is None


async def test_the_rest_goes_at_the_next_start(history: History, path: Path) -> None:
    chat = await talk(history, "a", "b")
    await history.remove(chat.turns[0].id)
    await history.create("never used")
    await history.close()
    again = History(path)
    await again.open()
    assert await again.undo() is None
    assert await again.chats() == []
    await again.close()


async def test_pins_folders_names_and_order(history: History) -> None:
    old, young = await talk(history, "old"), await talk(history, "young")
    await history.create()  # nothing was said in it, so it is not listed
    assert [line.title for line in await history.chats()] == ["young", "old"]
    await history.pin(old.id)
    await history.rename(old.id, "  Bread\nbaking ")
    await history.move(old.id, "Kitchen")
    await history.add_folder("attic")
    await history.rename(young.id, " ")
    (first, second) = await history.chats()
    assert (first.title, first.pinned, first.folder) == ("Bread baking", True, "Kitchen")
    assert second.title == "young"
    assert await history.folders() == ["attic", "Kitchen"]
    assert [line.id for line in await history.chats(folder="")] == [young.id]
    await history.rename_folder("Kitchen", "attic")
    assert [line.id for line in await history.chats(folder="attic")] == [old.id]
    await history.remove_folder("attic")
    assert await history.folders() == []
    assert {line.folder for line in await history.chats()} == {""}


async def test_search_finds_beginnings_and_ignores_accents(history: History) -> None:
    chat = await talk(history, "Brot", "Knäckebrot is a crisp bread\nmade of rye")
    await talk(history, "something else")
    for query in ("knack", "BREAD cri", "crisp rye ", "knäckebrot"):
        (line,) = await history.chats(query=query)
        assert line.id == chat.id
        assert line.turn_id == chat.turns[1].id
        assert MARK_ON in line.snippet
        assert "\n" not in line.snippet
    (line,) = await history.chats(query="brot")
    assert line.marked_title == f"{MARK_ON}Brot{MARK_OFF}"
    for query in ("crisp wheat", "brea ", "***", '"', "NEAR(", "a AND"):
        assert await history.chats(query=query) == []
    (hit,) = await history.search("rye")
    assert (hit.chat_id, hit.turn_id) == (chat.id, chat.turns[1].id)
    await history.save_answer(chat.turns[1].id, content="Of wheat", done_reason="stop")
    assert await history.search("rye") == []


async def test_drafts(history: History) -> None:
    chat = await history.create()
    await history.save_draft(chat.id, "half a")
    await history.save_draft(None, "new")
    assert await history.draft(chat.id) == "half a"
    assert await history.draft(None) == "new"
    assert [line.id for line in await history.chats()] == [chat.id]


async def test_files_are_kept_once_and_within_bounds(
    history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attached, "MAX_FILE_BYTES", 100)
    monkeypatch.setattr(attached, "MAX_ALL_BYTES", 150)
    chat = await history.create()
    names = ("old", "same", "large", "new")
    files = dict(zip(names, (b"o" * 90, b"s" * 90, b"l" * 101, b"n" * 50), strict=True))
    kept = []
    for name in ("old", "same", "same", "large", "new"):
        medium = Medium(name=name, mime="image/png", data=files[name])
        turn = await history.add_turn(chat.id, None, Turn(media=[medium]))
        assert turn.media == [Medium(name=name, mime="image/png", size=len(files[name]))]
        kept.append(turn)
    assert (await history.open_chat(chat.id)).turns[-1].media == kept[-1].media
    found = [(await history.media(turn.id))[0].data for turn in kept]
    assert found == [None, files["same"], files["same"], None, files["new"]]
    assert chat.title == ""


async def test_watchers_are_told_when_the_list_changes(history: History) -> None:
    told: list[int] = []
    stop = history.watch(lambda: told.append(1))
    chat = await talk(history, "a")
    before = len(told)
    await history.save_answer(chat.turns[0].id, content="as it comes")
    await history.save_draft(chat.id, "x")
    assert len(told) == before > 0
    stop()
    await history.pin(chat.id)
    assert len(told) == before


async def test_what_was_begun_is_done_although_nobody_waits(history: History) -> None:
    chat = await talk(history, "a", "")
    saving = asyncio.ensure_future(history.save_answer(chat.turns[1].id, content="all of it"))
    await asyncio.sleep(0)
    saving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await saving
    assert shown(await history.open_chat(chat.id)) == ["a", "all of it"]


@pytest.mark.usefixtures("history")
def test_nobody_else_may_read_it(path: Path) -> None:
    assert path.stat().st_mode & 0o077 == 0
