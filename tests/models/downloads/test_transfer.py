"""Transfers from a server that behaves, and all ways in which one can misbehave."""

import threading
import time
from dataclasses import replace

import pytest

from desktop.core.errors import (
    DigestMismatch,
    DownloadFailed,
    DownloadStopped,
    DraftBusy,
    ModelNotFound,
)
from desktop.models.downloads.progress import Progress, TransferState
from desktop.models.downloads.remote import RemoteFile
from desktop.models.downloads.transfer import CHANGED
from tests.file_server import Asked, Fault, FileServer
from tests.models.downloads.fetching import (
    PATH,
    PIECE,
    QUICK,
    Fetching,
    digest_of,
    flip,
    located,
    some_bytes,
)


def test_in_parallel_pieces(server: FileServer, fetching: Fetching, content: bytes) -> None:
    fetching.check(fetching.run(located(server, content)), content)
    assert server.sent_bytes == len(content)
    assert sorted(asked.first for asked in server.requests) == list(range(0, len(content), PIECE))
    etag = '"version-1"'
    assert [asked.headers.get("if-range") for asked in server.requests[1:]] == [etag] * 9
    done = [progress.done_bytes for progress in fetching.seen]
    assert done == sorted(done)
    assert fetching.seen[0].state is TransferState.CONNECTING
    assert fetching.seen[-1].state is TransferState.VERIFYING


@pytest.mark.parametrize(("fast_bytes_per_s", "connections"), [(1e12, 4), (0.0, 2)])
def test_more_connections_only_where_few_are_slow(
    server: FileServer,
    fetching: Fetching,
    content: bytes,
    fast_bytes_per_s: float,
    connections: int,
) -> None:
    server.rate, server.chunk_bytes = len(content) * 2, 4096
    limits = replace(QUICK, reinforce_after_s=0.02, fast_bytes_per_s=fast_bytes_per_s)
    fetching.check(fetching.run(located(server, content), limits=limits), content)
    assert len({asked.port for asked in server.requests}) == connections


def test_nothing_is_known_before(server: FileServer, fetching: Fetching, content: bytes) -> None:
    fetching.check(fetching.run(located(server)), content)
    assert server.sent_bytes == len(content)


@pytest.mark.parametrize("size", [0, 1, PIECE, PIECE + 1])
def test_small_files(server: FileServer, fetching: Fetching, size: int) -> None:
    server.put(PATH, some_bytes(size))
    fetching.check(fetching.run(located(server)), some_bytes(size))
    fetching.draft.unlink()
    fetching.check(fetching.run(located(server, some_bytes(size))), some_bytes(size))


@pytest.mark.parametrize(
    "fault",
    [
        Fault(cut_after=0),
        Fault(cut_after=20_000),
        Fault(length_off_by=-3000),
        Fault(length_off_by=5000),
        Fault(shift=10),
        Fault(headers={"Content-Range": "bytes 0-1/2/3"}),
        Fault(headers={"Content-Range": "bytes 9-3/589824"}),
        Fault(headers={"Content-Range": "bytes 0-65535/70000"}),
        Fault(headers={"Content-Length": "many"}),
        Fault(status=429, headers={"Retry-After": "0"}),
        Fault(status=500, body=b"oh"),
        Fault(status=503, headers={"Retry-After": "nonsense"}),
        Fault(status=200, body=b"<html>", headers={"Content-Type": "text/html; charset=utf-8"}),
        Fault(status=200, body=b"a login page"),
        Fault(status=302),
    ],
    ids=str,
)
def test_faults_that_pass(
    server: FileServer, fetching: Fetching, content: bytes, fault: Fault
) -> None:
    server.fail(fault, times=4)
    server.fail(fault, times=3, when=lambda asked: "if-range" in asked.headers)
    fetching.check(fetching.run(located(server, content), tries=12), content)
    assert server.sent_bytes <= len(content) + 7 * (PIECE + 5000)


def test_cut_connections_go_on_where_they_were(
    server: FileServer, fetching: Fetching, content: bytes
) -> None:
    server.fail(Fault(cut_after=10_000), times=30)
    fetching.check(fetching.run(located(server, content)), content)
    assert server.sent_bytes == len(content)


@pytest.mark.slow
def test_a_busy_server_is_left_alone_as_long_as_it_asks(
    server: FileServer, fetching: Fetching, content: bytes
) -> None:
    server.fail(Fault(status=429, headers={"Retry-After": "0.3"}), times=1)
    began_s = time.monotonic()
    fetching.check(fetching.run(located(server, content)), content)
    assert time.monotonic() - began_s >= 0.3
    assert "the server is busy (429: ), trying again in 1 s" in fetching.reasons
    assert TransferState.WAITING in {progress.state for progress in fetching.seen}


def test_a_silent_connection_is_replaced(
    server: FileServer, fetching: Fetching, content: bytes
) -> None:
    server.fail(Fault(stall_after=100), when=lambda asked: asked.path == PATH)
    fetching.check(fetching.run(located(server, content), stall_s=0.1), content)
    assert server.sent_bytes == len(content)


def test_giving_up_keeps_what_came(server: FileServer, fetching: Fetching, content: bytes) -> None:
    server.fail(Fault(cut_after=5000), when=lambda asked: True)
    server.fail(Fault(status=500, body=b"out of order\nmore"), times=1000)
    with pytest.raises(
        DownloadFailed, match=r"^max retries exceeded: .* \(500: out of order\)$"
    ) as failed:
        fetching.run(located(server, content))
    assert failed.value.retryable
    assert fetching.kept_bytes == 5000


def test_nobody_is_there(fetching: Fetching) -> None:
    with FileServer({}) as server:
        url = server.url
    with pytest.raises(DownloadFailed, match=r"127.0.0.1 does not accept connections") as failed:
        fetching.run(lambda: RemoteFile(url=url + PATH))
    assert failed.value.retryable
    assert not fetching.draft.exists()
    assert not fetching.journal.exists()


@pytest.mark.parametrize("url", ["ftp://host/x", "http:///x", "http://host:port/x", "x", ""])
def test_addresses_that_are_none(fetching: Fetching, url: str) -> None:
    with pytest.raises(DownloadFailed, match="is not a web address"):
        fetching.run(lambda: RemoteFile(url=url))


def test_a_server_without_ranges(server: FileServer, fetching: Fetching, content: bytes) -> None:
    server.ranges = False
    server.fail(Fault(cut_after=200_000), times=2)
    fetching.check(fetching.run(located(server, content)), content)
    assert len(server.requests) == 3
    fetching.draft.unlink()
    server.fail(Fault(no_length=True))
    fetching.check(fetching.run(located(server)), content)


def test_a_stream_that_never_gets_further(
    server: FileServer, fetching: Fetching, content: bytes
) -> None:
    server.ranges = False
    server.fail(Fault(cut_after=200_000), times=100)
    with pytest.raises(DownloadFailed, match="200000 bytes came, but 594145 are expected"):
        fetching.run(located(server, content))
    assert len(server.requests) == 6


def test_a_stream_with_a_damaged_byte(
    server: FileServer, fetching: Fetching, content: bytes
) -> None:
    server.ranges = False
    server.fail(Fault(flip_at=7))
    fetching.check(fetching.run(located(server, content)), content)
    server.fail(Fault(flip_at=7), times=2)
    fetching.draft.unlink()
    with pytest.raises(DigestMismatch):
        fetching.run(located(server, content))
    assert not fetching.draft.exists()


def test_ranges_that_end_in_mid_way(server: FileServer, fetching: Fetching, content: bytes) -> None:
    server.fail(Fault(whole=True), when=lambda asked: "if-range" in asked.headers)
    fetching.check(fetching.run(located(server, content)), content)
    assert CHANGED in fetching.reasons


@pytest.mark.parametrize("size", [9 * PIECE, 11 * PIECE])
def test_the_file_changes_in_mid_way(server: FileServer, fetching: Fetching, size: int) -> None:
    other = some_bytes(size, seed=2)
    server.fail(Fault(cut_after=30_000), times=2)
    changed = threading.Event()

    def change(asked: Asked) -> bool:
        if len(server.requests) == 5 and not changed.is_set():
            changed.set()
            server.put(PATH, other)
        return False

    server.fail(Fault(), when=change)
    fetching.check(fetching.run(located(server)), other)
    assert changed.is_set()
    assert CHANGED in fetching.reasons


def test_a_file_that_keeps_changing(server: FileServer, fetching: Fetching, content: bytes) -> None:
    def change(asked: Asked) -> bool:
        server.put(PATH, content)
        return False

    server.fail(Fault(), when=change)
    with pytest.raises(DownloadFailed, match="keeps changing"):
        fetching.run(located(server))


def test_another_size_than_promised(server: FileServer, fetching: Fetching, content: bytes) -> None:
    with pytest.raises(DownloadFailed, match="594145 bytes for it, but 77 are expected"):
        fetching.run(located(server, size=77))
    assert not fetching.draft.exists()


def test_damaged_on_the_way_once(server: FileServer, fetching: Fetching, content: bytes) -> None:
    server.fail(Fault(flip_at=3 * PIECE), when=lambda asked: f"={3 * PIECE}-" in of_range(asked))
    fetching.check(fetching.run(located(server, content)), content)
    assert server.sent_bytes == 2 * len(content)


def test_the_wrong_file(server: FileServer, fetching: Fetching, content: bytes) -> None:
    want = digest_of(b"something else")
    expected = f"file must be downloaded again: want {want}, got {digest_of(content)}"
    with pytest.raises(DigestMismatch, match=expected):
        fetching.run(located(server, digest=want))
    assert server.sent_bytes == 2 * len(content)
    assert not fetching.draft.exists()
    assert not fetching.journal.exists()


@pytest.mark.slow
def test_a_disk_that_loses_bytes_meanwhile(
    server: FileServer, fetching: Fetching, content: bytes
) -> None:
    """Before they were hashed, as the first piece is late. Only that piece is fetched again."""
    server.fail(Fault(stall_after=100))
    damaged = False

    def watch(progress: object) -> None:
        nonlocal damaged
        if not damaged and server.sent_bytes == 100 + len(content) - PIECE:
            damaged = True
            flip(fetching.draft, 2 * PIECE + 64)

    fetching.check(fetching.run(located(server, content), watch=watch, stall_s=0.5), content)
    assert damaged
    assert server.sent_bytes == len(content) + PIECE


def test_expired_addresses(server: FileServer, fetching: Fetching, content: bytes) -> None:
    """Each signature works for three requests."""
    numbers = iter(range(100))
    for number in range(20):
        good = f"signature={number}"
        server.fail(Fault(), times=3, when=lambda asked, good=good: asked.query == good)  # type: ignore[misc]
    server.fail(Fault(status=403, body=b"expired"), times=1000)
    fetched = fetching.run(
        lambda: RemoteFile(url=f"{server.url}{PATH}?signature={next(numbers)}", size=len(content))
    )
    fetching.check(fetched, content)
    assert server.sent_bytes == len(content)
    assert 3 <= next(numbers) <= 6


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_refused_for_good(server: FileServer, fetching: Fetching, status: int) -> None:
    server.fail(Fault(status=status, body=b"no entry\n<html>"), times=100)
    asked = []

    def locate() -> RemoteFile:
        asked.append(1)
        return RemoteFile(url=server.url + PATH)

    with pytest.raises(DownloadFailed, match=f"^{status}: no entry$") as failed:
        fetching.run(locate)
    assert not failed.value.retryable
    assert len(asked) == len(server.requests) == 2


def test_what_locate_raises(fetching: Fetching) -> None:
    def locate() -> RemoteFile:
        raise ModelNotFound("m")

    with pytest.raises(ModelNotFound):
        fetching.run(locate)


def test_locate_is_asked_again_while_it_says_so(
    server: FileServer, fetching: Fetching, content: bytes
) -> None:
    failures = [DownloadFailed("no connection", retryable=True)] * 3

    def locate() -> RemoteFile:
        if failures:
            raise failures.pop()
        return RemoteFile(url=server.url + PATH)

    fetching.check(fetching.run(locate), content)


def test_stopping(server: FileServer, fetching: Fetching, content: bytes) -> None:
    server.rate = 100_000.0

    def watch(progress: object) -> None:
        if server.sent_bytes > 100_000 and fetching.transfer:
            fetching.transfer.stop()
            stopped_at.append(time.monotonic())

    stopped_at: list[float] = []
    with pytest.raises(DownloadStopped):
        fetching.run(located(server, content), watch=watch)
    assert time.monotonic() - stopped_at[0] < 3  # all of it takes six
    server.rate = None
    kept = fetching.kept_bytes
    assert kept > 0
    before = server.sent_bytes
    fetching.check(fetching.run(located(server, content)), content)
    assert server.sent_bytes - before == len(content) - kept


def test_stopping_while_nothing_answers(server: FileServer, fetching: Fetching) -> None:
    answer = threading.Event()
    asked = threading.Event()

    def locate() -> RemoteFile:
        asked.set()
        answer.wait(10)
        return RemoteFile(url=server.url + PATH)

    def watch(progress: object) -> None:
        if asked.is_set() and fetching.transfer:
            fetching.transfer.stop()

    began_s = time.monotonic()
    with pytest.raises(DownloadStopped):
        fetching.run(locate, watch=watch)
    assert time.monotonic() - began_s < 5  # the answer takes ten
    answer.set()
    assert not fetching.draft.exists()


def test_stopped_before_it_began(server: FileServer, fetching: Fetching) -> None:
    def watch(progress: object) -> None:
        raise KeyError("a broken watcher")

    with pytest.raises(KeyError):
        fetching.run(located(server), watch=watch)
    assert fetching.transfer
    fetching.transfer.stop()
    with pytest.raises(DownloadStopped):
        fetching.transfer.run(watch)


def test_two_on_one_draft(server: FileServer, fetching: Fetching, content: bytes) -> None:
    checked = 0

    def watch(progress: Progress) -> None:
        nonlocal checked
        if progress.done_bytes > 100_000:
            return  # it may be over soon
        checked += 1
        with pytest.raises(DraftBusy, match=r"^model.part.journal is in use by another download"):
            Fetching(fetching.draft).run(located(server))

    server.rate = 1e6
    fetching.check(fetching.run(located(server), watch=watch), content)
    assert checked


def of_range(asked: Asked) -> str:
    return asked.headers.get("range", "")
