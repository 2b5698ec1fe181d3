"""What is installed and what is loaded: `/api/tags`, `/api/ps`, `/api/show`."""

import asyncio
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from desktop.api.apps.app import App
from desktop.api.apps.callers import caller_of
from desktop.api.apps.policy import may_use
from desktop.api.desk import Desk
from desktop.api.fields import read_body
from desktop.api.listing import Listing
from desktop.api.replies import Line, json_reply, local_time, raw_json
from desktop.core.errors import ModelNotFound, NotSupported, RequestInvalid
from desktop.engine.runner import Runner
from desktop.models.gguf import CHAT_TEMPLATE, GgufHeader, read_header
from desktop.models.installed import InstalledModel
from desktop.models.modelfile import model_info, modelfile_text, parameters_text, tensor_list
from desktop.models.names import ModelName, without_source
from desktop.models.store import Snapshot

NO_DETAILS = {"format": "", "family": "", "families": None} | dict.fromkeys(
    ("parameter_size", "quantization_level"), ""
)
COPILOT = "GitHubCopilotChat/"  # wants to find the name it asked for in `model_info`


class Inventory:
    """The routes' handlers. What reads files runs on a thread, off the service loop."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._tags = Listing(desk.library, _tags)

    async def tags(self, request: Request) -> Response:
        """GET /api/tags: the installed models that the caller may use, newest first."""
        return raw_json(await asyncio.to_thread(self._tags.text, caller_of(request).app))

    async def ps(self, request: Request) -> Response:
        """GET /api/ps: loaded and loading models, those that stay longest first; no others than the
        caller may use."""
        models = await asyncio.to_thread(self._by_name)
        app = caller_of(request).app
        shown = [
            _running(runner, model)
            for runner in self._desk.engine.runners
            if _may_see(app, model := models.get(runner.name))
        ]
        return json_reply({"models": shown})

    async def show(self, request: Request, body: bytes) -> Response:
        """POST /api/show: everything about one model."""
        fields = read_body(body, "ShowRequest")
        model, name, system = (fields.text(each) for each in ("model", "name", "system"))
        verbose = fields.flag("verbose") or False
        fields.text("template"), fields.mapping("options")  # taken, and not used
        wanted = model or name
        if not wanted:
            raise RequestInvalid("model is required")
        found = self._find(request, wanted)
        reply = await asyncio.to_thread(_show, found, system, verbose)
        if request.headers.get("user-agent", "").startswith(COPILOT):
            reply["model_info"]["general.basename"] = wanted
        return json_reply(reply)

    def _by_name(self) -> dict[str, InstalledModel]:
        return {model.name.short: model for model in self._desk.library.list()}

    def _find(self, request: Request, wanted: str) -> InstalledModel:
        """The model, or this route's own words for what is not there."""
        try:
            return self._desk.front.find(request, wanted)
        except ModelNotFound as error:
            raise ModelNotFound(ModelName.parse(without_source(wanted)).short) from error
        except NotSupported as error:
            text = "ollama cloud is disabled: remote model details are unavailable"
            raise NotSupported(text, status=error.status) from error


def _may_see(app: App | None, model: InstalledModel | None) -> bool:
    """A model that has been deleted meanwhile is nobody's."""
    if app is None or not app.models:
        return True
    return model is not None and may_use(app, model)


def _show(model: InstalledModel, system: str, verbose: bool) -> Line:
    header, *others = map(read_header, model.weight_parts)
    optional: Line = {
        "license": "\n".join(model.licenses),
        "modelfile": modelfile_text(model),
        "parameters": parameters_text(model.parameters),
        "template": _template(model, header),
        "system": system or model.system,
        "messages": model.messages,
        "requires": model.config.requires,
    }
    if model.projectors:
        projector = read_header(model.projectors[0])
        optional["projector_info"] = model_info(projector, verbose=verbose)
    info = model_info(header, verbose=verbose)
    info["general.parameter_count"] += sum(other.parameter_count for other in others)
    tensors = [tensor for each in (header, *others) for tensor in tensor_list(each)]
    return {name: value for name, value in optional.items() if value} | {
        "details": model.details(),
        "model_info": info,
        "tensors": tensors,
        "capabilities": model.capabilities,
        "modified_at": local_time(model.modified_at),
    }


def _tags(snapshot: Snapshot) -> Line:
    return {
        "models": [
            {
                "name": model.name.short,
                "model": model.name.short,
                "modified_at": local_time(model.modified_at),
                "size": model.size_bytes,
                "digest": model.digest,
                "details": model.details(with_lengths=True),
                "capabilities": model.capabilities,
            }
            for model in snapshot.models
        ]
    }


def _template(model: InstalledModel, header: GgufHeader) -> str:
    """The template that is used: the file's own Jinja, else the manifest's."""
    own = header.text(CHAT_TEMPLATE)
    return own or model.template or "{{ .Prompt }}"


def _running(runner: Runner, model: InstalledModel | None) -> Line:
    loaded = runner.process.loaded
    details: dict[str, Any] = model.details() if model else NO_DETAILS  # deleted meanwhile
    return {
        "name": runner.name,
        "model": runner.name,
        "size": runner.size_bytes,
        "digest": runner.digest,
        "details": details | {"parent_model": ""},
        "expires_at": local_time(runner.expires_at),
        "size_vram": runner.gpu_bytes,
        "context_length": loaded.context_tokens if loaded else runner.plan.context_tokens,
        "puna": {"plan": runner.plan.view()},
    }
