"""What macOS' registry of devices (I/O Kit) says of the graphics processors.

Source: `IOKit/IOKitLib.h` and Core Foundation in Apple's documentation; the names of the figures
are those that `ioreg -rc IOAccelerator` prints.
"""

import ctypes
from typing import Any

_UTF8, _INT64 = 0x08000100, 4  # kCFStringEncodingUTF8, kCFNumberSInt64Type
_FIGURES = ("Device Utilization %", "In use system memory", "vramUsedBytes", "inUseVidMemoryBytes")
_KIT = "/System/Library/Frameworks/IOKit.framework/IOKit"
_CORE = "/System/Library/Frameworks/CoreFoundation.framework/CoreFoundation"

Statistics = dict[str, int]


def accelerators(kit: Any = None, core: Any = None) -> list[tuple[str, Statistics]]:
    """Class name and figures of each; empty if the registry does not answer.

    Args:
        kit, core: Of tests.
    """
    return _Registry(kit or ctypes.CDLL(_KIT), core or ctypes.CDLL(_CORE)).accelerators()


class _Registry:
    def __init__(self, kit: Any, core: Any) -> None:
        self._kit, self._core = kit, core
        pointer, entry = ctypes.c_void_p, ctypes.c_uint32
        for function, result, arguments in (
            (kit.IOServiceMatching, pointer, (ctypes.c_char_p,)),
            (kit.IOServiceGetMatchingServices, ctypes.c_int, (entry, pointer, pointer)),
            (kit.IOIteratorNext, entry, (entry,)),
            (kit.IOObjectRelease, ctypes.c_int, (entry,)),
            (kit.IOObjectGetClass, ctypes.c_int, (entry, ctypes.c_char_p)),
            (
                kit.IORegistryEntryCreateCFProperty,
                pointer,
                (entry, pointer, pointer, ctypes.c_uint32),
            ),
            (
                core.CFStringCreateWithCString,
                pointer,
                (pointer, ctypes.c_char_p, ctypes.c_uint32),
            ),
            (core.CFDictionaryGetValue, pointer, (pointer, pointer)),
            (core.CFNumberGetValue, ctypes.c_bool, (pointer, ctypes.c_long, pointer)),
            (core.CFRelease, None, (pointer,)),
        ):
            function.restype, function.argtypes = result, arguments

    def accelerators(self) -> list[tuple[str, Statistics]]:
        iterator = ctypes.c_uint32()
        # The dictionary is released by the call that takes it.
        wanted = self._kit.IOServiceMatching(b"IOAccelerator")
        if self._kit.IOServiceGetMatchingServices(0, wanted, ctypes.byref(iterator)):
            return []
        found = []
        while entry := self._kit.IOIteratorNext(iterator):
            found.append((self._class(entry), self._statistics(entry)))
            self._kit.IOObjectRelease(entry)
        self._kit.IOObjectRelease(iterator)
        return found

    def _class(self, entry: int) -> str:
        name = ctypes.create_string_buffer(128)
        self._kit.IOObjectGetClass(entry, name)
        return name.value.decode("utf-8", "replace")

    def _statistics(self, entry: int) -> Statistics:
        key = self._text("PerformanceStatistics")
        figures = self._kit.IORegistryEntryCreateCFProperty(entry, key, None, 0)
        self._core.CFRelease(key)
        if not figures:
            return {}
        found = {name: self._number(figures, name) for name in _FIGURES}
        self._core.CFRelease(figures)
        return {name: value for name, value in found.items() if value is not None}

    def _number(self, figures: int, name: str) -> int | None:
        key, number = self._text(name), ctypes.c_int64()
        value = self._core.CFDictionaryGetValue(figures, key)
        known = value and self._core.CFNumberGetValue(value, _INT64, ctypes.byref(number))
        self._core.CFRelease(key)
        return number.value if known else None

    def _text(self, words: str) -> int:
        return int(self._core.CFStringCreateWithCString(None, words.encode(), _UTF8))
