"""What keeps settings and databases whole: copies, what is moved aside, starts that are counted."""

import os
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from desktop.api.database import Database, DatabaseFailed, DatabaseTooNew
from desktop.core import discovery
from desktop.core.aside import move_aside
from desktop.core.backups import Backups
from desktop.core.errors import AppError, SettingInvalid
from desktop.core.paths import Paths, nearest_folder
from desktop.core.preferences import Preferences
from desktop.core.settings_file import SettingsFile
from desktop.core.starts import Starts, counted_start
from desktop.core.troubles import Trouble, Troubles
from desktop.core.version_copies import KEPT_S, keep_before_update

DAY = date(2026, 11, 23)
SCHEMA = ("CREATE TABLE things (thing TEXT)",)


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths.of({"PUNA_HOME": str(tmp_path)})


def add(thing: str) -> Callable[[sqlite3.Connection], None]:
    def work(connection: sqlite3.Connection) -> None:
        connection.execute("INSERT INTO things VALUES (?)", (thing,))

    return work


def things(connection: sqlite3.Connection) -> list[str]:
    return [thing for (thing,) in connection.execute("SELECT thing FROM things ORDER BY 1")]


# ---- files that are moved aside


def test_several_damaged_files_of_a_day_are_all_kept(tmp_path: Path) -> None:
    for number in range(3):
        (tmp_path / "file").write_text(str(number))
        (tmp_path / "file-wal").write_text(str(number))
        move_aside(tmp_path / "file", DAY, ("-wal", "-shm"))
    kept = {path.name: path.read_text() for path in tmp_path.iterdir()}
    names = [f"file.damaged-2026-11-23{end}" for end in ("", "-2", "-3")]
    assert kept == {name + end: str(n) for n, name in enumerate(names) for end in ("", "-wal")}


# ---- settings


@pytest.mark.parametrize("content", [b"", b"\0\0\0", b'{"port": 1', b"[1]", b"\xff\xfe"])
def test_damaged_settings_without_a_copy_begin_anew(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "settings.json").write_bytes(content)
    values, trouble = SettingsFile(tmp_path / "settings.json", lambda: DAY).mended()
    assert values == {}
    assert trouble
    assert trouble.code == "settings_damaged"
    assert (tmp_path / "settings.json.damaged-2026-11-23").read_bytes() == content


def test_a_copy_that_is_itself_damaged_is_not_used(tmp_path: Path) -> None:
    file = SettingsFile(tmp_path / "settings.json", lambda: DAY)
    file.write({"port": 1})
    (tmp_path / "backups" / "settings.json").write_text('{"port": "many"}')
    (tmp_path / "settings.json").write_text("{")
    assert file.mended()[0] == {}


def test_a_file_of_settings_that_may_not_be_read_stays(tmp_path: Path) -> None:
    (tmp_path / "settings.json").mkdir()
    preferences = Preferences.mended(tmp_path / "settings.json", {})
    assert [each.code for each in preferences.troubles.all] == ["settings_unreadable"]
    assert (tmp_path / "settings.json").is_dir()


def test_what_belongs_together_is_not_left_out(tmp_path: Path) -> None:
    file = tmp_path / "settings.json"
    file.write_text('{"tls": "files", "tls_certificate": "c", "tls_key": "k", "port": -1}')
    preferences = Preferences.mended(file, {}, forgives=True)
    assert (preferences.current.tls, preferences.current.port) == ("files", 11434)
    preferences.change({"port": 5})
    assert preferences.current.port == 5


def test_the_same_trouble_is_told_once() -> None:
    troubles = Troubles()
    for _ in range(2):
        troubles.add(Trouble(code="x", text="It."))
    assert len(troubles.all) == 1


# ---- databases


def test_damage_that_shows_later_leads_to_the_backup(tmp_path: Path) -> None:
    told: list[Trouble] = []
    database = Database(
        tmp_path / "d.sqlite",
        SCHEMA,
        backups=Backups(tmp_path / "backups", "d"),
        tell=told.append,
        today=lambda: DAY,
    )
    database.submit(add("first")).result()
    database.submit(add("second")).result()
    database.close()
    database.submit(add("third")).result()

    def damaged(connection: sqlite3.Connection) -> list[str]:
        if not told:
            raise sqlite3.DatabaseError("database disk image is malformed")
        return things(connection)

    assert database.submit(damaged).result() == ["first", "second"]
    assert [each.code for each in told] == ["database_restored"]
    assert (tmp_path / "d.sqlite.damaged-2026-11-23").exists()
    database.close()


def test_an_emptied_database_comes_back_and_a_new_one_stays_new(tmp_path: Path) -> None:
    told: list[Trouble] = []
    path, backups = tmp_path / "d.sqlite", Backups(tmp_path / "backups", "d")
    path.touch()
    database = Database(path, SCHEMA, backups=backups, tell=told.append, advice="Look.")
    database.submit(add("first")).result()
    database.close()
    assert told == []
    path.write_bytes(b"")
    assert database.submit(things).result() == ["first"]
    assert [(each.code, each.remedy) for each in told] == [("database_restored", "Look.")]
    database.close()


def test_a_newer_database_is_refused_every_time_and_told_once(tmp_path: Path) -> None:
    path = tmp_path / "d.sqlite"
    with closing(sqlite3.connect(path)) as newer:
        newer.execute("PRAGMA user_version = 2")
    before, told = path.read_bytes(), list[Trouble]()
    database = Database(path, SCHEMA, tell=told.append)
    for _ in range(3):
        with pytest.raises(DatabaseTooNew, match="newer version of Puna"):
            database.submit(things).result()
    database.close()
    assert [each.code for each in told] == ["database_too_new"]
    assert (path.read_bytes(), list(tmp_path.iterdir())) == (before, [path])


def test_a_mistake_of_ours_moves_nothing(tmp_path: Path) -> None:
    database = Database(tmp_path / "d.sqlite", SCHEMA)
    with pytest.raises(DatabaseFailed):
        database.submit(lambda connection: connection.execute("SELECT nothing")).result()
    database.close()
    assert [path.name for path in tmp_path.iterdir()] == ["d.sqlite"]


# ---- updates


def write_home(paths: Paths) -> None:
    paths.settings_file.write_text('{"port": 1}')
    with closing(sqlite3.connect(paths.history_file)) as history:
        history.execute("CREATE TABLE chats (id)")
        history.commit()


def test_a_copy_is_made_once_before_an_update(paths: Paths) -> None:
    assert keep_before_update(paths, "0.1.0") is None
    write_home(paths)
    assert keep_before_update(paths, "0.1.0") is None
    folder = keep_before_update(paths, "0.2.0")
    assert folder == paths.backups / "before-update-from-0.1.0"
    assert (folder / "settings.json").read_text() == '{"port": 1}'
    with closing(sqlite3.connect(folder / "history.sqlite")) as copied:
        assert copied.execute("SELECT * FROM chats").fetchall() == []
    assert folder.stat().st_mode & 0o077 == 0
    assert keep_before_update(paths, "0.2.0") is None


def test_what_was_fetched_for_an_update_goes_with_it(paths: Paths) -> None:
    keep_before_update(paths, "0.1.0")
    paths.updates.mkdir()
    for name in ("seen.json", "puna_0.2.0.deb", "0123456789abcdef.part"):
        (paths.updates / name).touch()
    keep_before_update(paths, "0.1.0")
    assert len(list(paths.updates.iterdir())) == 3
    keep_before_update(paths, "0.2.0")
    assert [path.name for path in paths.updates.iterdir()] == ["seen.json"]


def test_one_that_cannot_be_removed_keeps_no_other(paths: Paths) -> None:
    keep_before_update(paths, "0.1.0")
    (paths.updates / "in use").mkdir(parents=True)  # no file, so that it cannot be removed as one
    for name in ("a", "z"):
        (paths.updates / name).touch()
    keep_before_update(paths, "0.2.0")
    assert [path.name for path in paths.updates.iterdir()] == ["in use"]


def test_three_versions_are_kept_and_none_for_long(paths: Paths) -> None:
    write_home(paths)
    began = time.time() - 1000
    for number in range(1, 7):
        folder = keep_before_update(paths, f"0.{number}.0")
        assert folder
        os.utime(folder, (began + number, began + number))
    names = sorted(path.name for path in paths.backups.iterdir())
    assert names == [f"before-update-from-0.{number}.0" for number in (3, 4, 5)]
    keep_before_update(paths, "0.6.0", now=lambda: began + 4.5 + KEPT_S)
    assert len(list(paths.backups.iterdir())) == 2


def test_a_damaged_database_does_not_stop_the_copy(paths: Paths) -> None:
    write_home(paths)
    paths.apps_file.write_bytes(b"no database" * 1000)
    folder = keep_before_update(paths, "0.2.0")
    assert folder
    assert (folder / "history.sqlite").exists()


# ---- starts


def test_crashes_are_counted_and_ends_in_order_are_not(tmp_path: Path) -> None:
    file = tmp_path / "state" / "starting.json"
    assert [Starts(file).begin() for _ in range(3)] == [0, 1, 2]
    with counted_start(file) as crashes:
        assert crashes == 3
    assert not file.exists()

    def fail(error: Exception) -> Any:
        with counted_start(file):
            raise error

    with pytest.raises(AppError):
        fail(AppError("a sentence"))
    assert Starts(file).begin() == 0
    with pytest.raises(ZeroDivisionError):
        fail(ZeroDivisionError())
    assert Starts(file).begin() == 2


@pytest.mark.parametrize("content", [b"", b"{}", b'{"crashes": "x"}'])
def test_a_damaged_count_counts_as_none(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "starting.json").write_bytes(content)
    assert Starts(tmp_path / "starting.json").begin() == 0


# ---- places


def test_a_folder_that_cannot_be_is_refused_in_words() -> None:
    for home in ("~nobody-has-this-name/puna", f"/{'x' * 300}"):
        with pytest.raises(SettingInvalid, match="the path of a folder"):
            Paths.of({"PUNA_HOME": home})


def test_the_nearest_folder(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert nearest_folder(tmp_path / "file" / "a" / "b") == tmp_path
    assert nearest_folder(Path(f"/{'x' * 300}")) == Path("/")


def test_what_is_no_text_is_no_reason_to_stop(tmp_path: Path) -> None:
    for read in (lambda path: Starts(path).begin(), discovery.read):
        (tmp_path / "file").write_bytes(b'{"crashes": "\xff", "url": "\xff"}')
        assert not read(tmp_path / "file")
