"""What a partial file is worth after kills, power cuts and damage."""

import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from desktop.core.errors import DigestMismatch
from desktop.models.downloads.journal import HEAD_BYTES, Journal, peek
from desktop.models.downloads.progress import Progress
from desktop.models.downloads.remote import RemoteFile
from desktop.models.downloads.transfer import CHANGED
from tests.file_server import Asked, Fault, FileServer
from tests.models.downloads.fetching import (
    PATH,
    PIECE,
    Fetching,
    digest_of,
    flip,
    located,
    some_bytes,
)

KILLS = 30
CONNECTIONS = 4
CHILD = """
import sys
from pathlib import Path
from desktop.models.downloads.limits import Limits
from desktop.models.downloads.remote import RemoteFile
from desktop.models.downloads.transfer import Transfer

url, draft, piece = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
limits = Limits(piece_bytes=piece, backoff_s=0.01)
Transfer(lambda: RemoteFile(url=url), draft, limits=limits).run(lambda progress: None)
"""


def child(url: str, draft: Path, piece: int = PIECE) -> "subprocess.Popen[bytes]":
    return subprocess.Popen([sys.executable, "-c", CHILD, url, str(draft), str(piece)])


def interrupted(fetching: Fetching, server: FileServer, content: bytes | None = None) -> int:
    """Fetch five pieces, have them hashed, and 1000 bytes of the next four; how many bytes that
    is.
    """
    for index in range(5, 9):
        start = f"bytes={index * PIECE}-"
        server.fail(
            Fault(stall_after=1000),
            when=lambda asked, start=start: start in asked.headers.get("range", ""),  # type: ignore[misc]
        )
    kept = 5 * PIECE + 4 * 1000

    def watch(progress: Progress) -> None:
        if progress.done_bytes == kept and all(seals_of(fetching.journal)[:5]):
            raise InterruptedError

    with pytest.raises(InterruptedError):
        fetching.run(located(server, content), watch=watch)
    assert fetching.kept_bytes == kept
    server.requests.clear()
    return kept


def seals_of(journal: Path) -> list[int]:
    with Journal(journal.with_name("copy")) as copy:
        copy.path.write_bytes(journal.read_bytes())
        head = copy.head()
        seals = [record.seal for record in copy.records(head)] if head else []
        copy.remove()
    return seals


@pytest.mark.slow
@pytest.mark.timeout(180)
def test_killed_thirty_times(tmp_path: Path) -> None:
    """Nothing that was on the disk is fetched again; what was on its way to it is a few blocks."""
    content, draft = some_bytes(24 * 2**20, seed=3), tmp_path / "model.part"
    journal = draft.with_name("model.part.journal")
    dice = random.Random(4)
    with FileServer({PATH: content}, send_buffer=2**16) as server:
        server.rate = 4e6
        for kill in range(KILLS):
            goal = server.sent_bytes + dice.randrange(1, len(content) // KILLS)
            process = child(server.url + PATH, draft, 2**20)
            assert server.wait_for_sent(goal)
            process.send_signal(signal.SIGKILL)
            process.wait(10)
            known = peek(journal)
            sent = server.sent_bytes
            assert known is None or known[1] <= sent, kill
        server.rate = None
        process = child(server.url + PATH, draft, 2**20)
        assert process.wait(60) == 0
        twice = server.sent_bytes - len(content)
    assert draft.read_bytes() == content
    assert not journal.exists()
    # For each connection that was killed: one block (64 KiB) between the server and the journal,
    # and one that the server sends before it learns that nobody is there any more.
    assert twice <= KILLS * CONNECTIONS * 2 * server.chunk_bytes


def test_exactly_the_rest_is_fetched(
    server: FileServer, fetching: Fetching, content: bytes
) -> None:
    kept = interrupted(fetching, server)
    fetching.check(fetching.run(located(server)), content)
    assert server.sent_bytes == len(content) - kept


@pytest.mark.parametrize("place", [70, PIECE + 64, 2 * PIECE - 1])
def test_a_flipped_byte_in_a_hashed_piece(
    server: FileServer, fetching: Fetching, content: bytes, place: int
) -> None:
    kept = interrupted(fetching, server)
    flip(fetching.draft, place)
    fetching.check(fetching.run(located(server)), content)
    assert server.sent_bytes == len(content) - kept + PIECE


def test_blocks_lost_in_a_power_cut(server: FileServer, fetching: Fetching, content: bytes) -> None:
    """In a piece that was not yet hashed: its samples tell. The journal came to the disk earlier
    than the bytes.
    """
    kept = interrupted(fetching, server)
    records = bytearray(fetching.journal.read_bytes())
    for index in range(10):
        records[HEAD_BYTES + 16 * index + 8 : HEAD_BYTES + 16 * index + 16] = bytes(8)
    fetching.journal.write_bytes(records)
    with fetching.draft.open("r+b") as file:
        file.seek(PIECE + 4096)
        file.write(bytes(4096))
    fetching.check(fetching.run(located(server, content)), content)
    assert server.sent_bytes == len(content) - kept + PIECE


@pytest.mark.parametrize("damage", [b"", b"{", b"\0" * 5000, b'{"version":2}', b"\xff" * 9000])
def test_a_damaged_journal(
    server: FileServer, fetching: Fetching, content: bytes, damage: bytes
) -> None:
    interrupted(fetching, server)
    fetching.journal.write_bytes(damage)
    fetching.check(fetching.run(located(server, content)), content)
    assert server.sent_bytes == len(content)


def test_records_that_cannot_be(server: FileServer, fetching: Fetching, content: bytes) -> None:
    interrupted(fetching, server)
    data = fetching.journal.read_bytes()
    fetching.journal.write_bytes(data[:HEAD_BYTES] + b"\xff" * 16 * 10)
    fetching.check(fetching.run(located(server, content)), content)
    assert server.sent_bytes == len(content)


def test_a_draft_of_another_length(server: FileServer, fetching: Fetching, content: bytes) -> None:
    interrupted(fetching, server)
    os.truncate(fetching.draft, 5)
    fetching.check(fetching.run(located(server, content)), content)
    assert server.sent_bytes == len(content)


def test_the_remote_file_changed_meanwhile(server: FileServer, fetching: Fetching) -> None:
    interrupted(fetching, server)
    other = some_bytes(8 * PIECE, seed=9)
    server.put(PATH, other)
    fetching.check(fetching.run(located(server)), other)
    assert CHANGED in fetching.reasons


def test_another_digest_is_wanted_now(
    server: FileServer, fetching: Fetching, content: bytes
) -> None:
    interrupted(fetching, server, content)
    other = some_bytes(len(content), seed=9)
    server.put(PATH, other)
    fetching.check(fetching.run(located(server, other)), other)
    assert server.sent_bytes == len(other)


def test_a_server_that_names_no_versions(
    server: FileServer, fetching: Fetching, content: bytes
) -> None:
    """Without a digest nobody could tell whether it is still the same file."""
    server.validators = False
    interrupted(fetching, server)
    fetching.check(fetching.run(located(server)), content)
    assert server.sent_bytes == len(content)
    fetching.draft.unlink()
    server.requests.clear()
    kept = interrupted(fetching, server, content)
    fetching.check(fetching.run(located(server, content)), content)
    assert server.sent_bytes == len(content) - kept


def test_everything_was_there(server: FileServer, fetching: Fetching, content: bytes) -> None:
    """Killed between the last byte and the end: no request is needed."""
    fetching.draft.parent.mkdir()
    fetching.draft.write_bytes(content)
    fetching.check(fetching.run(located(server, content)), content)
    assert server.requests == []
    flip(fetching.draft, 99)
    fetching.check(fetching.run(located(server, content)), content)
    assert server.sent_bytes == len(content)


def test_a_draft_of_the_wrong_file(server: FileServer, fetching: Fetching, content: bytes) -> None:
    fetching.draft.parent.mkdir()
    fetching.draft.write_bytes(b"longer than it should be" * PIECE)
    fetching.check(fetching.run(located(server)), content)
    with pytest.raises(DigestMismatch):
        fetching.run(lambda: RemoteFile(url=server.url + PATH, digest=digest_of(b"")))


def test_expired_while_it_was_off(server: FileServer, fetching: Fetching, content: bytes) -> None:
    """The address that the registry redirected to then plays no part any more."""
    server.put("/old", content)
    kept = interrupted(fetching, server)
    server.redirects["/blob"] = server.url + PATH + "?signature=2"

    def secret(asked: Asked) -> bool:
        return "authorization" in asked.headers

    with FileServer({}) as registry:
        registry.redirects["/blob"] = server.url + PATH
        remote = RemoteFile(url=registry.url + "/blob", headers={"Authorization": "Bearer x"})
        fetching.check(fetching.run(lambda: remote), content)
        assert all(map(secret, registry.requests))
    assert not any(map(secret, server.requests))
    assert server.sent_bytes == len(content) - kept
