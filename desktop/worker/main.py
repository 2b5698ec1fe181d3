"""The worker process: a few threads around one model.

- the reader takes the parent's messages; end-of-file means leave, at once, whatever else is going
  on;
- the preparer renders and tokenizes prompts; a second one does so for prompts with images and
  sounds, and encodes these; a third one for requests with a constraint, or that want probabilities;
- the main thread loads the model, then runs the decode loop; or makes embeddings, if that is all
  the model can do;
- the tokenizer turns texts to tokens and back, for who wants no more than that;
- the embedder makes a chat model's embeddings, from the first time that they are asked for.

The process speaks frames on what was its stdout; native code that prints finds stderr there
instead (`__main__.py`).
"""

import functools
import os
import sys
import threading
from collections.abc import Callable
from typing import BinaryIO

from desktop.core.errors import ModelLoadFailed, NotSupported, WorkerFailed
from desktop.worker.backends import BackendStart
from desktop.worker.embedding import Embedder
from desktop.worker.frames import pack, read_order
from desktop.worker.loading import LoadedModel, Weights, load
from desktop.worker.loglines import LogKeeper
from desktop.worker.loop import DecodeLoop
from desktop.worker.messages import (
    Cancel,
    Detokenize,
    Embed,
    Failed,
    Generate,
    Load,
    Loaded,
    LoadFailed,
    Loading,
    Ping,
    Pong,
    Tokenize,
)
from desktop.worker.post_mortem import die_with_parent, tell_stacks
from desktop.worker.preparing import Preparer
from desktop.worker.projector import Projector, ProjectorPlan
from desktop.worker.prompts import PromptMaker
from desktop.worker.tokenizing import Tokenizer

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

    def __init__(self, source: BinaryIO, send: Sender) -> None:
        self._source = source
        self._send = send
        self.loop: DecodeLoop | None = None  # stays None for a model that only makes embeddings
        self.preparer: Preparer | None = None  # likewise
        self.embedder: Embedder | None = None
        self.tokenizer: Tokenizer | None = None  # set before the parent is told `Loaded`

    def run(self) -> None:
        """Until the parent closes its end, or dies."""
        while (order := read_order(self._source)) is not None:
            if self.tokenizer is None or self.embedder is None:
                continue  # the parent sends requests only after `Loaded`
            if isinstance(order, Generate):
                self._generate(order)
            elif isinstance(order, Embed):
                self.embedder.submit(order)
            elif isinstance(order, Tokenize | Detokenize):
                self.tokenizer.submit(order)
            elif isinstance(order, Cancel):
                self.embedder.cancel(order.id)
                if self.loop:
                    self.loop.cancel(order.id)
            elif isinstance(order, Ping):
                self.embedder.ping(functools.partial(self._ping, order.number))
        os._exit(0)

    def _ping(self, number: int) -> None:
        """The embedder goes on; what else computes has to say so."""
        if self.loop:
            self.loop.ping(number)
        else:
            self._send(pack(Pong(number)))

    def _generate(self, order: Generate) -> None:
        if self.preparer:
            self.preparer.submit(order)
        else:
            error = NotSupported("this model makes embeddings; it cannot answer")
            self._send(pack(Failed(order.id, error.code, str(error))))


def work(descriptor: int, backends: BackendStart) -> None:
    """Run until end-of-file on stdin.

    Args:
        descriptor: Where the parent reads.
    """
    send = Sender(descriptor)
    tell_stacks()
    die_with_parent()
    source = sys.stdin.buffer
    order = read_order(source)
    if not isinstance(order, Load):
        sys.exit("puna worker: speaks Puna's frames on stdin; not meant to be started by hand")
    inbox = Inbox(source, send)
    threading.Thread(target=inbox.run, name="reader", daemon=True).start()
    log = LogKeeper()
    try:
        backends.wait()
        loaded = load(order, log, _Progress(send))
        weights = loaded.weights if isinstance(loaded, LoadedModel) else loaded
        inbox.embedder = embedder = Embedder(weights, send, log)
        if isinstance(loaded, Weights):
            _open(embedder)
    except ModelLoadFailed as error:
        send(pack(LoadFailed(error.reason, str(error))))
        os._exit(3)  # the reader thread sits in a read, which an orderly exit would wait for
    tokenizer = Tokenizer(weights.model, send)
    _start("tokenizer", tokenizer.run)
    if isinstance(loaded, LoadedModel):
        loop = DecodeLoop(loaded, order.parallel, send)
        projector = Projector(_projector_plan(order, loaded), log, send)
        maker = PromptMaker(
            loaded.vocabulary,
            loaded.template,
            loaded.context_tokens,
            projector,
            loaded.tool_template,
        )
        inbox.preparer = preparer = Preparer(loaded, maker, loop)
        for name, lane in preparer.lanes.items():
            _start(name, functools.partial(preparer.run, lane))
        inbox.loop = loop
    inbox.tokenizer = tokenizer
    send(pack(_describe(loaded, log)))
    if inbox.loop:
        inbox.loop.run()
    else:
        embedder.run()


def _start(name: str, run: Callable[[], None]) -> None:
    threading.Thread(target=run, name=name, daemon=True).start()


def _open(embedder: Embedder) -> None:
    """Take the memory for the first texts. Raises ModelLoadFailed."""
    try:
        embedder.open()
    except WorkerFailed as error:
        raise ModelLoadFailed(str(error), reason="out_of_memory") from error


def _projector_plan(order: Load, loaded: LoadedModel) -> ProjectorPlan:
    return ProjectorPlan(
        path=order.projector,
        model=loaded.model,
        threads=max(order.threads, 1),
        use_gpu=order.gpu_layers != 0 and order.projector_on_gpu,
        batch_tokens=loaded.batch_tokens,
        image_tokens=order.image_tokens,
    )


class _Progress:
    """Sends the load's progress in steps of 2 %."""

    def __init__(self, send: Sender) -> None:
        self._send = send
        self._told = -1.0

    def __call__(self, fraction: float) -> None:
        if fraction - self._told >= _PROGRESS_STEP or fraction >= 1.0 > self._told:
            self._told = fraction
            self._send(pack(Loading(fraction)))


def _describe(loaded: LoadedModel | Weights, log: LogKeeper) -> Loaded:
    answers = loaded if isinstance(loaded, LoadedModel) else None
    return Loaded(
        context_tokens=loaded.context_tokens,
        trained_tokens=loaded.trained_tokens,
        vocabulary=loaded.vocabulary.size,
        cells=answers.cells if answers else 0,
        devices=log.devices,
        buffers=log.buffers,
        template=(answers.template or "") if answers else "",
        tool_template=(answers.tool_template or "") if answers else "",
        memory=answers.memory_kind if answers else "none",
    )
