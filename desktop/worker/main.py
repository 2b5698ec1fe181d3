"""The worker process: three threads around one llama.cpp context.

- the reader takes the parent's messages; end-of-file means leave, at once, whatever else is going
  on;
- the preparer renders and tokenizes prompts;
- the main thread loads the model, then runs the decode loop.

The process speaks frames on what was its stdout; native code that prints finds stderr there
instead.
"""

import os
import queue
import sys
import threading
from typing import BinaryIO

from desktop.core.errors import AppError, ModelLoadFailed
from desktop.worker.frames import pack, read_order
from desktop.worker.job import Job
from desktop.worker.library import start_backends
from desktop.worker.loading import LoadedModel, load
from desktop.worker.loglines import LogKeeper
from desktop.worker.loop import DecodeLoop
from desktop.worker.messages import Cancel, Generate, Load, Loaded, LoadFailed, Loading
from desktop.worker.prompts import PromptMaker

_PROGRESS_STEP = 0.02


class Sender:
    """Writes frames to the parent, from any thread."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._lock = threading.Lock()

    def __call__(self, data: bytes) -> None:
        with self._lock:
            view = memoryview(data)
            while view:
                view = view[os.write(self._descriptor, view) :]


class Inbox:
    """The reader thread's state: where orders go once the model is loaded."""

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self.prompts: queue.SimpleQueue[Generate] = queue.SimpleQueue()
        self.loop: DecodeLoop | None = None  # set before the parent is told `Loaded`

    def run(self) -> None:
        """Until the parent closes its end, or dies."""
        while (order := read_order(self._source)) is not None:
            if self.loop is None:
                continue  # the parent sends requests only after `Loaded`
            if isinstance(order, Generate):
                self.loop.announce(order.id)
                self.prompts.put(order)
            elif isinstance(order, Cancel):
                self.loop.cancel(order.id)
        os._exit(0)


def prepare(inbox: Inbox, maker: PromptMaker, loop: DecodeLoop) -> None:
    """The preparer thread."""
    while True:
        ask = inbox.prompts.get()
        try:
            prompt = maker.make(ask)
            loop.prepared(ask.id, prompt)
            if ask.only:
                loop.skip(ask.id, prompt)
            else:
                loop.submit(Job(ask, prompt, maker.limit(ask)))
        except AppError as error:
            loop.fail(ask.id, error.code, str(error))
        except Exception as error:  # a bug of ours: this request fails, the process goes on
            sys.excepthook(*sys.exc_info())
            loop.fail(ask.id, "internal", f"the prompt could not be prepared: {error!r}")


def main() -> None:
    """Run until end-of-file on stdin."""
    send = Sender(os.dup(1))
    os.dup2(2, 1)
    source = sys.stdin.buffer
    order = read_order(source)
    if not isinstance(order, Load):
        sys.exit("puna worker: speaks Puna's frames on stdin; not meant to be started by hand")
    inbox = Inbox(source)
    threading.Thread(target=inbox.run, name="reader", daemon=True).start()
    log = LogKeeper()
    try:
        start_backends()
        loaded = load(order, log, _Progress(send))
    except ModelLoadFailed as error:
        send(pack(LoadFailed(error.reason, str(error))))
        os._exit(3)  # the reader thread sits in a read, which an orderly exit would wait for
    loop = DecodeLoop(loaded, order.parallel, send)
    maker = PromptMaker(loaded.vocabulary, loaded.template, loaded.context_tokens)
    threading.Thread(
        target=prepare, args=(inbox, maker, loop), name="preparer", daemon=True
    ).start()
    inbox.loop = loop
    send(pack(_describe(loaded, log)))
    loop.run()


class _Progress:
    """Sends the load's progress in steps of 2 %."""

    def __init__(self, send: Sender) -> None:
        self._send = send
        self._told = -1.0

    def __call__(self, fraction: float) -> None:
        if fraction - self._told >= _PROGRESS_STEP or fraction >= 1.0 > self._told:
            self._told = fraction
            self._send(pack(Loading(fraction)))


def _describe(loaded: LoadedModel, log: LogKeeper) -> Loaded:
    return Loaded(
        context_tokens=loaded.context_tokens,
        trained_tokens=loaded.trained_tokens,
        vocabulary=loaded.vocabulary.size,
        cells=loaded.cells,
        devices=log.devices,
        buffers=log.buffers,
        template=loaded.template or "",
        memory=loaded.memory_kind,
    )
