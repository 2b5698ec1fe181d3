"""From a request to a job, beside the decode loop: no stream waits for a long text, a slow
template or a large schema."""

import contextlib
import sys
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING

from desktop.core.errors import AppError, OutOfMemory
from desktop.worker.job import Job
from desktop.worker.loading import LoadedModel
from desktop.worker.loop import DecodeLoop
from desktop.worker.messages import Generate
from desktop.worker.prompts import PromptMaker
from desktop.worker.sampling import check_bias
from desktop.worker.turns import Turns

if TYPE_CHECKING:
    from desktop.worker.steering import Steerer, Steering


class Preparer:
    """Makes jobs in three lanes, a thread each, so that nobody waits for another's picture to be
    encoded, or for the first schema of all."""

    def __init__(self, loaded: LoadedModel, maker: PromptMaker, loop: DecodeLoop) -> None:
        self._vocabulary = loaded.vocabulary
        self._maker = maker
        self._loop = loop
        self._steerer: Steerer | None = None
        self._making_steerer = threading.Lock()
        self.lanes: dict[str, Turns] = {
            "preparer": Turns(),
            "media": Turns(),
            "steerer": Turns(),
        }

    def submit(self, ask: Generate) -> None:
        """From any thread."""
        self._loop.requests.announce(ask.id)
        steered = not ask.only and _wants_steering(ask)
        self.lanes["media" if ask.media else "steerer" if steered else "preparer"].put(ask)

    def run(self, lane: Turns) -> None:
        """Never returns."""
        while True:
            ask = lane.get()
            if not self._loop.requests.is_gone(ask.id):
                with self._failures_of(ask):
                    self._prepare(ask)

    def _prepare(self, ask: Generate) -> None:
        check_bias(ask.logit_bias, self._vocabulary.size)
        prompt = self._maker.make(ask, lambda: self._loop.requests.rendering(ask.id))
        if ask.only:
            self._loop.requests.prepared(ask.id, prompt)
            self._loop.requests.skip(ask.id, prompt)
            return
        steering = self._steering(ask, prompt.text)
        with contextlib.ExitStack() as undo:
            if steering:
                undo.callback(steering.close)
            self._loop.requests.prepared(ask.id, prompt)
            self._maker.encode(prompt, lambda: self._loop.requests.is_gone(ask.id))
            job = Job(ask, prompt, self._maker.limit(ask) - prompt.extra_cells)
            job.steering = steering
            undo.pop_all()
        self._loop.submit(job)

    def _steering(self, ask: Generate, prompt_end: str) -> "Steering | None":
        if not _wants_steering(ask):
            return None
        with self._making_steerer:
            if self._steerer is None:
                from desktop.worker.steering import Steerer  # takes numpy: few workers need it

                self._steerer = Steerer(self._vocabulary)
            return self._steerer.make(ask, prompt_end)

    @contextlib.contextmanager
    def _failures_of(self, ask: Generate) -> Iterator[None]:
        """Whatever goes wrong inside ends this request, and nothing else."""
        try:
            yield
        except AppError as error:
            self._loop.requests.fail(ask.id, error.code, str(error), error.figures)
        except MemoryError:
            message = "there is not enough memory to prepare the prompt"
            self._loop.requests.fail(ask.id, OutOfMemory.code, message)
        except Exception as error:  # a bug of ours: this request fails, the process goes on
            sys.excepthook(*sys.exc_info())
            message = f"the prompt could not be prepared: {error!r}"
            self._loop.requests.fail(ask.id, "internal", message)


def _wants_steering(ask: Generate) -> bool:
    return ask.constraint is not None or ask.logprobs >= 0
