"""Finds the stores of Ollama on this machine; they are used where they are."""

import logging
import os
from collections.abc import Iterator
from pathlib import Path

from desktop.models.facts import FactsCache
from desktop.models.found.places import Surroundings
from desktop.models.store import ModelStore

log = logging.getLogger(__name__)


def ollama_stores(machine: Surroundings, own: Path, facts: FactsCache) -> list[ModelStore]:
    """Those that exist and may be read, without our own.

    Args:
        own: Our store; it may be one of Ollama's.
        facts: Remembers what headers say.
    """
    stores: list[ModelStore] = []
    for root in _candidates(machine):
        if not _exists(root):
            continue
        if reason := _unreadable(root):
            log.info("the models in %s are not used: %s", root, reason)
        elif not any(_is_same(root, known) for known in (own, *(each.root for each in stores))):
            log.info("the models in %s are used, too", root)
            stores.append(ModelStore(root, shared=True, facts=facts))
    return stores


def _candidates(machine: Surroundings) -> Iterator[Path]:
    if folder := machine.folder("OLLAMA_MODELS"):
        yield folder
    yield machine.home / ".ollama" / "models"
    if machine.platform == "linux":  # the service's own user
        for home in ("usr/share/ollama", "var/lib/ollama"):
            yield machine.system / home / ".ollama" / "models"


def _exists(root: Path) -> bool:
    try:
        return (root / "manifests").is_dir()
    except OSError as error:
        log.info("the models in %s are not used: %s", root, error.strerror or error)
        return False


def _unreadable(root: Path) -> str:
    """Why a store cannot be used; empty if it can."""
    for folder in (root / "manifests", root / "blobs"):
        try:
            with os.scandir(folder) as entries:
                next(entries, None)
        except OSError as error:
            return f"{folder} cannot be read: {error.strerror or error}"
    return ""


def _is_same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:
        return one == other
