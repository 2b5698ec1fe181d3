"""POST /api/create: a model of another one, or of uploaded files."""

import contextlib
from collections.abc import AsyncGenerator, Callable, Mapping
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from desktop.api.fields import Fields, read_body
from desktop.api.replies import Line, progress_reply
from desktop.core.errors import AppError, ModelNameInvalid, NotSupported, RequestInvalid
from desktop.engine import options
from desktop.engine.errand import check_template
from desktop.engine.quantizer import quantize
from desktop.models.creating.creation import Creation, Tools
from desktop.models.creating.order import CreateOrder
from desktop.models.creating.shelf import Shelf
from desktop.models.library import Library
from desktop.models.names import ModelName, without_source

ROLES = ("system", "user", "assistant", "tool")


class CreateRoute:
    """The work ends with the request; what is not finished then leaves nothing behind.

    Args:
        threads: What the quantizer may use.
        pull: Fetches a model that is named as the source and not installed: lines of progress
            until it is. Without it such a model is not found.
    """

    def __init__(
        self,
        library: Library,
        *,
        threads: int,
        pull: Callable[[str], AsyncGenerator[Line]] | None = None,
    ) -> None:
        self._shelf = Shelf(library)
        self._tools = Tools(
            quantize=partial(quantize, threads=threads), check_template=check_template, pull=pull
        )

    async def __call__(self, _request: Request, body: bytes) -> Response:
        fields = read_body(body, "CreateRequest")
        stream = fields.flag("stream")
        return await progress_reply(self._lines(read_order(fields)), stream=stream)

    async def _lines(self, order: CreateOrder) -> AsyncGenerator[Line]:
        creation = Creation(order, self._shelf, self._tools)
        async with contextlib.aclosing(creation.lines()) as lines:
            async for line in lines:
                yield line


def read_order(fields: Fields) -> CreateOrder:
    """Raises RequestInvalid, ModelNameInvalid or NotSupported for what can be seen to be wrong."""
    name = fields.text("model") or fields.text("name")
    if fields.text("remote_host"):
        raise NotSupported("bad remote: Puna runs models on this machine only")
    order = CreateOrder(
        name=_target(name),
        source=fields.text("from"),
        files=_files(fields, "files"),
        adapters=_files(fields, "adapters"),
        drafts=_files(fields, "draft_files"),
        template=fields.text("template"),
        system=fields.text("system"),
        renderer=fields.text("renderer"),
        parser=fields.text("parser"),
        requires=fields.text("requires"),
        licenses=_licenses(fields),
        parameters=_parameters(fields.mapping("parameters")),
        messages=_messages(fields),
        quantize=fields.text("quantize") or fields.text("quantization"),
        draft_quantize=fields.text("draft_quantize"),
        info=fields.mapping("info"),
    )
    order.check()
    return order


def _target(name: str) -> ModelName:
    try:
        return ModelName.parse(without_source(name))
    except NotSupported as error:
        raise ModelNameInvalid from error


def _files(fields: Fields, name: str) -> Mapping[str, str] | None:
    """Relative path to digest; None when absent."""
    if fields.raw(name) is None:
        return None
    files = fields.mapping(name)
    for path, digest in files.items():
        if not isinstance(digest, str):
            raise RequestInvalid(f'"{name}" must give a digest for {path!r:.100}')
    return files


def _licenses(fields: Fields) -> tuple[str, ...]:
    value = fields.raw("license")
    if value is None:
        return ()
    texts = [value] if isinstance(value, str) else value
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise RequestInvalid('"license" must be a string or a list of strings')
    return tuple(texts)


def _parameters(values: dict[str, Any]) -> dict[str, Any]:
    """What no request could use later is refused now. A lone `stop` becomes a list."""
    try:
        options.merge({}, values)
    except AppError as error:
        raise RequestInvalid(f"parameters: {error}") from error
    stop = values.get("stop")
    return values | ({"stop": [stop]} if isinstance(stop, str) else {})


def _messages(fields: Fields) -> tuple[dict[str, str], ...]:
    messages = []
    for message in fields.objects("messages", "api.Message"):
        role, content = message.text("role"), message.text("content")
        if role not in ROLES:
            known = ", ".join(f'"{each}"' for each in ROLES)
            raise RequestInvalid(f"message role must be one of {known}; not {role!r:.40}")
        messages.append({"role": role, "content": content})
    return tuple(messages)
