"""Graphics cards as Linux tells of them in `/sys/class/drm`. AMD's driver tells all that we want
to know; the others only that they are there."""

import re
from collections.abc import Iterator
from pathlib import Path

from desktop.hardware.gpu import Gpu

_MAKERS = {"0x10de": "nvidia", "0x1002": "amd", "0x8086": "intel"}
_NAMES = {"nvidia": "NVIDIA", "amd": "AMD Radeon", "intel": "Intel"}
_CARD = re.compile(r"card\d+")
_SMALL_BYTES = 2**30
"""A graphics processor that has less of its own borrows the rest from main memory."""


def linux_cards(root: Path) -> Iterator[Gpu]:
    """In the kernel's order. Cards that only draw (of virtual machines, of servers) are left out.

    Args:
        root: Where `sys` is.
    """
    folder = root / "sys/class/drm"
    try:
        names = sorted(
            (each.name for each in folder.iterdir() if _CARD.fullmatch(each.name)),
            key=lambda name: int(name[4:]),
        )
    except OSError:
        return
    for name in names:
        device = folder / name / "device"
        if maker := _MAKERS.get(_text(device / "vendor")):
            yield _amd(device) if maker == "amd" else _mute(device, maker)


def _amd(device: Path) -> Gpu:
    """Source: Linux, Documentation/gpu/amdgpu/driver-misc.rst."""
    if _text(device / "power/runtime_status") == "suspended":  # to ask would wake it
        return Gpu(name=_name(device, "amd"), maker="amd", reason="asleep")
    total, used = _number(device / "mem_info_vram_total"), _number(device / "mem_info_vram_used")
    if total is not None and total < _SMALL_BYTES:
        more, more_used = (_number(device / f"mem_info_gtt_{end}") for end in ("total", "used"))
        if more is not None and used is not None and more_used is not None:
            total, used = total + more, used + more_used
    load = _number(device / "gpu_busy_percent")
    is_whole = None not in (total, used, load)
    return Gpu(
        name=_name(device, "amd"),
        maker="amd",
        load_percent=load,
        memory_total_bytes=total,
        memory_used_bytes=used,
        reason="" if is_whole else "not_told",
    )


def _mute(device: Path, maker: str) -> Gpu:
    reason = "no_driver" if maker == "nvidia" else "not_told"
    return Gpu(name=_name(device, maker), maker=maker, reason=reason)


def _name(device: Path, maker: str) -> str:
    """What its maker calls it, if the card says so; else maker and number.

    The numbers' names are in a data base that need not be installed.
    """
    if told := _text(device / "product_name"):
        return told
    number = _text(device / "device").removeprefix("0x")
    return f"{_NAMES[maker]} ({number})" if number else _NAMES[maker]


def _number(path: Path) -> int | None:
    text = _text(path)
    return int(text) if text.isascii() and text.isdigit() else None


def _text(path: Path) -> str:
    """Empty where there is no such file, or the card does not answer."""
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""
