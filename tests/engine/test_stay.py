"""How long models stay: by clocks that are set, pinned, with a low battery; and what is waited for
when one has left."""

import asyncio
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import pytest

from desktop.engine.battery import Battery
from desktop.engine.process import WorkerProcess
from desktop.engine.recovery import Free, FreeMeter, Recovery
from desktop.engine.runner import Runner
from desktop.hardware.battery import Power
from desktop.hardware.gpus import GpuMeter
from desktop.worker.messages import Buffer, Loaded

MIB = 2**20


@dataclass
class Clocks:
    """`steady` goes on, `wall` may be set."""

    steady: float = 1000.0
    wall: float = 2e9


def runner_at(clocks: Clocks, keep_alive_s: float = 300.0) -> Runner:
    return Runner(
        name="a",
        digest="",
        weights=Path("a"),
        plan=cast("Any", None),
        process=WorkerProcess("a", lambda _death: None),
        keep_alive_s=keep_alive_s,
        now=lambda: clocks.steady,
        wall=lambda: clocks.wall,
    )


@pytest.mark.parametrize("jump", [-1e9, 1e9])
def test_a_clock_that_is_set_changes_nothing_but_the_date_that_is_shown(jump: float) -> None:
    clocks = Clocks()
    runner = runner_at(clocks)
    clocks.steady += 100
    clocks.wall += 100 + jump
    assert runner.left_s == 200
    assert runner.expires_at == clocks.wall + 200
    clocks.steady += 200
    assert runner.left_s == 0


def test_each_request_begins_the_time_anew() -> None:
    clocks = Clocks()
    runner = runner_at(clocks)
    runner.enter(60)
    clocks.steady += 500
    assert runner.idle_s == 0
    runner.leave()
    assert (runner.left_s, runner.idle_s) == (60, 0)
    clocks.steady += 20
    assert (runner.left_s, runner.idle_s) == (40, 20)


def test_a_pinned_model_stays_and_its_time_begins_when_it_is_let_go() -> None:
    clocks = Clocks()
    runner = runner_at(clocks)
    runner.pin(True)
    clocks.steady += 10_000
    assert runner.left_s == math.inf
    assert runner.expires_at > clocks.wall + 9e9
    runner.pin(False)
    assert runner.left_s == 300


@dataclass
class Socket:
    """A battery as the system tells of it."""

    power: Power
    looks: int = 0

    def __call__(self) -> Power:
        self.looks += 1
        return self.power


@pytest.mark.parametrize(
    ("power", "low"),
    [
        (Power(percent=19, plugged=False), True),
        (Power(percent=20, plugged=False), False),
        (Power(percent=5, plugged=True), False),
        (Power(percent=5, plugged=None), False),
        (Power(reason="none_found"), False),
    ],
)
def test_when_the_battery_is_low(power: Power, low: bool) -> None:
    battery = Battery(Socket(power), lambda: 0.0)
    assert asyncio.run(battery.is_low(20)) is low


def test_the_battery_is_looked_at_once_a_minute() -> None:
    socket, clocks = Socket(Power(percent=50, plugged=False)), Clocks()
    battery = Battery(socket, lambda: clocks.steady)
    for seconds, looks in ((0, 1), (59, 1), (1, 2)):
        clocks.steady += seconds
        asyncio.run(battery.is_low(20))
        assert socket.looks == looks
    assert battery.wait_s() == 60


@dataclass
class Memory:
    """What is free, look by look; each takes so many seconds by its clock."""

    free: Iterator[Free]
    step_s: float = 0.0
    seconds: float = 0.0
    asked: list[bool] = field(default_factory=list)

    def look(self, cards_matter: bool) -> Free:
        self.asked.append(cards_matter)
        self.seconds += self.step_s
        return next(self.free)


def loaded_runner(*buffers: Buffer, devices: tuple[str, ...] = ()) -> Runner:
    runner = runner_at(Clocks())
    runner.process.loaded = Loaded(
        context_tokens=1,
        trained_tokens=1,
        vocabulary=1,
        cells=1,
        devices=list(devices),
        buffers=list(buffers),
        template="",
        memory="full",
    )
    return runner


def looks(memory: Memory, runner: Runner) -> int:
    """How often it was looked before somebody trusted what is free."""

    async def run() -> None:
        recovery = Recovery(memory.look, lambda: memory.seconds)
        if debt := await recovery.debt(runner):
            await recovery.wait(debt)

    asyncio.run(run())
    return len(memory.asked)


def on_card(*free_mib: int) -> Iterator[Free]:
    return (Free(0, each * MIB) for each in free_mib)


CARD = loaded_runner(Buffer("CUDA0", "weights", 400 * MIB), devices=("CUDA0",))
MAIN = loaded_runner(Buffer("CPU", "kv", 400 * MIB), Buffer("CPU_Mapped", "weights", 900 * MIB))


def test_the_memory_of_a_card_is_waited_for() -> None:
    memory = Memory(on_card(100, 100, 200, 399, 400, 999))
    assert looks(memory, CARD) == 5  # three quarters are back
    assert all(memory.asked)


def test_main_memory_is_waited_for_without_what_is_mapped() -> None:
    memory = Memory(Free(each * MIB) for each in (1000, 1100, 1300, 9999))
    assert looks(memory, MAIN) == 3
    assert not any(memory.asked)


@pytest.mark.parametrize(("runner", "seconds"), [(CARD, 5), (MAIN, 1)])
def test_nobody_waits_for_ever(runner: Runner, seconds: int) -> None:
    memory = Memory(iter([Free(0, 0)] * 9), step_s=1.0)
    assert looks(memory, runner) <= 2 + seconds


def test_a_card_that_tells_nothing_is_not_waited_for() -> None:
    assert looks(Memory(iter([Free(0)] * 9)), CARD) == 2


def test_what_looks_at_cards_is_opened_once(tmp_path: Path) -> None:
    """On Windows, each would keep counters open."""
    opened: list[GpuMeter] = []

    def open_cards() -> GpuMeter:
        opened.append(GpuMeter(tmp_path, platform="linux"))
        return opened[-1]

    meter = FreeMeter(open_cards)
    assert meter.look(cards_matter=False).main > 0
    assert not opened
    assert [meter.look(cards_matter=True).gpu for _ in range(3)] == [None] * 3
    assert len(opened) == 1


def test_a_little_is_not_worth_a_look() -> None:
    assert looks(Memory(iter([])), loaded_runner(Buffer("CPU", "kv", MIB))) == 0
