"""A process that stands where real graphics drivers would be asked: it tells, crashes or hangs."""

import sys

import pytest

from desktop.engine import child
from desktop.hardware.devices import Device
from desktop.worker.errand_messages import DeviceSeen, DevicesListed, Done
from desktop.worker.frames import pack

CARD = DeviceSeen(
    name="Vulkan0",
    description="A card",
    integrated=False,
    total_bytes=8 * 2**30,
    free_bytes=6 * 2**30,
    id="0000:0C:00.0",
)
FOUND = Device(
    index=0,
    name="Vulkan0",
    description="A card",
    total_bytes=8 * 2**30,
    free_bytes=6 * 2**30,
    id="0000:0c:00.0",
)
WITH_CARD = DevicesListed(devices=[CARD], backends=["CPU", "Vulkan"], cpu_features=["AVX2"])
WITHOUT = DevicesListed(devices=[], backends=["CPU", "Vulkan"], cpu_features=["AVX2"])


class Driver:
    """What the child process is, in place of one that asks real drivers; counts how often."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.asked = 0
        self.script = ""
        monkeypatch.setattr(child, "worker_command", self._command)

    def _command(self) -> list[str]:
        self.asked += 1
        return [sys.executable, "-c", self.script]

    def tells(self, listed: DevicesListed) -> None:
        frames = pack(listed) + pack(Done())
        self.script = f"import sys; sys.stdout.buffer.write({frames!r})"

    def crashes(self) -> None:
        self.script = (
            "import os, signal, sys\n"
            "sys.stderr.write('vk: lost'); sys.stderr.flush()\n"
            "os.kill(os.getpid(), signal.SIGSEGV)"
        )

    def hangs(self) -> None:
        self.script = "import signal; signal.pause()"

    def says(self, nonsense: bytes) -> None:
        self.script = f"import sys; sys.stdout.buffer.write({nonsense!r})"
