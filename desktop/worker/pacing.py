"""How many prompt tokens a step may carry, so that a long prompt never stalls the running streams.

A step takes about `base(streams) + cost * prompt tokens`. Both are medians of what was measured
last, as a busy machine makes single steps take many times as long. The cost is learned from pieces
of `MIN_BITE` tokens or more: of a few tokens, any disturbance would seem to be their price.

Where prompts and streams are decoded in turn, a prompt's step costs what it takes, and there is
never more than one of them between two steps of the streams.

While others stream, prompts live on an allowance of time: it grows by their share of what passes,
up to `BURST_S`, so that a short question among streams is read at once, in bites of a tile or of
`BITE_S`, and a long one at its share. That share is what falls to them if all requests are treated
alike, and `PROMPT_SHARE` at least; where more wait than stream, bites grow with their number, for
the sake of the many. Small change is saved up until it buys a bite. When nobody streams, nobody is
disturbed: prompts get the whole batch.
"""

from collections import deque
from statistics import median

PROMPT_SHARE = 0.18  # streams keep about 80 % of their pace beside one prompt; the promise is 70 %
BURST_S = 0.5
BITE_S = 0.12
MIN_BITE = 16  # tokens, unless so many take longer than `BITE_S`
# llama.cpp's attention on the CPU reads so many tokens of a prompt a third faster than a few fewer;
# where they take no longer than `TILE_S`, a bite is that large.
TILE = 64
TILE_S = 0.4
_MAX_DEBT_S = 5.0
_KEPT_BASES = 3
_KEPT_COSTS = 9


class Pacer:
    """Decode loop only. Times are seconds.

    >>> pacer = Pacer(512)
    >>> pacer.budget(0, 1, 900), pacer.budget(7, 1, 900)  # nobody to disturb; the seven alone first
    (512, 0)
    >>> pacer.observe(7, 0, 0.040); pacer.observe(0, 400, 1.0)
    >>> pacer.budget(7, 1, 500)  # a tile at 2.5 ms a token
    64
    >>> for _ in range(3): pacer.observe(7, 64, 0.200)
    >>> pacer.budget(7, 1, 300)  # used up; a step brings 18 % of the time, 9 ms
    0
    >>> pacer.budget(7, 1, 20) >= 20  # enough for a short question
    True
    >>> for _ in range(13): pacer.observe(7, 0, 0.040)
    >>> pacer.budget(7, 1, 300)  # saved up
    64
    >>> pacer.budget(1, 7, 300)  # of one stream nothing is known yet
    0

    >>> pacer = Pacer(512, apart=True)
    >>> pacer.observe(0, 400, 1.0); pacer.observe(7, 0, 0.040)
    >>> pacer.budget(7, 1, 500)
    64
    >>> pacer.observe(7, 64, 0.160); pacer.budget(7, 1, 500)  # now it is the streams' turn
    0
    >>> pacer.observe(7, 0, 0.040); pacer.budget(7, 1, 500)
    64
    """

    def __init__(self, batch_tokens: int, *, apart: bool = False) -> None:
        """`apart`: prompt tokens and streams are decoded in turn, not in one step."""
        self._batch_tokens = batch_tokens
        self._apart = apart
        self._bases: dict[int, deque[float]] = {}  # streams -> steps without prompt tokens
        self._costs: deque[float] = deque(maxlen=_KEPT_COSTS)  # of one prompt token
        self._allowance = BURST_S
        self._share = PROMPT_SHARE
        self._crowd = 1.0  # waiting requests for each that streams, if that is more than one
        self._streams_due = False

    def budget(self, streams: int, readers: int, pending: int) -> int:
        """Prompt tokens for the next step; 0: the streams first.

        Args:
            streams: Requests whose answers are running.
            readers: Requests whose prompts are still to be read.
            pending: Tokens that are left of these prompts.
        """
        if not streams:
            return self._batch_tokens
        room = self._batch_tokens - (0 if self._apart else streams)
        if streams not in self._bases or self._streams_due:
            return 0
        if not self._costs:
            return min(MIN_BITE, room)
        self._share = max(PROMPT_SHARE, readers / (readers + streams))
        self._crowd = max(1.0, readers / streams)
        cost_s = median(self._costs)
        purse_s = self._allowance + (0.0 if self._apart else self._income(streams))
        least_s, bite_s = min(MIN_BITE * cost_s, BITE_S), BITE_S
        if TILE * cost_s <= TILE_S:
            least_s, bite_s = TILE * cost_s, max(TILE * cost_s, BITE_S)
        if purse_s < min(least_s, pending * cost_s):
            return 0
        # Half a token more, lest a tile's price come out as a token less.
        return max(1, min(int(min(purse_s, bite_s) * self._crowd / cost_s + 0.5), room))

    def observe(
        self, streams: int, prompt_tokens: int, seconds: float, *, apart: bool = False
    ) -> None:
        """Learn from a step that took `seconds`, while `streams` answers were running.

        `apart`: this step was for the prompt alone.
        """
        apart = apart or self._apart
        self._streams_due = apart and bool(streams and prompt_tokens)
        base_s = 0.0
        if streams in self._bases and not apart:
            base_s = median(self._bases[streams])
        if not prompt_tokens:
            self._bases.setdefault(streams, deque(maxlen=_KEPT_BASES)).append(seconds)
        elif prompt_tokens >= MIN_BITE or not self._costs:
            self._costs.append(max(seconds - base_s, 1e-6) / prompt_tokens)
        if not streams:
            self._allowance = BURST_S
            return
        balance = self._allowance
        if prompt_tokens:
            balance -= prompt_tokens * median(self._costs) / self._crowd
        if not (prompt_tokens and apart):
            balance += self._income(streams)
        self._allowance = max(-_MAX_DEBT_S, min(balance, BURST_S))

    def _income(self, streams: int) -> float:
        """What a step of the streams earns the prompts."""
        if streams not in self._bases:
            return 0.0
        return median(self._bases[streams]) * self._share / (1 - self._share)
