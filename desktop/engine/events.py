"""What an answer consists of, as the engine hands it out: `Ready`, pieces of `Text`, `Finished`."""

from dataclasses import dataclass

from desktop.worker.messages import Finished, Text


@dataclass(frozen=True, slots=True)
class Ready:
    """First event: the model is loaded, and the request is with it."""


Event = Ready | Text | Finished

__all__ = ["Event", "Finished", "Ready", "Text"]
