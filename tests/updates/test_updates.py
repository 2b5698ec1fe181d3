"""Asking, fetching, and what is refused: over real HTTP."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from desktop.updates.asking import UpdateFailed, fetched
from desktop.updates.feed import FeedInvalid
from desktop.updates.source import Installation
from desktop.updates.updates import NoUpdate, Updates, UpdateState
from tests.file_server import Fault, FileServer
from tests.updates.releases import DEB, NOW, PLATFORM, WAIT_S, Release, reach

pytestmark = pytest.mark.anyio


@pytest.fixture
def server() -> Iterator[FileServer]:
    with FileServer({}) as server:
        yield server


@pytest.fixture
def release(server: FileServer) -> Release:
    return Release(server)


@pytest.fixture
async def updates(release: Release, tmp_path: Path) -> AsyncIterator[Updates]:
    updates = release.updates(tmp_path)
    yield updates
    await updates.cancel()


async def fetch(updates: Updates) -> None:
    await updates.check()
    updates.download()
    await reach(updates, UpdateState.READY)


async def test_a_newer_version_is_told_fetched_and_verified(
    updates: Updates, server: FileServer
) -> None:
    await updates.check()
    assert updates.state is UpdateState.AVAILABLE
    assert updates.feed
    assert updates.feed.notes["de"] == "Schnellere **Antworten**."
    await fetch(updates)
    path = await updates.verified()
    assert (path.name, path.read_bytes()) == ("puna_0.2.0.deb", DEB)
    assert {each.headers["user-agent"] for each in server.requests} == {"Puna"}


async def test_nobody_is_asked_unless_it_is_wanted(updates: Updates, server: FileServer) -> None:
    running = asyncio.create_task(updates.run())
    updates.want(False)
    await asyncio.wait({running}, timeout=0.05)
    assert not server.requests
    running.cancel()
    await asyncio.wait({running})


async def test_it_asks_by_itself_once_that_is_wanted(updates: Updates, server: FileServer) -> None:
    running = asyncio.create_task(updates.run())
    updates.want(True)
    await reach(updates, UpdateState.AVAILABLE)
    updates.want(True)  # some other setting was changed: that is no reason to ask again
    await asyncio.wait({running}, timeout=0.1)
    assert len(server.requests) == 1
    running.cancel()
    await asyncio.wait({running})


async def test_another_start_is_no_reason_to_ask_again(
    updates: Updates, release: Release, server: FileServer, tmp_path: Path
) -> None:
    await updates.check()
    for later, questions in ((timedelta(hours=1), 1), (timedelta(days=1), 2)):
        release.now = NOW + later
        again = release.updates(tmp_path)
        again.want(True)
        running = asyncio.create_task(again.run())
        if questions == 2:
            await reach(again, UpdateState.AVAILABLE)
        else:
            await asyncio.wait({running}, timeout=0.1)
        running.cancel()
        await asyncio.wait({running})
        assert len(server.requests) == questions


async def test_a_server_that_says_nothing_is_not_waited_for(
    release: Release, server: FileServer, tmp_path: Path
) -> None:
    server.fail(Fault(stall_after=10), times=2)
    release.answer_s = 0.05
    with pytest.raises(UpdateFailed, match="too slow"):
        await release.updates(tmp_path).check()
    release.answer_s = WAIT_S
    updates = release.updates(tmp_path)
    asking = asyncio.create_task(updates.check())
    await reach(updates, UpdateState.CHECKING)
    asking.cancel()
    await asyncio.wait({asking}, timeout=WAIT_S / 2)
    assert asking.cancelled()
    assert updates.state is UpdateState.IDLE
    threads = [each for each in threading.enumerate() if each.name == "update feed"]
    assert all(each.daemon for each in threads)  # Puna's end does not wait for them


async def test_nothing_is_asked_in_the_open(updates: Updates, server: FileServer) -> None:
    server.redirects["/feed.json"] = "http://puna.example/feed.json"
    with pytest.raises(UpdateFailed, match="no https address"):
        await updates.check()


async def test_what_was_fetched_is_known_after_a_restart(
    updates: Updates, release: Release, tmp_path: Path
) -> None:
    await fetch(updates)
    again = release.updates(tmp_path)
    await again.check()
    assert again.state is UpdateState.READY


async def test_a_stopped_download_goes_on_where_it_was(
    updates: Updates, server: FileServer
) -> None:
    await updates.check()
    server.fail(Fault(stall_after=300_000), times=1)
    updates.download()
    async with asyncio.timeout(WAIT_S):
        async for _ in updates.changes():
            if updates.done_bytes >= 200_000:
                break
    await updates.cancel()
    assert updates.state is UpdateState.AVAILABLE
    await fetch(updates)
    assert (await updates.verified()).read_bytes() == DEB


async def test_a_file_with_another_content_is_not_kept(
    updates: Updates, server: FileServer
) -> None:
    await updates.check()
    server.put("/puna_0.2.0.deb", DEB[:-1] + b"!")
    updates.download()
    await reach(updates, UpdateState.FAILED)
    assert "digest mismatch" in str(updates.failure)
    assert not updates.path.exists()
    with pytest.raises(NoUpdate):
        await updates.verified()


async def test_a_file_that_was_changed_afterwards_is_not_installed(updates: Updates) -> None:
    await fetch(updates)
    updates.path.write_bytes(b"something else")
    with pytest.raises(NoUpdate, match="changed since"):
        await updates.verified()
    assert updates.state is UpdateState.AVAILABLE


@pytest.mark.parametrize("version", ["0.1.0", "0.0.9", "0.1"])
async def test_there_is_no_way_back(updates: Updates, release: Release, version: str) -> None:
    release.publish(version=version)
    await updates.check()
    assert (updates.state, updates.feed) == (UpdateState.IDLE, None)
    with pytest.raises(NoUpdate):
        updates.download()


async def test_an_older_feed_is_not_believed_after_a_newer_one(
    updates: Updates, release: Release, tmp_path: Path
) -> None:
    await updates.check()
    release.publish(published=(NOW - timedelta(days=9)).isoformat(), version="0.3.0")
    later = release.updates(tmp_path)
    with pytest.raises(FeedInvalid, match="older than what was known"):
        await later.check()
    assert later.state is UpdateState.FAILED


async def test_too_old_for_one_step(updates: Updates, release: Release) -> None:
    release.publish(minimum="0.1.5")
    await updates.check()
    assert (updates.state, updates.file) == (UpdateState.AVAILABLE, None)


async def test_nothing_for_this_machine(release: Release, tmp_path: Path) -> None:
    for installation in (Installation("linux-riscv64", ("deb",)), Installation(PLATFORM, ())):
        updates = release.updates(tmp_path, installation)
        await updates.check()
        assert (updates.state, updates.file) == (UpdateState.AVAILABLE, None)


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (Fault(status=404), "status 404"),
        (Fault(status=200, body=b"x" * 300_000), "too large"),
        (Fault(cut_after=10), "cannot be reached"),
    ],
)
async def test_failures_are_sentences(
    updates: Updates, server: FileServer, fault: Fault, words: str
) -> None:
    server.fail(fault, times=1)
    with pytest.raises(UpdateFailed, match=words):
        await updates.check()
    assert words in str(updates.failure)


async def test_a_ready_update_stays_ready_without_a_network(
    updates: Updates, server: FileServer
) -> None:
    await fetch(updates)
    server.fail(Fault(status=503), times=1)
    with pytest.raises(UpdateFailed):
        await updates.check()
    assert updates.state is UpdateState.READY


async def test_a_name_with_a_path_in_it_stays_in_the_folder(
    release: Release, tmp_path: Path, server: FileServer
) -> None:
    file: dict[str, Any] = release.feed["files"][0]
    release.publish(files=[file | {"url": server.url + "/..%2F..%2Fevil"}])
    updates = release.updates(tmp_path)
    await updates.check()
    assert updates.path.parent == tmp_path
    assert updates.path.name == "2F..2Fevil"


async def test_what_cannot_be_removed_is_no_reason_to_fail(
    updates: Updates, tmp_path: Path
) -> None:
    await updates.check()
    (tmp_path / "in use").mkdir()  # no file, so that it cannot be removed as one
    await fetch(updates)
    assert await updates.verified()


async def test_a_download_that_begins_during_a_question_goes_on(
    updates: Updates, server: FileServer
) -> None:
    await updates.check()
    server.fail(Fault(stall_after=10), times=1)
    asking = asyncio.create_task(updates.check())
    async with asyncio.timeout(WAIT_S):
        while len(server.requests) < 2:  # noqa: ASYNC110 - it has no event
            await asyncio.sleep(0.002)
    updates.download()
    await reach(updates, UpdateState.READY)
    asking.cancel()
    await asyncio.wait({asking})
    assert updates.state is UpdateState.READY
    assert await updates.verified()


def test_an_address_that_is_none_is_told() -> None:
    with pytest.raises(UpdateFailed, match="cannot be reached"):
        fetched("https://\u2028x/feed.json")
