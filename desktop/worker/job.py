"""One request inside the worker, from its tokens to its last word."""

import time
from collections.abc import Callable

from desktop.worker.memory import Past
from desktop.worker.messages import Finished, Generate
from desktop.worker.prompts import Prompt
from desktop.worker.sampling import Sampler
from desktop.worker.text import TextStream

# Ollama bounds an answer without a limit to this many contexts, as a model may never end by itself.
MAX_CONTEXTS = 10
CHECKPOINT_BEFORE_END = 16  # tokens; see `checkpoints_due`


class Job:
    """A request's state. `tokens` is all of it, prompt and answer; `past` how much llama.cpp has
    read.

    What is in `tokens` but not yet in `past` is pending. A new request, one that was pushed aside,
    and one whose context was cut all look the same: pending tokens to read. Decode loop only.
    """

    def __init__(self, ask: Generate, prompt: Prompt, limit: int) -> None:
        self.id = ask.id
        self.ask = ask
        self.limit = limit
        self.tokens = list(prompt.tokens)
        self.prompt = prompt
        self.past: Past | None = None
        self.sampler: Sampler | None = None
        self.answer: list[int] = []
        self.text = TextStream(ask.stop)
        self.output_at = -1  # index of its logits in the batch being decoded
        most = MAX_CONTEXTS * limit
        self.predict = ask.predict_tokens if 0 <= ask.predict_tokens <= most else most
        self._queued_ns = time.perf_counter_ns()
        self._started_ns = self._first_ns = 0
        self._cached_tokens = 0
        self._shifted_tokens = 0

    @property
    def pending(self) -> int:
        """Tokens llama.cpp has yet to read."""
        return len(self.tokens) - (len(self.past.tokens) if self.past else 0)

    @property
    def streaming(self) -> bool:
        """True when only the newest token of its answer is pending."""
        return bool(self.answer) and self.pending == 1

    def begin(self, past: Past, make_sampler: Callable[[], Sampler]) -> None:
        """Run on `past`, which may already hold a beginning of its tokens."""
        self.past = past
        if self.sampler is None:
            self._started_ns = time.perf_counter_ns()
            self._cached_tokens = len(past.tokens)
            self.sampler = make_sampler()
            self.sampler.read_prompt(self.tokens)

    def checkpoints_due(self) -> tuple[int, ...]:
        """Lengths, in tokens, at which the reading of the prompt pauses for a checkpoint.

        A little before the end, because the next turn of a conversation may render the last few
        tokens (the assistant's opening) differently; and at the end itself.
        """
        if self.answer or self.past is None:
            return ()
        end = len(self.prompt.tokens)
        taken = self.past.checkpoints[-1].length if self.past.checkpoints else 0
        first = max(taken + 1, len(self.past.tokens))
        return tuple(length for length in (end - CHECKPOINT_BEFORE_END, end) if length >= first)

    def accept(self, token: int) -> None:
        if not self.answer:
            self._first_ns = time.perf_counter_ns()
        self.answer.append(token)
        self.tokens.append(token)

    def forget(self, keep: int, discard: int) -> None:
        """Take tokens out of the middle, for a context shift."""
        del self.tokens[keep : keep + discard]
        self._shifted_tokens += discard

    def finished(self, reason: str) -> Finished:
        now = time.perf_counter_ns()
        started = self._started_ns or now
        first = self._first_ns or now
        return Finished(
            id=self.id,
            reason=reason,
            stop_text=self.text.stop_text,
            prompt_tokens=len(self.prompt.tokens),
            cached_tokens=self._cached_tokens,
            prompt_ns=first - started,
            output_tokens=len(self.answer),
            output_ns=now - first,
            queue_ns=started - self._queued_ns,
            dropped_messages=self.prompt.dropped_messages,
            dropped_tokens=self.prompt.dropped_tokens + self._shifted_tokens,
            tokens=self.prompt.tokens + self.answer if self.ask.want_tokens else [],
        )
