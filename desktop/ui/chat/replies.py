"""Answers under way: one for each chat, whichever of them is shown."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from desktop.history.history import History
from desktop.history.records import Turn
from desktop.ui.chat.answering import Answering, Lines
from desktop.ui.chat.waiting import Lookout, Waiting
from desktop.ui.failures import failure_sentence


class Replies(QObject):
    """Each signal begins with the id of its chat."""

    turned = Signal(int, object)  # Turn: its answer has begun, or is over
    fed = Signal(int, object, str, str)  # Answering; more content, more thinking
    waited = Signal(int, object)  # Waiting, or None once the answer comes

    def __init__(self, history: History, lookout: Lookout) -> None:
        super().__init__()
        self._history = history
        self._lookout = lookout
        self._running: dict[int, Answering] = {}
        self.errors: dict[int, str] = {}
        """Why an answer is not whole, by its turn."""

    def of(self, chat_id: int) -> Answering | None:
        return self._running.get(chat_id)

    async def run(self, chat_id: int, turn: Turn, ask: Callable[[], Lines]) -> None:
        """Until the answer is over, which fills the turn."""
        self.errors.pop(turn.id, None)
        turn.done_reason = ""

        async def watch(started_s: float) -> None:
            await self._lookout.watch(turn.model, started_s, lambda what: self._wait(chat_id, what))

        answering = Answering(turn, self._history, watch)
        answering.flushed.connect(lambda *pieces: self.fed.emit(chat_id, answering, *pieces))
        answering.begun.connect(lambda: self._wait(chat_id, None))
        self._running[chat_id] = answering
        self.turned.emit(chat_id, turn)
        try:
            await answering.run(ask())
        finally:
            del self._running[chat_id]
            if answering.failure is not None:
                self.errors[turn.id] = failure_sentence(answering.failure)
            self.turned.emit(chat_id, turn)
            self._wait(chat_id, None)

    def _wait(self, chat_id: int, what: Waiting | None) -> None:
        live = self.of(chat_id)
        self.waited.emit(chat_id, None if live is None or live.has_begun else what)
