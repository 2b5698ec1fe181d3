"""How many prompt tokens a step may carry, so that a long prompt never stalls the running streams.

A step takes about `base(streams) + cost * prompt tokens`; both are measured as it goes. Prompts get
`PROMPT_SHARE` of the time while others stream, and the whole batch when nobody does.
"""

PROMPT_SHARE = 0.24  # streams keep about 76 % of their pace; the promise is 70 %
_FIRST_GUESS = 8  # tokens, until a step was measured
_NEWS = 0.2  # weight of the newest measurement in the running mean
_STALE_STEPS = 48  # after so many mixed steps, one without prompt tokens is measured again


class Pacer:
    """Decode loop only. Times are seconds."""

    def __init__(self, batch_tokens: int) -> None:
        self._batch_tokens = batch_tokens
        self._base: dict[int, float] = {}  # streams -> seconds of a step without prompt tokens
        self._age: dict[int, int] = {}  # streams -> mixed steps since that was measured
        self._cost: float | None = None  # seconds per prompt token

    def budget(self, streams: int) -> int:
        """Prompt tokens for the next step beside `streams` running ones; 0: measure first."""
        room = self._batch_tokens - streams
        if not streams:
            return room
        base = self._base.get(streams)
        if base is None or self._age[streams] >= _STALE_STEPS:
            return 0
        if not self._cost:
            return min(_FIRST_GUESS, room)
        allowed = base * PROMPT_SHARE / (1 - PROMPT_SHARE)
        return max(1, min(int(allowed / self._cost), room))

    def observe(self, streams: int, prompt_tokens: int, seconds: float) -> None:
        """Learn from a step that took `seconds`."""
        if not prompt_tokens:
            self._base[streams] = _mean(self._base.get(streams), seconds)
            self._age[streams] = 0
            return
        base = self._base.get(streams, 0.0) if streams else 0.0
        self._cost = _mean(self._cost, max(seconds - base, 1e-6) / prompt_tokens)
        if streams in self._age:
            self._age[streams] += 1


def _mean(old: float | None, new: float) -> float:
    return new if old is None else old + _NEWS * (new - old)
