"""llama.cpp's own quantizer: a model in F32, F16 or BF16 to a smaller copy of it.

llama.cpp tells how far it is in its log only. A dry run comes first, for the size of the copy:
on a full disk the quantizer would end as if all were well.
"""

import ctypes
import os
import re
from pathlib import Path
from typing import Any

from desktop.core.errors import DiskFull, WorkerFailed
from desktop.core.sizes import human_bytes
from desktop.worker.errand import Send
from desktop.worker.errand_messages import Quantize, Step
from desktop.worker.library import llama, start_backends

HEADER_BYTES = 2**25  # llama.cpp does not count the header; large vocabularies have 15 MB
BUFFER_BYTES = 2**29  # rows in memory at once; llama.cpp's own 8 GiB are more than a laptop has
_DEBUG = 1  # ggml_log_level

_TENSOR = re.compile(r"\[ *\d+/ *\d+\] (\S+)")
_SIZE = re.compile(r"quant size += +([0-9.]+) MiB")
_FAILURE = re.compile(r"failed to quantize: (.+)")


def quantize(order: Quantize, send: Send) -> None:
    """Write the copy, telling of each tensor as its turn comes.

    Raises:
        DiskFull: the copy would need more than `room_bytes`.
        WorkerFailed: llama.cpp refused, with its reason. What it has written is left behind.
    """
    start_backends()
    log = _Log(send)
    params = llama.llama_model_quantize_default_params()
    params.ftype, params.nthread = order.file_type, order.threads
    params.max_buf_size = BUFFER_BYTES
    params.dry_run = True
    _run(order, params, log)
    needed = log.size_bytes + HEADER_BYTES
    if needed > order.room_bytes:
        raise DiskFull(
            f"There is not enough room for the quantized model in {Path(order.target).parent}:"
            f" {human_bytes(needed)} are needed, {human_bytes(order.room_bytes)} are free."
        )
    log.tells_tensors = True
    params.dry_run = False
    _run(order, params, log)


def _run(order: Quantize, params: Any, log: "_Log") -> None:
    source, target = os.fsencode(order.source), os.fsencode(order.target)
    if llama.llama_model_quantize(source, target, ctypes.byref(params)):
        reason = log.failure or "it gave no reason"
        raise WorkerFailed(f"llama.cpp could not quantize the model: {reason}.")


class _Log:
    """What llama.cpp says, read as it comes. All of it also goes to stderr, for the parent."""

    def __init__(self, send: Send) -> None:
        self.size_bytes = 0
        self.failure = ""
        self.tells_tensors = False
        self._send = send
        self._callback = llama.llama_log_callback(self._on_text)  # ctypes keeps no reference
        llama.llama_log_set(self._callback, None)

    def _on_text(self, level: int, text: bytes, _user_data: Any) -> None:
        if level == _DEBUG:
            return
        os.write(2, text)
        words = text.decode("utf-8", "replace")
        if found := _TENSOR.match(words):
            if self.tells_tensors:
                self._send(Step(found[1]))
        elif found := _SIZE.search(words):
            self.size_bytes = int(float(found[1]) * 2**20)
        elif found := _FAILURE.search(words):
            self.failure = found[1].strip().rstrip(".")
