"""Measures generated tokens per second, over all streams, for 1, 4 and 8 streams at the same
time.
"""

import time

from tests.bench.figures import Bar, Figure, Limit
from tests.bench.pair import Pair, Side
from tests.bench.plan import Plan
from tests.bench.texts import endless

LIMITS = {1: Limit(Bar.RATIO, 0.97), 4: None, 8: Limit(Bar.RATIO, 1.0)}


async def throughput(pair: Pair, plan: Plan) -> list[Figure]:
    figures = []
    for count, limit in LIMITS.items():
        paces: dict[str, list[float]] = {side.name: [] for side in pair}
        shortest = plan.tokens
        for turn in range(plan.rounds):
            for side in pair.in_turn(turn):
                prompts = [endless(f"{count}/{turn}/{stream}") for stream in range(count)]
                pace, fewest = await tokens_per_s(side, prompts, plan.tokens)
                paces[side.name].append(pace)
                shortest = min(shortest, fewest)
        short = f"a stream ended by itself after {shortest} tokens"
        figures.append(
            Figure(
                name=f"{count} stream{'s' if count > 1 else ''}",
                unit="tokens/s",
                llama=paces[pair.llama.name],
                puna=paces[pair.puna.name],
                limit=limit,
                note=short if shortest < plan.tokens else "",
            )
        )
    return figures


async def tokens_per_s(side: Side, prompts: list[str], tokens: int) -> tuple[float, int]:
    """Tokens of all streams by the time to the end of the last; tokens of the shortest stream.

    The tokens are those the server counted; the time is ours, and includes the short prompts.
    """
    asks = [side.dialect.completion(prompt, tokens) for prompt in prompts]
    started = time.perf_counter()
    answers = await side.answers(asks)
    wall_s = max(answer.done_s for answer in answers) - started
    produced = [answer.produced for answer in answers]
    return sum(produced) / wall_s, min(produced)
