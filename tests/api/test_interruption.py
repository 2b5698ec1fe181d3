"""Ending what a request waits for, from outside of its task."""

import asyncio

import pytest

from desktop.api.activity.interruption import Interruption
from desktop.core.errors import RequestCanceled


async def waiting(interruption: Interruption) -> None:
    with interruption:
        await asyncio.Event().wait()


@pytest.mark.parametrize("times", [1, 2])
def test_a_wait_that_is_interrupted_fails_once(times: int) -> None:
    async def main() -> None:
        interruption = Interruption()
        task = asyncio.create_task(waiting(interruption))
        await asyncio.sleep(0)
        for _ in range(times):
            await interruption.interrupt()
        with pytest.raises(RequestCanceled, match="by the user"):
            await task

    asyncio.run(main())


def test_a_client_that_leaves_is_no_interruption() -> None:
    async def main() -> None:
        interruption = Interruption()
        task = asyncio.create_task(waiting(interruption))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())
