"""Makes a model out of another, or of uploaded files, and tells how far it is in Ollama's words.

Nothing of it is seen before the last step, which writes all or nothing. Service loop; what reads
and writes files runs on threads, what needs llama.cpp in the processes behind `Tools`.
"""

import asyncio
import contextlib
import threading
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

import msgspec

from desktop.core.errors import (
    AppError,
    ModelNotFound,
    RequestInvalid,
    TemplateFailed,
)
from desktop.models.creating import quantization
from desktop.models.creating.config import habits_of, make_config
from desktop.models.creating.order import CreateOrder, Files
from desktop.models.creating.parts import (
    Weights,
    finished,
    inherit,
    pieces_of,
    stored,
    stored_weights,
)
from desktop.models.creating.quantization import Quantization
from desktop.models.creating.shelf import Piece, Shelf
from desktop.models.creating.uploads import (
    UploadGroup,
    check_names,
    group_uploads,
    read_upload,
)
from desktop.models.manifests import LAYER_TYPE, Config
from desktop.models.names import ModelName, without_source

Line: TypeAlias = dict[str, Any]
Lines: TypeAlias = AsyncGenerator[Line]
Result = TypeVar("Result")


class TemplateInvalid(AppError):
    """The template of a new model cannot be read."""

    code = "template_invalid"
    status = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """What the work needs from elsewhere.

    `quantize` yields bytes done and in all, `pull` fetches a model that is not installed.
    """

    quantize: Callable[[Quantization], AsyncGenerator[tuple[int, int]]]
    check_template: Callable[[str], Awaitable[None]]
    pull: Callable[[str], Lines] | None = None


class Creation:
    """One model in the making."""

    def __init__(self, order: CreateOrder, shelf: Shelf, tools: Tools) -> None:
        self._order, self._shelf, self._tools = order, shelf, tools
        self._told: asyncio.Queue[Line | None] = asyncio.Queue()
        self._base = Config()
        self._weights: Weights | None = None
        self._others: list[Piece] = []
        self._projectors: list[str] = []  # their architectures
        self._parameters: dict[str, Any] = {}
        self._fresh = False  # the weights came with this order

    async def lines(self) -> Lines:
        """Do the work, a line for each step. Close it (`aclosing`) to stop; nothing stays behind.

        Raises:
            AppError: in Ollama's words where it has some.
        """
        work = asyncio.create_task(self._work(), name=f"create {self._order.name.short}")
        work.add_done_callback(lambda _: self._told.put_nowait(None))
        try:
            while (line := await self._told.get()) is not None:
                yield line
            await work
        finally:
            work.cancel()
            await asyncio.gather(work, return_exceptions=True)

    async def _work(self) -> None:
        order = self._order
        order.check()
        if not order.source and order.files is None:
            raise RequestInvalid("neither 'from' or 'files' was specified")
        kind = quantization.read_kind(order.quantize) if order.quantize else ""
        files = [each for each in (order.files, order.adapters, order.drafts) if each]
        digests = [digest for each in files for digest in each.values()]
        with contextlib.ExitStack() as block:
            block.enter_context(self._shelf.holding(*digests))
            scratch = block.enter_context(self._shelf.scratch())
            if order.source:
                await self._inherit(order.source)
                block.enter_context(self._shelf.holding(*self._digests()))
            if order.files is not None:
                await self._take_files(order.files)
            if order.adapters:
                await self._take_adapter(order.adapters)
            if order.drafts:
                await self._take_draft(order.drafts, scratch)
            if order.template:
                await self._check_template(order.template)
            await self._install(await self._final_weights(kind, scratch))

    def _tell(self, status: str, **more: str | int) -> None:
        self._told.put_nowait({"status": status, **more})

    async def _inherit(self, source: str) -> None:
        """Everything the source has, by reference."""
        name = ModelName.parse(without_source(source))
        try:
            model = await asyncio.to_thread(self._shelf.find, source)
        except ModelNotFound:
            if self._tools.pull is None:
                raise
            async with contextlib.aclosing(self._tools.pull(source)) as lines:
                async for line in lines:
                    if line.get("status") != "success":  # that is what ends this stream, too
                        self._told.put_nowait(line)
            model = await asyncio.to_thread(self._shelf.find, source)
        self._base, self._parameters = model.config, dict(model.parameters)
        self._weights, self._others = await asyncio.to_thread(inherit, model, name.short)

    def _digests(self) -> list[str]:
        pieces = [*(self._weights.pieces if self._weights else ()), *self._others]
        return [piece.layer.digest for piece in pieces]

    async def _take_files(self, files: Files) -> None:
        groups = await self._read(files)
        weights = [group for group in groups if group.kind == "model"]
        if len(weights) > 1:
            names = ", ".join(group.parts[0].path for group in weights)
            raise RequestInvalid(f"a model has one file of weights, or parts of one; not {names}")
        for group in groups:
            if group.kind == "model":
                self._weights, self._fresh = stored_weights(group, self._shelf), True
                self._base = _without_weights(self._base)
            else:
                self._others += stored(group, group.kind, self._shelf)
            if group.kind == "projector":
                self._projectors.append(group.parts[0].header.architecture)

    async def _take_adapter(self, files: Files) -> None:
        if len(files) > 1:
            raise RequestInvalid("only one adapter is currently supported")
        (group,) = await self._read(files)
        if group.kind != "adapter":
            raise RequestInvalid(f"{group.parts[0].path} is no adapter (LoRA)")
        self._others += stored(group, "adapter", self._shelf)

    async def _take_draft(self, files: Files, scratch: Path) -> None:
        wanted = self._order.draft_quantize
        kind = quantization.read_kind(wanted) if wanted else ""
        groups = await self._read(files)
        if len(groups) != 1 or groups[0].kind != "model" or len(groups[0].parts) > 1:
            raise RequestInvalid("a draft model is one GGUF file with weights")
        draft = stored_weights(groups[0], self._shelf)
        (piece,) = (await self._quantized(draft, kind, scratch / "draft")).pieces
        layer = msgspec.structs.replace(piece.layer, media_type=LAYER_TYPE + "draft")
        self._replace(Piece(layer, piece.content))

    async def _check_template(self, template: str) -> None:
        try:
            await self._tools.check_template(template)
        except TemplateFailed as error:
            raise TemplateInvalid(f"template error: {error}") from error

    async def _final_weights(self, kind: str, scratch: Path) -> Weights:
        if self._weights is None:
            raise RequestInvalid("no base model was found")
        weights = await self._quantized(self._weights, kind, scratch / "model")
        if weights is not self._weights:
            self._base = msgspec.structs.replace(self._base, file_type="")
        elif self._fresh:
            self._tell("validating GGUF model")
            weights.check()
        return weights

    async def _install(self, weights: Weights) -> None:
        order = self._order
        habits = habits_of(weights.headers[0], self._base, order)
        inherited = dict(self._parameters)
        if habits and habits.stop and "stop" not in inherited:
            self._parameters["stop"] = list(habits.stop)
        self._parameters |= {
            key: each for key, each in order.parameters.items() if each is not None
        }
        changed = self._parameters if self._parameters != inherited else {}
        for piece in pieces_of(order, changed):
            self._replace(piece)
        config = make_config(order, self._base, weights.headers, self._projectors)
        pieces = [*weights.pieces, *self._others]
        content = msgspec.json.encode(config)
        for line in await _to_the_end(partial(self._shelf.install, order.name, pieces, content)):
            self._tell(line)
        self._tell("writing manifest")
        self._tell("success")

    async def _read(self, files: Files) -> list[UploadGroup]:
        """What the files make up; at least one thing."""
        check_names(files)
        if not files:
            raise RequestInvalid("no files provided to convert")
        uploads = []
        for path, digest in files.items():
            self._tell("parsing GGUF")
            blob = self._shelf.uploaded(digest)
            uploads.append(await asyncio.to_thread(read_upload, path, digest, blob))
        return group_uploads(uploads)

    async def _quantized(self, weights: Weights, kind: str, folder: Path) -> Weights:
        """A smaller copy of the weights in a folder of its own; themselves if none is wanted."""
        have = weights.headers[0].quantization
        if not kind:
            return weights
        quantization.check_source(weights.headers[0])
        if kind == have:
            return weights
        target = folder / "quantized.gguf"
        work = quantization.plan(weights.headers, kind, target, self._shelf.room_bytes())
        status = f"quantizing {have} model to {kind}"
        await asyncio.to_thread(folder.mkdir)
        async with contextlib.aclosing(self._tools.quantize(work)) as steps:
            async for done, total in steps:
                sizes = {"total": total, "completed": done}
                shown = {name: size for name, size in sizes.items() if size}
                self._tell(status, digest=quantization.DIGEST_SHOWN, **shown)
        source = weights.pieces[0].layer.source
        given_up = threading.Event()
        return await _to_the_end(partial(finished, target, source, given_up), given_up)

    def _replace(self, piece: Piece) -> None:
        """The one layer of its kind; licenses alone add up."""
        kind = piece.layer.kind
        old = {"template": ("template", "prompt"), "license": ()}.get(kind, (kind,))
        self._others = [each for each in self._others if each.layer.kind not in old]
        self._others.append(piece)


def _without_weights(base: Config) -> Config:
    """What holds of a source even if its weights are not used."""
    return Config(
        renderer=base.renderer,
        parser=base.parser,
        requires=base.requires,
        capabilities=base.capabilities,
    )


async def _to_the_end(
    work: Callable[[], Result], given_up: threading.Event | None = None
) -> Result:
    """Run on a thread what must not be left half done; a caller that is cancelled waits for it.

    Args:
        given_up: Set then, for work that can stop early.
    """
    job = asyncio.ensure_future(asyncio.to_thread(work))
    try:
        return await asyncio.shield(job)
    except asyncio.CancelledError:
        if given_up:
            given_up.set()
        with contextlib.suppress(AppError):
            await job
        raise
