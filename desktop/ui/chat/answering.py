"""One answer while it comes: collects its pieces, hands them on at most 30 times a second, and
keeps them in the history at most once a second.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.client.answers import AnswerLine
from desktop.core.errors import AppError
from desktop.history.history import History
from desktop.history.records import Turn

FLUSH_MS = 33
SLOW_FLUSH_MS = 50
SLOW_S = 0.010
SAVE_EVERY_S = 1.0
NS = 1e9

Lines = AsyncGenerator[AnswerLine]
Watch = Callable[[float], Awaitable[None]]  # is given the time at which waiting began


class Answering(QObject):
    """Fills a turn. `flushed(content, thinking)` tells what is new; `ended` that it is over.

    Args:
        turn: Filled while the answer comes; its present content is the answer's beginning.
        watch: Runs until the first piece arrives.
    """

    flushed = Signal(str, str)
    begun = Signal()
    ended = Signal()

    def __init__(self, turn: Turn, history: History, watch: Watch) -> None:
        super().__init__()
        self.turn = turn
        self.failure: AppError | None = None
        self._history = history
        self._watch = watch
        self._task: asyncio.Task[Any] | None = None
        self._is_stopping = False
        self._content = [turn.content]
        self._thinking = [turn.thinking]
        self._new_content: list[str] = []
        self._new_thinking: list[str] = []
        self._started_s = 0.0
        self._first_s = 0.0
        self._thought_s = 0.0
        self._timer = QTimer(self, singleShot=True, interval=FLUSH_MS)
        self._timer.timeout.connect(self._flush)

    @property
    def is_thinking(self) -> bool:
        return bool(self._thought_s) and not self.turn.thinking_s

    @property
    def thinking_s(self) -> float:
        """So far."""
        if self.turn.thinking_s or not self._thought_s:
            return self.turn.thinking_s
        return time.monotonic() - self._thought_s

    @property
    def has_begun(self) -> bool:
        return bool(self._first_s)

    def take(self) -> Turn:
        """The turn with all that has come; what was not told yet will not be told."""
        self._new_content.clear()
        self._new_thinking.clear()
        self.turn.content = self._joined(self._content)
        self.turn.thinking = self._joined(self._thinking)
        return self.turn

    def stop(self) -> None:
        if self._task is not None and not self._is_stopping:
            self._is_stopping = True
            self._task.cancel()

    async def run(self, lines: Lines) -> None:
        """Until the answer is over, whatever its end. Raises only what cancels it from outside."""
        self._task = asyncio.current_task()
        self._started_s = time.monotonic()
        try:
            await self._read(lines)
        except asyncio.CancelledError:
            self.turn.done_reason = "cancel"
            if not self._is_stopping:
                raise
            if self._task is not None:
                self._task.uncancel()
        finally:
            self._timer.stop()
            self._flush()
            self._end_thinking()
            await self._save(self.turn.done_reason or "stop")
            self.ended.emit()

    async def _read(self, lines: Lines) -> None:
        """Waits for nothing but the next line: cancelling then ends the stream cleanly, even on
        qasync's loop, which does not finish abandoned generators."""
        async with asyncio.TaskGroup() as group:
            watching = group.create_task(self._watched())
            saving = group.create_task(self._keep_saving())
            try:
                async for line in lines:
                    self._note(line)
                    if self._first_s:
                        watching.cancel()
            except AppError as error:
                self.failure, self.turn.done_reason = error, "error"
            finally:
                watching.cancel()
                saving.cancel()

    async def _watched(self) -> None:
        await self._watch(self._started_s)

    async def _keep_saving(self) -> None:
        while True:
            await asyncio.sleep(SAVE_EVERY_S)
            if self._first_s:
                await self._save("")

    def _note(self, line: AnswerLine) -> None:
        if line.text or line.thought or line.message.tool_calls:
            self._begin(line)
        if line.thought:
            self._thinking.append(line.thought)
            self._new_thinking.append(line.thought)
        if line.text:
            self._end_thinking()
            self._content.append(line.text)
            self._new_content.append(line.text)
        if line.message.tool_calls:
            self.turn.tool_calls = [*self.turn.tool_calls, *line.message.tool_calls]
        if (line.text or line.thought) and not self._timer.isActive():
            self._timer.start()
        if line.done:
            self._count(line)

    def _begin(self, line: AnswerLine) -> None:
        now = time.monotonic()
        if not self._first_s:
            self._first_s = now
            self.begun.emit()
        if line.thought and not self._thought_s:
            self._thought_s = now

    def _end_thinking(self) -> None:
        if self.is_thinking:
            self.turn.thinking_s = time.monotonic() - self._thought_s

    def _flush(self) -> None:
        """Hands on what has come; slower where drawing takes its time."""
        content, thinking = "".join(self._new_content), "".join(self._new_thinking)
        self._new_content.clear()
        self._new_thinking.clear()
        if not content and not thinking:
            return
        began_s = time.perf_counter()
        self.flushed.emit(content, thinking)
        took_s = time.perf_counter() - began_s
        self._timer.setInterval(SLOW_FLUSH_MS if took_s > SLOW_S else FLUSH_MS)

    def _count(self, line: AnswerLine) -> None:
        before = self.turn.stats
        stats = {
            "prompt_eval_count": float(line.prompt_eval_count),
            "eval_count": float(line.eval_count),
            "eval_duration": float(line.eval_duration),
            "load_duration": float(line.load_duration),
            "total_duration": float(line.total_duration),
            "first_token_s": (self._first_s or time.monotonic()) - self._started_s,
        }
        if self._content[0]:  # it went on: the beginning is part of the prompt now
            stats["first_token_s"] = before.get("first_token_s", 0.0)
        if cut := line.puna.truncated:
            stats["truncated_messages"] = float(cut.messages)
            stats["truncated_tokens"] = float(cut.tokens)
            self.turn.truncated = True
        self.turn.stats = stats
        self.turn.done_reason = line.done_reason or "stop"

    async def _save(self, done_reason: str) -> None:
        turn = self.turn
        turn.content, turn.thinking = self._joined(self._content), self._joined(self._thinking)
        try:
            await self._history.save_answer(
                turn.id,
                content=turn.content,
                done_reason=done_reason,
                thinking=turn.thinking,
                thinking_s=self.thinking_s,
                tool_calls=turn.tool_calls,
                stats=turn.stats,
                truncated=turn.truncated,
                model=turn.model,
            )
        except AppError as error:
            self.failure = self.failure or error

    @staticmethod
    def _joined(pieces: list[str]) -> str:
        """The pieces as one, which it leaves behind as the only one; the first stays apart."""
        if len(pieces) > 2:
            pieces[1:] = ["".join(pieces[1:])]
        return "".join(pieces)
