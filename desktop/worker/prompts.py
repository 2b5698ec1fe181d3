"""A request's texts to the tokens that are decoded: rendering, fitting into the context.

Runs on the worker's preparing thread, so that neither a long text nor a slow template holds up the
streams.
"""

from dataclasses import dataclass

from desktop.core.errors import NotSupported, PromptTooLong, RequestInvalid
from desktop.worker.messages import Generate
from desktop.worker.templates import CHATML, PLAIN, Conversation, has_suffix, render
from desktop.worker.vocabulary import Vocabulary

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


class PromptMaker:
    """Makes prompts for one model. `template` is the Jinja text out of the GGUF, if it has one.

    A request's own template comes before it, the manifest's after it.
    """

    def __init__(self, vocabulary: Vocabulary, template: str | None, context_tokens: int) -> None:
        self._vocabulary = vocabulary
        self._template = template
        self._context_tokens = context_tokens

    def make(self, ask: Generate) -> Prompt:
        """Raises TemplateFailed, PromptTooLong, or RequestInvalid for an empty prompt."""
        limit = self.limit(ask)
        if any(not 0 <= token < self._vocabulary.size for token in ask.prefix):
            raise RequestInvalid(
                f"context holds a token that this model does not have (0 to"
                f" {self._vocabulary.size - 1}); it comes from another model"
            )
        text, tokens, dropped_messages = self._whole(ask, limit)
        if not tokens and self._vocabulary.bos >= 0:
            tokens = [self._vocabulary.bos]
        if not tokens:
            raise RequestInvalid("the prompt is empty, and this model has no token to begin with")
        bos = 1 if tokens[0] == self._vocabulary.bos and self._vocabulary.adds_bos else 0
        keep = ask.keep_tokens + bos if ask.keep_tokens >= 0 else len(tokens)
        told = text if ask.only == "render" else text[-TAIL_CHARACTERS:]
        prompt = Prompt(tokens, min(keep, limit - 1), told, dropped_messages)
        if len(tokens) >= limit and not ask.only:
            _cut(prompt, ask, limit)
        return prompt

    def limit(self, ask: Generate) -> int:
        """Tokens this request's sequence may hold."""
        own = ask.context_tokens or self._context_tokens
        return min(own, self._context_tokens)

    def _whole(self, ask: Generate, limit: int) -> tuple[str, list[int], int]:
        """The prompt as text and as tokens, after dropping old messages; and how many those
        were."""
        if ask.messages is None:
            text = ask.prompt or ""
            return text, self._encode(ask, text), 0
        text = self._render(ask, 0)
        tokens = self._encode(ask, text)
        droppable = _droppable(ask)
        if len(tokens) < limit or not ask.truncate or not droppable:
            return text, tokens, 0
        low, high = 1, droppable  # the fewest that make it fit, else all of them
        while low < high:
            middle = (low + high) // 2
            fits = len(self._encode(ask, self._render(ask, middle))) < limit
            low, high = (low, middle) if fits else (middle + 1, high)
        text = self._render(ask, low)
        return text, self._encode(ask, text), low

    def _render(self, ask: Generate, drop: int) -> str:
        assert ask.messages is not None
        kept: list[dict[str, object]] = []
        for at, message in enumerate(ask.messages):
            if message.get("role") != "system" and drop > 0 and at < len(ask.messages) - 1:
                drop -= 1
                continue
            kept.append(message)
        if ask.suffix:
            return self._fill_in(ask, kept)
        fallback = CHATML if ask.chat else PLAIN
        source = ask.template or self._template or ask.manifest_template or fallback
        words = self._vocabulary
        conversation = Conversation(kept, tools=ask.tools, think=ask.think)
        return render(source, conversation, bos=words.bos_text, eos=words.eos_text)

    def _fill_in(self, ask: Generate, messages: list[dict[str, object]]) -> str:
        """The text before and the text after the gap, as the model was trained to fill it."""
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
        words = self._vocabulary
        if ask.messages is not None and words.adds_bos and words.bos_text:
            text = text.removeprefix(words.bos_text)  # the template's own would come twice
        return ask.prefix + words.encode(text, add_special=not ask.prefix)


def _droppable(ask: Generate) -> int:
    """Messages that may be dropped: all but the system's and the last."""
    assert ask.messages is not None
    return sum(message.get("role") != "system" for message in ask.messages[:-1])


def _cut(prompt: Prompt, ask: Generate, limit: int) -> None:
    """Take the middle out: the first `keep_tokens` stay, and as much of the end as fits."""
    if not ask.truncate:
        raise PromptTooLong(
            f"the request exceeds the available context size: the prompt has {len(prompt.tokens)}"
            f" tokens, the context {limit} (exceed_context_size_error); shorten it or raise num_ctx"
        )
    if not ask.shift:
        raise PromptTooLong(
            "the prompt is longer than the context length currently available to the model;"
            " shorten the prompt, adjust the context length in settings, or use a model with"
            " a longer context length"
        )
    keep = min(prompt.keep_tokens, limit // 2) if ask.keep_tokens < 0 else prompt.keep_tokens
    total = limit - max((limit - keep) // 2, 1)
    tail = total - keep
    prompt.dropped_tokens = len(prompt.tokens) - total
    prompt.tokens = prompt.tokens[:keep] + prompt.tokens[len(prompt.tokens) - tail :]
    prompt.keep_tokens = keep
