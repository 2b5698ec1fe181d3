"""llama.cpp's log: kept, read for buffer sizes and devices, and turned into a reason when a load
fails.

Every line also goes to stderr, where the parent keeps the last ones in case the process dies.
"""

import contextlib
import os
import re
import threading
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any

from desktop.worker.library import llama
from desktop.worker.messages import Buffer

KEPT_LINES = 200
_DEBUG, _CONTINUED = 1, 5  # ggml_log_level

_BUFFER = re.compile(r"(\S+)\s+(\S+)(?: \S+ state)? buffer size\s*=\s*([0-9.]+) MiB")
_DEVICE = re.compile(r"using device (\S+) \((.+?)\)(?: \(| -)")
_PROJECTOR = re.compile(r"CLIP using (\S+) backend")
_KINDS = {"model": "weights", "KV": "kv", "RS": "kv", "compute": "compute", "output": "compute"}

_REASONS = (
    # (reason, marks in the log, the sentence; {detail} is the line found)
    (
        "unknown_architecture",
        ("unknown model architecture",),
        "This llama.cpp does not know the model's architecture {quoted}; a newer Puna may.",
    ),
    (
        "kv_cache_type",
        ("does not divide n_embd_head", "quantized v cache requires"),
        "This model cannot keep its cache in the type that kv_cache_type asks for ({detail}).",
    ),
    (
        "out_of_memory",
        (
            "out of memory",
            "failed to allocate",
            "unable to allocate",
            "cudamalloc failed",
            "erroroutofdevicememory",
            "cannot allocate memory",
        ),
        "There is not enough memory for this model ({detail}).",
    ),
    (
        "damaged_file",
        (
            "not within the file bounds",
            "corrupted or incomplete",
            "invalid magic",
            "failed to read",
            "tensor data",
            "missing tensor",
            "key not found",
            "wrong shape",
            "wrong type",
            "invalid gguf",
            "bad_alloc",
            "duplicated tensor",
        ),
        "The model file is damaged or incomplete ({detail}).",
    ),
)


class LogKeeper:
    """Collects llama.cpp's lines from the moment it is made. Thread-safe (deque)."""

    def __init__(self) -> None:
        self.lines: deque[str] = deque(maxlen=KEPT_LINES)
        self.buffers: list[Buffer] = []
        self.devices: list[str] = []
        self.projector_device = "CPU"
        self._partial = ""
        self._apart = threading.local()
        self._callback = llama.llama_log_callback(self._on_text)  # ctypes keeps no reference
        llama.llama_log_set(self._callback, None)

    def listen(self, register: Callable[[Any, None], None]) -> None:
        """Hear another library's lines too, by its function that takes a callback."""
        register(self._callback, None)

    @contextlib.contextmanager
    def apart(self) -> Iterator[list[Buffer]]:
        """Buffers that are made in the block, by its thread, come into a list of their own."""
        found: list[Buffer] = []
        self._apart.buffers = found
        try:
            yield found
        finally:
            del self._apart.buffers

    def _on_text(self, level: int, text: bytes, _user_data: Any) -> None:
        if level == _DEBUG:
            return
        words = text.decode("utf-8", "replace")
        self._partial = self._partial + words if level == _CONTINUED else words
        if self._partial.endswith("\n"):
            self._keep(self._partial.rstrip())
            self._partial = ""

    def _keep(self, line: str) -> None:
        if not line.strip(". "):
            return  # the dots llama.cpp prints while it loads
        self.lines.append(line)
        os.write(2, line.encode() + b"\n")
        if found := _BUFFER.search(line):
            device, kind, mebibytes = found.groups()
            if kind in _KINDS:
                size_bytes = int(float(mebibytes) * 2**20)
                buffers = getattr(self._apart, "buffers", self.buffers)
                buffers.append(Buffer(device, _KINDS[kind], size_bytes))
        elif found := _DEVICE.search(line):
            self.devices.append(found.group(2))
        elif found := _PROJECTOR.search(line):
            self.projector_device = found.group(1)

    def explain(self) -> tuple[str, str]:
        """Reason and one sentence for a load that failed, from the lines kept."""
        for reason, marks, sentence in _REASONS:
            for line in self.lines:
                if any(mark in line.lower() for mark in marks):
                    quoted = re.search(r"'[^']*'", line)
                    detail = line.split(": ", 1)[-1]
                    named = quoted.group() if quoted else ""
                    return reason, sentence.format(detail=detail, quoted=named)
        last = self.lines[-1] if self.lines else "llama.cpp gave no reason"
        return "unknown", f"llama.cpp could not load the model ({last})."
