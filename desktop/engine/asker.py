"""Who asks a model for something, as far as the engine wants to know."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, NamedTuple

from desktop.core.fairness import Standing


class Wait(NamedTuple):
    """A request has to wait."""

    what: Literal["load", "place"]
    """For its model to be loaded, or for a place among those that the model answers."""
    place: int
    """1: it is the next."""


def _nobody(_wait: Wait | None) -> None:
    pass


@dataclass(frozen=True, slots=True)
class Asker:
    """Where requests wait, `core/fairness.py` decides by this whose turn it is."""

    group: str = ""
    """The app's id, or an address."""
    is_own: bool = False
    """The user's own windows ask."""
    told: Callable[[Wait | None], None] = _nobody
    """Called when the request begins to wait, when its place changes, and with None when the
    waiting is over."""

    @property
    def standing(self) -> Standing:
        return Standing(self.group, self.is_own)


ANYBODY = Asker()
