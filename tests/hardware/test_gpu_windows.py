"""Graphics cards as Windows tells of them: recorded counters, and libraries made of Python at the
edge."""

import ctypes
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest

from desktop.hardware.gpu import Gpu
from desktop.hardware.gpu_windows import (
    ADAPTERS_EVERY_S,
    ENGINES,
    OWN,
    PROCESS_OWN,
    PROCESS_SHARED,
    SHARED,
    Readings,
    WindowsCards,
)
from desktop.hardware.windows_adapters import Adapter, adapters
from desktop.hardware.windows_counters import Counters

MIB = 2**20
CARD = Adapter(
    luid="0x00000000_0x0000d1b8",
    name="AMD Radeon RX 7800 XT",
    maker="amd",
    id="0000:03:00.0",
    integrated=False,
    own_bytes=16368 * MIB,
    shared_bytes=16000 * MIB,
)
CHIP = Adapter(
    luid="0x00000000_0x0000e2c9",
    name="Intel(R) Iris(R) Xe Graphics",
    maker="intel",
    id="0000:00:02.0",
    integrated=True,
    own_bytes=128 * MIB,
    shared_bytes=8000 * MIB,
)
# Instances as `typeperf` prints them.
READINGS: Readings = {
    ENGINES: {
        "pid_4_luid_0x00000000_0x0000D1B8_phys_0_eng_0_engtype_3D": 12.0,
        "pid_900_luid_0x00000000_0x0000D1B8_phys_0_eng_0_engtype_3D": 7.5,
        "pid_900_luid_0x00000000_0x0000D1B8_phys_0_eng_5_engtype_Compute_0": 61.0,
        "pid_4_luid_0x00000000_0x0000E2C9_phys_0_eng_0_engtype_3D": 3.0,
    },
    OWN: {
        "luid_0x00000000_0x0000D1B8_phys_0": 9000.0 * MIB,
        "luid_0x00000000_0x0000E2C9_phys_0": 0.0,
    },
    SHARED: {
        "luid_0x00000000_0x0000D1B8_phys_0": 200.0 * MIB,
        "luid_0x00000000_0x0000E2C9_phys_0": 900.0 * MIB,
    },
    PROCESS_OWN: {"pid_900_luid_0x00000000_0x0000D1B8_phys_0": 8000.0 * MIB},
    PROCESS_SHARED: {"pid_900_luid_0x00000000_0x0000D1B8_phys_0": 50.0 * MIB},
}


class Recorded:
    """Counters that were read before."""

    def __init__(self, readings: Readings) -> None:
        self.readings = readings

    def read(self) -> Readings:
        return self.readings


def cards(*found: Adapter, readings: Readings = READINGS) -> WindowsCards:
    return WindowsCards(
        list_adapters=lambda: list(found), open_counters=lambda _paths: Recorded(readings)
    )


def test_a_card_tells_its_busiest_part_and_its_memory() -> None:
    (card,) = cards(CARD).look([900])
    assert card == Gpu(
        name="AMD Radeon RX 7800 XT",
        maker="amd",
        id="0000:03:00.0",
        load_percent=61,
        workers_percent=61,
        memory_total_bytes=16368 * MIB,
        memory_used_bytes=9000 * MIB,
        workers_bytes=8000 * MIB,
    )


def test_an_integrated_one_counts_main_memory() -> None:
    (card,) = cards(CHIP).look([])
    assert card.shares_memory
    assert (card.memory_total_bytes, card.memory_used_bytes) == (8128 * MIB, 900 * MIB)
    assert (card.load_percent, card.workers_percent, card.workers_bytes) == (3, None, None)


def test_the_first_look_has_no_rates() -> None:
    (card,) = cards(CARD, readings=READINGS | {ENGINES: {}}).look([])
    assert (card.load_percent, card.reason) == (None, "first_look")
    assert card.memory_used_bytes == 9000 * MIB


def test_windows_that_refuses_its_counters_is_asked_once() -> None:
    asked = []

    def refuse(paths: Sequence[str]) -> Recorded:
        asked.append(paths)
        raise OSError("Access is denied")

    reader = WindowsCards(list_adapters=lambda: [CARD], open_counters=refuse)
    for _ in range(2):
        (card,) = reader.look([])
        assert (card.load_percent, card.memory_used_bytes, card.reason) == (None, None, "not_told")
        assert card.memory_total_bytes == 16368 * MIB
    assert len(asked) == 1


def test_adapters_are_listed_now_and_then() -> None:
    now = [0.0]
    lists = []

    def listed() -> list[Adapter]:
        lists.append(now[0])
        return [CARD]

    reader = WindowsCards(
        list_adapters=listed, open_counters=lambda _: Recorded(READINGS), clock=lambda: now[0]
    )
    reader.look([])
    reader.look([])
    now[0] += ADAPTERS_EVERY_S
    reader.look([])
    assert lists == [0.0, ADAPTERS_EVERY_S]


class Pdh:
    """`pdh.dll` with one counter, which has a value from the second reading on."""

    def __init__(self) -> None:
        self.collected = 0

    def PdhOpenQueryW(self, source: None, user: None, query: Any) -> int:
        query._obj.value = 17
        return 0

    def PdhAddEnglishCounterW(self, query: Any, path: Any, user: None, counter: Any) -> int:
        if "GPU Engine" not in path.value:
            return -1073738824  # PDH_CSTATUS_NO_OBJECT
        counter._obj.value = 23
        return 0

    def PdhCollectQueryData(self, query: Any) -> int:
        self.collected += 1
        return 0

    def PdhGetFormattedCounterArrayW(
        self, handle: Any, form: int, size: Any, count: Any, room: Any
    ) -> int:
        if self.collected < 2:
            return -1073738810  # PDH_INVALID_DATA
        if room is None:
            size._obj.value, count._obj.value = 4 * 24, 2
            return -2147481646  # PDH_MORE_DATA
        self.names = [ctypes.c_wchar_p("eng_0"), ctypes.c_wchar_p("eng_1")]
        for index, (status, value) in enumerate(((0, 12.5), (0xC0000BC6, 0.0))):
            at = ctypes.addressof(room) + 24 * index
            ctypes.memmove(at, ctypes.byref(self.names[index]), 8)
            ctypes.c_uint32.from_address(at + 8).value = status
            ctypes.c_double.from_address(at + 16).value = value
        return 0


def test_counters_speak_pdh() -> None:
    counters = Counters([ENGINES, OWN], Pdh())
    assert counters.read() == {ENGINES: {}}
    assert counters.read() == {ENGINES: {"eng_0": 12.5}}


def test_counters_that_windows_refuses() -> None:
    with pytest.raises(OSError, match="0xc0000bb8"):
        Counters([ENGINES], SimpleNamespace(PdhOpenQueryW=lambda *_: -1073738824))


class Gdi:
    """`gdi32.dll` of a laptop with a Radeon, and Windows' own software adapter."""

    def __init__(self) -> None:
        self.open: set[int] = set()

    def D3DKMTEnumAdapters2(self, found: Any) -> int:
        listing = found._obj
        for index in range(2):
            info = listing.adapters[index]
            info.handle, info.luid_low, info.luid_high = index + 1, 0xD1B8 + index, 0
            self.open.add(index + 1)
        listing.count = 2
        return 0

    def D3DKMTQueryAdapterInfo(self, query: Any) -> int:
        asked = query._obj
        words = {
            15: [0x7 if asked.handle == 2 else 0x3],
            6: [3, 0, 0],
            31: [0, 0x1002, 0x747E, 0, 0, 0, 0],
        }
        if asked.type in words:
            numbers = words[asked.type]
            data = (ctypes.c_uint32 * len(numbers))(*numbers)
        elif asked.type == 3:
            data = (ctypes.c_uint64 * 3)(16368 * MIB, 0, 16000 * MIB)  # type: ignore[assignment]
        else:
            text = "AMD Radeon RX 7800 XT\0".encode("utf-16-le")
            data = ctypes.create_string_buffer(text)  # type: ignore[assignment]
        ctypes.memmove(asked.data, data, min(asked.size, ctypes.sizeof(data)))
        return 0

    def D3DKMTCloseAdapter(self, handle: Any) -> int:
        self.open.remove(handle._obj.value)
        return 0


def test_the_kernels_adapters_without_software() -> None:
    gdi = Gdi()
    assert adapters(gdi) == [CARD]
    assert not gdi.open


def test_a_kernel_that_tells_little() -> None:
    gdi = Gdi()
    answers = SimpleNamespace(
        D3DKMTEnumAdapters2=gdi.D3DKMTEnumAdapters2,
        D3DKMTQueryAdapterInfo=lambda _query: -1,
        D3DKMTCloseAdapter=gdi.D3DKMTCloseAdapter,
    )
    first, _second = adapters(answers)
    assert (first.name, first.maker, first.id, first.own_bytes) == ("", "", "", 0)
    assert adapters(SimpleNamespace(D3DKMTEnumAdapters2=lambda _found: -1)) == []
