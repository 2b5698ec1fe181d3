"""Both servers side by side, with the same model on the same terms."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench.answers import Answer, RequestFailed, answer_of
from tests.bench.dialects import Dialect, LlamaDialect, PunaDialect
from tests.bench.llama_build import Build
from tests.bench.llama_server import llama_server
from tests.bench.load import Address, Ask, Exchange, complete, start
from tests.bench.puna_server import NAME, prepare_home, puna_server
from tests.bench.terms import Terms


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two servers, ready for requests."""

    name: str
    address: Address
    dialect: Dialect

    async def start(self, ask: Ask) -> Exchange:
        return await start(self.address, ask)

    async def answer(self, ask: Ask) -> Answer:
        return answer_of(await complete(self.address, ask), self.dialect)

    async def answers(self, asks: Sequence[Ask]) -> list[Answer]:
        """Send all at once, wait for all."""
        try:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(complete(self.address, ask)) for ask in asks]
        except* OSError as errors:
            raise RequestFailed(f"{self.name}: {errors.exceptions[0]}") from errors
        return [answer_of(task.result(), self.dialect) for task in tasks]


@dataclass(frozen=True, slots=True)
class Pair:
    """Both servers. Rounds alternate in who is first, so that being first is worth nothing."""

    llama: Side
    puna: Side

    def __iter__(self) -> Iterator[Side]:
        return iter((self.llama, self.puna))

    def in_turn(self, turn: int) -> tuple[Side, Side]:
        """The order of a round."""
        return (self.puna, self.llama) if turn % 2 else (self.llama, self.puna)


@asynccontextmanager
async def pair_of(build: Build, terms: Terms) -> AsyncIterator[Pair]:
    """Start both servers, load the model in both, let each answer once, end them afterwards."""
    with TemporaryDirectory(prefix="puna-bench-") as name, ExitStack() as stack:
        folder = Path(name)
        llama = stack.enter_context(llama_server(build, terms, folder))
        prepare_home(folder, terms.model)
        puna = stack.enter_context(puna_server(folder, parallel=terms.parallel))
        puna.wait_for("/api/version", 60)
        dialect = PunaDialect(NAME, terms.context, terms.threads)
        pair = Pair(
            Side("llama-server", llama.address, LlamaDialect()),
            Side("Puna", puna.address, dialect),
        )
        for side in pair:
            await side.answer(side.dialect.completion("Once upon a time", 8))
        yield pair
