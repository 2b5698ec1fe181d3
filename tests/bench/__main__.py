"""`make bench`: Puna beside `llama-server` from the same llama.cpp, in one run, in pairs, in
turn.

Prints what it is, even where it falls short of the bar; the exit code tells only whether
everything ran.
"""

import argparse
import asyncio
import signal
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

from desktop.core.errors import AppError
from desktop.hardware.cpu import compute_threads
from tests.bench.answers import RequestFailed
from tests.bench.cancel import cancel
from tests.bench.conversation import conversation
from tests.bench.downloads import downloads
from tests.bench.fairness import fairness
from tests.bench.figures import Figure
from tests.bench.idle import idle, start, status
from tests.bench.llama_build import BuildFailed, built
from tests.bench.pair import Pair, pair_of
from tests.bench.plan import Plan
from tests.bench.process import ServerFailed
from tests.bench.prompts import prompts
from tests.bench.puna_server import ROOT
from tests.bench.report import machine_facts, table
from tests.bench.structured import structured
from tests.bench.terms import Terms
from tests.bench.throughput import throughput

CACHE = ROOT / ".cache"
# In this order: what needs a quiet machine comes before the two servers are started.
ALONE: dict[str, Callable[[Plan], Awaitable[list[Figure]]]] = {
    "start": start,
    "idle": idle,
    "status": status,
    "downloads": downloads,
}
PAIRED: dict[str, Callable[[Pair, Plan], Awaitable[list[Figure]]]] = {
    "throughput": throughput,
    "conversation": conversation,
    "prompts": prompts,
    "fairness": fairness,
}
LAST: dict[str, Callable[[Plan], Awaitable[list[Figure]]]] = {
    "cancel": cancel,
    "structured": structured,
}


async def measure(plan: Plan, wanted: set[str]) -> list[Figure]:
    figures: list[Figure] = []
    for name, alone in ALONE.items():
        if name in wanted:
            show(name)
            figures += await alone(plan)
    paired = {name: one for name, one in PAIRED.items() if name in wanted}
    if paired:
        show("starting both servers")
        async with pair_of(plan.build, plan.terms) as pair:
            for name, one in paired.items():
                show(name)
                figures += await one(pair, plan)
    for name, alone in LAST.items():
        if name in wanted:
            show(name)
            figures += await alone(plan)
    return figures


def show(text: str) -> None:
    print(f"… {text}", file=sys.stderr, flush=True)


def arguments() -> argparse.Namespace:
    every = [*ALONE, *PAIRED, *LAST]
    default = compute_threads()
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--only", action="append", choices=every, help="one measure; repeatable")
    parser.add_argument("--rounds", type=int, default=5, help="pairs per measure (5)")
    parser.add_argument("--tokens", type=int, default=128, help="tokens of each stream (128)")
    parser.add_argument("--threads", type=int, default=default, help=f"both sides ({default})")
    parser.add_argument("--model", type=Path, help="a GGUF file (the starter model)")
    return parser.parse_args()


def starter_model() -> Path:
    models = sorted((CACHE / "models").glob("SmolLM2*.gguf"))
    if not models:
        sys.exit(f"The starter model is not in {CACHE / 'models'}; `make bench` puts it there.")
    return models[0]


def main() -> None:
    asked = arguments()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that the servers are ended, too
    model = asked.model.absolute() if asked.model else starter_model()
    try:
        build = built(CACHE)
        terms = Terms(model=model, threads=asked.threads)
        plan = Plan(build=build, terms=terms, rounds=asked.rounds, tokens=asked.tokens)
        facts = machine_facts(build.llama_cpp, model, asked.threads)
        figures = asyncio.run(measure(plan, set(asked.only or [*ALONE, *PAIRED, *LAST])))
    except (AppError, BuildFailed, ServerFailed, RequestFailed, OSError) as error:
        sys.exit(f"The benchmark could not be run: {error}")
    except KeyboardInterrupt:
        sys.exit("Stopped.")
    print(f"\n{facts}\nmedian (min-max) of n values; a ratio is the median over pairs\n")
    print(table(figures))


if __name__ == "__main__":
    main()
