"""Texts in a model's tokens, and tokens as texts."""

from dataclasses import dataclass, field

from desktop.engine.asker import ANYBODY, Asker
from desktop.engine.options import Options
from desktop.engine.process import WorkerProcess
from desktop.models.store import InstalledModel
from desktop.worker.messages import Detokenize, Detokenized, Tokenize, Tokens


@dataclass(slots=True, kw_only=True)
class TokenAsk:
    """What is to be turned into the other: `text`, or if that is None, `tokens`."""

    model: InstalledModel
    options: Options = field(default_factory=Options)
    keep_alive_s: float | None = None
    asker: Asker = ANYBODY
    text: str | None = None
    tokens: list[int] = field(default_factory=list)
    add_special: bool = False
    """With the tokens that the model wants at the beginning and the end of a text."""
    parse_special: bool = True
    """Markers such as `<|im_start|>` in the text become their special tokens."""
    with_pieces: bool = False


@dataclass(slots=True, kw_only=True)
class TokenText:
    """The same thing twice."""

    tokens: list[int]
    text: str
    pieces: list[bytes] = field(default_factory=list)
    """What each token stands for, if that was asked for; may be a part of a character."""
    load_ns: int = 0
    """Until the model was there."""


async def tokenize(process: WorkerProcess, ask: TokenAsk) -> TokenText:
    """Ask a loaded model. Raises RequestInvalid for tokens that it does not have."""
    if ask.text is None:
        joined = await process.call(Detokenize(id=0, tokens=ask.tokens))
        assert isinstance(joined, Detokenized)
        return TokenText(tokens=ask.tokens, text=joined.text)
    order = Tokenize(
        id=0,
        text=ask.text,
        add_special=ask.add_special,
        parse_special=ask.parse_special,
        with_pieces=ask.with_pieces,
    )
    split = await process.call(order)
    assert isinstance(split, Tokens)
    return TokenText(tokens=split.tokens, text=ask.text, pieces=split.pieces)
