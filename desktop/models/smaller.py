"""What to run instead of a model that is too large for this machine."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from desktop.models.catalog import Catalog
from desktop.models.installed import InstalledModel
from desktop.models.library import Library
from desktop.models.names import ModelName
from desktop.models.verdict import ROUGH_BYTES, ROUGH_FACTOR


class Candidate(NamedTuple):
    """A model that is installed, or in the catalogue."""

    name: str
    size_bytes: int


class SmallerModels:
    """Finds the largest one that fits: the same model in another quantization, else another model;
    those that are installed first. Blocking; any thread.

    Args:
        catalog: Asked when it is needed.
    """

    def __init__(self, library: Library, catalog: Callable[[], Catalog]) -> None:
        self._library, self._catalog = library, catalog

    def find(self, model: InstalledModel, room_bytes: int) -> str:
        """The name of one that fits into so much memory; empty if there is none."""
        installed = [
            Candidate(each.name.short, each.size_bytes)
            for each in self._library.list()
            if "completion" in each.capabilities and each.size_bytes < model.size_bytes
        ]
        listed = [
            Candidate(variant.name, size)
            for entry in self._catalog().models
            for variant in entry.variants
            if entry.writes and (size := entry.rough_bytes(variant) or 0)
        ]
        family = model.name.model
        same = [each for each in listed if ModelName.parse(each.name).model == family]
        related = [each for each in installed if ModelName.parse(each.name).model == family]
        for candidates in (related, same, installed, listed):
            if found := _largest(candidates, min(model.size_bytes, _size_for(room_bytes))):
                return found.name
        return ""


def _size_for(room_bytes: int) -> int:
    """Of a file that is loaded into so much memory."""
    return int((room_bytes - ROUGH_BYTES) / ROUGH_FACTOR)


def _largest(candidates: Iterable[Candidate], most_bytes: int) -> Candidate | None:
    fitting = (each for each in candidates if 0 < each.size_bytes <= most_bytes)
    return max(fitting, key=lambda each: each.size_bytes, default=None)
