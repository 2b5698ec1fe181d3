"""Texts to the token sequences that are embedded: each with its special tokens, and none longer
than the context."""

from dataclasses import dataclass

from desktop.core.errors import PromptTooLong, RequestInvalid
from desktop.worker.messages import Embed
from desktop.worker.vocabulary import Vocabulary

# Clients match on these texts.
TOO_LONG = "the input length exceeds the context length"
NOTHING_LEFT = "input after truncation exceeds maximum context length"
NO_CONTEXT = "input exceeds maximum context length and cannot be truncated further"


@dataclass(slots=True)
class Inputs:
    """What one request wants embedded. No sequence is empty."""

    sequences: list[list[int]]
    cut: int = 0
    """Sequences that were cut, and how many tokens they lost."""
    dropped_tokens: int = 0


class InputMaker:
    """Makes inputs for one model."""

    def __init__(self, vocabulary: Vocabulary, context_tokens: int) -> None:
        self._vocabulary = vocabulary
        self._context_tokens = context_tokens

    def make(self, ask: Embed) -> Inputs:
        """Raises PromptTooLong, or RequestInvalid for tokens that cannot be."""
        limit = self._limit(ask)
        inputs = Inputs([])
        for text in ask.texts:
            whole = self._vocabulary.encode(text, add_special=True) or [self._filler()]
            if len(whole) > limit:
                plain = self._vocabulary.encode(text, add_special=False)
                self._cut(inputs, ask, whole, plain, limit)
            else:
                inputs.sequences.append(whole)
        for tokens in ask.tokens:
            self._check(tokens)
            if len(tokens) > limit:
                self._cut(inputs, ask, tokens, tokens, limit)
            else:
                inputs.sequences.append(tokens)
        return inputs

    def _limit(self, ask: Embed) -> int:
        if ask.context_tokens is None:
            return self._context_tokens
        if ask.context_tokens <= 0:
            raise PromptTooLong(NO_CONTEXT if ask.truncate else TOO_LONG)
        return min(ask.context_tokens, self._context_tokens)

    def _cut(
        self, inputs: Inputs, ask: Embed, whole: list[int], plain: list[int], limit: int
    ) -> None:
        """Take tokens off the end, but not the special ones around the text."""
        special = len(whole) - len(plain)
        room = limit - special
        if room <= 0:
            raise PromptTooLong(NOTHING_LEFT)
        if not ask.truncate:
            raise PromptTooLong(TOO_LONG)
        places = range(special + 1)
        front = next((at for at in places if whole[at : at + len(plain)] == plain), 0)
        end = whole[front + len(plain) :]
        inputs.sequences.append(whole[:front] + plain[:room] + end)
        inputs.cut += 1
        inputs.dropped_tokens += len(plain) - room

    def _filler(self) -> int:
        """Stands for an empty text, where the model has no special tokens around texts."""
        for token in (self._vocabulary.bos, self._vocabulary.eos):
            if token >= 0:
                return token
        raise RequestInvalid("the input is empty, and this model has no token for that")

    def _check(self, tokens: list[int]) -> None:
        size = self._vocabulary.size
        if not tokens:
            raise RequestInvalid("the input has a list of tokens that is empty")
        if any(not 0 <= token < size for token in tokens):
            raise RequestInvalid(
                f"the input has a token that this model does not have (0 to {size - 1});"
                " tokens of another model mean nothing to it: send texts"
            )
