"""What is done without when memory is short, on machines of many kinds."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.core.errors import RequestInvalid
from desktop.engine.ladder import Decision, Ladder, Neighbour, Rooms, Wishes
from desktop.models.gguf import GgufHeader
from desktop.models.machine_memory import GpuMemory, MachineMemory
from desktop.models.manner import Asked
from desktop.models.sizes import ModelSizes
from tests.engine.machines import (
    GAMER,
    GIB,
    LAPTOP,
    LLAMA_1B,
    LLAMA_8B,
    LLAMA_70B,
    MACBOOK,
    OFFICE,
    QWEN_14B,
    WORKSTATION,
    projector,
    with_free,
)


def wishes(context: int = 0, parallel: int = 8, **more: Any) -> Wishes:
    return Wishes(
        asked=Asked(context_tokens=context, parallel=parallel), **{"may_quantize": True} | more
    )


def decide(
    model: GgufHeader | list[GgufHeader],
    machine: MachineMemory,
    asked: Wishes | None = None,
    *neighbours: Neighbour,
) -> Decision | None:
    sizes = ModelSizes(model if isinstance(model, list) else [model])
    return Ladder(sizes, asked or wishes(), machine, neighbours=neighbours).decide()


def decided(
    model: GgufHeader | list[GgufHeader],
    machine: MachineMemory,
    asked: Wishes | None = None,
    *neighbours: Neighbour,
) -> Decision:
    found = decide(model, machine, asked, *neighbours)
    assert found
    return found


def codes(decision: Decision) -> list[str]:
    return [step.code for step in decision.steps]


@pytest.mark.parametrize(
    ("model", "machine", "context", "gpu_layers", "steps"),
    [
        (LLAMA_1B, LAPTOP, 8192, 0, []),
        (LLAMA_8B, LAPTOP, 4096, 0, ["kv_q8_0"]),
        (LLAMA_1B, GAMER, 8192, 17, []),
        (LLAMA_8B, GAMER, 4096, 33, ["kv_q8_0"]),
        (QWEN_14B, GAMER, 4096, 21, ["gpu_layers"]),
        (LLAMA_1B, MACBOOK, 8192, 17, []),
        (LLAMA_8B, MACBOOK, 4096, 33, []),
        (QWEN_14B, MACBOOK, 4096, 41, ["kv_q8_0"]),
        (LLAMA_8B, OFFICE, 4096, 33, []),
        (LLAMA_8B, WORKSTATION, 16384, 33, []),
        (LLAMA_70B, WORKSTATION, 8192, 58, ["gpu_layers"]),
    ],
)
def test_models_on_machines(
    model: GgufHeader, machine: MachineMemory, context: int, gpu_layers: int, steps: list[str]
) -> None:
    found = decided(model, machine)
    assert found.manner.context_tokens == context
    assert found.spread.gpu_layers == gpu_layers
    assert codes(found) == steps


@pytest.mark.parametrize(
    ("model", "machine"), [(QWEN_14B, LAPTOP), (LLAMA_70B, GAMER), (QWEN_14B, OFFICE)]
)
def test_what_cannot_be_is_refused(model: GgufHeader, machine: MachineMemory) -> None:
    ladder = Ladder(ModelSizes([model]), wishes(), machine)
    assert ladder.decide() is None
    assert ladder.least_needed().main > Rooms.of(machine).main


def test_each_rung_in_its_order() -> None:
    """The same model, with less and less memory."""
    sizes = ModelSizes([LLAMA_8B])
    machine = MachineMemory(64 * GIB, 60 * GIB)
    wish = wishes()
    seen: list[list[str]] = []
    for available in range(12 * GIB, 5 * GIB, -GIB // 128):
        found = Ladder(sizes, wish, replace(machine, available_bytes=available)).decide()
        if found is None:
            break
        if codes(found) not in seen:
            seen.append(codes(found))
    assert seen == [
        [],
        ["kv_q8_0"],
        ["kv_q8_0", "context"],
        ["kv_q8_0", "context", "pool"],
        ["kv_q8_0", "context", "parallel"],
        ["kv_q8_0", "parallel", "context"],  # shorter than an automatic one should be
    ]


def test_less_memory_is_never_answered_with_more() -> None:
    sizes, needed = ModelSizes([LLAMA_8B]), 2**62
    for available in range(60 * GIB, 4 * GIB, -GIB // 4):
        machine = MachineMemory(64 * GIB, available)
        if found := Ladder(sizes, wishes(), machine).decide():
            assert found.needed.main <= min(needed, machine.room_bytes)
            needed = found.needed.main


def test_what_somebody_chose_is_kept() -> None:
    free = with_free(LAPTOP, 7 * GIB)
    plain = decided(LLAMA_8B, free, wishes(may_quantize=False))
    assert plain.manner.cache_type == "f16"
    asked = decided(LLAMA_8B, free, wishes(8192))
    assert asked.manner.context_tokens == 8192
    assert decide(LLAMA_8B, free, wishes(131_072)) is None


def test_the_context_of_the_training_is_the_longest() -> None:
    assert decided(QWEN_14B, WORKSTATION, wishes(10**6)).manner.context_tokens == 40_960


@pytest.mark.parametrize("free", range(4, 13))
def test_equal_machines_give_equal_contexts_whatever_is_free(free: int) -> None:
    usual = decided(LLAMA_1B, GAMER).manner.context_tokens
    machine = with_free(GAMER, free * GIB, [free * GIB // 2])
    assert decided(LLAMA_1B, machine).manner.context_tokens == usual


def idle(name: str, main: int, *cards: int) -> Neighbour:
    return Neighbour(name=name, brings=Rooms(main, cards))


def test_idle_models_leave_before_anything_is_done_without() -> None:
    tight = with_free(LAPTOP, 3 * GIB)
    found = decided(LLAMA_8B, tight, wishes(), idle("a", GIB), idle("b", 3 * GIB))
    assert [each.name for each in found.leaving] == ["a", "b"]
    assert codes(found) == ["leave", "leave"]
    assert found.steps[0].numbers == {"main_bytes": GIB, "gpu_bytes": 0}


def test_only_those_leave_who_have_to() -> None:
    tight = with_free(LAPTOP, GIB)
    small, large, last = idle("small", GIB // 8), idle("large", 2 * GIB), idle("last", GIB // 2)
    found = decided(LLAMA_1B, tight, wishes(), small, large, last)
    assert [each.name for each in found.leaving] == ["large"]
    plenty = decided(LLAMA_1B, LAPTOP, wishes(), small, large, last)
    assert plenty.leaving == ()


def test_the_one_that_is_needed_least_leaves() -> None:
    tight = with_free(LAPTOP, GIB)
    found = decided(LLAMA_1B, tight, wishes(), idle("least", GIB), idle("more", GIB))
    assert [each.name for each in found.leaving] == ["least"]


def test_nobody_leaves_a_card_for_what_does_not_fit_anyway() -> None:
    machine = with_free(GAMER, 12 * GIB, [GIB // 2])
    found = decided(LLAMA_8B, machine, wishes(), idle("other", GIB // 8, GIB // 4))
    assert found.leaving == ()
    assert codes(found) == ["cpu"]


def test_a_model_that_answers_is_left_alone_unless_it_is_that_or_nothing() -> None:
    tight = with_free(LAPTOP, 3 * GIB)
    busy = replace(idle("busy", 4 * GIB), busy=True)
    assert decided(LLAMA_1B, tight, wishes(), busy).leaving == ()
    assert decided(LLAMA_8B, tight, wishes(), busy).leaving == (busy,)


def test_layers_of_a_card_that_others_have_filled() -> None:
    half = with_free(GAMER, 11 * GIB, [3 * GIB])
    found = decided(LLAMA_8B, half)
    assert codes(found) == ["gpu_layers"]
    assert found.steps[-1].numbers == {"gpu_layers": found.spread.gpu_layers, "layers": 33}
    assert found.spread.vram_bytes <= half.gpus[0].room_bytes
    full = with_free(GAMER, 11 * GIB, [GIB // 2])
    assert codes(decided(LLAMA_8B, full)) == ["cpu"]


def test_requests_say_how_many_layers_and_where() -> None:
    assert decided(LLAMA_8B, GAMER, wishes(gpu_layers=10)).spread.gpu_layers == 10
    none = decided(LLAMA_8B, GAMER, wishes(gpu_layers=0))
    assert (none.spread.vram_bytes, codes(none)) == (0, [])
    second = decided(LLAMA_8B, WORKSTATION, wishes(main_gpu=1))
    assert second.spread.main_gpu == 1
    assert second.spread.device_bytes[0] == 0
    assert decided(LLAMA_8B, WORKSTATION, wishes(main_gpu=-1)).spread.gpu_layers == 0
    with pytest.raises(RequestInvalid, match=r"main_gpu.* is 2; this machine has 0 to 1"):
        decide(LLAMA_8B, WORKSTATION, wishes(main_gpu=2))


def test_one_card_is_enough_where_it_has_room() -> None:
    assert decided(LLAMA_8B, WORKSTATION).spread.main_gpu == 0
    spread = decided(LLAMA_8B, WORKSTATION, wishes(scatter=True)).spread
    assert spread.main_gpu is None
    assert min(spread.device_bytes) > 0


def test_cards_share_layers_as_their_free_memory_is() -> None:
    spread = decided(LLAMA_70B, WORKSTATION).spread
    first, second = spread.device_bytes
    assert 1.8 < first / second < 2.4  # 23 to 11
    rooms = [gpu.room_bytes for gpu in WORKSTATION.gpus]
    assert all(size <= room for size, room in zip(spread.device_bytes, rooms, strict=True))


def test_shared_memory_counts_once() -> None:
    found = decided(LLAMA_8B, MACBOOK)
    assert found.needed.main == found.spread.ram_bytes + found.spread.vram_bytes
    tight = with_free(MACBOOK, 4 * GIB, [10 * GIB])
    assert decide(LLAMA_8B, tight) is None


def test_eyes_count_and_go_to_main_memory_first() -> None:
    seeing = [LLAMA_8B, projector(GIB)]
    room = with_free(GAMER, 11 * GIB, [8 * GIB])
    there = decided(seeing, room)
    assert there.spread.projector_on_gpu
    assert codes(there) == []
    without = decided(seeing, with_free(GAMER, 11 * GIB, [6 * GIB + GIB // 4]))
    assert not without.spread.projector_on_gpu
    assert "projector" in codes(without)
    assert without.spread.gpu_layers == 33


def test_swapping_is_refused_unless_somebody_wants_it() -> None:
    assert decide(QWEN_14B, LAPTOP) is None
    found = decided(QWEN_14B, LAPTOP, wishes(allow_swap=True))
    assert codes(found)[-1] == "swap"
    assert found.steps[-1].numbers["short_bytes"] > GIB
    assert "swap" not in codes(decided(LLAMA_1B, LAPTOP, wishes(allow_swap=True)))


def test_a_cap_leads_to_the_next_rung() -> None:
    """As after a load that ran out of memory: each cap asks for less, until there is no less."""
    sizes, rooms = ModelSizes([LLAMA_8B]), Rooms.of(LAPTOP)
    needed = []
    while found := Ladder(sizes, wishes(), LAPTOP, rooms).decide():
        needed.append(found.needed.main)
        rooms = Rooms.of(LAPTOP).capped(Rooms(found.needed.main - 1))
    assert len(needed) > 3
    assert needed == sorted(set(needed), reverse=True)


MODELS = st.sampled_from([LLAMA_1B, LLAMA_8B, QWEN_14B, LLAMA_70B])
SIZES = st.integers(0, 64 * GIB)


@pytest.mark.slow
@given(
    model=MODELS,
    total=st.integers(GIB, 128 * GIB),
    free=SIZES,
    cards=st.lists(st.tuples(SIZES, st.booleans()), max_size=3),
    context=st.sampled_from([0, 100, 4096, 100_000]),
    neighbours=st.lists(st.tuples(SIZES, SIZES, st.booleans()), max_size=3),
)
def test_whatever_is_decided_has_room(
    model: GgufHeader,
    total: int,
    free: int,
    cards: list[tuple[int, bool]],
    context: int,
    neighbours: list[tuple[int, int, bool]],
) -> None:
    gpus = tuple(GpuMemory(f"{at}", 64 * GIB, *card) for at, card in enumerate(cards))
    machine = MachineMemory(total, min(free, total), gpus)
    others = [
        Neighbour(name=f"{at}", brings=Rooms(main, (card,) * len(gpus)), busy=busy)
        for at, (main, card, busy) in enumerate(neighbours)
    ]
    found = decide(model, machine, wishes(context), *others)
    if found is None:
        return
    rooms = sum((each.brings for each in found.leaving), Rooms.of(machine))
    assert found.needed.main <= rooms.main
    assert all(need <= room for need, room in zip(found.needed.gpus, rooms.gpus, strict=True))
    if context:
        assert found.manner.context_tokens == min(context, ModelSizes([model]).trained_tokens or 0)
    assert found.manner.layout.cells >= found.manner.context_tokens
