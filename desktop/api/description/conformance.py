"""What of each dialect is supported: routes, fields, variables."""

from collections.abc import Iterator
from typing import Any

import msgspec

from desktop.api.description.dialects import DIALECTS
from desktop.api.description.operation import Dialect, Operation
from desktop.core.environment import VARIABLES
from desktop.core.version import OLLAMA_API_VERSION, PUNA_VERSION


def conformance() -> dict[str, Any]:
    """As `/api/puna/conformance` tells it."""
    return {
        "puna": PUNA_VERSION,
        "ollama_api": OLLAMA_API_VERSION,
        "openapi": "/openapi.json",
        "dialects": [_dialect(each) for each in DIALECTS],
        "environment": [
            {"name": variable.name, "settings": list(variable.settings)} for variable in VARIABLES
        ],
    }


def _dialect(dialect: Dialect) -> dict[str, Any]:
    return {"name": dialect.name, "routes": [_route(each) for each in dialect.operations]}


def _route(operation: Operation) -> dict[str, Any]:
    fields = list(_fields(operation.body)) if operation.body not in (None, bytes) else []
    return {"method": operation.method, "path": operation.path, "fields": fields}


def _fields(body: Any, outer: str = "", depth: int = 0) -> Iterator[str]:
    for field in msgspec.structs.fields(body):
        name = f"{outer}{field.encode_name}"
        yield name
        if depth < 3:
            for inner in _structs(msgspec.inspect.type_info(field.type)):
                yield from _fields(inner, f"{name}.", depth + 1)


def _structs(info: msgspec.inspect.Type) -> Iterator[Any]:
    """Struct types that a type is made of."""
    if isinstance(info, msgspec.inspect.StructType):
        yield info.cls
    elif isinstance(info, msgspec.inspect.Metadata):
        yield from _structs(info.type)
    elif isinstance(info, msgspec.inspect.UnionType):
        for each in info.types:
            yield from _structs(each)
    elif isinstance(info, msgspec.inspect.ListType):
        yield from _structs(info.item_type)
