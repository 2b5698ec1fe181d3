"""What a load counts on: cards as llama.cpp spreads over them, memory as others leave it, and what
was learned from loads that were too much."""

import asyncio
import signal
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from desktop.core.errors import ModelLoadFailed
from desktop.engine.ladder import Decision, Ladder, Rooms, Wishes
from desktop.engine.machine import Machine, cards
from desktop.engine.shortage import FORGET_S, Shortages
from desktop.engine.size_book import MAX_RECORDS, SizeBook
from desktop.engine.worker_log import Ending
from desktop.hardware.devices import Device, Devices
from desktop.models.machine_memory import MachineMemory
from desktop.models.manner import Asked
from desktop.models.sizes import ModelSizes
from desktop.worker.messages import Buffer
from tests.engine.machines import GAMER, GIB, LAPTOP, LLAMA_1B, LLAMA_8B
from tests.engine.models import install_script


def device(index: int, **facts: Any) -> Device:
    usual: dict[str, Any] = {"name": f"CUDA{index}", "total_bytes": 8 * GIB, "free_bytes": 7 * GIB}
    return Device(index=index, **usual | facts)


class Cards:
    """A probe whose driver has answered."""

    def __init__(self, *devices: Device) -> None:
        self.known: Devices | None = None
        self._devices = Devices(devices=devices)

    async def look(self, *, fresh: bool = False) -> Devices:
        assert fresh
        self.known = self._devices
        return self._devices


def test_integrated_ones_count_only_where_there_are_no_others() -> None:
    own, part = device(0), device(1, kind="igpu")
    assert [gpu.device for gpu in cards(Devices(devices=(part, own)))] == ["CUDA0"]
    (only,) = cards(Devices(devices=(part,)))
    assert only.shared
    assert only.room_bytes == 7 * GIB


def test_a_card_that_two_backends_list_counts_once() -> None:
    first = device(0, id="0000:01:00.0")
    again = device(1, name="Vulkan0", id="0000:01:00.0")
    other = device(2, id="0000:02:00.0")
    found = cards(Devices(devices=(first, again, other)))
    assert [gpu.device for gpu in found] == ["CUDA0", "CUDA2"]


def test_what_is_kept_free_on_cards_is_not_there() -> None:
    (card,) = cards(Devices(devices=(device(0),)), reserve_mb=1000)
    assert card.free_bytes == 7 * GIB - 10**9
    (small,) = cards(Devices(devices=(device(0),)), reserve_mb=100_000)
    assert (small.free_bytes, small.room_bytes) == (0, 0)


def test_memory_is_asked_for_and_what_is_mapped_is_told() -> None:
    told = []

    def available(mapped_bytes: int) -> int:
        told.append(mapped_bytes)
        return 5 * GIB

    machine = Machine(1, 8 * GIB, available, Cards(device(0)))
    assert machine.glance() == MachineMemory(8 * GIB, 5 * GIB)
    found = asyncio.run(machine.memory(mapped_bytes=7))
    assert (found.available_bytes, len(found.gpus), told) == (5 * GIB, 1, [0, 7])
    assert machine.glance().gpus == found.gpus
    assert machine.glance(GIB).available_bytes == 6 * GIB
    assert machine.glance(9 * GIB).available_bytes == 8 * GIB


def decision(machine: MachineMemory = LAPTOP) -> Decision:
    found = Ladder(ModelSizes([LLAMA_8B]), Wishes(asked=Asked(parallel=1)), machine).decide()
    assert found
    return found


def test_what_was_too_much_is_remembered_until_there_is_more() -> None:
    clock = [0.0]
    shortages = Shortages(lambda: None, lambda: clock[0])
    needed = decision().needed.main
    assert shortages.caps("m", LAPTOP) is None
    shortages.learn("m", LAPTOP, decision())
    caps = shortages.caps("m", LAPTOP)
    assert caps
    assert 0.97 * needed < caps.main < needed
    assert shortages.caps("other", LAPTOP) is None
    roomier = replace(LAPTOP, available_bytes=LAPTOP.available_bytes * 5 // 4)
    assert shortages.caps("m", roomier) is None
    assert shortages.caps("m", LAPTOP) is None  # forgotten
    shortages.learn("m", LAPTOP, decision())
    clock[0] = FORGET_S + 1
    assert shortages.caps("m", LAPTOP) is None


def test_a_card_that_llama_cpp_names_is_the_one_that_was_full() -> None:
    shortages, plan = Shortages(lambda: None), decision(GAMER)
    words = "allocating 4096 MiB on device CUDA0: cudaMalloc failed: out of memory"
    named = shortages.learn("m", GAMER, plan, words)
    assert named.main == Rooms.of(GAMER).main
    assert named.gpus[0] < plan.needed.gpus[0]
    unnamed = shortages.learn("m", GAMER, plan)
    assert unnamed.main < plan.needed.main


@pytest.mark.parametrize(
    ("reason", "figures", "kills", "expected"),
    [
        ("out_of_memory", {"free_bytes": 1}, 0, True),
        ("out_of_memory", {}, 1, True),
        ("out_of_memory", {}, 0, False),  # somebody else has killed it
        ("damaged_file", {}, 1, False),
    ],
)
def test_what_is_a_lack_of_memory(
    reason: str, figures: dict[str, int], kills: int, expected: bool
) -> None:
    count = [5]
    shortages = Shortages(lambda: count[0])
    mark = shortages.mark()
    count[0] += kills
    error = ModelLoadFailed("It failed.", reason=reason, figures=figures)
    plenty = replace(LAPTOP, available_bytes=64 * GIB)
    assert shortages.was_lack_of_memory(error, decision(), plenty, mark) == expected


def test_a_kill_of_what_filled_the_memory_was_for_it() -> None:
    shortages, plan = Shortages(lambda: None), decision()
    killed = Ending(-signal.SIGKILL, by_us=False, short=False)
    assert shortages.was_death_of_it(killed, plan, LAPTOP, None)
    plenty = replace(LAPTOP, available_bytes=64 * GIB)
    assert not shortages.was_death_of_it(killed, plan, plenty, None)
    crashed = killed._replace(code=-signal.SIGSEGV)
    assert not shortages.was_death_of_it(crashed, plan, LAPTOP, None)
    assert not shortages.was_death_of_it(killed._replace(by_us=True), plan, LAPTOP, None)


def test_what_died_with_words_of_memory_died_for_it() -> None:
    aborted = Ending(-signal.SIGABRT, by_us=False, short=True)
    plenty = replace(LAPTOP, available_bytes=64 * GIB)
    assert Shortages(lambda: None).was_death_of_it(aborted, decision(), plenty, None)


@pytest.mark.slow
def test_a_book_of_sizes_stays_short_and_corrects_only_what_it_was_for(tmp_path: Path) -> None:
    model = install_script(tmp_path, "m", "a")
    path = tmp_path / "sizes.json"

    async def main() -> None:
        book = SizeBook(path)
        plain = await book.sizes_of(model, LAPTOP)
        asked = Wishes(asked=Asked(parallel=1, context_tokens=256))
        plan = Ladder(plain, asked, LAPTOP).decide()
        assert plan
        said = plain.kinds(plan.manner, plan.spread)
        halves = [("weights", said.weights / 2), ("kv", said.kv * 1.5), ("compute", 10**12)]
        buffers = [Buffer("CPU", kind, int(size)) for kind, size in halves]
        await book.note(model, LAPTOP, plan, buffers)
        again = await SizeBook(path).sizes_of(model, LAPTOP)
        found = again.kinds(plan.manner, plan.spread)
        assert found.weights == pytest.approx(said.weights / 2, rel=0.01)
        assert found.kv == pytest.approx(said.kv * 1.5, rel=0.01)
        assert found.compute == said.compute  # a thousandfold is somebody's mistake
        elsewhere = await book.sizes_of(model, GAMER)
        assert elsewhere.kinds(plan.manner, plan.spread) == said
        for context in range(256, 260 + MAX_RECORDS):
            manner = replace(plan.manner, context_tokens=context)
            await book.note(model, LAPTOP, replace(plan, manner=manner), buffers)
        assert len(path.read_bytes().split(b'"manner"')) == MAX_RECORDS + 1

    asyncio.run(main())


@pytest.mark.parametrize("content", [b"", b"[]", b"\xff", b'{"version": 9, "records": []}'])
def test_a_damaged_book_is_an_empty_one(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "sizes.json"
    path.write_bytes(content)
    model = install_script(tmp_path, "m", "a")
    sizes = asyncio.run(SizeBook(path).sizes_of(model, LAPTOP))
    assert sizes.weights_bytes > 0


def test_a_model_without_a_cache_is_not_kept_smaller_for_nothing() -> None:
    assert ModelSizes([LLAMA_1B]).can_quantize
    odd = replace(LLAMA_1B, metadata=LLAMA_1B.metadata | {"llama.attention.key_length": 80})
    assert not ModelSizes([odd]).can_quantize
