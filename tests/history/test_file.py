"""The file of the chats: upgrades, backups, damage."""

import asyncio
import sqlite3
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest

from desktop.core import backups
from desktop.core.backups import Backups
from desktop.history.errors import HistoryFailed, HistoryTooNew
from desktop.history.history import History
from desktop.history.records import Manner
from desktop.history.schema import SCHEMA, VERSION_1
from tests.history.talk import shown, talk

pytestmark = pytest.mark.anyio
DAY = date(2026, 11, 23)


class Days:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.day = DAY

    def __call__(self) -> date:
        return self.day


def query(path: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(sql).fetchall()


def scribble(path: Path, start: int, length: int) -> None:
    with path.open("r+b") as file:
        file.seek(start)
        bad = bytes(byte ^ 0xFF for byte in file.read(length))
        file.seek(start)
        file.write(bad)


def write_version_1(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(VERSION_1)
        connection.executescript(
            """
            INSERT INTO chats (id, uid, title, created_at, updated_at) VALUES (5, 'u', 'Old', 1, 2);
            INSERT INTO turns (id, chat_id, role, content, created_at)
                VALUES (7, 5, 'user', 'x', 1);
            INSERT INTO turns (chat_id, parent_id, role, content, created_at)
                VALUES (5, 7, 'assistant', 'kept from before', 2);
            PRAGMA user_version = 1
            """
        )


async def test_version_1_becomes_the_newest(path: Path) -> None:
    write_version_1(path)
    history = History(path, Days())
    assert await history.open() is None
    (line,) = await history.chats(query="before")
    assert (line.title, line.pinned, line.folder) == ("Old", False, "")
    assert shown(await history.open_chat(5)) == ["x", "kept from before"]
    await history.move(5, "Kitchen")
    assert (await history.open_chat(5)).manner is None
    await history.save_manner(5, Manner(system="Be brief."))
    assert (await history.open_chat(5)).manner == Manner(system="Be brief.")
    await history.close()
    assert query(path, "PRAGMA user_version") == [(len(SCHEMA),)]
    saved = path.parent / "backups" / "history-2026-11-23.sqlite"
    assert query(saved, "PRAGMA user_version") == [(1,)]


async def test_both_ways_lead_to_the_same_tables(path: Path, tmp_path: Path) -> None:
    write_version_1(path)
    new = tmp_path / "new.sqlite"
    for file in (path, new):
        history = History(file)
        await history.open()
        await history.close()
    tables = "SELECT type, name, sql FROM sqlite_schema ORDER BY name"
    assert query(path, tables) == query(new, tables)


async def test_a_newer_file_is_left_alone(path: Path) -> None:
    write_version_1(path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 99")
    history = History(path)
    with pytest.raises(HistoryTooNew, match="newer version"):
        await history.open()
    with pytest.raises(HistoryTooNew):
        await history.chats()
    await history.close()
    assert query(path, "SELECT title FROM chats") == [("Old",)]
    with pytest.raises(HistoryFailed, match="closed"):
        await history.chats()


async def test_a_backup_a_day_is_kept_for_seven(path: Path) -> None:
    days = Days()
    for _ in range(10):
        history = History(path, days)
        await history.open()
        await talk(history, str(days.day))
        await history.close()
        days.day += timedelta(days=1)
    kept = Backups(path.parent / "backups", "history").all()
    newest = DAY + timedelta(days=9)
    assert [day for day, _ in kept] == [newest - timedelta(days=back) for back in range(7)]
    ((chats,),) = query(kept[0][1], "SELECT count(*) FROM chats")
    assert chats in (9, 10)  # it was made while the tenth was written


async def test_a_program_that_stays_open_makes_one_every_day(path: Path) -> None:
    days = Days()
    history = History(path, days)
    await history.open()
    await talk(history, "first day")
    days.day += timedelta(days=1)
    await talk(history, "second day")
    await history.close()
    assert [day.day for day, _ in Backups(path.parent / "backups", "history").all()] == [24, 23]


async def test_backups_of_chats_that_were_all_deleted_go_too(path: Path) -> None:
    days = Days()
    await grown(path, days)
    history = History(path, days)
    await history.open()
    for line in await history.chats():
        await history.remove_chat(line.id)
    await history.close()
    backups = Backups(path.parent / "backups", "history")
    assert backups.all()
    days.day += timedelta(days=7)
    history = History(path, days)
    await history.open()
    await history.chats()
    await history.close()
    assert backups.all() == []


async def test_no_backup_where_there_is_no_room(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backups, "ROOM", 2**62)
    history = History(path, Days())
    await history.open()
    await talk(history, "a")
    await history.close()
    assert Backups(path.parent / "backups", "history").all() == []


async def grown(path: Path, days: Days) -> None:
    """A file with a backup of the day before and one of the day."""
    for said in ("first", "second"):
        history = History(path, days)
        await history.open()
        await talk(history, said, "words " * 2000)
        await history.close()
        days.day += timedelta(days=1)


@pytest.mark.parametrize(
    ("start", "length"), [(0, 4096), (0, 16), (4096, 4096), (20_000, 30_000), (100, 1)]
)
async def test_a_damaged_file_makes_way_for_the_newest_backup(
    path: Path, start: int, length: int
) -> None:
    days = Days()
    await grown(path, days)
    scribble(path, start, length)
    history = History(path, days)
    recovery = await history.open()
    assert recovery
    assert recovery.backup_day == "2026-11-24"
    assert path.with_name(recovery.aside).exists()
    assert "first" in {line.title for line in await history.chats()}
    await talk(history, "goes on")
    await history.close()


@pytest.mark.parametrize("with_backup", [True, False])
async def test_what_came_after_the_backup_is_saved(path: Path, with_backup: bool) -> None:
    days = Days()
    await grown(path, days)
    history = History(path, days)
    await history.open()
    late = [await talk(history, f"late {number}", "more " * 800) for number in range(20)]
    for number, chat in enumerate(late):
        await history.move(chat.id, f"folder {number % 2}")
    await history.close()
    if not with_backup:
        for _, backup in Backups(path.parent / "backups", "history").all():
            backup.unlink()
    pages = query(path, "PRAGMA page_count")[0][0]
    assert isinstance(pages, int)
    scribble(path, (pages - 3) * 4096, 4096)
    recovery = await (history := History(path, days)).open()
    assert recovery
    assert recovery.saved >= 15
    kept = {line.id: line for line in await history.chats()}
    assert len(set(kept) & {chat.id for chat in late}) >= 15
    assert len(kept) >= 17
    for chat in late:
        if chat.id in kept:
            assert await history.open_chat(chat.id)
            assert shown(await history.open_chat(chat.id)) == shown(chat)
    assert await history.folders() == ["folder 0", "folder 1"]
    assert len(await history.chats(query="late more")) == 0
    assert len(await history.chats(query="more ")) >= 15
    await history.close()


async def test_a_damaged_backup_is_passed_over(path: Path) -> None:
    days = Days()
    await grown(path, days)
    await grown(path, days)
    (_, newest), (day, _), *_ = Backups(path.parent / "backups", "history").all()
    scribble(newest, 0, 8192)
    scribble(path, 0, 8192)
    history = History(path, days)
    recovery = await history.open()
    assert recovery
    assert recovery.backup_day == day.isoformat()
    assert len(await history.chats()) >= 2
    await history.close()


async def test_an_emptied_file_is_no_new_one(path: Path) -> None:
    days = Days()
    await grown(path, days)
    await asyncio.to_thread(path.write_bytes, b"")
    history = History(path, days)
    recovery = await history.open()
    assert recovery
    assert recovery.backup_day == "2026-11-24"
    assert recovery.aside == f"history.sqlite.damaged-{days.day.isoformat()}"
    assert "first" in {line.title for line in await history.chats()}
    await history.close()


async def test_without_any_backup_a_new_file_is_begun(path: Path) -> None:
    await asyncio.to_thread(path.write_bytes, b"this is not a database at all" * 1000)
    history = History(path)
    recovery = await history.open()
    assert recovery
    assert recovery.backup_day == ""
    assert await history.chats() == []
    await talk(history, "a")
    await history.close()
    assert path.with_name(recovery.aside).read_bytes().startswith(b"this is not")


async def test_damage_that_shows_later_is_seen_to_as_well(path: Path) -> None:
    days = Days()
    await grown(path, days)
    history = History(path, days)
    assert await history.open() is None
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    scribble(path, 4096, 2**20)
    await talk(history, "on a new page", "x" * 5000)
    assert await history.chats(query="words") != []
    assert history.recovery
    assert history.recovery.backup_day
    await history.close()


async def test_a_search_index_that_does_not_fit_is_made_anew(path: Path) -> None:
    history = History(path)
    await history.open()
    chat = await talk(history, "rye bread")
    await history.close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE words_data SET block = x'00ff00ff' WHERE id > 10")
        connection.commit()
    again = History(path)
    await again.open()
    assert [line.id for line in await again.chats(query="rye")] == [chat.id]
    assert again.recovery is None
    await again.close()


async def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    history = History(tmp_path / "file" / "history.sqlite")
    with pytest.raises(HistoryFailed, match=r"history\.sqlite cannot be used"):
        await history.open()
    await history.close()
