"""A real service with small models, and what the windows' parts need beside it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from desktop.client.client import Client
from desktop.history.history import History
from desktop.ui.context import Context, Place
from desktop.ui.preferences import Preferences
from tests import tiny_gguf
from tests.models.stores import put_blob, put_json, put_manifest
from tests.ui.models.pump import Pump

THINKING_TEMPLATE = "{{ messages }}<think></think>"


@dataclass
class Surroundings:
    """What a window is given, and where it went."""

    context: Context
    pump: Pump
    went: list[tuple[Place, str]] = field(default_factory=list)

    @property
    def preferences(self) -> Preferences:
        return self.context.preferences


@contextmanager
def surroundings(url: str, folder: Path) -> Iterator[Surroundings]:
    with Pump() as pump:
        client = Client(url, name="desktop")
        history = History(folder / "history.sqlite")
        went: list[tuple[Place, str]] = []
        context = Context(
            client=client,
            start=pump.start,
            history=history,
            preferences=Preferences(folder / "desktop.json"),
            go=lambda place, what: went.append((place, what)),
        )
        pump.run(_opened(history))
        yield Surroundings(context, pump, went)
        pump.end()
        pump.run(history.close())
        pump.run(client.close())


async def _opened(history: History) -> None:
    await history.open()


def write_models(folder: Path) -> Path:
    """A store with one model of each kind that the parts tell apart."""
    root = folder / "models"
    tiny_gguf.write_script_model(folder / "plain", "Hello", eos=False, context=32768)
    tiny_gguf.write_script_model(folder / "thinker", "x", chat_template=THINKING_TEMPLATE)
    tiny_gguf.write_random_model(folder / "embedder", extra={"llama.pooling_type": 1})
    _add(root, folder / "plain", "plain", {"temperature": 0.3, "stop": ["x"]})
    _add(root, folder / "thinker", "thinker", {})
    _add(root, folder / "embedder", "embedder", {})
    return root


def _add(root: Path, file: Path, name: str, parameters: dict[str, Any]) -> None:
    params = put_json(root, {"num_thread": 1} | parameters, "params")
    put_manifest(root, name, [put_blob(root, file.read_bytes()), params])
