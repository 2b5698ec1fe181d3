"""The limits that a container, or a service manager, sets to us (Linux control groups, both
versions)."""

from collections.abc import Iterator
from pathlib import Path

from desktop.hardware.kernel_files import text_of


def groups(root: Path, controller: str) -> Iterator[Path]:
    """Our control group's folder, and those of all groups that it is in.

    Args:
        root: Where `proc` and `sys` are.
        controller: `memory`, `cpu`; empty: of version 2, where all are in one tree.
    """
    mount = root / "sys/fs/cgroup" / controller
    for line in text_of(root / "proc/self/cgroup").splitlines():
        _tree, _, rest = line.partition(":")
        controllers, _, path = rest.partition(":")
        if controller not in controllers.split(",") or ".." in path:
            continue
        parts = [part for part in path.split("/") if part]
        for depth in range(len(parts), -1, -1):
            yield mount.joinpath(*parts[:depth])


def processors(root: Path) -> float | None:
    """How many processors' time we may use, such as 1.5; None: all.

    Source: Linux, Documentation/admin-guide/cgroup-v2.rst (`cpu.max`) and
    Documentation/scheduler/sched-bwc.rst.
    """
    found = []
    for folder in groups(root, ""):
        quota, _, period = text_of(folder / "cpu.max").partition(" ")
        found += _share(quota, period)
    for folder in groups(root, "cpu"):
        names = ("cpu.cfs_quota_us", "cpu.cfs_period_us")
        found += _share(*(text_of(folder / name) for name in names))
    return min(found, default=None)


def _share(quota: str, period: str) -> list[float]:
    """Empty where there is no limit."""
    numbers = [int(each) for each in (quota, period) if each.isdigit()]
    return [numbers[0] / numbers[1]] if len(numbers) == 2 and all(numbers) else []
