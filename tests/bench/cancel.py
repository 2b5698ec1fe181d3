"""Measures how soon a worker is free again when the client of a prompt of 20,000 tokens hangs up.

Both servers run with a single place, so a short request is answered only once the long one is
gone. The starter model knows a context of 8,192 tokens; a copy of it with a larger number in its
header does for a measurement of time.
"""

import asyncio
import shutil
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import gguf

from tests.bench.answers import RequestFailed, answer_of
from tests.bench.figures import Bar, Figure, Limit
from tests.bench.pair import Side, pair_of
from tests.bench.plan import Plan
from tests.bench.texts import prose

LIMIT = Limit(Bar.VALUE, 0.5, at_most=True)
WORDS = 18_250  # 20,000 tokens
CONTEXT = 24_576


async def cancel(plan: Plan) -> list[Figure]:
    found: dict[str, list[float]] = {}
    quiet: dict[str, list[float]] = {}
    with TemporaryDirectory(prefix="puna-bench-") as folder:
        model = with_long_context(plan.terms.model, Path(folder))
        terms = replace(plan.terms, model=model, context=CONTEXT, parallel=1)
        async with pair_of(plan.build, terms) as pair:
            for turn in range(plan.rounds):
                for side in pair.in_turn(turn):
                    quiet.setdefault(side.name, []).append(await short_answer_s(side, turn))
                    found.setdefault(side.name, []).append(await free_again_s(side, turn))
    return [
        Figure(
            name="cancelled prompt of 20,000 tokens",
            unit="s until free again",
            llama=found[pair.llama.name],
            puna=found[pair.puna.name],
            limit=LIMIT,
        ),
        Figure(
            name="the same short request, nothing cancelled",
            unit="s",
            llama=quiet[pair.llama.name],
            puna=quiet[pair.puna.name],
        ),
    ]


async def free_again_s(side: Side, turn: int) -> float:
    """Hang up while the prompt is read, at another place in each round; see `short_answer_s`."""
    ask = side.dialect.completion(prose(f"cancel/{turn}", WORDS), 1)
    exchange = await side.start(ask)
    await asyncio.sleep(1.0 + 0.37 * turn)
    if exchange.over:
        answer_of(exchange, side.dialect)  # raises, if it was refused
        raise RequestFailed(f"{side.name} answered before its client could hang up")
    exchange.hang_up()
    return await short_answer_s(side, turn)


async def short_answer_s(side: Side, turn: int) -> float:
    answer = await side.answer(side.dialect.completion(f"Number {turn}: one, two,", 1))
    return answer.first_token_s


def with_long_context(model: Path, folder: Path) -> Path:
    """A copy of a GGUF file whose header claims a context of at least `CONTEXT` tokens."""
    copy = folder / model.name
    shutil.copyfile(model, copy)
    reader = gguf.GGUFReader(copy, "r+")
    for name, value in reader.fields.items():
        if name.endswith(".context_length"):
            length = value.parts[value.data[0]]
            length[0] = max(int(length[0]), 2 * CONTEXT)
    reader.data.flush()
    return copy
