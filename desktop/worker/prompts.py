"""A request's texts to the tokens that are decoded: rendering, fitting into the context.

Runs on the worker's preparing threads, so that neither a long text nor a slow template holds up the
streams; images and sounds on one of them alone.
"""

import contextlib
import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from desktop.core.errors import NotSupported, PromptTooLong, RequestInvalid, TemplateFailed
from desktop.worker.media import Chunk, Marks
from desktop.worker.messages import Generate
from desktop.worker.projector import Projector
from desktop.worker.vocabulary import Vocabulary

Rendering = Callable[[], contextlib.AbstractContextManager[None]]

TAIL_CHARACTERS = 64  # of the prompt, by which the parent sees whether it opens the thinking


@dataclass(slots=True)
class Prompt:
    """`tokens` fit into the request's context with room for at least one more.

    `text` is the end of it, or all of it if that is what was asked for.
    """

    tokens: list[int]
    keep_tokens: int
    text: str = ""
    dropped_messages: int = 0
    dropped_tokens: int = 0
    chunks: dict[int, Chunk] = field(default_factory=dict)
    """Parts of images and sounds, by where they begin in `tokens`."""
    media_ns: int = 0
    """What it took to encode them."""

    def cells(self, length: int | None = None) -> int:
        """Places in the KV cache that the first `length` tokens take, or all of them."""
        length = len(self.tokens) if length is None else length
        extra = (chunk.extra_cells for at, chunk in self.chunks.items() if at < length)
        return length + sum(extra)

    @property
    def extra_cells(self) -> int:
        """Cells beyond one for each token."""
        return self.cells() - len(self.tokens)


@dataclass(slots=True)
class _Draft:
    """A prompt before it is made to fit."""

    text: str
    tokens: list[int]
    chunks: dict[int, Chunk] = field(default_factory=dict)

    @property
    def cells(self) -> int:
        return Prompt(self.tokens, 0, chunks=self.chunks).cells()


class PromptMaker:
    """Makes prompts for one model.

    A request's own template comes before the model's, the manifest's after it.

    Args:
        template: The Jinja text out of the GGUF, if it has one.
        tool_template: The one for requests with tools, if that is another.
    """

    def __init__(
        self,
        vocabulary: Vocabulary,
        template: str | None,
        context_tokens: int,
        projector: Projector,
        tool_template: str | None = None,
    ) -> None:
        self._vocabulary = vocabulary
        self._template = template
        self._tool_template = tool_template or template
        self._context_tokens = context_tokens
        self._projector = projector
        self._marks = Marks(secrets.token_hex(8))

    def make(self, ask: Generate, rendering: Rendering = contextlib.nullcontext) -> Prompt:
        """The prompt, with its images and sounds not encoded yet.

        Args:
            rendering: Stands around each run of the template, and around nothing else: to load the
                projector may take minutes, a template none.

        Raises:
            TemplateFailed, PromptTooLong
            RequestInvalid: the prompt is empty.
            AppError: what `Projector.read` raises.
        """
        limit = self.limit(ask)
        if any(not 0 <= token < self._vocabulary.size for token in ask.prefix):
            raise RequestInvalid(
                f"context holds a token that this model does not have (0 to"
                f" {self._vocabulary.size - 1}); it comes from another model"
            )
        draft, dropped_messages = self._whole(ask, limit, rendering)
        tokens = draft.tokens
        if not tokens and self._vocabulary.bos >= 0:
            tokens = [self._vocabulary.bos]
        if not tokens:
            raise RequestInvalid("the prompt is empty, and this model has no token to begin with")
        bos = 1 if tokens[0] == self._vocabulary.bos and self._vocabulary.adds_bos else 0
        keep = ask.keep_tokens + bos if ask.keep_tokens >= 0 else len(tokens)
        # Of an image, nothing is ever forgotten.
        keep = max([keep, *(at + len(chunk.ids) for at, chunk in draft.chunks.items())])
        told = draft.text if ask.only == "render" else draft.text[-TAIL_CHARACTERS:]
        prompt = Prompt(tokens, min(keep, limit - 1), told, dropped_messages, chunks=draft.chunks)
        if prompt.cells() >= limit and not ask.only:
            _cut(prompt, ask, limit)
        return prompt

    def encode(self, prompt: Prompt, gone: Callable[[], bool]) -> None:
        """Compute what the model is to see and hear. Slow.

        Args:
            gone: Whether nobody waits for it any more; the rest is then left undone.

        Raises:
            WorkerFailed
        """
        started = time.perf_counter_ns()
        for chunk in prompt.chunks.values():
            if gone():
                return
            self._projector.encode(chunk)
        prompt.media_ns = time.perf_counter_ns() - started

    def limit(self, ask: Generate) -> int:
        """Tokens this request's sequence may hold."""
        own = ask.context_tokens or self._context_tokens
        return min(own, self._context_tokens)

    def _whole(self, ask: Generate, limit: int, rendering: Rendering) -> tuple[_Draft, int]:
        """The prompt after dropping old messages, and how many those were."""
        draft = self._draft(ask, 0, rendering)
        droppable = _droppable(ask)
        if draft.cells < limit or not ask.truncate or not droppable:
            return draft, 0
        low, high = 1, droppable  # the fewest that make it fit, else all of them
        while low < high:
            middle = (low + high) // 2
            fits = self._draft(ask, middle, rendering).cells < limit
            low, high = (low, middle) if fits else (middle + 1, high)
        return self._draft(ask, low, rendering), low

    def _draft(self, ask: Generate, drop: int, rendering: Rendering) -> _Draft:
        """The prompt without its oldest `drop` messages.

        Raises:
            TemplateFailed: also when the template has no place for an image.
        """
        if ask.messages is None:
            wanted = list(range(len(ask.media)))
            text = self._marks.place(ask.prompt or "", wanted)
        else:
            kept = _kept(ask.messages, drop)
            wanted = [index for message in kept for index in message.get("media", ())]
            with rendering():
                text = self._render(ask, [self._marked(message) for message in kept])
        if not wanted:
            return _Draft(text, self._encode(ask, text))
        parts = self._marks.split(text)
        if set(wanted) - set(parts):
            raise TemplateFailed("the model's chat template leaves out an image or sound")
        shown = self._marks.shown(parts, wanted)
        if ask.only == "render":
            return _Draft(shown, self._encode(ask, shown))
        return self._with_media(ask, parts, shown)

    def _marked(self, message: dict[str, Any]) -> dict[str, Any]:
        """The message as a template gets it."""
        if not (media := message.get("media")):
            return message
        content = self._marks.place(str(message.get("content") or ""), media)
        return message | {"content": content, "images": list(media)}

    def _with_media(self, ask: Generate, parts: Sequence[str | int], shown: str) -> _Draft:
        words = self._vocabulary
        tokens = list(ask.prefix) or ([words.bos] if words.adds_bos else [])
        draft = _Draft(shown, tokens)
        for at, part in enumerate(parts):
            if isinstance(part, str):
                text = self._without_bos(ask, part) if at == 0 else part
                tokens += words.encode(text, add_special=False)
                continue
            for piece in self._projector.read(ask.media[part]).parts:
                if isinstance(piece, Chunk):
                    draft.chunks[len(tokens)] = piece
                    tokens += piece.ids
                else:
                    tokens += piece
        if len(draft.chunks) > 1 and any(chunk.first_only for chunk in draft.chunks.values()):
            raise NotSupported("this model can look at one image in a conversation only")
        return draft

    def _render(self, ask: Generate, messages: list[dict[str, Any]]) -> str:
        if ask.suffix:
            return self._fill_in(ask, messages)
        from desktop.worker.templates import CHATML, PLAIN, Conversation, render

        fallback = CHATML if ask.chat else PLAIN
        own = self._tool_template if ask.tools else self._template
        source = ask.template or own or ask.manifest_template or fallback
        words = self._vocabulary
        conversation = Conversation(messages, tools=ask.tools, think=ask.think)
        return render(source, conversation, bos=words.bos_text, eos=words.eos_text)

    def _fill_in(self, ask: Generate, messages: list[dict[str, object]]) -> str:
        """The text before and the text after the gap, as the model was trained to fill it."""
        from desktop.worker.templates import Conversation, has_suffix, render

        words = self._vocabulary
        for source in (ask.template, ask.manifest_template):
            if source and has_suffix(source):
                conversation = Conversation(messages, suffix=ask.suffix)
                return render(source, conversation, bos=words.bos_text, eos=words.eos_text)
        if not words.fills_in:
            raise NotSupported("this model does not support insert")
        before = str(messages[-1].get("content") or "")
        return words.fill_in(before, ask.suffix)

    def _encode(self, ask: Generate, text: str) -> list[int]:
        text = self._without_bos(ask, text)
        return ask.prefix + self._vocabulary.encode(text, add_special=not ask.prefix)

    def _without_bos(self, ask: Generate, text: str) -> str:
        """The template's own token of the beginning would come twice."""
        words = self._vocabulary
        if ask.messages is not None and words.adds_bos and words.bos_text:
            return text.removeprefix(words.bos_text)
        return text


def _kept(messages: list[dict[str, Any]], drop: int) -> list[dict[str, Any]]:
    """Without the oldest `drop` messages; the system's and the last one stay."""
    kept = []
    for at, message in enumerate(messages):
        if message.get("role") != "system" and drop > 0 and at < len(messages) - 1:
            drop -= 1
            continue
        kept.append(message)
    return kept


def _droppable(ask: Generate) -> int:
    """Messages that may be dropped: all but the system's and the last."""
    if ask.messages is None:
        return 0
    return sum(message.get("role") != "system" for message in ask.messages[:-1])


def _cut(prompt: Prompt, ask: Generate, limit: int) -> None:
    """Take the middle out: the first `keep_tokens` stay, and as much of the end as fits."""
    size = prompt.cells()
    if not ask.truncate or prompt.chunks:
        raise PromptTooLong(
            f"the request exceeds the available context size: the prompt has {size} tokens,"
            f" the context {limit} (exceed_context_size_error); shorten it or raise num_ctx",
            prompt_tokens=size,
            context_tokens=limit,
        )
    if not ask.shift:
        raise PromptTooLong(
            "the prompt is longer than the context length currently available to the model;"
            " shorten the prompt, adjust the context length in settings, or use a model with"
            " a longer context length",
            prompt_tokens=size,
            context_tokens=limit,
        )
    keep = min(prompt.keep_tokens, limit // 2) if ask.keep_tokens < 0 else prompt.keep_tokens
    total = limit - max((limit - keep) // 2, 1)
    tail = total - keep
    prompt.dropped_tokens = len(prompt.tokens) - total
    prompt.tokens = prompt.tokens[:keep] + prompt.tokens[len(prompt.tokens) - tail :]
    prompt.keep_tokens = keep
