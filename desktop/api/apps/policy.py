"""What the user has decided about an app, applied to a request of it."""

import dataclasses
from collections.abc import Mapping
from typing import Any

from desktop.api.apps.aliases import DEFAULT, folded, meant
from desktop.api.apps.app import App
from desktop.core.errors import (
    ModelNameInvalid,
    ModelNotAllowed,
    ModelNotFound,
    ModelsMissing,
    NotSupported,
)
from desktop.engine.asks import Ask
from desktop.models.installed import InstalledModel
from desktop.models.library import Library

_SYSTEM_ROLES = ("system", "developer")


class AliasBroken(ModelNotFound):
    """A name stands for a model that is not installed."""

    def __init__(self, name: str, target: str) -> None:
        super().__init__(name)
        self.args = (f"{self}: it stands for '{target}', which is not installed",)


def find_model(
    library: Library, aliases: Mapping[str, str], app: App | None, name: str
) -> InstalledModel:
    """The model that a name means: the app's own alias comes first, then an installed model, then
    everybody's alias; `default` is everybody's alias before it is a model.

    Raises:
        ModelNotFound, ModelNameInvalid
        ModelsMissing: it may be on the disk that is away.
        ModelNotAllowed: the app may not use it.
    """
    own = meant(app.aliases, name) if app else None
    try:
        model = _installed(library, aliases, own or name)
    except (ModelNotFound, ModelNameInvalid) as error:
        if own is None:
            raise
        raise AliasBroken(name, own) from error
    if app and not may_use(app, model):
        raise ModelNotAllowed(name, app.name)
    return model


def may_use(app: App, model: InstalledModel) -> bool:
    """Whether the user lets the app have this model."""
    return not app.models or folded(model.name.full) in map(folded, app.models)


def _installed(library: Library, aliases: Mapping[str, str], name: str) -> InstalledModel:
    target = meant(aliases, name)
    if target is None:
        return library.find(name)
    if folded(name) != folded(DEFAULT):
        try:
            return library.find(name)
        except (ModelNotFound, ModelNameInvalid, ModelsMissing, NotSupported):
            pass
    try:
        return library.find(target)
    except ModelNotFound as error:
        raise AliasBroken(name, target) from error


def with_system(ask: Ask, app: App | None) -> Ask:
    """The request with the app's system prompt in front. What goes to the model as it is, raw or
    as the text around a gap, stays as it is."""
    if not app or not app.system or ask.messages is None or ask.suffix:
        return ask
    first, rest = ask.messages[:1], ask.messages[1:]
    text = app.system
    if first and first[0].get("role") in _SYSTEM_ROLES and isinstance(first[0]["content"], str):
        # In one message: many templates know one at the beginning only.
        text, first = f"{text}\n\n{first[0]['content']}", []
    return dataclasses.replace(ask, messages=[{"role": "system", "content": text}, *first, *rest])


def with_defaults(app: App | None, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    """A model's own parameters, under the app's."""
    return {**parameters, **app.options} if app else parameters
