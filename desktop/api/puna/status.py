"""How the machine and the models are doing: `/api/puna/status`."""

import asyncio
import math
import time
from collections.abc import AsyncGenerator, Callable
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from desktop.api.activity.entry import Entry, State
from desktop.api.bodies import body_of
from desktop.api.desk import Desk
from desktop.api.fields import read_body
from desktop.api.replies import Line, Lines, json_reply
from desktop.core.durations import parse_keep_alive
from desktop.core.errors import AppError, RequestInvalid
from desktop.engine.asker import Asker
from desktop.engine.options import Options
from desktop.engine.runner import Runner

if TYPE_CHECKING:
    from desktop.api.puna.machine import Look, Seen

EVENT_EVERY_S = 1.0
DEFAULT_KEEP_ALIVE_S = 300.0
_KINDS = {"weights": "weights_bytes", "kv": "context_bytes", "compute": "compute_bytes"}


class NotLoaded(AppError):
    """The model is not in memory."""

    code = "model_not_loaded"
    status = 404

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is not in memory")


class StatusRoutes:
    """The routes' handlers. Nothing is measured while nobody asks."""

    def __init__(self, desk: Desk, look: "Callable[[], Look] | None" = None) -> None:
        self._desk = desk
        self._make_look = look or self._first_look
        self._look: Look | None = None
        self._rates: dict[str, float] = {}  # of the last answer, by model
        desk.activity.listen(self._over)

    def _first_look(self) -> "Look":
        from desktop.api.puna.machine import Look  # the idle server is spared it

        return Look(self._desk.library.own.root, self._desk.devices)

    async def now(self, _request: Request) -> Response:
        """GET: see `StatusAnswer` in the description."""
        return json_reply(await self._line())

    async def events(self, _request: Request, _body: bytes) -> Response:
        """GET /events: the same as a line of JSON once a second."""
        return await Lines.opened(self._lines())

    async def keep(self, request: Request) -> Response:
        """POST /api/puna/models/{name}/keep `{keep_alive}`: how long a model that is in memory
        stays after its last answer, in Ollama's words; without it, as the settings say, or for
        five minutes if they say for ever. It is never loaded anew."""
        fields = read_body(await body_of(request), "KeepRequest")
        seconds = parse_keep_alive(fields.raw("keep_alive"))
        if seconds is None:
            chosen = self._desk.settings.keep_alive_s
            seconds = DEFAULT_KEEP_ALIVE_S if math.isinf(chosen) else chosen
        model = await asyncio.to_thread(self._desk.library.find, request.path_params["name"])
        runner = self._runner(model.weights)
        if runner is None or runner.retiring or not runner.process.alive:
            raise NotLoaded(model.name.short)
        if seconds == 0:
            self._desk.engine.unload(model, even_pinned=True)
        else:
            await self._desk.engine.load(model, Options(), seconds, Asker(is_own=True))
        return json_reply({"name": runner.name} | _stay(runner))

    async def pin(self, request: Request) -> Response:
        """POST /api/puna/models/{name}/pin `{pinned}`: whether a model is always ready. It is
        loaded in the background if it is not; the answer does not wait for that."""
        fields = read_body(await body_of(request), "PinRequest")
        pinned, name = fields.flag("pinned"), request.path_params["name"]
        if pinned is None:
            raise RequestInvalid('"pinned" must be true or false')
        if pinned:  # what is not installed any more can still be taken off the list
            name = (await asyncio.to_thread(self._desk.library.find, name)).name.short
        self._desk.pins.choose(name, pinned=pinned)
        return json_reply({"name": name, "pinned": pinned})

    def _runner(self, weights: Path) -> Runner | None:
        """Names may share a file; then they share its place in memory too."""
        return next((each for each in self._desk.engine.runners if each.weights == weights), None)

    async def _lines(self) -> AsyncGenerator[Line]:
        while True:
            yield await self._line()
            await asyncio.sleep(EVENT_EVERY_S)

    async def _line(self) -> Line:
        if self._look is None:
            self._look = self._make_look()
        runners = self._desk.engine.runners
        pids = {runner.process.pid for runner in runners} - {None}
        seen = await self._look.at([pid for pid in pids if pid])
        running = self._desk.activity.running
        models = [self._model(runner, running, seen) for runner in runners]
        requests = [entry.view() for entry in running]
        more = {"at": time.time(), "keep_alive": self._desk.settings.keep_alive}
        troubles = msgspec.to_builtins(self._desk.troubles())
        now = {"models": models, "requests": requests, "problems": troubles}
        return more | seen.view() | now

    def _model(self, runner: Runner, running: list[Entry], seen: "Seen") -> Line:
        entries = [entry for entry in running if entry.model == runner.name]
        waiting = sum(entry.state is State.WAITING for entry in entries)
        rates = [entry.view().get("tokens_per_s") for entry in entries]
        line: Line = {
            "name": runner.name,
            "state": _state(runner),
            "running": len(entries) - waiting,
            "waiting": waiting,
            "context_tokens": runner.plan.context_tokens,
            "parallel": runner.plan.parallel,
            "plan": runner.plan.view(),
        } | _stay(runner)
        if rate := sum(each for each in rates if each):
            line["tokens_per_s"] = round(rate, 2)
        if runner.name in self._rates:
            line["last_tokens_per_s"] = self._rates[runner.name]
        if (pid := runner.process.pid) and (worker := seen.workers.get(pid)):
            line["resident_bytes"] = worker.resident_bytes
        return line | _memory(runner)

    def _over(self, entry: Entry) -> None:
        if entry.output_tokens and (rate := entry.view().get("tokens_per_s")):
            self._rates[entry.model] = rate


def _state(runner: Runner) -> str:
    if runner.retiring:
        return "leaving"
    return "ready" if runner.process.loaded else "loading"


def _stay(runner: Runner) -> Line:
    """Until when it stays, if nobody asks again."""
    if runner.pinned or math.isinf(runner.keep_alive_s):
        return {"kept": True, "pinned": runner.pinned}
    return {
        "kept": False,
        "pinned": False,
        "expires_at": runner.expires_at,
        "keep_alive_s": runner.keep_alive_s,
    }


def _memory(runner: Runner) -> Line:
    """What llama.cpp said that it took, once it is loaded."""
    loaded = runner.process.loaded
    if loaded is None:
        return {"load_percent": round(100 * runner.process.load_fraction)}
    kinds = dict.fromkeys(_KINDS.values(), 0)
    devices: dict[str, int] = {}
    for buffer in runner.process.buffers:
        kinds[_KINDS.get(buffer.kind, "compute_bytes")] += buffer.size_bytes
        device = "CPU" if _is_main_memory(buffer.device) else buffer.device
        devices[device] = devices.get(device, 0) + buffer.size_bytes
    return {
        "context_tokens": loaded.context_tokens,
        "memory": kinds,
        "gpu_bytes": runner.gpu_bytes,
        "devices": [{"name": name, "bytes": devices[name]} for name in sorted(devices)],
    }


def _is_main_memory(device: str) -> bool:
    """Mapped files, and what cards read out of main memory, lie there too."""
    return device.startswith("CPU") or device.endswith("_Host")
