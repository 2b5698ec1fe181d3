"""The engine's front: a question about an installed model in, pieces of an answer out."""

import contextlib
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from typing import Any

from desktop.core.settings import Settings
from desktop.engine.events import Event, Ready
from desktop.engine.options import Options
from desktop.engine.plan import Machine
from desktop.engine.pool import RunnerPool
from desktop.engine.runner import Runner
from desktop.models.store import InstalledModel
from desktop.worker.messages import Generate


@dataclass(slots=True, kw_only=True)
class Ask:
    """One request to a model: `prompt` as it is, or `messages` for its chat template."""

    model: InstalledModel
    options: Options = field(default_factory=Options)
    keep_alive_s: float | None = None
    prompt: str | None = None
    messages: list[dict[str, Any]] | None = None
    chat: bool = True
    template: str | None = None
    prefix: list[int] = field(default_factory=list)
    shift: bool = True
    truncate: bool = True
    want_tokens: bool = False


class Engine:
    """Everything the API asks of the models. Service loop only."""

    def __init__(self, settings: Settings, machine: Machine) -> None:
        self._pool = RunnerPool(settings, machine)
        self.threads = machine.threads

    @property
    def runners(self) -> list[Runner]:
        """Loaded and loading models."""
        return self._pool.runners

    async def answer(self, ask: Ask) -> AsyncGenerator[Event]:
        """`Ready`, then pieces of text, then `Finished`. Close it (`aclosing`) to cancel.

        Raises:
            AppError: the model cannot be loaded, or the request cannot be answered.
        """
        options = ask.options
        async with self._pool.lease(ask.model, options.load, ask.keep_alive_s) as runner:
            yield Ready()
            generate = Generate(
                id=0,
                prompt=ask.prompt,
                messages=ask.messages,
                chat=ask.chat,
                template=ask.template,
                manifest_template=ask.model.template,
                prefix=ask.prefix,
                sampling=options.sampling,
                context_tokens=options.load.num_ctx or 0,
                predict_tokens=options.num_predict,
                keep_tokens=options.num_keep,
                stop=list(options.stop),
                shift=ask.shift,
                truncate=ask.truncate,
                want_tokens=ask.want_tokens,
            )
            async with contextlib.aclosing(runner.process.answer(generate)) as reports:
                async for report in reports:
                    yield report

    async def load(
        self, model: InstalledModel, options: Options, keep_alive_s: float | None
    ) -> None:
        """Load the model without asking it anything."""
        async with self._pool.lease(model, options.load, keep_alive_s):
            pass

    def unload(self, model: InstalledModel) -> None:
        """Let the model go when its running requests have ended."""
        self._pool.unload(model)

    async def expire_idle(self) -> None:
        """Unload models that nobody asked for in time; runs until cancelled."""
        await self._pool.expire_idle()

    async def close(self) -> None:
        """Stop every worker."""
        await self._pool.close()
