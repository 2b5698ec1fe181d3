"""`/api/puna/estimate`: whether a model will run on this machine, before it is downloaded."""

import asyncio
import shutil
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeAlias

from starlette.requests import Request
from starlette.responses import Response

from desktop.api.fields import Fields, read_body
from desktop.api.puna.speed import Here
from desktop.api.replies import Line, json_reply
from desktop.core.errors import ModelNotFound, ModelsMissing, RequestInvalid
from desktop.core.paths import nearest_folder
from desktop.core.settings import Settings
from desktop.models.catalog import Catalog
from desktop.models.downloads.remote import RemoteFile
from desktop.models.estimate import Estimate, estimate
from desktop.models.gguf import GgufHeader, read_header
from desktop.models.installed import InstalledModel
from desktop.models.library import Library
from desktop.models.manner import Asked
from desktop.models.model_files import is_projector
from desktop.models.registry.errors import NotInRegistry, RegistryError
from desktop.models.token_cost import TokenCost, cost_of_parts
from desktop.models.verdict import Placement

if TYPE_CHECKING:
    from desktop.models.remote_header import RemoteHeaders

LEAST_CONTEXT, MOST_CONTEXT = 4, 2**31 - 1

LocateModel: TypeAlias = Callable[[str], Sequence[RemoteFile]]
"""The files that a model's name means, weights first; blocking, raises AppError."""


class EstimateRoute:
    """POST /api/puna/estimate `{model | url | id, num_ctx?}`: bytes, places, and a verdict.

    Of what is not installed only headers are read.

    Args:
        headers: Makes, or gives again, what reads headers on servers; asked when one is needed.
        locate: Asked for models that are not installed.
    """

    def __init__(
        self,
        library: Library,
        settings: Callable[[], Settings],
        *,
        catalog: Catalog,
        here: Here,
        headers: "Callable[[], RemoteHeaders]",
        locate: LocateModel,
    ) -> None:
        self._library, self._settings, self._catalog = library, settings, catalog
        self._here, self._headers, self._locate = here, headers, locate

    async def __call__(self, _request: Request, body: bytes) -> Response:
        fields = read_body(body, "EstimateRequest")
        asked = {name: fields.text(name) for name in ("model", "url", "id")}
        context = _context(fields)
        if len([name for name in asked.values() if name]) != 1:
            raise RequestInvalid('exactly one of "model", "url" and "id" is needed')
        return json_reply(await asyncio.to_thread(self._answer, asked, context))

    def _answer(self, asked: dict[str, str], context: int) -> Line:
        name = asked["model"]
        if asked["id"]:
            name = self._catalog.find(asked["id"]).variants[0].name
        if asked["url"]:
            return self._of_remote([_remote(asked["url"])], asked["url"], context)
        try:
            model = self._library.find(name)
        except (ModelNotFound, ModelsMissing):  # what it would take is known without our disk
            return self._of_remote(self._located(name), name, context)
        return self._of_installed(model, context)

    def _located(self, name: str) -> Sequence[RemoteFile]:
        """The registry's failures have Ollama's status where its API speaks; here it is HTTP's."""
        try:
            return self._locate(name)
        except NotInRegistry as error:
            error.status = 404
            raise
        except RegistryError as error:
            error.status = 502 if error.status == 500 else error.status
            raise

    def _of_installed(self, model: InstalledModel, context: int) -> Line:
        paths = (*model.weight_parts, *model.adapters, *model.projectors)
        own = model.parameters.get("num_ctx")
        context = context or (own if isinstance(own, int) and own > 0 else 0)
        headers = [read_header(path) for path in paths]
        line = self._shown(headers, context, 0, model)
        return {"model": model.name.short, "installed": True} | line

    def _of_remote(self, files: Sequence[RemoteFile], name: str, context: int) -> Line:
        reader = self._headers()
        found = reader.read_all(files)
        headers, size = [each.header for each in found], sum(each.size_bytes for each in found)
        line = {"model": name, "installed": False} | self._shown(headers, context, size)
        if pace := reader.bytes_per_s:
            line["download_bytes_per_s"] = pace
        return line

    def _shown(
        self,
        headers: Sequence[GgufHeader],
        context: int,
        download_bytes: int,
        model: InstalledModel | None = None,
    ) -> Line:
        settings, machine = self._settings(), self._here.memory()
        found = estimate(headers, Asked.by(settings, context), machine)
        free = shutil.disk_usage(nearest_folder(self._library.root)).free
        return estimate_json(found) | {
            "speed": self._speed(headers, found.placement, model),
            "machine": {
                "ram_total": machine.total_bytes,
                "ram_available": machine.available_bytes,
                "gpus": [
                    {"name": gpu.name, "total": gpu.total_bytes, "free": gpu.free_bytes}
                    for gpu in machine.gpus
                ],
            },
            "download_bytes": download_bytes,
            "disk_free_bytes": free,
            "fits_on_disk": download_bytes <= free,
        }

    def _speed(
        self,
        headers: Sequence[GgufHeader],
        placement: Placement,
        model: InstalledModel | None,
    ) -> Line:
        if model:
            return self._here.speed_of(model, placement)
        cost = cost_of_parts(TokenCost.of(header) for header in headers if not is_projector(header))
        return self._here.speed_expected(cost.read_bytes, placement)


def estimate_json(found: Estimate) -> Line:
    """An estimate as clients see it; all sizes are bytes."""
    return {
        "context_tokens": found.context_tokens,
        "parallel": found.parallel,
        "bytes": {
            "weights": found.weights_bytes,
            "kv_cache": found.kv_bytes,
            "compute": found.compute_bytes,
            "projector": found.projector_bytes,
            "total": found.total_bytes,
        },
        "layers": found.layers,
    } | placement_json(found.placement)


def placement_json(placement: Placement) -> Line:
    """A verdict: one sentence in English, and what a translation of it is made from."""
    return {
        "vram_bytes": placement.vram_bytes,
        "ram_bytes": placement.ram_bytes,
        "gpu_layers": placement.gpu_layers,
        "verdict": placement.verdict,
        "sentence": placement.message.text,
        "message": {"key": placement.message.key, "numbers": placement.message.numbers},
    }


def _context(fields: Fields) -> int:
    """0: as it would be loaded."""
    context = fields.integer("num_ctx")
    if context and not LEAST_CONTEXT <= context <= MOST_CONTEXT:
        raise RequestInvalid(f'"num_ctx" must be between {LEAST_CONTEXT} and {MOST_CONTEXT}')
    return context


def _remote(url: str) -> RemoteFile:
    if not url.startswith(("https://", "http://")):
        raise RequestInvalid('"url" must begin with https:// or http://')
    return RemoteFile(url=url)
