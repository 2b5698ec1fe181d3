"""Graphics processors as macOS tells of them, with a registry made of Python at the edge."""

import ctypes
from types import SimpleNamespace
from typing import Any

from desktop.hardware.gpu import Gpu
from desktop.hardware.gpu_mac import MacCards
from desktop.hardware.mac_registry import accelerators

# Of `ioreg -rc IOAccelerator` on an M2.
FIGURES = {"Device Utilization %": 41, "In use system memory": 1_409_286_144, "Tiler": 3}
SYSCTL = {"machdep.cpu.brand_string": b"Apple M2\0", "iogpu.wired_limit_mb": b"\0\0\0\0"}


def test_apples_processor() -> None:
    found = MacCards(lambda: [("AGXAcceleratorG14G", FIGURES)], SYSCTL.get).look([])
    assert found == [
        Gpu(
            name="Apple M2",
            maker="apple",
            shares_memory=True,
            load_percent=41,
            memory_used_bytes=1_409_286_144,
        )
    ]


def test_a_limit_that_an_administrator_has_set() -> None:
    read = (SYSCTL | {"iogpu.wired_limit_mb": (12288).to_bytes(4, "little")}).get
    (card,) = MacCards(lambda: [("AGXAcceleratorG14G", FIGURES)], read).look([])
    assert card.memory_total_bytes == 12288 * 2**20


def test_a_card_of_an_older_mac() -> None:
    figures = {"Device Utilization %": 5, "vramUsedBytes": 7_000_000}
    (card,) = MacCards(lambda: [("AMDRadeonX6000_Accelerator", figures)], SYSCTL.get).look([])
    assert (card.name, card.maker, card.shares_memory) == ("AMD Radeon", "amd", False)
    assert (card.memory_used_bytes, card.reason) == (7_000_000, "")


def test_figures_that_are_missing() -> None:
    (card,) = MacCards(lambda: [("IntelAccelerator", {})], SYSCTL.get).look([])
    assert (card.load_percent, card.memory_used_bytes, card.reason) == (None, None, "not_told")


class Registry:
    """I/O Kit and Core Foundation with one accelerator; counts what is not released."""

    def __init__(self) -> None:
        self.held: set[int] = set()
        self._names: dict[int, str] = {}
        self._left = [700]

        def matching(name: bytes) -> int:
            assert name == b"IOAccelerator"
            return 500

        def services(port: int, wanted: int, iterator: Any) -> int:
            iterator._obj.value = self._hold(600)
            return 0

        def following(iterator: Any) -> int:
            return self._hold(self._left.pop()) if self._left else 0

        def class_of(entry: int, name: Any) -> int:
            name.value = b"AGXAcceleratorG14G"
            return 0

        def figures(entry: int, key: int, allocator: None, options: int) -> int:
            assert self._names[key] == "PerformanceStatistics"
            return self._hold(800)

        def text(allocator: None, words: bytes, encoding: int) -> int:
            number = 900 + len(self._names)
            self._names[number] = words.decode()
            return self._hold(number)

        def value(figures: int, key: int) -> int | None:
            return FIGURES.get(self._names[key])

        def number(value: int, kind: int, target: Any) -> bool:
            target._obj.value = value
            return True

        self.kit = SimpleNamespace(
            IOServiceMatching=matching,
            IOServiceGetMatchingServices=services,
            IOIteratorNext=following,
            IOObjectGetClass=class_of,
            IOObjectRelease=lambda each: self._release(each),
            IORegistryEntryCreateCFProperty=figures,
        )
        self.core = SimpleNamespace(
            CFStringCreateWithCString=text,
            CFDictionaryGetValue=value,
            CFNumberGetValue=number,
            CFRelease=lambda each: self._release(each),
        )

    def _hold(self, number: int) -> int:
        self.held.add(number)
        return number

    def _release(self, each: Any) -> int:
        self.held.remove(each.value if isinstance(each, ctypes.c_uint32) else each)
        return 0


def test_the_registry_is_read_and_left_as_it_was() -> None:
    registry = Registry()
    found = accelerators(registry.kit, registry.core)
    known = {name: value for name, value in FIGURES.items() if name != "Tiler"}
    assert found == [("AGXAcceleratorG14G", known)]
    assert not registry.held
