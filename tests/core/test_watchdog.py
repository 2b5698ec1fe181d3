"""A loop that is really blocked."""

import asyncio
import contextlib
import logging
import threading
from collections.abc import AsyncIterator, Iterator

import pytest

from desktop.core.watchdog import watch_loop

pytestmark = pytest.mark.slow

STALL_S = 1.0
WAIT_S = 30.0


class Listener(logging.Handler):
    """Keeps what is logged, and sets an event at each line."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.arrived = threading.Event()

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())
        self.arrived.set()


@pytest.fixture
def listener() -> Iterator[Listener]:
    listener, log = Listener(), logging.getLogger("desktop.core.watchdog")
    log.addHandler(listener)
    yield listener
    log.removeHandler(listener)


def stand_still_until_told(listener: Listener) -> bool:
    return listener.arrived.wait(WAIT_S)


@contextlib.asynccontextmanager
async def watched() -> AsyncIterator[None]:
    watch = asyncio.create_task(watch_loop(STALL_S), name="watch over the loop")
    await asyncio.sleep(0)
    yield
    watch.cancel()
    await asyncio.wait({watch})


def test_a_blocked_loop_is_told_once_with_its_place_and_its_end(listener: Listener) -> None:
    async def main() -> None:
        async with watched():
            assert stand_still_until_told(listener)
            listener.arrived.clear()
            await asyncio.to_thread(listener.arrived.wait, WAIT_S)

    before = threading.enumerate()  # services of other tests have watchdogs of their own
    asyncio.run(main())
    stall, end = listener.lines[:2]  # a very busy machine may make it stand still once more
    assert stall.startswith("the service has stood still for 1 s, here:\n")
    assert "in stand_still_until_told" in stall
    assert "watch over the loop" in stall
    assert end.startswith("the service goes on; it stood still for ")
    more = set(threading.enumerate()) - set(before)
    assert "watchdog" not in [each.name for each in more]


def test_a_loop_that_turns_is_left_alone(listener: Listener) -> None:
    async def main() -> None:
        async with watched():
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(2 * STALL_S):
                    await asyncio.Event().wait()

    asyncio.run(main())
    assert listener.lines == []
