"""What the user may change about an app, read and checked."""

import ipaddress
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, UnsetType

from desktop.api.apps.app import App
from desktop.core.errors import AppError, ModelNameInvalid, RequestInvalid
from desktop.engine.options import merge
from desktop.models.names import ModelName

MAX_NAME = 200
MAX_ENTRIES = 1000

Name = Annotated[str, Meta(min_length=1, max_length=MAX_NAME)]
Count = Annotated[int, Meta(ge=0, le=2**31 - 1)]


class AppChange(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Fields of `App`, all of which may be left out."""

    name: Name | UnsetType = UNSET
    program: Annotated[str, Meta(max_length=4096)] | UnsetType = UNSET
    address: Annotated[str, Meta(max_length=64)] | UnsetType = UNSET
    admin: bool | UnsetType = UNSET
    blocked: bool | UnsetType = UNSET
    models: Annotated[list[Name], Meta(max_length=MAX_ENTRIES)] | UnsetType = UNSET
    aliases: Annotated[dict[Name, Name], Meta(max_length=MAX_ENTRIES)] | UnsetType = UNSET
    system: Annotated[str, Meta(max_length=100_000)] | UnsetType = UNSET
    options: dict[str, Any] | UnsetType = UNSET
    requests_at_once: Count | UnsetType = UNSET
    tokens_per_minute: Count | UnsetType = UNSET
    log_content: bool | UnsetType = UNSET

    def applied(self, app: App) -> App:
        """The app with these changes.

        Raises:
            RequestInvalid: a value that cannot work.
        """
        given = msgspec.structs.asdict(self).items()
        changes = {name: value for name, value in given if value is not UNSET}
        _check(changes)
        if "models" in changes:
            changes["models"] = tuple(changes["models"])
        return msgspec.structs.replace(app, **changes, automatic=False)


class AliasChange(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """The model that an alias stands for."""

    model: Name


def check_model_name(name: str) -> None:
    """Raises RequestInvalid."""
    try:
        ModelName.parse(name)
    except ModelNameInvalid as error:
        raise RequestInvalid(f"{name!r} is not a model name") from error


def _check(changes: dict[str, Any]) -> None:
    for model in (*changes.get("models", ()), *changes.get("aliases", {}).values()):
        check_model_name(model)
    if address := changes.get("address"):
        try:
            ipaddress.ip_network(address, strict=False)
        except ValueError as error:
            raise RequestInvalid(f'"address" is {address!r}, which is no IP network') from error
    try:
        merge({}, changes.get("options", {}))
    except AppError as error:
        raise RequestInvalid(f'"options": {error}') from error
