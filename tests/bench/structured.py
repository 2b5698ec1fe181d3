"""Measures what it costs to hold an answer to a schema: Puna with one beside Puna without, on a
model with a vocabulary of 262 k tokens, where a mask is longest.
"""

import time
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench.dialects import PunaDialect
from tests.bench.figures import Bar, Figure, Limit
from tests.bench.load import Ask
from tests.bench.pair import Side
from tests.bench.plan import Plan
from tests.bench.puna_server import NAME, ROOT, prepare_home, puna_server
from tests.bench.texts import endless

LIMIT = Limit(Bar.VALUE, 90)
MODEL = ROOT / ".cache" / "models" / "gemma-3-270m-q4_k_m.gguf"
PERSON = {
    "type": "object",
    "properties": {
        "name": {"type": "string"},
        "age": {"type": "integer"},
        "city": {"type": "string"},
    },
    "required": ["name", "age", "city"],
    "additionalProperties": False,
}
SCHEMA = {"type": "array", "items": PERSON, "minItems": 1000}  # it does not end by itself
STREAMS = (1, 4)


async def structured(plan: Plan) -> list[Figure]:
    if not MODEL.exists():
        return [Figure(name="with a schema", unit="", puna=(), note=f"{MODEL.name} is missing")]
    paces: dict[int, list[float]] = {count: [] for count in STREAMS}
    with TemporaryDirectory(prefix="puna-bench-") as name:
        prepare_home(Path(name), MODEL)
        with puna_server(Path(name), parallel=max(STREAMS)) as server:
            server.wait_for("/api/version", 60)
            dialect = PunaDialect(NAME, plan.terms.context, plan.terms.threads)
            side = Side("Puna", server.address, dialect)
            await tokens_per_s(side, 1, 8, held=True)  # the vocabulary is sorted
            for count in STREAMS:
                for turn in range(plan.rounds):
                    found = {
                        held: await tokens_per_s(side, count, plan.tokens, held=held)
                        for held in ((True, False) if turn % 2 else (False, True))
                    }
                    paces[count].append(100 * found[True] / found[False])
    return [
        Figure(
            name=f"{count} stream{'s' if count > 1 else ''} held to a schema, 262 k tokens",
            unit="% of pace without",
            puna=paces[count],
            limit=LIMIT,
        )
        for count in STREAMS
    ]


async def tokens_per_s(side: Side, count: int, tokens: int, *, held: bool) -> float:
    """Of all streams, by the time to the end of the last; the prompts are short."""
    asks = [asked(side, stream, tokens, held=held) for stream in range(count)]
    started = time.perf_counter()
    answers = await side.answers(asks)
    wall_s = max(answer.done_s for answer in answers) - started
    return sum(answer.produced for answer in answers) / wall_s


def asked(side: Side, stream: int, tokens: int, *, held: bool) -> Ask:
    ask = side.dialect.completion(f"People as JSON. {endless(str(stream))}", tokens)
    return replace(ask, body=ask.body | {"format": SCHEMA}) if held else ask
