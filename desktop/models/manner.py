"""In which manner a model is held: how long a past it has, for how many, and how exact.

`usual_manner` is what there is where memory allows; `engine/ladder.py` goes down from there.
"""

from dataclasses import dataclass
from typing import Protocol

from desktop.core.settings import Settings
from desktop.models.kv_cache import CELL_BYTES, CacheLayout, KvShape, lay_out, pool
from desktop.models.machine_memory import MachineMemory

LEAST_CONTEXT = 4096
"""Of an automatic context, in tokens; each step is twice the one before."""
MOST_CONTEXT = 2**17
"""Of an automatic context. Who needs more says so."""
COMFORT_PART = 1 / 8
"""The cache of an automatic context takes no more than this part of the memory it lies in,"""
COMFORT_BYTES = 2**29
"""nor more than the weights do, or than this."""
WORTH_A_POOL = 2
"""Requests give up cells of their own where that makes the context so many times as long."""
DEFAULT_BATCH_TOKENS = 512


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What somebody wants."""

    context_tokens: int = 0
    """0: as much as fits comfortably."""
    parallel: int
    batch_tokens: int = DEFAULT_BATCH_TOKENS
    cache_type: str = "f16"

    @classmethod
    def by(cls, settings: Settings, context_tokens: int = 0, batch_tokens: int = 0) -> "Asked":
        """What the settings say where a request names nothing (0)."""
        chosen = settings.kv_cache_type
        return cls(
            context_tokens=context_tokens or settings.context_tokens,
            parallel=settings.parallel,
            batch_tokens=batch_tokens or DEFAULT_BATCH_TOKENS,
            cache_type="f16" if chosen == "auto" else chosen,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """One way to hold a model."""

    context_tokens: int
    """Of each request; never more than the model was trained for."""
    parallel: int
    layout: CacheLayout
    batch_tokens: int = DEFAULT_BATCH_TOKENS
    cache_type: str = "f16"


class Held(Protocol):
    """The model, as far as it matters here: `ModelSizes`."""

    shape: KvShape
    trained_tokens: int | None
    embeds: bool

    @property
    def weights_bytes(self) -> int: ...


def usual_manner(sizes: Held, asked: Asked, machine: MachineMemory) -> Manner:
    """How it is held where memory allows. Equal machines give equal answers, whatever is free."""
    home = machine.home_bytes(sizes.weights_bytes)
    if sizes.embeds:
        context = asked.context_tokens or _steps(sizes.trained_tokens)[-1]
        context = min(context, sizes.trained_tokens or context)
        layout = CacheLayout(context, 1, own_cells=True)
    elif asked.context_tokens:
        context = min(asked.context_tokens, sizes.trained_tokens or asked.context_tokens)
        layout = lay_out(
            sizes.shape,
            context_tokens=context,
            parallel=asked.parallel,
            memory_bytes=home,
            cell_bytes=CELL_BYTES[asked.cache_type],
        )
    else:
        context, layout = _comfortable(sizes, asked, home)
    return Manner(
        context_tokens=context,
        parallel=asked.parallel,
        layout=layout,
        batch_tokens=max(asked.batch_tokens, asked.parallel),
        cache_type=asked.cache_type,
    )


def smaller_contexts(context_tokens: int, trained_tokens: int | None, least: int) -> list[int]:
    """The steps below an automatic context, down to `least`.

    >>> smaller_contexts(40960, 40960, 4096)
    [32768, 16384, 8192, 4096]
    """
    steps = _steps(trained_tokens)
    return [step for step in reversed(steps) if least <= step < context_tokens]


def _comfortable(sizes: Held, asked: Asked, home_bytes: int) -> tuple[int, CacheLayout]:
    """The longest context whose cache takes no more than it should, and how it is shared out."""
    shape, parallel, cell_bytes = sizes.shape, asked.parallel, CELL_BYTES[asked.cache_type]
    budget = min(home_bytes * COMFORT_PART, max(sizes.weights_bytes, COMFORT_BYTES))
    steps = _steps(sizes.trained_tokens)

    def fits(layout: CacheLayout) -> bool:
        return shape.of_layout(layout, cell_bytes) <= budget

    own = max((s for s in steps if fits(CacheLayout(s, parallel, own_cells=True))), default=0)
    shared = max((s for s in steps if fits(pool(shape, s, parallel))), default=steps[0])
    layout = lay_out(
        shape,
        context_tokens=own or steps[0],
        parallel=parallel,
        memory_bytes=home_bytes,
        cell_bytes=cell_bytes,
    )
    if layout.own_cells and shared < WORTH_A_POOL * layout.tokens:
        return layout.tokens, layout
    return shared, pool(shape, shared, parallel)


def _steps(trained_tokens: int | None) -> list[int]:
    """All lengths that an automatic context may have, the shortest first."""
    most = min(trained_tokens or LEAST_CONTEXT, MOST_CONTEXT)
    steps, step = [], LEAST_CONTEXT
    while step < most:
        steps.append(step)
        step *= 2
    return [*steps, most]
