"""Memory that this process may use, with the limits of containers and services."""

import sys
from pathlib import Path

import psutil
import pytest

from desktop.hardware.memory import available_bytes, oom_kills, total_bytes

MIB = 2**20


def write(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text + "\n")
    return root


def test_without_groups_it_is_the_machine(tmp_path: Path) -> None:
    assert total_bytes(tmp_path) == psutil.virtual_memory().total
    assert 0 < available_bytes(tmp_path) <= total_bytes(tmp_path)


def test_this_very_machine() -> None:
    assert 0 < available_bytes() <= total_bytes() <= psutil.virtual_memory().total


def test_the_smallest_limit_of_all_groups_around_us_counts(tmp_path: Path) -> None:
    root = write(
        tmp_path,
        {
            "proc/self/cgroup": "0::/outer/inner",
            "sys/fs/cgroup/outer/inner/memory.max": "max",
            "sys/fs/cgroup/outer/inner/memory.current": str(30 * MIB),
            "sys/fs/cgroup/outer/memory.max": str(100 * MIB),
            "sys/fs/cgroup/outer/memory.current": str(60 * MIB),
            "sys/fs/cgroup/outer/memory.stat": f"anon 1\ninactive_file {20 * MIB}",
        },
    )
    assert total_bytes(root) == 100 * MIB
    assert available_bytes(root) == 60 * MIB  # caches of files are given up at need


def test_groups_of_the_first_version(tmp_path: Path) -> None:
    folder = "sys/fs/cgroup/memory/box"
    root = write(
        tmp_path,
        {
            "proc/self/cgroup": "9:name=systemd:/box\n4:cpu,memory:/box\n0::/",
            f"{folder}/memory.limit_in_bytes": str(100 * MIB),
            f"{folder}/memory.usage_in_bytes": str(90 * MIB),
            f"{folder}/memory.stat": f"total_inactive_file {5 * MIB}",
            "sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712",
        },
    )
    assert total_bytes(root) == 100 * MIB
    assert available_bytes(root) == 15 * MIB


def test_a_container_sees_its_own_group_as_the_top(tmp_path: Path) -> None:
    root = write(tmp_path, {"proc/self/cgroup": "0::/", "sys/fs/cgroup/memory.max": str(9 * MIB)})
    assert total_bytes(root) == 9 * MIB


@pytest.mark.parametrize("text", ["", "nonsense", "0::/../../etc", "0", "::"])
def test_what_makes_no_sense_is_no_limit(tmp_path: Path, text: str) -> None:
    root = write(tmp_path, {"proc/self/cgroup": text, "etc/memory.max": "1"})
    assert total_bytes(root) == psutil.virtual_memory().total


@pytest.mark.skipif(sys.platform != "linux", reason="others do not count mapped files as free")
def test_files_that_we_have_mapped_are_not_free() -> None:
    assert available_bytes(mapped_bytes=2**60) == 0


def test_how_often_memory_has_run_out(tmp_path: Path) -> None:
    assert oom_kills(tmp_path) is None
    write(tmp_path, {"proc/vmstat": "nr_free_pages 7\noom_kill 3\noom_kill_x 9"})
    assert oom_kills(tmp_path) == 3
