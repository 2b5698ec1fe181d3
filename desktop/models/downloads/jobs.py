"""What a download is, from the wish to the installed model; what of it outlives the program."""

import enum
import logging
import secrets
import time
from contextlib import suppress
from datetime import date
from pathlib import Path

import msgspec

from desktop.core.aside import move_aside
from desktop.core.errors import ModelFileInvalid
from desktop.core.troubles import Tell, Trouble
from desktop.core.whole_file import write_whole
from desktop.models.manifests import read_small

log = logging.getLogger(__name__)

DRAFTS = "downloads"  # folder of partial files, within that of what is being written
FETCHING = "pulling files"  # the step during which `Job.files` grow
MAX_LIST_BYTES = 2**24
KEPT_ENDED = 20  # jobs that ended stay in the list, the last ones


class JobState(enum.Enum):
    """`waiting` goes on by itself, `paused` and `failed` when somebody says so."""

    QUEUED = "queued"
    RUNNING = "running"
    WAITING = "waiting"
    PAUSED = "paused"
    FAILED = "failed"
    DONE = "done"

    @property
    def is_over(self) -> bool:
        return self in (JobState.DONE, JobState.FAILED)


class JobFile(msgspec.Struct, kw_only=True):
    """One file of a model. Sizes are bytes; `digest` is `sha256:…`, empty if not known yet."""

    digest: str = ""
    kind: str = ""
    size: int = 0
    done: int = 0
    complete: bool = False
    waiting: str = ""
    """Why nothing comes in at the moment."""


class Job(msgspec.Struct, kw_only=True):
    """One model to be fetched. Changed on the service's loop only."""

    id: str = msgspec.field(default_factory=lambda: secrets.token_hex(6))
    source: str
    """A model's name or a web address, as somebody wrote it."""
    name: str = ""
    """Of the model, as it will be called; empty until that is known."""
    insecure: bool = False
    """Plain http is allowed."""
    kept: bool = False
    """Goes on when nobody waits for it."""
    created_at: float = msgspec.field(default_factory=time.time)
    state: JobState = JobState.QUEUED
    steps: list[str] = []
    """What was and is being done, in the words of `/api/pull`."""
    reason: str = ""
    """Why it waits, is paused, or has failed: a sentence."""
    code: str = ""
    files: list[JobFile] = []

    @property
    def is_moving(self) -> bool:
        """Bytes are expected to come in."""
        return self.state is JobState.RUNNING and self.steps[-1:] == [FETCHING]

    @property
    def done_bytes(self) -> int:
        return sum(file.done for file in self.files)

    @property
    def total_bytes(self) -> int:
        return sum(file.size for file in self.files)

    def asks(self, source: str) -> bool:
        """Whether it is for the same model; in names, upper and lower case make no difference."""
        if "://" in source:
            return self.source == source
        return self.source.casefold() == source.casefold()

    def enter(self, state: JobState, reason: str = "", code: str = "") -> None:
        self.state, self.reason, self.code = state, reason, code


def load_jobs(path: Path, tell: Tell) -> list[Job]:
    """The list as it was saved, in its order; a damaged one is moved aside, and counts as empty."""
    try:
        raw = read_small(path, MAX_LIST_BYTES)
        return msgspec.json.decode(raw, type=list[Job])
    except FileNotFoundError:
        return []
    except (msgspec.MsgspecError, ModelFileInvalid, UnicodeError) as error:
        log.warning("the list of downloads in %s is damaged: %s", path, error)
        if isinstance(error.__cause__, OSError):  # it may be good, and is not ours to move
            return []
    with suppress(OSError):
        tell(_damaged(path, move_aside(path, date.today()).name))
    return []


def save_jobs(path: Path, jobs: list[Job]) -> None:
    """Written whole or not at all."""
    write_whole(path, msgspec.json.encode(jobs))


def _damaged(path: Path, aside: str) -> Trouble:
    return Trouble(
        code="downloads_damaged",
        text=f"The list of downloads was damaged; it was begun anew. The damaged file is {aside}.",
        remedy="Begin downloads that are missing again: they go on where they were.",
        file=str(path),
    )
