"""Measures what a long prompt does to streams that are running: seven go on while an eighth
request is read.

Answers get slower by themselves as they grow. What the seven would have reached without the eighth
is therefore taken as the mean of their paces right before and right after it was read.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from tests.bench.answers import Answer, Piece, RequestFailed, answer_of, pieces_of
from tests.bench.figures import Bar, Figure, Limit
from tests.bench.pair import Pair, Side
from tests.bench.plan import Plan
from tests.bench.texts import endless, prose

LIMIT = Limit(Bar.VALUE, 70)
STREAMS = 7
WORDS = 1820  # 2,000 tokens
ALONE_S = 3.0  # before and after
ENOUGH_TOKENS = 2000  # a stream's end must not come first; it is hung up on


@dataclass(frozen=True, slots=True)
class Arrival:
    """What happened when the eighth came."""

    pace_percent: float  # of the seven while it was read, of their pace alone
    first_token_s: float
    alive: int  # streams that were still running at the end


async def fairness(pair: Pair, plan: Plan) -> list[Figure]:
    found: dict[str, list[Arrival]] = {side.name: [] for side in pair}
    for turn in range(plan.rounds):
        for side in pair.in_turn(turn):
            found[side.name].append(await arrival(side, turn))
    llama, puna = found[pair.llama.name], found[pair.puna.name]
    alive = min(one.alive for one in llama + puna)
    return [
        Figure(
            name="7 streams while a prompt of 2,000 is read",
            unit="% of pace alone",
            llama=[one.pace_percent for one in llama],
            puna=[one.pace_percent for one in puna],
            limit=LIMIT,
            note="" if alive == STREAMS else f"only {alive} streams ran to the end",
        ),
        Figure(
            name="that prompt's wait",
            unit="s to first token",
            llama=[one.first_token_s for one in llama],
            puna=[one.first_token_s for one in puna],
        ),
    ]


async def arrival(side: Side, turn: int) -> Arrival:
    asks = [
        side.dialect.completion(endless(f"fair/{turn}/{stream}"), ENOUGH_TOKENS)
        for stream in range(STREAMS)
    ]
    exchanges = [await side.start(ask) for ask in asks]
    try:
        for exchange in exchanges:
            await exchange.has_blocks(6)
        await asyncio.sleep(ALONE_S)
        eighth = await side.start(side.dialect.completion(prose(f"fair/{turn}", WORDS), 1))
        await eighth.ended()
        await asyncio.sleep(ALONE_S)
        alive = sum(not exchange.over for exchange in exchanges)
    finally:
        for exchange in exchanges:
            exchange.hang_up()
    for exchange in exchanges:
        await exchange.ended()
    await side.answer(side.dialect.completion("The end", 1))  # the seven are gone by now
    streams = [pieces_of(exchange, side.dialect) for exchange in exchanges]
    answer = answer_of(eighth, side.dialect)
    return Arrival(pace_percent(eighth.sent_s, answer, streams), answer.first_token_s, alive)


def pace_percent(sent_s: float, answer: Answer, streams: Sequence[Sequence[Piece]]) -> float:
    """Letters per second, not pieces: a server may send several tokens as one piece, but the texts,
    lists of numbers, are as long per token now as then.
    """
    every = [piece for pieces in streams for piece in pieces]

    def pace(start_s: float, end_s: float) -> float:
        letters = sum(len(one.text) for one in every if start_s <= one.when_s < end_s)
        return letters / (end_s - start_s)

    read_s = sent_s + answer.first_token_s
    alone = (pace(sent_s - ALONE_S, sent_s) + pace(read_s, read_s + ALONE_S)) / 2
    if not alone:
        raise RequestFailed("no stream ran beside the long prompt")
    return 100 * pace(sent_s, read_s) / alone
