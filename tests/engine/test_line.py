"""The line in front of the loading: who comes next, who leaves it, and what each is told."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

from desktop.engine.asker import Asker, Wait
from desktop.engine.line import Guest, Line


@dataclass
class Scene:
    """A line, and what happened in front of it. `there` are the models that are loaded."""

    line: Line[str] = field(default_factory=Line)
    there: set[str] = field(default_factory=set)
    loads: list[str] = field(default_factory=list)
    told: dict[str, list[Wait | None]] = field(default_factory=dict)
    loaded: asyncio.Event = field(default_factory=asyncio.Event)
    given_back: list[str] = field(default_factory=list)

    def guest(self, name: str, model: str) -> Guest[str]:
        """The first letter is the app, `P` is Puna."""
        heard = self.told.setdefault(name, [])
        asker = Asker(name[0], name[0] == "P", heard.append)
        return Guest(asker, lambda: model if model in self.there else None, self.given_back.append)

    async def ask(self, name: str, model: str, hold: Awaitable[object] | None = None) -> str:
        """Wait for the model, loading it if need be; `hold` is how long that takes."""
        found = await self.line.enter(self.guest(name, model))
        if found is not None:
            return "found"
        try:
            if hold:
                await hold
            self.loads.append(name)
            self.there.add(model)
            self.loaded.set()
        finally:
            self.line.leave()
        return "loaded"


def run(test: Callable[[Scene], Coroutine[Any, Any, None]]) -> None:
    async def main() -> None:
        async with asyncio.timeout(30):
            await test(Scene())

    asyncio.run(main())


async def settle() -> None:
    """Let every task run until it waits."""
    for _ in range(10):
        await asyncio.sleep(0)


async def queued(scene: Scene, *names: str) -> tuple[asyncio.Event, list[asyncio.Task[str]]]:
    """One that loads until the event is set, and these behind it, each for a model of its own."""
    done = asyncio.Event()
    tasks = [asyncio.create_task(scene.ask("x0", "x", done.wait()))]
    await settle()
    for name in names:
        tasks.append(asyncio.create_task(scene.ask(name, name)))
        await settle()
    return done, tasks


def test_turns() -> None:
    async def test(scene: Scene) -> None:
        done, tasks = await queued(scene, "a1", "a2", "b1", "P1", "P2")
        assert len(scene.line) == 6
        assert scene.told["x0"] == []  # it did not have to wait
        done.set()
        assert await asyncio.gather(*tasks) == ["loaded"] * 6
        assert scene.loads == ["x0", "P1", "a1", "P2", "b1", "a2"]
        assert len(scene.line) == 0

    run(test)


def test_places_are_told_when_they_change() -> None:
    async def test(scene: Scene) -> None:
        done, tasks = await queued(scene, "a1", "a2", "P1")
        assert scene.told["a2"] == [Wait("load", 2), Wait("load", 3)]
        assert scene.told["P1"] == [Wait("load", 1)]
        done.set()
        await asyncio.gather(*tasks)
        assert scene.told["a2"] == [Wait("load", each) for each in (2, 3, 2, 1)] + [None]

    run(test)


def test_who_is_cancelled_leaves_at_once() -> None:
    async def test(scene: Scene) -> None:
        done, tasks = await queued(scene, "a1", "b1")
        tasks[1].cancel()
        await settle()
        assert len(scene.line) == 2
        assert scene.told["b1"][-1] == Wait("load", 1)
        done.set()
        assert await tasks[2] == "loaded"
        assert scene.loads == ["x0", "b1"]

    run(test)


def test_one_that_is_cancelled_when_its_turn_has_come_passes_it_on() -> None:
    async def test(scene: Scene) -> None:
        done, tasks = await queued(scene, "a1", "b1")
        done.set()
        await scene.loaded.wait()
        tasks[1].cancel()  # it is its turn, and it has not noticed yet
        assert await tasks[2] == "loaded"
        assert scene.loads == ["x0", "b1"]
        assert len(scene.line) == 0

    run(test)


def test_who_wants_what_has_just_been_loaded_goes_in_with_it() -> None:
    async def test(scene: Scene) -> None:
        done, tasks = await queued(scene, "a1")
        late = [asyncio.create_task(scene.ask(f"c{turn}", "x")) for turn in range(3)]
        await settle()
        done.set()
        assert await asyncio.gather(*late) == ["found"] * 3
        await asyncio.gather(*tasks)
        assert scene.loads == ["x0", "a1"]

    run(test)


def test_whose_turn_it_is_may_wait_too() -> None:
    """For a model that is answering, and has to leave."""

    async def test(scene: Scene) -> None:
        done, tasks = await queued(scene, "a1")
        with scene.line.waiting():
            assert scene.told["x0"] == [Wait("load", 1)]
            assert scene.told["a1"][-1] == Wait("load", 2)
            tasks.append(asyncio.create_task(scene.ask("b1", "b")))
            await settle()
            assert scene.told["b1"] == [Wait("load", 3)]
        assert scene.told["x0"] == [Wait("load", 1), None]
        assert scene.told["a1"][-1] == Wait("load", 1)
        done.set()
        await asyncio.gather(*tasks)
        assert scene.told["x0"] == [Wait("load", 1), None]

    run(test)


def test_what_was_found_for_nobody_is_given_back() -> None:
    async def test(scene: Scene) -> None:
        done, tasks = await queued(scene)
        late = asyncio.create_task(scene.ask("c1", "x"))
        await settle()
        done.set()
        await scene.loaded.wait()
        late.cancel()
        await asyncio.gather(*tasks, late, return_exceptions=True)
        assert scene.given_back == ["x"]
        assert len(scene.line) == 0

    run(test)


def test_a_load_that_fails_or_is_cancelled_holds_nobody_up() -> None:
    async def test(scene: Scene) -> None:
        _, tasks = await queued(scene, "a1", "b1")
        tasks[0].cancel()
        await asyncio.gather(*tasks[1:])
        assert scene.loads == ["a1", "b1"]

    run(test)
