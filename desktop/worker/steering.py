"""What a request wants beside a sampler chain: a constraint, log-probabilities. Both look at
llama.cpp's scores of all tokens.

Imported by the thread that prepares a first such request: it takes numpy.
"""

import ctypes

import numpy as np
import numpy.typing as npt

from desktop.worker.constraint import Constraints, Hold
from desktop.worker.library import llama
from desktop.worker.logprobs import Meter
from desktop.worker.messages import Generate, Logprob
from desktop.worker.sampling import Sampler
from desktop.worker.vocabulary import Vocabulary


class Steerer:
    """Makes a model's `Steering`s. For one thread that is not the decode loop's."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._constraints = Constraints(vocabulary)

    def make(self, ask: Generate, prompt_end: str) -> "Steering":
        """Raises RequestInvalid if the constraint cannot be followed."""
        words = self._vocabulary
        hold = self._constraints.make(ask.constraint, prompt_end) if ask.constraint else None
        meter = Meter(ask.logprobs, words) if ask.logprobs >= 0 else None
        return Steering(words, hold, meter)


class Steering:
    """Of one request. `close` frees it. Decode loop only."""

    def __init__(self, vocabulary: Vocabulary, hold: Hold | None, meter: Meter | None) -> None:
        self._vocabulary = vocabulary
        self._hold = hold
        self._meter = meter

    @property
    def complete(self) -> bool:
        """Nothing can be added to the answer."""
        return self._hold is not None and self._hold.complete

    def pick(self, sampler: Sampler, context: int, output: int) -> tuple[int, list[Logprob]]:
        """As `Sampler.pick`, and what is to be told of the token.

        Raises:
            WorkerFailed: the constraint leaves nothing to pick.
        """
        logits = self._logits(context, output)
        if self._meter:
            self._meter.read(logits)
        if self._hold:
            self._hold.restrict(logits)
        token = sampler.pick(context, output)
        if self._hold and not self._hold.allows(token):  # a chain of odd options met infinities
            token = int(logits.argmax())
        ends = self._vocabulary.piece(token) is None
        if self._hold and not ends:
            self._hold.accept(token, self._vocabulary.spelled(token))
        told = [self._meter.tell(logits, token)] if self._meter and not ends else []
        return token, told

    def close(self) -> None:
        if self._hold:
            self._hold.close()

    def _logits(self, context: int, output: int) -> npt.NDArray[np.float32]:
        """llama.cpp's own memory: what is written there, its samplers see."""
        first = llama.llama_get_logits_ith(context, output).contents
        scores = (ctypes.c_float * self._vocabulary.size).from_address(ctypes.addressof(first))
        return np.frombuffer(memoryview(scores), np.float32)
