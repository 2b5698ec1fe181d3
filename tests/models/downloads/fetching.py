"""Transfers from a `FileServer` for tests: quick limits, and what was seen on the way."""

import hashlib
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from desktop.models.downloads.journal import SUFFIX, peek
from desktop.models.downloads.limits import Limits
from desktop.models.downloads.progress import Fetched, Progress
from desktop.models.downloads.remote import Locate, RemoteFile
from desktop.models.downloads.transfer import Transfer
from tests.file_server import FileServer

PATH = "/model.gguf"
PIECE = 2**16
QUICK = Limits(
    piece_bytes=PIECE, backoff_s=0.001, longest_backoff_s=0.01, stall_s=5.0, report_every_s=0.005
)


def some_bytes(count: int, seed: int = 1) -> bytes:
    return random.Random(seed).randbytes(count)


def digest_of(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def located(server: FileServer, content: bytes | None = None, **more: Any) -> Locate:
    """With `content`: size and digest are known before."""
    if content is not None:
        more = {"size": len(content), "digest": digest_of(content)} | more
    remote = RemoteFile(url=server.url + PATH, **more)
    return lambda: remote


class Fetching:
    """One draft, fetched by one transfer after the other; remembers the progress of the last."""

    def __init__(self, draft: Path) -> None:
        self.draft = draft
        self.journal = draft.with_name(draft.name + SUFFIX)
        self.seen: list[Progress] = []
        self.transfer: Transfer | None = None

    def run(
        self,
        locate: Locate,
        *,
        watch: Callable[[Progress], None] = lambda progress: None,
        limits: Limits = QUICK,
        **more: Any,
    ) -> Fetched:
        changes = {name: more.pop(name) for name in list(more) if hasattr(limits, name)}
        self.seen = []
        self.transfer = Transfer(locate, self.draft, limits=replace(limits, **changes), **more)

        def seeing(progress: Progress) -> None:
            self.seen.append(progress)
            watch(progress)

        return self.transfer.run(seeing)

    def check(self, fetched: Fetched, content: bytes) -> None:
        assert fetched == Fetched(path=self.draft, size=len(content), digest=digest_of(content))
        assert self.draft.read_bytes() == content
        assert not self.journal.exists()
        assert self.seen[-1].done_bytes == self.seen[-1].total_bytes == len(content)

    @property
    def kept_bytes(self) -> int:
        known = peek(self.journal)
        return known[1] if known else 0

    @property
    def reasons(self) -> set[str]:
        return {progress.reason for progress in self.seen}


def flip(path: Path, place: int) -> None:
    """Damage one byte of a file."""
    with path.open("r+b") as file:
        file.seek(place)
        byte = file.read(1)[0]
        file.seek(place)
        file.write(bytes([byte ^ 0xFF]))
