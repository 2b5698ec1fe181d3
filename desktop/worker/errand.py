"""A worker that does one thing and leaves: quantizes a file, checks a template, or asks what
graphics processors there are.

All could crash or hang, on what people hand in or on a bad driver, and none needs a model in
memory. As every worker, it leaves at once when the parent closes its end, or dies.
"""

import os
import sys
import threading
from collections.abc import Callable
from typing import BinaryIO, TypeAlias

from desktop.core.errors import AppError
from desktop.worker.errand_messages import CheckTemplate, Done, Errand, Quantize
from desktop.worker.frames import pack, read_order
from desktop.worker.messages import Failed, Report

Send: TypeAlias = Callable[[Report], None]


def main() -> None:
    """Do the one order that comes on stdin."""
    descriptor = os.dup(1)
    os.dup2(2, 1)  # native code that prints finds stderr
    source = sys.stdin.buffer
    order = read_order(source)
    if not isinstance(order, Errand):
        sys.exit("puna worker: speaks Puna's frames on stdin; not meant to be started by hand")
    threading.Thread(target=_leave_with_parent, args=(source,), daemon=True).start()

    def send(report: Report) -> None:
        view = memoryview(pack(report))
        while view:
            view = view[os.write(descriptor, view) :]

    code = 0
    try:
        _do(order, send)
        send(Done())
    except AppError as error:
        send(Failed(0, error.code, str(error)))
    except Exception:  # a bug of ours: the parent tells the last line of the log
        sys.excepthook(*sys.exc_info())
        code = 1
    os._exit(code)  # the thread sits in a read, which an orderly exit would wait for


def _do(order: Errand, send: Send) -> None:
    """Imports only what the order needs: llama.cpp takes longer to load than a template to read."""
    if isinstance(order, Quantize):
        from desktop.worker.quantizing import quantize

        quantize(order, send)
    elif isinstance(order, CheckTemplate):
        from desktop.worker.templates import check

        check(order.source)
    else:
        from desktop.worker.devices import list_devices

        send(list_devices())


def _leave_with_parent(source: BinaryIO) -> None:
    while source.read(1):
        pass
    os._exit(0)
