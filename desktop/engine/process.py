"""One worker process: started, spoken to, stopped, killed and reaped here, and nowhere else.

`engine/pool.py` decides which processes exist. Service loop only.
"""

import asyncio
import contextlib
import itertools
import logging
import signal
from collections.abc import AsyncGenerator, Callable, Coroutine
from typing import Any

import msgspec

from desktop.core.errors import (
    ModelLoadFailed,
    OutOfMemory,
    RequestCanceled,
    WorkerDied,
    WorkerFailed,
)
from desktop.engine.child import next_report, start_child
from desktop.engine.failures import failure, load_failure, start_failure
from desktop.engine.mailbox import Mailbox
from desktop.engine.stamp import Stamp, stamp_of
from desktop.engine.watch import Patience, Watch
from desktop.engine.worker_log import Ending, WorkerLog, describe_exit
from desktop.worker.frames import pack
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
    Ping,
    Pong,
    Prepared,
    Queued,
    Reading,
    Report,
    Result,
    Text,
    Tokenize,
)

log = logging.getLogger(__name__)

PATIENCE = Patience()
STACKS_S = 1.0  # for a worker that hangs to write where
_SHOWN_LINES = 60  # of the log of one that hung: its last words, and its threads
_STACKS_SIGNAL = getattr(signal, "SIGUSR1", None)  # Windows has none

Answer = Prepared | Queued | Reading | Text | Finished
Call = Embed | Tokenize | Detokenize
"""Orders that are answered once."""


class WorkerProcess:
    """A process with one loaded model.

    Args:
        name: The model's name, for error texts.
        on_death: Called once, when the process has ended without being asked to, with what those
            who wait are told.
        patience: How long it may be silent; None: `PATIENCE`.
        on_shortage: Called when memory has run out in mid answer, once; it lives on.
    """

    def __init__(
        self,
        name: str,
        on_death: Callable[[WorkerDied], None],
        patience: Patience | None = None,
        on_shortage: Callable[[], None] = lambda: None,
    ) -> None:
        self.name = name
        self.loaded: Loaded | None = None
        self.load_fraction = 0.0
        self.stderr = WorkerLog()
        self._patience = patience or PATIENCE
        self._watch: Watch | None = None
        self._held: dict[str, list[Buffer]] = {}
        self._on_death, self._on_shortage = on_death, on_shortage
        self.is_short = False
        """Whether memory has run out in mid answer."""
        self._ids = itertools.count(1)
        self._answers: dict[int, Mailbox] = {}
        self._unconfirmed: dict[int, asyncio.TimerHandle] = {}  # cancelled, no answer yet
        self._process: asyncio.subprocess.Process | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._ending: asyncio.Task[int] | None = None
        self._files: tuple[str, ...] = ()
        self._stamp: Stamp = ()
        self._killed = ""  # why we did, as the middle of a sentence
        self._death: WorkerDied | None = None

    @property
    def alive(self) -> bool:
        return self.loaded is not None and self._death is None and self._ending is None

    @property
    def is_outdated(self) -> bool:
        """Whether a file that it was loaded from is not what it was."""
        return stamp_of(self._files) != self._stamp

    @property
    def buffers(self) -> list[Buffer]:
        """All memory as llama.cpp reported it: the model's, and of what came to it since."""
        own = self.loaded.buffers if self.loaded else []
        return [*own, *(buffer for part in self._held.values() for buffer in part)]

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    @property
    def ending(self) -> Ending:
        """How it ended, for those who look for the reason."""
        code = self._process.returncode if self._process else None
        return Ending(code, by_us=bool(self._killed), short=self.stderr.lacked_memory())

    async def start(self, order: Load, *, timeout_s: float) -> Loaded:
        """Start the process and load the model; returns when it can answer.

        Args:
            timeout_s: Longest time without progress; 0: no limit.

        Raises:
            ModelLoadFailed: with the reason in words; no process is left.
            ProgramReplaced: none was started.
        """
        files = (order.path, *order.more_parts, *order.adapters, order.projector)
        self._files = tuple(path for path in files if path)
        self._stamp = stamp_of(self._files)
        try:
            self._process = await start_child()
        except WorkerFailed as error:
            raise ModelLoadFailed(str(error), reason="unknown") from error
        assert self._process.stderr is not None
        self._spawn(self.stderr.keep(self._process.stderr), "log")
        try:
            self._write(order)
            self.loaded = await self._await_loaded(timeout_s)
        except BaseException:
            await self.stop()
            raise
        self._watch = Watch(self._process.pid, self._patience, self._ping, self._on_silence)
        self._spawn(self._read(), "reader")
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
        reports = self._answers[order.id] = Mailbox()
        assert self._watch
        self._watch.begin()
        try:
            while True:
                report = await reports.get()
                if isinstance(report, Failed):
                    raise failure(report)
                yield report
                if isinstance(report, Finished | Result):
                    return
        finally:
            if self._answers.pop(order.id, None) is not None and not self._death:
                self._cancel(order.id)
            if not self._answers:
                self._watch.end()

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
                async with asyncio.timeout(timeout_s or None):
                    report = await self._next_report()
            except TimeoutError:
                last = self.stderr.lines[-1] if self.stderr.lines else "no word from it"
                await self._tell_stacks()
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
                raise load_failure(report)
            elif report is None:
                raise await self._failed_start()

    async def _failed_start(self) -> ModelLoadFailed:
        assert self._process
        code = await self._process.wait()
        for task in self._tasks:
            await task
        how = self._killed or describe_exit(code)
        return start_failure(self.name, self.ending, how, self.stderr.last_complaint())

    async def _next_report(self) -> Report | None:
        """None at end-of-file, and once the worker says what nobody can read: it is killed then."""
        assert self._process is not None
        assert self._process.stdout is not None
        try:
            return await next_report(self._process.stdout)
        except (msgspec.MsgspecError, ValueError) as error:
            self._kill("said what cannot be understood and was ended", str(error))
            return None

    async def _read(self) -> None:
        """Hand the worker's messages to those who wait, until it ends."""
        while (report := await self._next_report()) is not None:
            if isinstance(report, Held):
                self._held[report.part] = report.buffers
            elif isinstance(report, Pong) and self._watch:
                self._watch.answered(report.number)
            elif isinstance(report, Answer | Result | Failed):
                self._hand_over(report)
        await self._bury()

    def _hand_over(self, report: Answer | Result | Failed) -> None:
        is_last = isinstance(report, Finished | Result | Failed)
        if isinstance(report, Failed) and report.at_decode and report.code == OutOfMemory.code:
            self._notice_shortage()
        if reports := self._answers.get(report.id):
            reports.put(report)
            if is_last:
                del self._answers[report.id]
            elif reports.is_full:
                del self._answers[report.id]
                reports.put(RequestCanceled("the client reads too slowly: too much text waits"))
                self._cancel(report.id)
        elif is_last and (timer := self._unconfirmed.pop(report.id, None)):
            timer.cancel()

    def _notice_shortage(self) -> None:
        if not self.is_short:
            self.is_short = True
            self._on_shortage()

    async def _bury(self) -> None:
        """The process is gone: tell everybody who waits."""
        assert self._process
        code = await self._process.wait()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.wait({self._tasks[0]}, timeout=1)
        if self._killed:
            self._death = WorkerDied(self.name, self._killed)
        elif self._ending:
            self._death = WorkerDied(self.name, "was stopped")
        else:
            ending = "ran out of memory" if self.stderr.lacked_memory() else describe_exit(code)
            self._death = WorkerDied(self.name, ending, self.stderr.last_complaint())
        self._rest()
        for reports in self._answers.values():
            reports.put(self._death)
        self._answers.clear()
        if self._ending is None:
            log.error("%s", self._death)
            self._on_death(self._death)

    def _rest(self) -> None:
        """There is nothing to wait for any more."""
        if self._watch:
            self._watch.end()
        for timer in self._unconfirmed.values():
            timer.cancel()
        self._unconfirmed.clear()

    def _cancel(self, request: int) -> None:
        """Ask the worker to drop a request; if it does not answer, it hangs, and is killed."""
        self._write(Cancel(request))
        loop = asyncio.get_running_loop()
        self._unconfirmed[request] = loop.call_later(self._patience.cancel_s, self._on_silence)

    def _ping(self, number: int) -> None:
        self._write(Ping(number))

    def _on_silence(self) -> None:
        """It was asked, and did not answer in time."""
        self._rest()
        self._spawn(self._end_hanging(), "last words")

    async def _end_hanging(self) -> None:
        await self._tell_stacks()
        self._kill("did not answer and was ended")

    async def _tell_stacks(self) -> None:
        """Have its log in ours, with where each of its threads is, if it still can say so."""
        assert self._process
        if _STACKS_SIGNAL and self._process.returncode is None:
            self._process.send_signal(_STACKS_SIGNAL)
            await asyncio.wait({self._tasks[0]}, timeout=STACKS_S)
        lines = "\n".join([*self.stderr.lines][-_SHOWN_LINES:])
        log.error("the engine running %s does not answer; its last words:\n%s", self.name, lines)

    def _kill(self, why: str, detail: str = "") -> None:
        """End it at once.

        Args:
            why: As the middle of the sentence that those who wait are told.
        """
        log.error("the engine running %s %s. %s", self.name, why, detail)
        if self._process and self._process.returncode is None:
            self._killed = why
            self._process.kill()

    def _spawn(self, work: Coroutine[Any, Any, None], what: str) -> None:
        self._tasks.append(asyncio.create_task(work, name=f"{what} of {self.name}"))

    def _write(self, order: Load | Generate | Call | Cancel | Ping) -> None:
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
            async with asyncio.timeout(self._patience.stop_s):
                await self._process.wait()
        except TimeoutError:
            self._kill(f"stayed for {self._patience.stop_s:g} s and was ended")
        code = await self._process.wait()
        for task in self._tasks:
            await task
        self._rest()
        return code
