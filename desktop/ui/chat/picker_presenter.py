"""Which models a chat can have, what is in memory, and how much memory the others would need."""

from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, Signal

from desktop.client.answers import InstalledModel, LoadedModel
from desktop.client.client import Client
from desktop.client.measuring import Measuring
from desktop.core.errors import AppError


@dataclass(frozen=True, slots=True)
class ModelRow:
    """One model. Sizes are bytes; `memory_bytes` is 0 until it is known."""

    name: str
    title: str
    capabilities: tuple[str, ...] = ()
    size_bytes: int = 0
    memory_bytes: int = 0
    verdict: str = ""
    is_loaded: bool = False


class PickerPresenter(QObject):
    """Asks when it is told to; nothing runs by itself."""

    refreshed = Signal(list)  # of ModelRow: loaded ones first, then the newest
    failed = Signal(object)  # AppError

    def __init__(self, client: Client) -> None:
        super().__init__()
        self._client = client
        self._measuring = Measuring(client.wire)
        self._needs: dict[str, tuple[int, str]] = {}  # memory and verdict by digest
        self._is_measuring = False
        self.rows: list[ModelRow] = []
        self.is_known = False
        """The rows are what the server said, and not merely nothing yet."""

    async def refresh(self) -> None:
        try:
            installed, loaded = await self._client.tags(), await self._client.ps()
        except AppError as error:
            self.failed.emit(error)
            return
        in_memory = {each.name: each for each in loaded}
        rows = [self._row(each, in_memory.get(each.name)) for each in installed if _can_chat(each)]
        self.rows = sorted(rows, key=lambda row: not row.is_loaded)
        self.is_known = True
        self.refreshed.emit(self.rows)

    async def measure(self) -> None:
        """Fill in what the models would need, one after the other; loads none of them."""
        if self._is_measuring:
            return
        self._is_measuring = True
        try:
            await self.refresh()
            for installed in await self._client.tags():
                if installed.digest not in self._needs and _can_chat(installed):
                    await self._measure(installed)
        except AppError:
            return  # the list says why, if it could not be had
        finally:
            self._is_measuring = False

    async def _measure(self, installed: InstalledModel) -> None:
        try:
            need = await self._measuring.need(installed.name)
        except AppError:
            self._needs[installed.digest] = (0, "")  # a damaged file: nobody can tell
            return
        self._needs[installed.digest] = (need.bytes.total, need.verdict)
        self.rows = [
            replace(row, memory_bytes=row.memory_bytes or need.bytes.total, verdict=need.verdict)
            if row.name == installed.name
            else row
            for row in self.rows
        ]
        self.refreshed.emit(self.rows)

    def _row(self, installed: InstalledModel, loaded: LoadedModel | None) -> ModelRow:
        needed, verdict = self._needs.get(installed.digest, (0, ""))
        return ModelRow(
            name=installed.name,
            title=short_name(installed.name),
            capabilities=tuple(installed.capabilities),
            size_bytes=installed.size,
            memory_bytes=loaded.size if loaded else needed,
            verdict=verdict,
            is_loaded=loaded is not None,
        )


def short_name(name: str) -> str:
    """As people call it.

    >>> short_name("qwen3:latest"), short_name("qwen3:4b"), short_name("hf.co/user/Repo-GGUF:Q4_0")
    ('qwen3', 'qwen3:4b', 'Repo-GGUF:Q4_0')
    """
    if name.startswith(("hf.co/", "huggingface.co/")):
        name = name.rpartition("/")[2]
    return name.removesuffix(":latest")


def _can_chat(model: InstalledModel) -> bool:
    return "completion" in model.capabilities or not model.capabilities
