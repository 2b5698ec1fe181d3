"""What a worker writes to its stderr: kept, and asked when the worker has ended.

llama.cpp's own lines are there, and if the process crashes, which Python function each of its
threads was in.
"""

import asyncio
import contextlib
import re
import signal
from collections import deque
from collections.abc import Iterable
from typing import NamedTuple

KEPT_LINES = 200

_COMPLAINT = re.compile(
    r"error|fail|assert|abort|fatal|exception|out of memory|bad_alloc", re.IGNORECASE
)
_NO_MEMORY = re.compile(
    r"bad_alloc|MemoryError|out of ?(device)? ?memory|allocat|start new thread"
    r"|failed to map segment from shared object(?!: Op)"  # not: may not be executed there
    r"|GGML_ASSERT\(ctx->mem_buffer",
    re.IGNORECASE,
)
_STACKS = re.compile(r"Fatal Python error: |(Current thread|Thread) 0x")  # faulthandler's
_FROM_OUTSIDE = ("SIGTERM", "SIGINT", "SIGHUP")
_SIGILL, _ILLEGAL_INSTRUCTION = -4, 0xC000001D
_CRASHES = range(0xC0000000, 0xD0000000)  # Windows' NTSTATUS, as an exit code
_CRASH_NAMES = {
    0xC0000005: "access violation",
    0xC0000006: "a file of the model cannot be read",
    0xC0000017: "out of memory",
    _ILLEGAL_INSTRUCTION: "illegal instruction",
    0xC00000FD: "stack overflow",
    0xC0000135: "a DLL that it needs is not on this computer",
    0xC0000142: "a DLL could not be started",
}


class Ending(NamedTuple):
    """How a worker ended."""

    code: int | None
    """As `subprocess` tells it: negative after a signal; None: it has not ended."""
    by_us: bool
    """It hung, or spoke nonsense, and was killed for that."""
    short: bool
    """Its last words were that memory could not be had."""

    @property
    def by_instruction(self) -> bool:
        """The processor does not know one of its instructions."""
        return self.code in (_SIGILL, _ILLEGAL_INSTRUCTION)


class WorkerLog:
    """The last lines. Service loop only."""

    def __init__(self) -> None:
        self.lines: deque[str] = deque(maxlen=KEPT_LINES)

    async def keep(self, stream: asyncio.StreamReader) -> None:
        """Read to the end."""
        while True:
            try:
                line = await stream.readline()
            except ValueError:
                continue  # a line longer than the reader's buffer
            if not line:
                return
            self.lines.append(line.decode("utf-8", "replace").rstrip())

    def last_complaint(self) -> str:
        """The last line that tells of trouble; "" if none does."""
        return last_complaint(self.lines)

    def lacked_memory(self) -> bool:
        """Whether that line tells of memory that could not be had."""
        return bool(_NO_MEMORY.search(self.last_complaint()))


def last_complaint(lines: Iterable[str]) -> str:
    """The last line that tells of trouble, before those that list the threads.

    >>> last_complaint(["ggml.c:7: GGML_ASSERT(x) failed", "Fatal Python error: Aborted", ""])
    'ggml.c:7: GGML_ASSERT(x) failed'
    """
    found = ""
    for line in lines:
        if _STACKS.match(line):
            break
        if _COMPLAINT.search(line):
            found = line.strip()
    return found


def describe_exit(code: int) -> str:
    """What happened to a process, as the middle of a sentence.

    >>> describe_exit(-9)
    'was killed (SIGKILL; the system does this when memory runs out)'
    >>> describe_exit(-11), describe_exit(3), describe_exit(-15)
    ('crashed (SIGSEGV)', 'stopped (exit code 3)', 'was ended by another program (SIGTERM)')
    >>> describe_exit(0xC0000005), describe_exit(0xC0000409)
    ('crashed (access violation, 0xC0000005)', 'crashed (0xC0000409)')
    """
    if code in _CRASHES:
        known = _CRASH_NAMES.get(code)
        return f"crashed ({known}, 0x{code:X})" if known else f"crashed (0x{code:X})"
    name = ""
    with contextlib.suppress(ValueError):
        name = signal.Signals(-code).name
    if name == "SIGKILL":
        return "was killed (SIGKILL; the system does this when memory runs out)"
    if name == "SIGBUS":
        return "crashed (SIGBUS; a file of the model was cut short, or its disk cannot be read)"
    if name in _FROM_OUTSIDE:
        return f"was ended by another program ({name})"
    return f"crashed ({name})" if name else f"stopped (exit code {code})"
