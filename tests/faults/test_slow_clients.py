"""Clients that read too slowly, or not at all, cost nobody else anything."""

import asyncio
import contextlib
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import pytest

from desktop.core.errors import RequestCanceled
from desktop.engine import mailbox
from desktop.engine.mailbox import LOOSE_REPORTS, Mailbox
from desktop.engine.watch import Patience
from desktop.worker.messages import Finished, Generate, Logprob, Prepared, Text
from tests.api.callers import running
from tests.api.conftest import Shelf
from tests.api.served import WAIT_S, Json, Served, serving
from tests.faults.engines import DEADLINE_S, worker
from tests.tiny_gguf import write_script_model
from tests.workers import GREEDY, ask

PIECE = "a piece of text"


def test_text_that_nobody_reads_is_put_together() -> None:
    async def main() -> None:
        box, count = Mailbox(), 4 * LOOSE_REPORTS
        box.put(Prepared(id=1, tokens=3))
        for number in range(count):
            box.put(Text(1, PIECE, [Logprob(b"a", -float(number))]))
        box.put(Finished(id=1, reason="stop"))
        assert await box.get() == Prepared(id=1, tokens=3)
        texts: list[Text] = []
        while isinstance(report := await box.get(), Text):
            texts.append(report)
        assert isinstance(report, Finished)
        assert "".join(each.text for each in texts) == PIECE * count
        told = [each.logprob for text in texts for each in text.logprobs]
        assert told == [-float(number) for number in range(count)]
        assert len(texts) < 2 * LOOSE_REPORTS
        assert not box.is_full

    asyncio.run(main())


@pytest.mark.slow
def test_an_answer_that_nobody_reads_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What waits does not grow without end, and the worker goes on to others."""
    monkeypatch.setattr(mailbox, "MAX_BYTES", 2000)
    write_script_model(tmp_path / "m.gguf", "a b c", eos=False, context=32_768)

    async def main() -> None:
        async with worker(tmp_path / "m.gguf", Patience(), parallel=1) as process:
            order = Generate(id=0, prompt="x", sampling=GREEDY)
            async with contextlib.aclosing(process.answer(order)) as reports:
                await anext(reports)
                answer = await asyncio.wait_for(ask(process, "y", predict_tokens=3), DEADLINE_S)
                assert answer.text.startswith("a b")
                with pytest.raises(RequestCanceled, match="reads too slowly"):
                    async for _ in reports:
                        pass

    asyncio.run(main())


STREAMS = 2
TOKENS = 150
TRIES = 8
BODY: Json = {"model": "endless", "prompt": "x", "options": {"num_predict": 30_000}}


@contextlib.contextmanager
def asked(served: Served, body: Json) -> Iterator[socket.socket]:
    """A stream that somebody has asked for, and takes little of at a time."""
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        connection.settimeout(WAIT_S)
        connection.connect(served.address)
        content = msgspec.json.encode(body)
        head = f"POST /api/generate HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(content)}"
        connection.sendall(head.encode() + b"\r\n\r\n" + content)
        assert connection.recv(1)
        yield connection


@contextlib.contextmanager
def reading(connection: socket.socket, size: int, every_s: float) -> Iterator[None]:
    """Somebody takes so many bytes at a time."""
    over = threading.Event()

    def read() -> None:
        while not over.wait(every_s):
            connection.recv(size)

    thread = threading.Thread(target=read)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def pace(served: Served) -> float:
    """Tokens per second of streams that are read as they come, all of them together."""

    def stream(_number: int) -> None:
        body = BODY | {"options": {"num_predict": TOKENS}}
        with served.streaming("/api/generate", body) as lines:
            for _ in lines:
                pass

    start = time.perf_counter()
    with ThreadPoolExecutor(STREAMS) as threads:
        list(threads.map(stream, range(STREAMS)))
    return STREAMS * TOKENS / (time.perf_counter() - start)


@pytest.mark.slow
def test_a_client_that_reads_a_byte_at_a_time_slows_nobody(shelf: Shelf, tmp_path: Path) -> None:
    """Beside it, others are as fast as beside one that reads at once. A busy machine may disturb
    one of the two, so the best of several tries counts."""
    ratios: list[float] = []
    with serving(tmp_path, shelf.root, context_tokens=32_768) as served:
        pace(served)  # the load
        while not ratios or (max(ratios) < 0.8 and len(ratios) < TRIES):
            with asked(served, BODY) as connection, reading(connection, 2**16, 0.001):
                beside_a_quick_one = pace(served)
            with asked(served, BODY) as connection, reading(connection, 1, 1.0):
                ratios.append(pace(served) / beside_a_quick_one)
    assert max(ratios) >= 0.8, ratios


@pytest.mark.slow
def test_clients_that_vanish_leave_nothing_running(shelf: Shelf, tmp_path: Path) -> None:
    """Their connections are reset, in the middle of everything."""
    with serving(tmp_path, shelf.root, context_tokens=32_768, parallel=4) as served:
        for _ in range(3):
            with contextlib.ExitStack() as stack:
                for connection in [stack.enter_context(asked(served, BODY)) for _ in range(4)]:
                    reset = struct.pack("ii", 1, 0)
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, reset)
        quiet(lambda: running(served))
        assert served.generate("endless", "x", options={"num_predict": 3})["eval_count"] == 3


def quiet(busy: Callable[[], object]) -> None:
    deadline = time.monotonic() + DEADLINE_S
    while busy():
        assert time.monotonic() < deadline
