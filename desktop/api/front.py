"""Between the routes and the engine: which model a name means, who asks, and what the user has
decided about who asks."""

import contextlib
import dataclasses
import secrets
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from typing import Any

import msgspec
from starlette.requests import Request

from desktop.api.activity.activity import Activity
from desktop.api.activity.entry import MAX_CONTENT, Entry
from desktop.api.apps.aliases import Aliases
from desktop.api.apps.callers import Caller, caller_of
from desktop.api.apps.limits import Limits
from desktop.api.apps.policy import find_model, with_defaults, with_system
from desktop.api.dialects import dialect_of
from desktop.api.media import settle_media
from desktop.api.pause import Pause
from desktop.engine.asker import Asker, Wait
from desktop.engine.asks import Ask
from desktop.engine.embeddings import EmbedAsk, Embeddings
from desktop.engine.engine import Engine
from desktop.engine.events import Event, Finished
from desktop.engine.options import Options, merge
from desktop.engine.tokens import TokenAsk, TokenText
from desktop.models.installed import InstalledModel
from desktop.models.library import Library


class Front:
    """Every route that makes a model work goes through here."""

    def __init__(
        self,
        engine: Engine,
        library: Library,
        *,
        aliases: Aliases,
        limits: Limits,
        activity: Activity,
        pause: Pause,
    ) -> None:
        self._engine = engine
        self._library = library
        self._aliases = aliases
        self._limits = limits
        self._activity = activity
        self._pause = pause

    def find(self, request: Request, name: str) -> InstalledModel:
        """The model that the caller means; answers repeat the caller's name for it.

        Raises:
            ModelNotFound, ModelNameInvalid
            ModelNotAllowed: the caller may not use it.
        """
        caller = caller_of(request)
        caller.asked = name
        return find_model(self._library, self._aliases.table, caller.app, name)

    def options(self, request: Request, model: InstalledModel, asked: Mapping[str, Any]) -> Options:
        """What the request asks for, over what its app has by default, over the model's own
        parameters. Routes use this instead of `merge`.

        Raises:
            OptionInvalid, RequestInvalid
        """
        return merge(with_defaults(caller_of(request).app, model.parameters), asked)

    async def answer(self, request: Request, ask: Ask) -> AsyncGenerator[Event]:
        """The events of an answer. Close it (`aclosing`) to cancel.

        Raises:
            RateLimited: the caller asks more than it may.
            RequestCanceled: by the user.
            AppError: the request cannot be answered.
        """
        caller = caller_of(request)
        ask = dataclasses.replace(with_system(ask, caller.app), asker=self._asker(caller))
        if ask.only:
            self._pause.check(is_own=caller.is_own)
            ask.media = await settle_media(ask.media)
            async with contextlib.aclosing(self._engine.answer(ask)) as events:
                async for event in events:
                    yield event
            return
        async with (
            self.working(request, ask.model) as entry,
            contextlib.aclosing(self._engine.answer(ask)) as events,
        ):
            if entry.keeps_content:
                entry.prompt = _content(ask)
            ask.asker = self._asker(caller, entry)
            interruption = entry.interruption
            with interruption:
                ask.media = await settle_media(ask.media)
            interruption.source = events
            while True:
                try:
                    with interruption:
                        event = await anext(events)
                except StopAsyncIteration:
                    return
                self._activity.note(entry, event)
                if isinstance(event, Finished):
                    self._activity.finish(entry)
                yield event

    async def embed(self, request: Request, ask: EmbedAsk) -> Embeddings:
        """Vectors for texts; with none, the model is only loaded. Cancelling the caller stops it.

        Raises:
            RateLimited: the caller asks more than it may.
            RequestCanceled: by the user.
            AppError: the texts cannot be embedded.
        """
        async with self.working(request, ask.model) as entry:
            ask.asker = self._asker(caller_of(request), entry)
            if entry.keeps_content:
                entry.prompt = msgspec.json.encode(ask.texts).decode()[:MAX_CONTENT]
            with entry.interruption:
                found = await self._engine.embed(ask)
            entry.prompt_tokens, entry.truncated_tokens = found.tokens, found.dropped_tokens
        return found

    async def tokenize(self, request: Request, ask: TokenAsk) -> TokenText:
        """A text in tokens, or tokens as a text.

        Raises:
            RateLimited: the caller asks more than it may.
            AppError: the tokens are not the model's.
        """
        async with self.working(request, ask.model) as entry:
            ask.asker = self._asker(caller_of(request), entry)
            with entry.interruption:
                return await self._engine.tokenize(ask)

    async def load(
        self, request: Request, model: InstalledModel, options: Options, keep_alive_s: float | None
    ) -> None:
        """Load the model without asking it anything."""
        async with self.working(request, model) as entry:
            asker = self._asker(caller_of(request), entry)
            with entry.interruption:
                await self._engine.load(model, options, keep_alive_s, asker)

    def _asker(self, caller: Caller, entry: Entry | None = None) -> Asker:
        """The caller for the engine; how long it has to wait is told where it is asked for."""

        def told(wait: Wait | None) -> None:
            if wait and caller.queue_place is None:
                caller.queue_place = wait.place
            if entry:
                self._activity.waits(entry, wait)

        return Asker(caller.group, caller.is_own, told)

    @contextlib.asynccontextmanager
    async def working(self, request: Request, model: InstalledModel) -> AsyncIterator[Entry]:
        """A model works for the caller for the length of the block: within its limits, and
        recorded. What waits in the block does so `with entry.interruption`.

        Raises:
            RateLimited: the caller asks more than it may.
            ServingPaused: the user wants nobody to be served.
        """
        caller = caller_of(request)
        self._pause.check(is_own=caller.is_own)
        entry = _entry(request, caller, model)
        app = caller.app
        with self._activity.recording(entry):
            if app is None:
                yield entry
                return
            with entry.interruption:
                await self._limits.enter(app)
            try:
                yield entry
            finally:
                self._limits.leave(app)
                self._limits.spend(app, entry.prompt_tokens + entry.output_tokens)


def _entry(request: Request, caller: Caller, model: InstalledModel) -> Entry:
    """One HTTP request may make several of them."""
    known = caller.request_ids
    request_id = f"{known[0]}-{len(known) + 1}" if known else secrets.token_hex(8)
    known.append(request_id)
    path = request.scope["path"]
    return Entry(
        id=request_id,
        route=path,
        dialect=dialect_of(path),
        asked=caller.asked or model.name.short,
        model=model.name.short,
        app=caller.id,
        caller=caller.name,
        address=caller.address,
        keeps_content=caller.app is not None and caller.app.log_content,
    )


def _content(ask: Ask) -> str:
    """The prompt as its app sent it, without images and sounds."""
    if ask.messages is None:
        return (ask.prompt or "")[:MAX_CONTENT]
    return msgspec.json.encode(ask.messages).decode()[:MAX_CONTENT]
