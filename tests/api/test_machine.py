"""One look at the machine, with graphics processors that come, go and cannot be asked about."""

import asyncio
import shutil
from pathlib import Path

import msgspec
import pytest

from desktop.api.puna.machine import Look
from desktop.client import status
from desktop.engine.devices import DeviceProbe
from desktop.hardware.gpus import GpuMeter
from tests.engine.driver import FOUND, WITH_CARD, WITHOUT, Driver
from tests.hardware.test_gpu import RADEON, add_card

pytestmark = pytest.mark.slow


class Shown(msgspec.Struct):
    """What a window reads out of it."""

    memory: status.Memory
    processor: status.Processor
    gpus: status.Gpus
    compute: status.Compute
    power: status.Power
    disk: status.Disk


def card(shown: Shown) -> status.Gpu | None:
    return next((each for each in shown.gpus.cards if each.name == FOUND.description), None)


def test_devices_come_and_go(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    driver = Driver(monkeypatch)
    driver.tells(WITH_CARD)
    monkeypatch.setattr("desktop.api.puna.machine.FRESH_S", 0.0)

    async def look() -> None:
        probe = DeviceProbe()
        machine = Look(tmp_path, probe)

        async def shown() -> Shown:
            return msgspec.convert((await machine.at([])).view(), Shown)

        first = await shown()
        assert first.compute == status.Compute(reason="not_asked_yet")
        await probe.look()
        there = await shown()
        assert there.compute.backends == ["CPU", "Vulkan"]
        assert there.compute.devices == [
            status.Device(
                index=0,
                name="Vulkan0",
                total_bytes=FOUND.total_bytes,
                description="A card",
                id="0000:0c:00.0",
            )
        ]
        seen = card(there)
        assert seen
        assert (seen.device, seen.reason) == ("Vulkan0", "not_told")
        assert (seen.memory_total_bytes, seen.memory_used_bytes) == (FOUND.total_bytes, None)

        driver.tells(WITHOUT)
        await probe.look(fresh=True)
        lost = card(await shown())
        assert lost
        assert (lost.device, lost.reason, lost.memory_total_bytes) == ("", "lost", None)

        driver.crashes()
        probe.forget()
        await probe.look()
        assert (await shown()).compute == status.Compute(reason="failed")

    asyncio.run(look())


def test_a_card_that_is_pulled_out_is_noticed_by_who_looks(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    driver = Driver(monkeypatch)
    driver.tells(WITH_CARD)
    monkeypatch.setattr("desktop.api.puna.machine.FRESH_S", 0.0)
    root = tmp_path / "root"
    add_card(root, 0, RADEON)

    async def look() -> None:
        probe = DeviceProbe()
        machine = Look(tmp_path, probe, GpuMeter(root, platform="linux"))
        await probe.look()
        await machine.at([])
        driver.tells(WITHOUT)
        await machine.at([])
        assert driver.asked == 1
        shutil.rmtree(root / "sys/class/drm/card0")
        await machine.at([])
        assert not (await probe.look()).devices
        assert driver.asked == 2
        assert [trouble.code for trouble in probe.troubles] == ["gpu_lost"]

    asyncio.run(look())


def test_the_processor_is_described(tmp_path: Path) -> None:
    async def look() -> Shown:
        probe = DeviceProbe()
        seen = await Look(tmp_path, probe).at([])
        await probe.close()
        return msgspec.convert(seen.view(), Shown)

    processor = asyncio.run(look()).processor
    assert processor.performance_cores
    assert processor.physical_cores
    assert processor.performance_cores <= processor.physical_cores
    assert 1 <= processor.threads <= processor.physical_cores
    assert processor.reason == "first_look"
