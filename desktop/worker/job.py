"""One request inside the worker, from its tokens to its last word."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from desktop.worker.media import Chunk
from desktop.worker.memory import Past
from desktop.worker.messages import Finished, Generate, Logprob
from desktop.worker.prompts import Prompt
from desktop.worker.sampling import Sampler
from desktop.worker.text import TextStream
from desktop.worker.vocabulary import Vocabulary

if TYPE_CHECKING:
    from desktop.worker.steering import Steering

# Ollama bounds an answer without a limit to this many contexts, as a model may never end by itself.
MAX_CONTEXTS = 10
LONG_READING = 256  # tokens to read, of which somebody may want to know how far that is
TELL_EVERY_S = 0.25
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
        self.steering: Steering | None = None
        self.answer: list[int] = []
        self.text = TextStream(ask.stop)
        self.output_at = -1  # index of its logits in the batch being decoded
        most = MAX_CONTEXTS * limit
        self.predict = ask.predict_tokens if 0 <= ask.predict_tokens <= most else most
        self._queued_ns = time.perf_counter_ns()
        self._started_ns = self._first_ns = 0
        self._cached_tokens = 0
        self._told_s = 0.0
        self._is_long = False
        self._shifted_tokens = 0

    @property
    def pending(self) -> int:
        """Tokens llama.cpp has yet to read."""
        return len(self.tokens) - (len(self.past.tokens) if self.past else 0)

    @property
    def chunk_due(self) -> Chunk | None:
        """The image or sound that is to be read next, if it is one's turn."""
        at = len(self.past.tokens) if self.past else 0
        return self.prompt.chunks.get(at) if self.pending else None

    @property
    def readable(self) -> int:
        """Pending tokens before the next image or sound."""
        if not self.prompt.chunks:
            return self.pending
        at = len(self.past.tokens) if self.past else 0
        starts = [start for start in self.prompt.chunks if start >= at]
        return min([*starts, len(self.tokens)]) - at

    @property
    def streaming(self) -> bool:
        """True when only the newest token of its answer is pending."""
        return bool(self.answer) and self.pending == 1

    def begin(self, past: Past, make_sampler: Callable[[], Sampler]) -> None:
        """Run on `past`, which may already hold a beginning of its tokens."""
        self.past = past
        if self.sampler is None:
            self._started_ns = time.perf_counter_ns()
            self._cached_tokens = self.prompt.cells(len(past.tokens))
            self._is_long = self.pending > LONG_READING
            self.sampler = make_sampler()
            self.sampler.read_prompt([token for token in self.tokens if token >= 0])

    def tells_reading(self, now_s: float) -> bool:
        """Whether it is time to tell how much of its prompt has been read."""
        if not self._is_long or self.answer or self.output_at >= 0:
            return False
        if now_s - self._told_s < TELL_EVERY_S:
            return False
        self._told_s = now_s
        return True

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

    def pick(self, context: int) -> tuple[int, list[Logprob]]:
        """The next token, which becomes part of it, and what is to be told of the token.

        Raises:
            WorkerFailed: its constraint leaves none.
        """
        assert self.sampler is not None
        told: list[Logprob] = []
        if self.steering:
            token, told = self.steering.pick(self.sampler, context, self.output_at)
        else:
            token = self.sampler.pick(context, self.output_at)
        self.accept(token)
        return token, told

    def marker(self, token: int, vocabulary: Vocabulary) -> bytes:
        """A control token's text, if the answer's reader wants to see it; else nothing."""
        if not self.ask.markers:
            return b""
        raw = vocabulary.spelled(token)
        text = raw.decode("utf-8", "replace")
        return raw if any(text in marker for marker in self.ask.markers) else b""

    def accept(self, token: int) -> None:
        if not self.answer:
            self._first_ns = time.perf_counter_ns()
        self.answer.append(token)
        self.tokens.append(token)

    def forget(self, keep: int, discard: int) -> None:
        """Take tokens out of the middle, for a context shift."""
        del self.tokens[keep : keep + discard]
        self._shifted_tokens += discard

    def close(self) -> None:
        """Free what it has of llama.cpp's and llguidance's, but for `past`."""
        if self.sampler:
            self.sampler.close()
        if self.steering:
            self.steering.close()
        self.sampler = self.steering = None

    def finished(self, reason: str) -> Finished:
        now = time.perf_counter_ns()
        started = self._started_ns or now
        first = self._first_ns or now
        return Finished(
            id=self.id,
            reason=reason,
            stop_text=self.text.stop_text,
            prompt_tokens=self.prompt.cells(),
            cached_tokens=self._cached_tokens,
            prompt_ns=first - started + self.prompt.media_ns,
            output_tokens=len(self.answer),
            output_ns=now - first,
            queue_ns=started - self._queued_ns,
            dropped_messages=self.prompt.dropped_messages,
            dropped_tokens=self.prompt.dropped_tokens + self._shifted_tokens,
            tokens=self._all_tokens() if self.ask.want_tokens else [],
        )

    def _all_tokens(self) -> list[int]:
        """Of prompt and answer; images and sounds are none that a later prompt could repeat."""
        return [token for token in self.prompt.tokens + self.answer if token >= 0]
