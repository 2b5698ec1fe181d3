"""Why it is slow, as far as the figures tell, and what would help. No texts, no widgets."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from desktop.client.status import Model, Status

SWAPPING_BYTES_PER_S = 2_000_000
SCARCE_SHARE = 0.04  # of main memory that is left
BUSY_PERCENT = 75.0
OTHERS_PERCENT = 50.0
LONG_PROMPT_TOKENS = 1000
LARGE_CONTEXT_BYTES = 1_000_000_000
LARGE_CONTEXT_SHARE = 0.4
SLOW_TOKENS_PER_S = 12.0


class Why(Enum):
    """What takes the time."""

    LOADING = auto()
    SWAPPING = auto()
    SCARCE_MEMORY = auto()
    READING = auto()
    WAITING = auto()
    SHARED = auto()
    PARTLY_ON_CARD = auto()
    NOT_ON_CARD = auto()
    NO_CARD = auto()
    OTHER_PROGRAMS = auto()
    BATTERY = auto()
    SAVING_POWER = auto()
    LARGE_CONTEXT = auto()
    SHORT_OF_MEMORY = auto()
    SMALL_CACHE = auto()
    IN_LINE = auto()


class Remedy(Enum):
    """What one click can do about it."""

    UNLOAD = auto()
    KEEP = auto()
    CANCEL = auto()
    PAUSE_OTHERS = auto()
    SMALLER_MODEL = auto()
    MODEL_SETTINGS = auto()


@dataclass(frozen=True, slots=True)
class Reason:
    """`figure` is in the unit that the reason is about: tokens, percent, bytes, requests."""

    why: Why
    model: str = ""
    app: str = ""
    figure: float = 0.0
    percent: int | None = None
    remedy: Remedy | None = None
    target: str = ""
    """What the remedy is for: a model, or a request's id."""


def reasons(status: Status) -> list[Reason]:
    """The gravest first; empty if nothing is going on, or nothing slows it down."""
    if not status.requests and not any(model.state == "loading" for model in status.models):
        return []
    return [
        *_of_memory(status),
        *_of_plans(status),
        *_of_loading(status),
        *_of_requests(status),
        *_of_cards(status),
        *_of_machine(status),
    ]


def _of_memory(status: Status) -> Iterator[Reason]:
    memory = status.memory
    idle = next((model for model in status.models if _is_idle(model)), None)
    remedy, target = Remedy.SMALLER_MODEL, ""
    if idle:
        remedy, target = Remedy.UNLOAD, idle.name
    if (moved := memory.swap_bytes_per_s or 0) > SWAPPING_BYTES_PER_S:
        yield Reason(Why.SWAPPING, figure=moved, remedy=remedy, target=target)
    elif memory.available_bytes < SCARCE_SHARE * memory.total_bytes:
        left = memory.available_bytes
        yield Reason(Why.SCARCE_MEMORY, figure=left, remedy=remedy, target=target)


def _of_plans(status: Status) -> Iterator[Reason]:
    """What was done so that models fit, where that costs time."""
    for model in status.models:
        if model.plan is None or not (model.running or model.waiting):
            continue
        others = [each for each in status.models if each.name != model.name and _is_idle(each)]
        remedy, target = Remedy.SMALLER_MODEL, ""
        if others:
            remedy, target = Remedy.UNLOAD, others[0].name
        if swap := model.plan.step("swap"):
            figure = swap.numbers.get("short_bytes", 0)
            yield Reason(
                Why.SHORT_OF_MEMORY, model.name, figure=figure, remedy=remedy, target=target
            )
        is_small = model.plan.step("pool") or model.plan.step("parallel")
        if is_small and model.running + model.waiting > 1:
            yield Reason(Why.SMALL_CACHE, model.name, remedy=remedy, target=target)


def _of_loading(status: Status) -> Iterator[Reason]:
    for model in status.models:
        if model.state == "loading":
            yield Reason(Why.LOADING, model.name, percent=model.load_percent)


def _of_requests(status: Status) -> Iterator[Reason]:
    for entry in status.requests:
        if entry.state == "reading" and entry.prompt_tokens >= LONG_PROMPT_TOKENS:
            yield Reason(
                Why.READING,
                entry.model,
                entry.app.name,
                figure=entry.prompt_tokens,
                percent=entry.read_percent,
                remedy=Remedy.CANCEL,
                target=entry.id,
            )
        elif entry.queue and entry.queue.what == "load" and entry.queue.place > 1:
            place = entry.queue.place
            yield Reason(Why.IN_LINE, entry.model, entry.app.name, figure=place)
    for model in status.models:
        if model.waiting and model.running:
            yield Reason(Why.WAITING, model.name, figure=model.waiting, remedy=Remedy.PAUSE_OTHERS)
        elif model.running > 1:
            yield Reason(Why.SHARED, model.name, figure=model.running, remedy=Remedy.PAUSE_OTHERS)


def _of_cards(status: Status) -> Iterator[Reason]:
    has_card = any(card.memory_total_bytes for card in status.gpus.cards)
    for model in status.models:
        share, rate = model.gpu_share, model.tokens_per_s or model.last_tokens_per_s
        if not model.running or share is None:
            continue
        if has_card and share == 0:
            yield Reason(Why.NOT_ON_CARD, model.name, remedy=Remedy.MODEL_SETTINGS)
        elif has_card and share < 0.95:
            percent = round(100 * share)
            yield Reason(
                Why.PARTLY_ON_CARD, model.name, percent=percent, remedy=Remedy.SMALLER_MODEL
            )
        elif not has_card and rate is not None and rate < SLOW_TOKENS_PER_S:
            yield Reason(Why.NO_CARD, model.name, figure=rate, remedy=Remedy.SMALLER_MODEL)
        if _has_large_context(model):
            assert model.memory
            size = model.memory.context_bytes
            yield Reason(Why.LARGE_CONTEXT, model.name, figure=size, remedy=Remedy.MODEL_SETTINGS)


def _of_machine(status: Status) -> Iterator[Reason]:
    load, ours = status.processor.load_percent, status.processor.workers_percent
    if load is not None and ours is not None and load > BUSY_PERCENT:
        others = load - ours
        if others > OTHERS_PERCENT:
            yield Reason(Why.OTHER_PROGRAMS, percent=round(others))
    if status.power.plugged is False:
        yield Reason(Why.BATTERY, percent=status.power.percent)
    elif status.power.profile == "low-power":
        yield Reason(Why.SAVING_POWER)


def _is_idle(model: Model) -> bool:
    return model.state == "ready" and not model.running and not model.waiting


def _has_large_context(model: Model) -> bool:
    memory = model.memory
    if memory is None or memory.context_bytes < LARGE_CONTEXT_BYTES:
        return False
    return memory.context_bytes > LARGE_CONTEXT_SHARE * memory.total_bytes
