"""Other programs on the processor, with real processes; how busy the machine is, nobody knows."""

import os
from typing import NamedTuple

import psutil
import pytest

from desktop.hardware.bystanders import Bystanders


class Cores(NamedTuple):
    user: float
    idle: float
    iowait: float


class Own(NamedTuple):
    user: float
    system: float


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Cores, Own]]:
    """What the system says, look by look."""
    said: list[tuple[Cores, Own]] = []

    class Process:
        def __init__(self, pid: int) -> None:
            pass

        def cpu_times(self) -> Own:
            return said.pop(0)[1]

    monkeypatch.setattr(psutil, "cpu_times", lambda: said[0][0])
    monkeypatch.setattr(psutil, "Process", Process)
    return said


@pytest.mark.parametrize(("own_s", "are_busy"), [(40.0, False), (30.0, False), (20.0, True)])
def test_what_the_process_itself_takes_does_not_count(
    looks: list[tuple[Cores, Own]], own_s: float, are_busy: bool
) -> None:
    looks += [
        (Cores(100.0, 900.0, 0.0), Own(5.0, 1.0)),
        (Cores(150.0, 945.0, 5.0), Own(5.0 + own_s, 1.0)),
    ]
    assert Bystanders(1).are_busy() is are_busy


def test_real_processes() -> None:
    mine = Bystanders(os.getpid())
    assert mine.are_busy() in (True, False)
    assert Bystanders(None).are_busy() in (True, False)
    gone = 2**22 + 1
    assert not Bystanders(gone).are_busy()
