"""How a model is loaded when memory is short: one rung after the other, the least painful first.

Idle models leave; the cache is kept in q8_0; an automatic context gets shorter; requests share the
cache; fewer layers are on the graphics card; none is; then it is refused. Says what was done, does
nothing itself: `loader.py` does.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from desktop.core.errors import RequestInvalid
from desktop.core.sizes import human_bytes
from desktop.models.kv_cache import POOL_CONTEXTS, CacheLayout, pool
from desktop.models.machine_memory import MachineMemory
from desktop.models.manner import LEAST_CONTEXT, Asked, Manner, smaller_contexts, usual_manner
from desktop.models.sizes import ModelSizes
from desktop.models.spread import Burden, Spread, Spreading, best_spread

SHORTEST_CONTEXT = 2048
"""Of an automatic context, before a load is refused; in tokens."""
QUANTIZED = "q8_0"
LEAVE = "leave"
"""The code of the step that another model has to leave."""

Goal = Literal["whole", "partly", "cpu"]


@dataclass(frozen=True, slots=True)
class Step:
    """Something that was done without because memory was short. `text` is one sentence."""

    code: str
    text: str
    numbers: dict[str, int] = field(default_factory=dict)


Rung = tuple[Manner, tuple[Step, ...]]
"""A way to hold the model, and the steps that lead there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What the request and the settings ask for."""

    asked: Asked
    may_quantize: bool = False
    """Nobody has chosen a type for the cache."""
    gpu_layers: int = -1
    """On graphics cards, at most; negative: all."""
    main_gpu: int | None = None
    """Only this card; negative: none."""
    scatter: bool = False
    """Use all cards, even where one has room."""
    allow_swap: bool = False


@dataclass(frozen=True, slots=True)
class Rooms:
    """Bytes that may be taken: of main memory, and of each graphics card."""

    main: int
    gpus: tuple[int, ...] = ()

    @classmethod
    def of(cls, machine: MachineMemory) -> "Rooms":
        return cls(machine.room_bytes, tuple(gpu.room_bytes for gpu in machine.gpus))

    def __add__(self, other: "Rooms") -> "Rooms":
        gpus = (mine + its for mine, its in zip(self.gpus, other.gpus, strict=True))
        return Rooms(self.main + other.main, tuple(gpus))

    def capped(self, most: "Rooms | None") -> "Rooms":
        """No more than `most` of each; machines with other cards are not comparable."""
        if most is None or len(most.gpus) != len(self.gpus):
            return self
        gpus = (min(mine, its) for mine, its in zip(self.gpus, most.gpus, strict=True))
        return Rooms(min(self.main, most.main), tuple(gpus))


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """A loaded model that may leave."""

    name: str
    brings: Rooms
    """What its leaving makes free."""
    busy: bool = False
    """Answers just now: it leaves only where the load would be refused otherwise, and then it is
    waited for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What to do."""

    manner: Manner
    spread: Spread
    needed: Rooms
    leaving: tuple[Neighbour, ...] = ()
    steps: tuple[Step, ...] = ()


class Ladder:
    """All rungs for one model on one machine.

    Args:
        rooms: What may be taken; None: all that the machine has room for.
        neighbours: Those that may leave, the one that is needed least first.

    Raises:
        RequestInvalid: the machine has no such card.
    """

    def __init__(
        self,
        sizes: ModelSizes,
        wishes: Wishes,
        machine: MachineMemory,
        rooms: Rooms | None = None,
        neighbours: Sequence[Neighbour] = (),
    ) -> None:
        self._sizes, self._wishes, self._machine = sizes, wishes, machine
        self._rooms = rooms or Rooms.of(machine)
        self._neighbours = neighbours
        count = len(machine.gpus)
        main_gpu = wishes.main_gpu
        if count and main_gpu is not None and main_gpu >= count:
            cards = "only 0" if count == 1 else f"0 to {count - 1}"
            raise RequestInvalid(f'option "main_gpu" is {main_gpu}; this machine has {cards}')
        self._has_gpu = count > 0 and wishes.gpu_layers != 0 and (main_gpu is None or main_gpu >= 0)
        self._burdens: dict[Manner, Burden] = {}
        self._manners = list(self._from_the_usual_down())
        self._last = self._shortest(*self._manners[-1])

    def decide(self) -> Decision | None:
        """The highest rung that holds; None: it is refused."""
        idle = [each for each in self._neighbours if not each.busy]
        found = self._highest(idle)
        if found is None and len(idle) < len(self._neighbours):
            found = self._highest(self._neighbours)
        if found is None and self._wishes.allow_swap:
            found = self._swapping(idle)
        return found

    def least_needed(self) -> Rooms:
        """What the lowest rung takes, with all neighbours gone."""
        manner, _steps = self._last or self._manners[-1]
        rooms = self._all_rooms(self._neighbours)
        spread = self._spread(manner, rooms, "partly", any_main=True)
        return self._needed(spread or self._on_cpu(manner))

    def _from_the_usual_down(self) -> Iterator[Rung]:
        sizes = self._sizes
        manner = usual = usual_manner(sizes, self._wishes.asked, self._machine)
        steps: tuple[Step, ...] = ()
        yield manner, steps
        if self._wishes.may_quantize and sizes.can_quantize:
            manner, steps = replace(manner, cache_type=QUANTIZED), (_quantized(),)
            yield manner, steps
        before = steps
        if not self._wishes.asked.context_tokens:
            least = min(LEAST_CONTEXT, sizes.trained_tokens or LEAST_CONTEXT)
            for length in smaller_contexts(manner.context_tokens, sizes.trained_tokens, least):
                manner = _shortened(manner, length)
                steps = (*before, _shorter(length, usual.context_tokens))
                yield manner, steps
        for smaller, step in self._shared(manner):
            yield smaller, (*steps, step)

    def _shared(self, manner: Manner) -> Iterator[tuple[Manner, Step]]:
        """With a smaller cache for all requests together, down to one request at a time."""
        shape, length = self._sizes.shape, manner.context_tokens
        if self._sizes.embeds:
            return
        for contexts in (POOL_CONTEXTS, 1):
            layout = pool(shape, length, manner.parallel, contexts)
            if layout.cells < manner.layout.cells:
                manner = replace(manner, layout=layout)
                yield manner, _pooled(contexts)
        if manner.parallel > 1:
            alone = CacheLayout(length, 1, own_cells=True)
            yield replace(manner, parallel=1, layout=alone), _alone()

    def _shortest(self, manner: Manner, steps: tuple[Step, ...]) -> Rung | None:
        """An automatic context even shorter than it should be, before the load is refused."""
        if self._wishes.asked.context_tokens or manner.context_tokens <= SHORTEST_CONTEXT:
            return None
        shorter = _shorter(SHORTEST_CONTEXT, self._manners[0][0].context_tokens)
        others = (each for each in steps if each.code != shorter.code)
        return _shortened(manner, SHORTEST_CONTEXT), (*others, shorter)

    def _highest(self, leavers: Sequence[Neighbour]) -> Decision | None:
        goals: tuple[Goal, ...] = ("whole", "partly", "cpu") if self._has_gpu else ("cpu",)
        rungs = [(goal, each) for goal in goals for each in self._manners]
        rungs += [(goal, self._last) for goal in goals[-2:] if self._last]
        for goal, (manner, steps) in rungs:
            if found := self._spread(manner, self._all_rooms(leavers), goal):
                leaving = self._fewest(leavers, manner, goal, found.gpu_layers)
                spread = self._spread(manner, self._all_rooms(leaving), goal)
                assert spread
                left = tuple(_left(each) for each in leaving)
                return Decision(
                    manner=manner,
                    spread=spread,
                    needed=self._needed(spread),
                    leaving=tuple(leaving),
                    steps=(*left, *steps, *self._placed(spread)),
                )
        return None

    def _fewest(
        self, leavers: Sequence[Neighbour], manner: Manner, goal: Goal, layers: int
    ) -> list[Neighbour]:
        """Those that have to leave for so many layers; the most needed stay first."""
        leaving = list(leavers)
        for each in reversed(leavers):
            fewer = [other for other in leaving if other is not each]
            found = self._spread(manner, self._all_rooms(fewer), goal)
            if found and found.gpu_layers >= layers:
                leaving = fewer
        return leaving

    def _swapping(self, idle: Sequence[Neighbour]) -> Decision | None:
        manner, steps = self._manners[-1]
        rooms = self._all_rooms(idle)
        spread = self._spread(manner, rooms, "partly", any_main=True) or self._on_cpu(manner)
        short = spread.main_bytes(self._machine.gpus) - rooms.main
        text = f"Memory is short by {human_bytes(short)}: the system swaps, and everything is slow."
        left = tuple(_left(each) for each in idle)
        return Decision(
            manner=manner,
            spread=spread,
            needed=self._needed(spread),
            leaving=tuple(idle),
            steps=(
                *left,
                *steps,
                *self._placed(spread),
                Step("swap", text, {"short_bytes": short}),
            ),
        )

    def _all_rooms(self, leaving: Sequence[Neighbour]) -> Rooms:
        return sum((each.brings for each in leaving), self._rooms)

    def _spread(
        self, manner: Manner, rooms: Rooms, goal: Goal, *, any_main: bool = False
    ) -> Spread | None:
        """None if there is no room for it. `any_main`: main memory may be too small."""
        burden, gpus = self._burden(manner), self._machine.gpus
        most = self._most(burden.most_gpu_layers)
        if goal == "cpu":
            found = self._on_cpu(manner)
        elif not self._has_gpu:
            return None
        elif (main_gpu := self._wishes.main_gpu) is not None:
            found = Spreading(burden, gpus, rooms.gpus, main_gpu).fullest(most)
        else:
            found = best_spread(burden, gpus, rooms.gpus, most, scatter=self._wishes.scatter)
        if goal != "cpu" and found.gpu_layers < (most if goal == "whole" else 1):
            return None
        has_room = any_main or found.main_bytes(gpus) <= rooms.main
        return found if has_room else None

    def _most(self, layers: int) -> int:
        asked = self._wishes.gpu_layers
        return min(asked, layers) if asked >= 0 else layers

    def _on_cpu(self, manner: Manner) -> Spread:
        gpus = self._machine.gpus
        return Spreading(self._burden(manner), gpus, [0] * len(gpus)).with_layers(0)

    def _burden(self, manner: Manner) -> Burden:
        if manner not in self._burdens:
            self._burdens[manner] = self._sizes.burden(manner)
        return self._burdens[manner]

    def _needed(self, spread: Spread) -> Rooms:
        return Rooms(spread.main_bytes(self._machine.gpus), spread.device_bytes)

    def _placed(self, spread: Spread) -> list[Step]:
        if not self._has_gpu:
            return []
        layers = self._sizes.layers + 1
        wanted = self._most(layers)
        if not spread.gpu_layers:
            return [Step("cpu", "The processor does everything: the graphics card has no room.")]
        if spread.gpu_layers < wanted:
            text = f"{spread.gpu_layers} of {layers} layers are on the graphics card."
            return [Step("gpu_layers", text, {"gpu_layers": spread.gpu_layers, "layers": layers})]
        if self._sizes.projector_bytes and not spread.projector_on_gpu:
            return [Step("projector", "Images are read by the processor.")]
        return []


def _left(neighbour: Neighbour) -> Step:
    numbers = {"main_bytes": neighbour.brings.main, "gpu_bytes": sum(neighbour.brings.gpus)}
    return Step(LEAVE, f"{neighbour.name} leaves memory to make room.", numbers)


def _quantized() -> Step:
    return Step("kv_q8_0", "The cache is kept in q8_0, in about half of the memory.")


def _shorter(length: int, usual: int) -> Step:
    text = f"The context is {length} tokens long instead of {usual}."
    return Step("context", text, {"context_tokens": length, "usual_tokens": usual})


def _pooled(contexts: int) -> Step:
    shared = "one context" if contexts == 1 else f"{contexts} contexts"
    return Step("pool", f"All requests share a cache of {shared}.", {"contexts": contexts})


def _alone() -> Step:
    return Step("parallel", "One request is answered at a time.", {"parallel": 1})


def _shortened(manner: Manner, length: int) -> Manner:
    layout = manner.layout
    contexts = 1 if layout.own_cells else layout.tokens // manner.context_tokens
    return replace(manner, context_tokens=length, layout=replace(layout, tokens=length * contexts))
