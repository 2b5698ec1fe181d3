"""One worker process: started, spoken to, stopped, killed and reaped here, and nowhere else.

`engine/pool.py` decides which processes exist. Service loop only.
"""

import asyncio
import contextlib
import itertools
import logging
import re
import signal
import subprocess
import sys
from collections import deque
from collections.abc import AsyncGenerator, Callable

import msgspec

from desktop.core.errors import (
    AppError,
    MediaInvalid,
    ModelLoadFailed,
    NotSupported,
    OutOfMemory,
    PromptTooLong,
    RequestInvalid,
    TemplateFailed,
    WorkerDied,
    WorkerFailed,
)
from desktop.hardware.memory import available_bytes
from desktop.worker.frames import HEADER, body_length, pack, unpack_report
from desktop.worker.messages import (
    Buffer,
    Cancel,
    Detokenize,
    Embed,
    Failed,
    Finished,
    Generate,
    Held,
    Load,
    Loaded,
    LoadFailed,
    Loading,
    Prepared,
    Reading,
    Report,
    Result,
    Text,
    Tokenize,
)

log = logging.getLogger(__name__)

KEPT_LOG_LINES = 200
STOP_GRACE_S = 2.0
CANCEL_GRACE_S = 30.0  # one step of a very large model on a slow CPU may take this long

Answer = Prepared | Reading | Text | Finished
Call = Embed | Tokenize | Detokenize
"""Orders that are answered once."""

_ASKED = re.compile(r"buffer of size (\d+)")
_COMPLAINT = re.compile(r"error|fail|assert|abort|fatal|exception|out of memory", re.IGNORECASE)

_ERRORS: dict[str, type[AppError]] = {
    kind.code: kind
    for kind in (
        MediaInvalid,
        NotSupported,
        OutOfMemory,
        PromptTooLong,
        RequestInvalid,
        TemplateFailed,
        WorkerFailed,
    )
}


def worker_command() -> list[str]:
    """Command line of a worker; in a frozen build, the second executable beside the app's."""
    if getattr(sys, "frozen", False):
        return [str(sys.executable).replace("puna", "puna-worker")]
    return [sys.executable, "-P", "-m", "desktop.worker"]


class WorkerProcess:
    """A process with one loaded model.

    Args:
        name: The model's name, for error texts.
        on_death: Called once, when the process has ended without being asked to.
    """

    def __init__(self, name: str, on_death: Callable[[], None]) -> None:
        self.name = name
        self.loaded: Loaded | None = None
        self.load_fraction = 0.0
        self.log_lines: deque[str] = deque(maxlen=KEPT_LOG_LINES)
        self._held: dict[str, list[Buffer]] = {}
        self._on_death = on_death
        self._ids = itertools.count(1)
        self._answers: dict[int, asyncio.Queue[Report | AppError]] = {}
        self._unconfirmed: dict[int, asyncio.TimerHandle] = {}  # cancelled, no answer yet
        self._process: asyncio.subprocess.Process | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._ending: asyncio.Task[int] | None = None
        self._death: AppError | None = None

    @property
    def alive(self) -> bool:
        return self.loaded is not None and self._death is None and self._ending is None

    @property
    def buffers(self) -> list[Buffer]:
        """All memory as llama.cpp reported it: the model's, and of what came to it since."""
        own = self.loaded.buffers if self.loaded else []
        return [*own, *(buffer for part in self._held.values() for buffer in part)]

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    async def start(self, order: Load, *, timeout_s: float) -> Loaded:
        """Start the process and load the model; returns when it can answer.

        Args:
            timeout_s: Longest time without progress; 0: no limit.

        Raises:
            ModelLoadFailed: with the reason in words; no process is left.
        """
        self._process = await asyncio.create_subprocess_exec(
            *worker_command(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,  # Ctrl-C in the terminal is for the server, which stops us
        )
        self._tasks.append(asyncio.create_task(self._keep_log(), name=f"log of {self.name}"))
        try:
            self._write(order)
            self.loaded = await self._await_loaded(timeout_s)
        except BaseException:
            await self.stop()
            raise
        self._tasks.append(asyncio.create_task(self._read(), name=f"reader of {self.name}"))
        log.info("%s is loaded (pid %s)", self.name, self.pid)
        return self.loaded

    async def answer(self, ask: Generate) -> AsyncGenerator[Answer]:
        """`Prepared`, pieces of the answer, then `Finished`. Close it (`aclosing`) to cancel it.

        Raises:
            WorkerDied: the process ended in between.
            AppError: the worker refused or failed the request.
        """
        async with contextlib.aclosing(self._reports(ask)) as reports:
            async for report in reports:
                assert isinstance(report, Answer)
                yield report

    async def call(self, order: Call) -> Result:
        """What answers the order. Cancelling the caller cancels it.

        Raises:
            WorkerDied: the process ended in between.
            AppError: the worker refused or failed the order.
        """
        async with contextlib.aclosing(self._reports(order)) as reports:
            report = await anext(reports)
            assert isinstance(report, Result)
            return report

    async def _reports(self, order: Generate | Call) -> AsyncGenerator[Report]:
        """All that the worker says to an order; closing it cancels the order."""
        if self._death:
            raise self._death
        order.id = next(self._ids)
        self._write(order)
        reports = self._answers[order.id] = asyncio.Queue()
        try:
            while True:
                report = await reports.get()
                if isinstance(report, AppError):
                    raise report
                if isinstance(report, Failed):
                    raise _error_of(report)
                yield report
                if isinstance(report, Finished | Result):
                    return
        finally:
            if self._answers.pop(order.id, None) is not None and not self._death:
                self._cancel(order.id)

    def cut(self, ask: Generate) -> None:
        """End an answer that is being read; its `Finished` still comes."""
        if ask.id in self._answers:
            self._write(Cancel(ask.id))

    async def stop(self) -> int:
        """End the process and return its exit code; on return none is left. May be repeated.

        Closes its stdin, waits, then kills. Goes on to the end even if the caller is cancelled.
        """
        if self._ending is None:
            self._ending = asyncio.create_task(self._end(), name=f"end of {self.name}")
        return await asyncio.shield(self._ending)

    async def _await_loaded(self, timeout_s: float) -> Loaded:
        while True:
            try:
                report = await asyncio.wait_for(self._next_report(), timeout_s or None)
            except TimeoutError:
                last = self.log_lines[-1] if self.log_lines else "no word from it"
                raise ModelLoadFailed(
                    f"timed out waiting for {self.name} to load - {last}", reason="timeout"
                ) from None
            if isinstance(report, Loaded):
                return report
            if isinstance(report, Loading):
                self.load_fraction = report.fraction
            elif isinstance(report, Held):
                self._held[report.part] = report.buffers
            elif isinstance(report, LoadFailed):
                figures = figures_of(report)
                raise ModelLoadFailed(report.message, reason=report.reason, figures=figures)
            elif report is None:
                raise await self._failed_start()

    async def _failed_start(self) -> ModelLoadFailed:
        assert self._process
        code = await self._process.wait()
        for task in self._tasks:
            await task
        last = self._last_complaint()
        if code == -signal.SIGILL:
            sentence = "This processor lacks an instruction that this build of llama.cpp needs."
            return ModelLoadFailed(sentence, reason="missing_cpu_feature")
        reason = "out_of_memory" if code == -9 else "unknown"
        return ModelLoadFailed(
            f"The engine {describe_exit(code)} while it loaded {self.name}. {last}".strip(),
            reason=reason,
        )

    async def _next_report(self) -> Report | None:
        """None at end-of-file, and once the worker says what nobody can read: it is killed then."""
        assert self._process is not None
        assert self._process.stdout is not None
        try:
            header = await self._process.stdout.readexactly(HEADER.size)
            return unpack_report(await self._process.stdout.readexactly(body_length(header)))
        except (asyncio.IncompleteReadError, ConnectionError):
            return None
        except (msgspec.MsgspecError, ValueError) as error:
            self._kill(f"cannot be understood ({error})")
            return None

    async def _read(self) -> None:
        """Hand the worker's messages to those who wait, until it ends."""
        while (report := await self._next_report()) is not None:
            if isinstance(report, Held):
                self._held[report.part] = report.buffers
            if not isinstance(report, Answer | Result | Failed):
                continue
            is_last = isinstance(report, Finished | Result | Failed)
            if reports := self._answers.get(report.id):
                reports.put_nowait(report)
                if is_last:
                    del self._answers[report.id]
            elif is_last and (timer := self._unconfirmed.pop(report.id, None)):
                timer.cancel()
        await self._bury()

    async def _bury(self) -> None:
        """The process is gone: tell everybody who waits."""
        assert self._process
        code = await self._process.wait()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.wait({self._tasks[0]}, timeout=1)
        last = self._last_complaint()
        self._death = WorkerDied(self.name, describe_exit(code), last)
        for timer in self._unconfirmed.values():
            timer.cancel()
        self._unconfirmed.clear()
        for reports in self._answers.values():
            reports.put_nowait(self._death)
        self._answers.clear()
        if self._ending is None:
            log.error("%s", self._death)
            self._on_death()

    async def _keep_log(self) -> None:
        assert self._process is not None
        assert self._process.stderr is not None
        while True:
            try:
                line = await self._process.stderr.readline()
            except ValueError:
                continue  # a line longer than the reader's buffer
            if not line:
                return
            self.log_lines.append(line.decode("utf-8", "replace").rstrip())

    def _last_complaint(self) -> str:
        """The last line of the log that tells of trouble; "" if none does."""
        return next((line for line in reversed(self.log_lines) if _COMPLAINT.search(line)), "")

    def _cancel(self, request: int) -> None:
        """Ask the worker to drop a request; if it does not answer, it hangs, and is killed."""
        self._write(Cancel(request))
        loop = asyncio.get_running_loop()
        self._unconfirmed[request] = loop.call_later(CANCEL_GRACE_S, self._kill, "hangs")

    def _kill(self, why: str) -> None:
        log.error("the engine running %s %s; killing it", self.name, why)
        if self._process and self._process.returncode is None:
            self._process.kill()

    def _write(self, order: Load | Generate | Call | Cancel) -> None:
        assert self._process is not None
        assert self._process.stdin is not None
        if not self._process.stdin.is_closing():
            self._process.stdin.write(pack(order))

    async def _end(self) -> int:
        if self._process is None:
            return 0
        assert self._process.stdin
        self._process.stdin.close()  # the worker reads end-of-file and leaves
        try:
            await asyncio.wait_for(self._process.wait(), STOP_GRACE_S)
        except TimeoutError:
            self._kill(f"stayed for {STOP_GRACE_S:g} s")
        code = await self._process.wait()
        for task in self._tasks:
            await task
        for timer in self._unconfirmed.values():
            timer.cancel()
        return code


def describe_exit(code: int) -> str:
    """What happened to a process, as the middle of a sentence.

    >>> describe_exit(-9)
    'was killed (SIGKILL; the system does this when memory runs out)'
    >>> describe_exit(-11), describe_exit(3)
    ('crashed (SIGSEGV)', 'stopped (exit code 3)')
    """
    if code == -9:
        return "was killed (SIGKILL; the system does this when memory runs out)"
    if code < 0:
        with contextlib.suppress(ValueError):
            return f"crashed ({signal.Signals(-code).name})"
    return f"stopped (exit code {code})"


def figures_of(failure: LoadFailed) -> dict[str, int]:
    """Of a load for which memory was lacking: what llama.cpp asked for in vain, and what is free.

    >>> figures_of(LoadFailed("damaged_file", "…"))
    {}
    """
    if failure.reason != "out_of_memory":
        return {}
    asked = _ASKED.search(failure.message)
    needed = {"needed_bytes": int(asked.group(1))} if asked else {}
    return needed | {"free_bytes": available_bytes()}


def _error_of(report: Failed) -> AppError:
    error = _ERRORS.get(report.code, WorkerFailed)(report.message)
    error.figures = report.figures
    return error
