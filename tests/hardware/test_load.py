"""How busy the machine is, and where its power comes from."""

import os
from pathlib import Path

import psutil

from desktop.hardware.load import LoadMeter, disk_of


def test_the_first_look_has_no_rates() -> None:
    memory, processor, workers = LoadMeter().look([])
    assert (processor.load_percent, processor.reason) == (None, "first_look")
    assert memory.swap_bytes_per_s is None
    assert 0 < memory.available_bytes <= memory.total_bytes
    assert (memory.workers_bytes, workers) == (0, {})


def test_the_second_look_tells_what_happened_since() -> None:
    meter = LoadMeter()
    meter.look([os.getpid()])
    before = psutil.cpu_times().user
    while psutil.cpu_times().user < before + 0.05:
        sum(range(10_000))
    memory, processor, workers = meter.look([os.getpid()])
    assert processor.reason == ""
    assert processor.load_percent is not None
    assert processor.workers_percent is not None
    assert 0 < processor.workers_percent <= 100
    assert 0 < processor.load_percent <= 100
    assert memory.workers_bytes == workers[os.getpid()].resident_bytes > 10_000_000
    assert memory.swap_bytes_per_s is not None


def test_a_process_that_has_ended_is_left_out() -> None:
    _memory, _processor, workers = LoadMeter().look([2**22 + 1])
    assert workers == {}


def test_the_disk_of_a_folder_that_is_not_there_yet(tmp_path: Path) -> None:
    disk = disk_of(tmp_path / "models" / "deeper")
    assert disk.free_bytes is not None
    assert disk.total_bytes is not None
    assert 0 < disk.free_bytes <= disk.total_bytes
    assert disk.reason == ""
