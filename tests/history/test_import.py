"""Chats of other programs and of other Punas; and files that are damaged in every way."""

import json
import math
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop.history import importing
from desktop.history.errors import ImportFailed
from desktop.history.history import History
from desktop.history.records import Manner, Medium, Turn
from tests.history.talk import shown, talk

pytestmark = pytest.mark.anyio


def node(key: str, parent: str | None, message: Any = None) -> dict[str, Any]:
    return {"id": key, "parent": parent, "children": [], "message": message}


def message(role: str, content: Any, **more: Any) -> dict[str, Any]:
    if isinstance(content, str):
        content = {"content_type": "text", "parts": [content]}
    return {"author": {"role": role}, "content": content, "create_time": 1700000000.5, **more}


def chatgpt() -> dict[str, Any]:
    hidden = {"metadata": {"is_visually_hidden_from_conversation": True}}
    thoughts = {"content_type": "thoughts", "thoughts": [{"summary": "s", "content": "Let me see"}]}
    picture = {"content_type": "image_asset_pointer", "asset_pointer": "file-service://x"}
    mixed = {"content_type": "multimodal_text", "parts": [picture, "What is this?"]}
    model = {"metadata": {"model_slug": "gpt-5"}}
    nodes = [
        node("root", None),
        node("sys", "root", message("system", "")),
        node("hidden", "sys", message("system", "You are…", **hidden)),
        node("u1", "hidden", message("user", "Hello")),
        node("t1", "u1", message("assistant", thoughts)),
        node("call", "t1", message("assistant", "search()", recipient="browser")),
        node("tool", "call", message("tool", "found")),
        node("a1", "tool", message("assistant", "Hi!", **model)),
        node("a2", "u1", message("assistant", "Hey!", **model)),
        node("u2", "a2", message("user", mixed)),
        node("u3", "a1", message("user", "the other branch")),
    ]
    return {
        "title": "Greeting",
        "conversation_id": "abc",
        "create_time": 1700000000.5,
        "update_time": 1700000100.0,
        "current_node": "u2",
        "mapping": {entry["id"]: entry for entry in nodes},
    }


def open_webui() -> dict[str, Any]:
    thought = '<details type="reasoning" done="true" duration="3">\n<summary>Thought</summary>\n'
    messages = {
        "m1": {
            "id": "m1",
            "parentId": None,
            "role": "user",
            "content": "2 &lt; 3?",
            "timestamp": 1,
        },
        "m2": {
            "parentId": "m1",
            "role": "assistant",
            "content": f"{thought}> is 2 &lt; 3\n> surely\n</details>\nYes.",
        },
        "m3": {"id": "m3", "parentId": "m1", "role": "assistant", "content": "No."},
    }
    chat = {"title": "Numbers", "history": {"messages": messages, "currentId": "m2"}}
    return {
        "id": "w1",
        "title": "Numbers",
        "chat": chat,
        "pinned": True,
        "created_at": 1700000000,
        "updated_at": 1700000200,
    }


def write(path: Path, content: Any) -> Path:
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


async def test_chatgpt(history: History, tmp_path: Path) -> None:
    path = write(tmp_path / "conversations.json", [chatgpt()])
    assert await history.import_file(path) == 1
    assert await history.import_file(path) == 0
    (line,) = await history.chats()
    assert (line.title, line.updated_at) == ("Greeting", 1700000100.0)
    chat = await history.open_chat(line.id)
    assert shown(chat) == ["Hello", "Hey!", "[image]\n\nWhat is this?"]
    (first, *_) = chat.path()
    assert [turn.content for turn in chat.children(first.id)] == ["Hi!", "Hey!"]
    other = chat.children(first.id)[0]
    assert (other.thinking, other.model, other.created_at) == (
        *("Let me see", "gpt-5"),
        1700000000.5,
    )
    chat.select(other.id)
    assert shown(chat) == ["Hello", "Hi!", "the other branch"]


async def test_chatgpt_as_the_archive_that_it_comes_in(history: History, tmp_path: Path) -> None:
    path = tmp_path / "export.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("chat.html", "<html>")
        archive.writestr("export/conversations.json", json.dumps([chatgpt()]))
    assert await history.import_file(path) == 1


async def test_open_webui(history: History, tmp_path: Path) -> None:
    listed = {
        "id": "w2",
        "chat": {
            "title": "Old",
            "messages": [
                {"role": "user", "content": "a"},
                {"role": "assistant", "content": "b"},
            ],
        },
    }
    assert await history.import_file(write(tmp_path / "x.json", [open_webui(), listed])) == 2
    first, second = sorted(await history.chats(), key=lambda line: line.title)
    assert (first.title, first.pinned, second.title) == ("Numbers", True, "Old")
    chat = await history.open_chat(first.id)
    assert shown(chat) == ["2 &lt; 3?", "Yes."]
    answer = chat.path()[1]
    assert (answer.thinking, answer.thinking_s) == ("is 2 < 3\nsurely", 3.0)
    assert len(chat.siblings(answer)) == 2
    assert shown(await history.open_chat(second.id)) == ["a", "b"]


async def test_our_own_json_brings_everything_over(history: History, tmp_path: Path) -> None:
    chat = await talk(history, "a", "b", "c")
    picture = Medium(name="p.png", mime="image/png", data=b"\x89PNG")
    media_turn = await history.add_turn(
        chat.id, chat.turns[1].id, Turn(content="d", media=[picture])
    )
    await history.save_answer(
        chat.turns[1].id, content="b", thinking="hm", stats={"x": 1}, done_reason="length"
    )
    await history.select(chat.turns[2].id)
    await history.move(chat.id, "Kitchen")
    await history.pin(chat.id)
    await history.save_manner(
        chat.id, Manner(system="Be brief.", options={"seed": 7.0}, think="on")
    )
    path = tmp_path / "all.json"
    text = await history.export(None, "json")
    path.write_text(text, encoding="utf-8")
    assert await history.import_file(path) == 0
    other = History(tmp_path / "other" / "history.sqlite")
    await other.open()
    assert await other.import_file(path) == 1
    assert await other.folders() == ["Kitchen"]
    (line,) = await other.chats()
    assert (line.title, line.pinned) == ("a", True)
    copy, original = await other.open_chat(line.id), await history.open_chat(chat.id)
    assert shown(copy) == shown(original) == ["a", "b", "c"]
    assert (await other.media(media_turn.id))[0].data == b"\x89PNG"
    assert json.loads(await other.export(None, "json")) == json.loads(text)
    await other.close()


DAMAGED: list[Any] = [
    *(None, 7, "text", [], {}, [[]], [{}], [{"mapping": None}], [{"mapping": []}]),
    *([{"mapping": {"a": 3}}], [{"turns": 3}], [{"turns": [3]}], [{"chat": {"history": 1}}]),
    {"chats": [{"turns": {}}]},
]


@pytest.mark.parametrize("content", DAMAGED)
async def test_what_is_no_chat(history: History, tmp_path: Path, content: Any) -> None:
    with pytest.raises(ImportFailed, match=r"x\.json"):
        await history.import_file(write(tmp_path / "x.json", content))


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"[{", b"[" * 100_000, b"PK\x03\x04x"])
async def test_what_is_no_json(history: History, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.json").write_bytes(content)
    with pytest.raises(ImportFailed, match=r"x\.json"):
        await history.import_file(tmp_path / "x.json")
    with pytest.raises(ImportFailed, match=r"y\.json"):
        await history.import_file(tmp_path / "y.json")


async def test_rings_orphans_and_strange_values(history: History, tmp_path: Path) -> None:
    chat = chatgpt()
    nodes = chat["mapping"]
    nodes["root"]["parent"] = "u2"  # a ring
    nodes["lost"] = node("lost", "nowhere", message("user", "half \ud800 a sign \0"))
    nodes["lost"]["message"]["create_time"] = math.inf
    nodes["own"] = node("own", "own", message("user", "my own parent"))
    chat |= {"title": None, "create_time": "x", "update_time": -5, "conversation_id": ["?"]}
    chat["current_node"] = "gone"
    assert await history.import_file(write(tmp_path / "x.json", [chat, None, {"mapping": 1}])) == 1
    (line,) = await history.chats()
    kept = await history.open_chat(line.id)
    said = {turn.content for turn in kept.turns}
    assert {"Hello", "Hi!", "Hey!", "half ? a sign ", "my own parent"} <= said
    assert kept.path()
    assert line.title


LEAVES: st.SearchStrategy[Any] = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
)


def damaged(whole: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """The same with any of its parts replaced by something else."""

    @st.composite
    def spoilt(draw: st.DrawFn, value: Any = whole) -> Any:
        if draw(st.integers(0, 11)) == 0:
            return draw(LEAVES | st.lists(LEAVES, max_size=2))
        if isinstance(value, dict):
            return {key: draw(spoilt(part)) for key, part in value.items()}
        return [draw(spoilt(part)) for part in value] if isinstance(value, list) else value

    return spoilt()


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(damaged(chatgpt()) | damaged(open_webui()), min_size=1, max_size=2))
def test_any_damage_is_survived(tmp_path_factory: pytest.TempPathFactory, chats: list[Any]) -> None:
    path = tmp_path_factory.getbasetemp() / "damaged.json"
    path.write_text(json.dumps(chats), encoding="utf-8")
    try:
        found = importing.read(path)
    except ImportFailed:
        return
    for chat in found:
        keys: set[str | None] = {None}
        for key, parent, _ in chat.turns:
            assert parent in keys
            keys.add(key)
