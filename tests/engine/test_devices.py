"""What llama.cpp can compute on, asked in processes that crash, hang and talk nonsense."""

import asyncio
import time
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, TypeVar

import psutil
import pytest

from desktop.engine import child, devices
from desktop.engine.devices import RETRY_S, DeviceProbe
from desktop.hardware.devices import Devices
from desktop.hardware.sleep import SleepWatch
from tests.engine.driver import FOUND, WITH_CARD, WITHOUT, Driver

pytestmark = pytest.mark.slow

T = TypeVar("T")
HUGE_S = 60.0


class Clock:
    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def driver(monkeypatch: pytest.MonkeyPatch) -> Driver:
    return Driver(monkeypatch)


def children() -> list[psutil.Process]:
    return [each for each in psutil.Process().children() if "-c" in each.cmdline()]


def wait_for_child() -> None:
    deadline = time.monotonic() + HUGE_S
    while not children():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def run(work: Coroutine[Any, Any, T]) -> T:
    """And see that no process is left."""
    found = asyncio.run(asyncio.wait_for(work, HUGE_S))
    assert not children()
    return found


def test_this_machine_with_the_real_llama_cpp() -> None:
    async def look() -> Devices:
        probe = DeviceProbe()
        assert probe.glance() is None
        found = await probe.look()
        assert probe.glance() is found
        assert await probe.look() is found
        await probe.close()
        return found

    found = run(look())
    assert found.problem == ""
    assert "CPU" in found.backends
    assert found.cpu_features
    assert [device.index for device in found.devices] == list(range(len(found.devices)))


def test_another_thread_may_glance(driver: Driver) -> None:
    driver.tells(WITH_CARD)

    async def look() -> None:
        probe = DeviceProbe()
        assert await asyncio.to_thread(probe.glance) is None
        assert driver.asked == 0
        found = await probe.look()
        assert await asyncio.to_thread(probe.glance) is probe.known is found

    run(look())


def test_an_answer_is_remembered_until_fresh_memory_is_wanted(driver: Driver) -> None:
    driver.tells(WITH_CARD)

    async def look() -> None:
        probe = DeviceProbe()
        found = await probe.look()
        assert found == Devices(
            devices=(FOUND,), backends=("CPU", "Vulkan"), cpu_features=("AVX2",)
        )
        assert await probe.look() is found
        assert driver.asked == 1
        await probe.look(fresh=True)
        assert driver.asked == 2
        probe.forget()
        await probe.look()
        assert driver.asked == 3

    run(look())


def test_without_a_card_there_is_no_fresh_memory_to_ask_for(driver: Driver) -> None:
    driver.tells(WITHOUT)

    async def look() -> None:
        probe = DeviceProbe()
        await probe.look(fresh=True)
        await probe.look(fresh=True)
        assert driver.asked == 1

    run(look())


def test_all_who_ask_at_once_wait_for_one_answer(driver: Driver) -> None:
    driver.tells(WITH_CARD)

    async def look() -> None:
        probe = DeviceProbe()
        impatient = asyncio.create_task(probe.look())
        others = [asyncio.create_task(probe.look()) for _ in range(3)]
        await asyncio.sleep(0)
        impatient.cancel()
        found = await asyncio.gather(*others)
        assert driver.asked == 1
        assert len({id(each) for each in found}) == 1

    run(look())


@pytest.mark.parametrize("ending", ["crashes", "nonsense", "huge", "silence"])
def test_a_failure_is_told_and_believed_for_a_while(driver: Driver, ending: str) -> None:
    nonsense = {"nonsense": b"\x05\0\0\0hello", "huge": b"\xff" * 64, "silence": b""}
    driver.says(nonsense[ending]) if ending in nonsense else driver.crashes()
    clock = Clock()

    async def look() -> None:
        probe = DeviceProbe(clock=clock)
        failed = await probe.look()
        assert failed.devices == ()
        assert failed.problem
        (trouble,) = probe.troubles
        assert trouble.code == "gpu_unreadable"
        for pause_s in (*RETRY_S, RETRY_S[-1]):
            asked = driver.asked
            clock.now_s += pause_s / 2
            assert await probe.look(fresh=True) is probe.glance()
            assert driver.asked == asked
            clock.now_s += pause_s / 2
            await probe.look()
            assert driver.asked == asked + 1
        driver.tells(WITH_CARD)
        clock.now_s += RETRY_S[-1]
        assert (await probe.look()).devices == (FOUND,)
        assert probe.troubles == []

    run(look())


def test_the_last_words_of_a_crash_are_told(driver: Driver) -> None:
    driver.crashes()
    found = run(DeviceProbe().look())
    assert found.problem.endswith("crashed (SIGSEGV). Its last words: vk: lost")


def test_a_driver_that_hangs_is_given_up(driver: Driver) -> None:
    driver.hangs()

    async def look() -> Devices:
        probe = DeviceProbe(timeout_s=0.3)
        return await probe.look()

    assert run(look()).problem == "The graphics driver does not answer."


def test_what_cannot_be_ended_is_asked_nothing_more(
    driver: Driver, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A process in the kernel's hands survives its killing. Here its child holds its log open."""
    monkeypatch.setattr(devices, "KILL_GRACE_S", 0.1)
    written, clock = tmp_path / "pid", Clock()
    driver.script = (
        "import pathlib, signal, subprocess, sys\n"
        "code = 'import signal; signal.pause()'\n"
        "child = subprocess.Popen([sys.executable, '-c', code], stdout=subprocess.DEVNULL)\n"
        f"pathlib.Path({str(written)!r}).write_text(str(child.pid))\n"
        "signal.pause()"
    )

    async def look() -> None:
        probe = DeviceProbe(timeout_s=2.0, clock=clock)
        assert (await probe.look()).problem == "The graphics driver does not answer."
        child = psutil.Process(int(written.read_text()))
        driver.tells(WITH_CARD)
        clock.now_s += RETRY_S[-1]
        assert "does not let go" in (await probe.look()).problem
        assert driver.asked == 1
        child.kill()
        found = await probe.look()
        while found.problem:
            clock.now_s += RETRY_S[-1]
            found = await probe.look()
        assert found.devices == (FOUND,)

    run(look())


def test_closing_ends_what_hangs(driver: Driver) -> None:
    driver.hangs()

    async def look() -> None:
        probe = DeviceProbe()
        assert probe.glance() is None
        await asyncio.to_thread(wait_for_child)
        await probe.close()

    run(look())


def test_a_card_that_is_gone_after_a_sleep_is_missed(
    driver: Driver, caplog: pytest.LogCaptureFixture
) -> None:
    slept = [0.0]

    async def look() -> None:
        probe = DeviceProbe(SleepWatch(lambda: slept[0]))
        driver.tells(WITH_CARD)
        await probe.look()
        driver.tells(WITHOUT)
        assert (await probe.look()).devices
        slept[0] += 3600
        assert not (await probe.look()).devices
        (trouble,) = probe.troubles
        assert (trouble.code, probe.lost) == ("gpu_lost", (FOUND,))
        assert "A card is gone" in trouble.text
        driver.tells(WITH_CARD)
        slept[0] += 3600
        await probe.look()
        assert probe.troubles == []

    run(look())
    assert "A card (Vulkan0) is gone" in caplog.text


def test_no_process_can_be_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child, "worker_command", lambda: ["/nowhere/puna-worker"])
    assert "No such file" in run(DeviceProbe().look()).problem
