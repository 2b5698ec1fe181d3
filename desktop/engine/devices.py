"""Asks llama.cpp what it can compute on, in a short-lived process: a driver that crashes or hangs
takes nothing else with it.

Service loop only.
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable

from desktop.core.errors import AppError, WorkerFailed
from desktop.core.troubles import Trouble
from desktop.engine.errand import run
from desktop.hardware.devices import Device, Devices, Memories
from desktop.hardware.sleep import SleepWatch
from desktop.worker.errand_messages import DeviceSeen, DevicesListed, ListDevices

log = logging.getLogger(__name__)

TIMEOUT_S = 20.0
KILL_GRACE_S = 2.0
RETRY_S = (5.0, 30.0, 120.0, 600.0)
"""How long a failure is believed: growing pauses, and the last one from then on."""

_HANGS = "The graphics driver does not answer."
_STUCK = "The graphics driver does not answer, and does not let go of who asked it."


class DeviceProbe:
    """Remembers what was found; asks nothing by itself.

    Args:
        sleep: After a sleep, devices are asked for anew.
        clock: Seconds, for pauses after failures.
    """

    def __init__(
        self,
        sleep: SleepWatch | None = None,
        *,
        timeout_s: float = TIMEOUT_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._timeout_s = timeout_s
        self._clock = clock
        self._found: Devices | None = None
        self._is_stale = False
        self._memories = Memories()
        self._asking: asyncio.Task[Devices] | None = None
        self._errand: asyncio.Task[Devices] | None = None
        """Outlives `_asking` only where a process does not even die when it is killed."""
        self._failures = 0
        self._retry_at_s = float("-inf")
        self.sleep = sleep or SleepWatch()
        """Who is awake anyway may look at it."""
        self.sleep.on_wake(self.forget)

    @property
    def lost(self) -> tuple[Device, ...]:
        """Devices that were there, and were not at the last look."""
        return self._memories.lost

    @property
    def troubles(self) -> list[Trouble]:
        """What is wrong with graphics processors, as far as its user should do something."""
        if self._found and self._found.problem:
            return [_unreadable(self._found.problem)]
        return [_lost(device) for device in self.lost]

    @property
    def known(self) -> Devices | None:
        """What was found at the last look; None: there was none yet. From any thread."""
        return self._found

    def glance(self) -> Devices | None:
        """What is known, without waiting. If nothing is, it is asked for in the background; not so
        from another thread than the service's."""
        if _is_on_a_loop():
            self.sleep.look()
            self._ask_if_due(fresh=False)
        return self._found

    async def look(self, *, fresh: bool = False) -> Devices:
        """What llama.cpp can compute on. Never raises: a failure is told as `problem`, and asked
        about again after a while.

        Args:
            fresh: With the memory that is free now. Where there is no device, there is none to ask.
        """
        self.sleep.look()
        self._ask_if_due(fresh=fresh)
        if self._asking:
            return await asyncio.shield(self._asking)
        assert self._found
        return self._found

    def forget(self) -> None:
        """Ask anew at the next look: the machine has slept, or a device may have come or gone."""
        self._retry_at_s = float("-inf")
        self._failures = 0
        self._is_stale = True

    async def close(self) -> None:
        """Stop asking; on return no process is left, unless it cannot be killed."""
        tasks = {task for task in (self._asking, self._errand) if task}
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks, timeout=KILL_GRACE_S)

    def _ask_if_due(self, *, fresh: bool) -> None:
        if self._asking or self._clock() < self._retry_at_s:
            return
        found = self._found
        is_known = found is not None and not found.problem and not self._is_stale
        if is_known and not (fresh and found and found.devices):
            return
        self._is_stale = False
        self._asking = asyncio.create_task(self._ask(), name="devices")

    async def _ask(self) -> Devices:
        try:
            found = await self._attempt()
        finally:
            self._asking = None
        if found.problem:
            pause_s = RETRY_S[min(self._failures, len(RETRY_S) - 1)]
            self._failures += 1
            self._retry_at_s = self._clock() + pause_s
            log.warning("graphics processors cannot be asked about: %s", found.problem)
        else:
            self._failures = 0
        gone, back = self._memories.note(found)
        for device in gone:
            log.warning("the graphics processor %s (%s) is gone", device.shown, device.name)
        for device in back:
            log.info("the graphics processor %s (%s) is back", device.shown, device.name)
        self._found = found
        return found

    async def _attempt(self) -> Devices:
        if self._errand and not self._errand.done():
            return Devices(problem=_STUCK)
        self._errand = asyncio.create_task(_list(), name="list of devices")
        done, _ = await asyncio.wait({self._errand}, timeout=self._timeout_s)
        if not done:
            self._errand.cancel()
            await asyncio.wait({self._errand}, timeout=KILL_GRACE_S)
            return Devices(problem=_HANGS)
        try:
            return self._errand.result()
        except AppError as error:
            return Devices(problem=str(error))


def _is_on_a_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def _lost(device: Device) -> Trouble:
    return Trouble(
        code="gpu_lost",
        text=f"The graphics processor {device.shown} is gone. Models are loaded without it.",
        remedy="If it does not come back by itself, restart the computer.",
    )


def _unreadable(problem: str) -> Trouble:
    return Trouble(
        code="gpu_unreadable",
        text=f"{problem} Models are loaded without a graphics processor.",
        remedy="Restart the computer; if that does not help, update the graphics driver.",
    )


async def _list() -> Devices:
    """Raises AppError: no process can be started, or it ended too early."""
    async with contextlib.aclosing(run(ListDevices(), "asked the graphics drivers")) as findings:
        async for found in findings:
            if isinstance(found, DevicesListed):
                return Devices(
                    devices=tuple(_device(*each) for each in enumerate(found.devices)),
                    backends=tuple(found.backends),
                    cpu_features=tuple(found.cpu_features),
                )
    raise WorkerFailed("The process that asked the graphics drivers told nothing.")


def _device(index: int, seen: DeviceSeen) -> Device:
    return Device(
        index=index,
        name=seen.name,
        description=seen.description,
        kind="igpu" if seen.integrated else "gpu",
        total_bytes=seen.total_bytes,
        free_bytes=seen.free_bytes,
        id=seen.id.lower(),
    )
