"""The owner of the windows' tasks."""

import asyncio

import pytest

from desktop.ui.task_scope import TaskScope

pytestmark = pytest.mark.anyio


async def test_an_error_reaches_the_handler() -> None:
    told: asyncio.Future[BaseException] = asyncio.get_running_loop().create_future()

    async def fail() -> None:
        raise RuntimeError("bug")

    TaskScope(told.set_result).start(fail())
    assert str(await told) == "bug"


async def test_closing_cancels_and_waits() -> None:
    errors: list[BaseException] = []
    started = asyncio.Event()
    ended: list[str] = []

    async def work() -> None:
        started.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("work")

    scope = TaskScope(errors.append)
    scope.start(work())
    await started.wait()
    await scope.close()
    assert (ended, errors) == (["work"], [])
