"""The OpenAPI document, put together out of the dialects."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec

from desktop.api.description.operation import EVENTS, JSON, Dialect, Operation
from desktop.core.version import PUNA_VERSION

REF = "#/components/schemas/{name}"
INTRODUCTION = (
    "Puna runs language models on this machine, and speaks the languages that programs know:"
    " Ollama's, OpenAI's and Anthropic's. On this machine no key is needed unless it is switched"
    " on; any that is sent is taken. Names of fields may be written in any case, unknown fields"
    " are ignored, and null counts as absent. An answer that had to wait for others tells in"
    " `x-puna-queue` which place in the line it had at first: 1 is the next."
)
ERRORS = {
    400: "The request is wrong; the text says what.",
    401: "A key is needed.",
    403: "Not for this caller.",
    404: "There is no such thing.",
    409: "Something else is using it.",
    410: "It is no longer there.",
    413: "Too large.",
    415: "A body of this type, or so encoded, cannot be read.",
    429: "Too many requests; `retry-after` says when to come back.",
    499: "Cancelled.",
    500: "It failed; the text says why.",
    502: "Another server failed.",
    503: "Busy; try again, in `retry-after` seconds where that is told.",
    507: "The disk is full.",
}
ANYWHERE = (401, 403)
"""Who has no key where one is needed, and web pages that may not ask, do not get to the route."""
KEYS = {
    "key": {"type": "http", "scheme": "bearer", "description": "A key that Puna gave an app."},
    "x-api-key": {"type": "apiKey", "in": "header", "name": "x-api-key"},
}


def document(dialects: Sequence[Dialect]) -> dict[str, Any]:
    """OpenAPI 3.1."""
    schemas, components = _schemas(dialects)
    paths: dict[str, dict[str, Any]] = {}
    for dialect in dialects:
        for operation in dialect.operations:
            described = _described(dialect, operation, schemas)
            paths.setdefault(operation.path, {})[operation.method.lower()] = described
    return {
        "openapi": "3.1.0",
        "info": {"title": "Puna", "version": PUNA_VERSION, "description": INTRODUCTION},
        "tags": [{"name": each.name, "description": each.text} for each in dialects],
        "security": [{}, {"key": []}, {"x-api-key": []}],
        "paths": paths,
        "components": {"schemas": components, "securitySchemes": KEYS},
    }


class _Schemas:
    """The JSON schema of each type, by the type."""

    def __init__(self, types: Sequence[Any], schemas: Iterable[dict[str, Any]]) -> None:
        self._found = list(zip(types, schemas, strict=True))

    def of(self, wanted: Any) -> dict[str, Any]:
        return next(schema for each, schema in self._found if each is wanted)


def _schemas(dialects: Sequence[Dialect]) -> tuple[_Schemas, dict[str, Any]]:
    types = list(_types(dialects))
    schemas, components = msgspec.json.schema_components(types, ref_template=REF)
    return _Schemas(types, map(_tidy, schemas)), {
        name: _tidy(schema) for name, schema in components.items()
    }


def _types(dialects: Sequence[Dialect]) -> Iterator[Any]:
    for dialect in dialects:
        yield dialect.error
        for operation in dialect.operations:
            named = (operation.body, operation.answer, operation.stream)
            yield from (each for each in named if each is not None)
            yield from (parameter.type for parameter in operation.parameters)


def _tidy(schema: Any) -> Any:
    """Without what says nothing: a default of null, a title that is the type's name."""
    if isinstance(schema, list):
        return [_tidy(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        name: _tidy(value)
        for name, value in schema.items()
        if not (name == "default" and value is None)
        and not (name == "title" and isinstance(value, str))
        and not (name == "required" and value == [])
    }


def _described(dialect: Dialect, operation: Operation, schemas: _Schemas) -> dict[str, Any]:
    found: dict[str, Any] = {
        "operationId": _id(operation),
        "tags": [dialect.name],
        "summary": operation.summary,
        "responses": _responses(dialect, operation, schemas),
    }
    if operation.note:
        found["description"] = operation.note
    if operation.parameters:
        found["parameters"] = [
            {
                "name": each.name,
                "in": each.place,
                "required": each.place == "path",
                "description": each.text,
                "schema": schemas.of(each.type),
                "example": each.example,
            }
            for each in operation.parameters
        ]
    if operation.body is not None:
        content: dict[str, Any] = {"schema": _body_schema(operation, schemas)}
        if operation.example is not None:
            content["example"] = operation.example
        found["requestBody"] = {"required": True, "content": {operation.body_type: content}}
    return found


def _body_schema(operation: Operation, schemas: _Schemas) -> dict[str, Any]:
    return {} if operation.body is bytes else schemas.of(operation.body)


def _responses(dialect: Dialect, operation: Operation, schemas: _Schemas) -> dict[str, Any]:
    good: dict[str, Any] = {"description": operation.summary}
    content = {}
    if operation.answer is not None:
        content[operation.answer_type] = {"schema": schemas.of(operation.answer)}
    if operation.stream is not None:
        schema = schemas.of(operation.stream)
        is_event = operation.stream_type == EVENTS
        content[operation.stream_type] = {"schema": _event(schema) if is_event else schema}
    if content:
        good["content"] = content
    found = {str(operation.status): good}
    found |= {str(status): {"description": operation.summary} for status in operation.also}
    for status in sorted({*operation.errors, *ANYWHERE}):
        error: dict[str, Any] = {"description": ERRORS[status]}
        if operation.method != "HEAD":
            error["content"] = {JSON: {"schema": schemas.of(dialect.error)}}
        found[str(status)] = error
    return found


def _event(data: dict[str, Any]) -> dict[str, Any]:
    """One event, of which `data` is JSON; as OpenAPI describes them from 3.2 on."""
    text = {"type": "string", "contentMediaType": JSON, "contentSchema": data}
    return {"type": "object", "properties": {"event": {"type": "string"}, "data": text}}


def _id(operation: Operation) -> str:
    """One word that says method and path."""
    words = re.findall("[A-Za-z0-9]+", operation.path)
    return "_".join([operation.method.lower(), *words])


def written(dialects: Sequence[Dialect]) -> bytes:
    """The document as JSON, for people to read too."""
    return json.dumps(document(dialects), indent=1, ensure_ascii=False).encode()
