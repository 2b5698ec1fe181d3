"""What llama.cpp can compute on, as its backends tell it.

To ask them starts the graphics drivers, which may crash or hang: this runs in an errand.

Source: llama.cpp, `ggml/include/ggml-backend.h`; which devices a model is spread over, and in
which order: `src/llama.cpp`, `llama_prepare_model_devices`.
"""

import contextlib
import ctypes
import platform
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from desktop.worker.errand_messages import DeviceSeen, DevicesListed
from desktop.worker.library import ggml_libraries, start_backends

_GPU, _INTEGRATED = 1, 2  # ggml_backend_dev_type
_IS_APPLE = sys.platform == "darwin" and platform.machine() == "arm64"
"""Metal calls Apple's graphics processors cards; their memory is the machine's own all the same."""
_SIZE, _HANDLE, _WORDS = ctypes.c_size_t, ctypes.c_void_p, ctypes.c_char_p


class _Properties(ctypes.Structure):
    """`ggml_backend_dev_props`; the end leaves room for what newer versions add."""

    _fields_ = (
        ("name", _WORDS),
        ("description", _WORDS),
        ("memory_free", _SIZE),
        ("memory_total", _SIZE),
        ("type", ctypes.c_int),
        ("device_id", _WORDS),
        ("capabilities", ctypes.c_char * 256),
    )


class _Feature(ctypes.Structure):
    """`ggml_backend_feature`; the last one of a list has no name."""

    _fields_ = (("name", _WORDS), ("value", _WORDS))


@dataclass(frozen=True, slots=True)
class Offered:
    """A device, and which backend has it."""

    backend: str
    kind: int
    seen: DeviceSeen


def list_devices() -> DevicesListed:
    """Graphics processors in the order in which llama.cpp numbers them, if it may use all."""
    start_backends()
    ggml = _Ggml(ggml_libraries())
    return DevicesListed(
        devices=[each.seen for each in chosen(list(ggml.devices()))],
        backends=list(ggml.backends()),
        cpu_features=list(ggml.cpu_features()),
    )


def chosen(offered: list[Offered]) -> list[Offered]:
    """Those that llama.cpp would use: a card that two backends know counts once; integrated ones
    only where there is no other, and those of a single backend."""
    cards: list[Offered] = []
    integrated: list[Offered] = []
    for each in offered:
        if each.kind == _GPU and each.seen.id not in {card.seen.id for card in cards} - {""}:
            cards.append(each)
        elif each.kind == _INTEGRATED and each.backend == (integrated or [each])[-1].backend:
            integrated.append(each)
    return cards or integrated


class _Ggml:
    """The functions of `libggml` and `libggml-base` that tell of backends and devices."""

    def __init__(self, libraries: list[ctypes.CDLL]) -> None:
        self._libraries = libraries

    def devices(self) -> Iterator[Offered]:
        describe = self._function("ggml_backend_dev_description", _WORDS, _HANDLE)
        name_of = self._function("ggml_backend_dev_name", _WORDS, _HANDLE)
        kind_of = self._function("ggml_backend_dev_type", ctypes.c_int, _HANDLE)
        for device in self._each("dev"):
            kind = int(kind_of(device))
            if kind not in (_GPU, _INTEGRATED):
                continue
            free, total = self._memory(device)
            seen = DeviceSeen(
                name=_text(name_of(device)),
                description=_text(describe(device)),
                integrated=kind == _INTEGRATED or _IS_APPLE,
                total_bytes=total,
                free_bytes=free,
                id=self._id(device),
            )
            yield Offered(self._backend_of(device), kind, seen)

    def backends(self) -> Iterator[str]:
        name_of = self._function("ggml_backend_reg_name", _WORDS, _HANDLE)
        for backend in self._each("reg"):
            yield _text(name_of(backend))

    def cpu_features(self) -> Iterator[str]:
        """`AVX2`, `SVE_CNT=16`."""
        by_name = self._function("ggml_backend_reg_by_name", _HANDLE, _WORDS)
        find = self._function("ggml_backend_reg_get_proc_address", _HANDLE, _HANDLE, _WORDS)
        backend = by_name(b"CPU")
        address = find(backend, b"ggml_backend_get_features") if backend else None
        if not address:
            return
        list_features = ctypes.CFUNCTYPE(ctypes.POINTER(_Feature), _HANDLE)(address)
        for feature in list_features(backend):
            if not feature.name:
                return
            name, value = _text(feature.name), _text(feature.value)
            if value != "0":
                yield name if value == "1" else f"{name}={value}"

    def _each(self, what: str) -> Iterator[int]:
        count = self._function(f"ggml_backend_{what}_count", _SIZE)()
        at = self._function(f"ggml_backend_{what}_get", _HANDLE, _SIZE)
        for index in range(count):
            yield at(index)

    def _memory(self, device: int) -> tuple[int, int]:
        """Free and all, in bytes."""
        sizes = ctypes.POINTER(_SIZE)
        ask = self._function("ggml_backend_dev_memory", None, _HANDLE, sizes, sizes)
        free, total = _SIZE(), _SIZE()
        ask(device, ctypes.byref(free), ctypes.byref(total))
        return free.value, total.value

    def _id(self, device: int) -> str:
        target = ctypes.POINTER(_Properties)
        ask = self._function("ggml_backend_dev_get_props", None, _HANDLE, target)
        properties = _Properties()
        ask(device, ctypes.byref(properties))
        return _text(properties.device_id)

    def _backend_of(self, device: int) -> str:
        backend = self._function("ggml_backend_dev_backend_reg", _HANDLE, _HANDLE)(device)
        return _text(self._function("ggml_backend_reg_name", _WORDS, _HANDLE)(backend))

    def _function(self, name: str, result: Any, *arguments: Any) -> Any:
        for library in self._libraries:
            with contextlib.suppress(AttributeError):
                function = library[name]
                function.restype, function.argtypes = result, arguments
                return function
        raise AttributeError(f"llama.cpp's libraries have no function {name}")


def _text(words: bytes | None) -> str:
    return (words or b"").decode("utf-8", "replace")
