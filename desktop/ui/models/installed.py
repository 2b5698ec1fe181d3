"""What is on this computer: models, partial files, and the folder they lie in."""

import asyncio
from collections import defaultdict
from collections.abc import Coroutine, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import PurePath
from typing import Any

from PySide6.QtCore import QLocale, QObject, Signal

from desktop.client.answers import InstalledModel
from desktop.client.catalog import Catalog, Estimate
from desktop.client.client import Client
from desktop.client.installed import Description, Installed, Problem
from desktop.client.speed import Speed, Speeds
from desktop.client.status import StatusBoard
from desktop.core.errors import AppError
from desktop.ui.failures import failure_sentence
from desktop.ui.models.figures import filled, plain_name
from desktop.ui.models.measuring import speeds_of
from desktop.ui.models.offers import smaller_model
from desktop.ui.models.verdicts import RUNS_WELL, verdict_sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class InstalledRow:
    """One model. Sizes are bytes; `memory_bytes` is 0 while it is not loaded."""

    name: str
    size_bytes: int = 0
    label: str = ""
    """The precision."""
    parameters: str = ""
    capabilities: tuple[str, ...] = ()
    added_at: datetime | None = None
    used_at: datetime | None = None
    memory_bytes: int = 0
    same_as: tuple[str, ...] = ()
    """Other names of the very same files."""
    problem: str = ""
    """Why it cannot be used."""
    folder: str = ""
    """Where it lies; empty while that is not known."""
    speed: Speed | None = None

    @property
    def chats(self) -> bool:
        """Whether there is a point in offering a chat with it."""
        can = self.capabilities
        return not self.problem and ("completion" in can or "embedding" not in can)


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the details show of one model."""

    row: InstalledRow
    description: Description


@dataclass(frozen=True, slots=True)
class Folder:
    """Where models are kept; the settings may have another place for the next start."""

    path: str
    is_free: bool
    """A choice in the settings would have an effect."""


class InstalledPresenter(QObject):
    """Asks the server; has no widget. Refreshing while a refresh runs does it once more after."""

    refreshed = Signal(list, object, object)  # of InstalledRow; Partials; Folder
    failed = Signal(str)
    explained = Signal(str, str, str)  # a model; a sentence; its verdict, empty: it cannot run
    described = Signal(object)  # Sheet
    folder_moved = Signal(str, bool)  # the new folder; only from the next start on

    def __init__(self, client: Client) -> None:
        super().__init__()
        self._client = client
        self._busy = self._again = False
        self._path = ""
        self._folders: dict[str, str] = {}  # by the model's name and digest
        self.rows: list[InstalledRow] = []

    @property
    def names(self) -> frozenset[str]:
        """In lower case."""
        return frozenset(row.name.casefold() for row in self.rows)

    @property
    def is_busy(self) -> bool:
        return self._busy

    async def refresh(self) -> None:
        self._again = self._busy
        if self._busy:
            return
        self._busy = True
        try:
            await self._refresh()
            while self._again:
                self._again = False
                await self._refresh()
        except AppError as error:
            self.failed.emit(failure_sentence(error))
        finally:
            self._busy = False

    async def delete(self, name: str) -> None:
        await self._do(self._client.delete(name))

    async def unload(self, name: str) -> None:
        await self._do(self._client.unload(name))

    async def drop_partials(self, names: Iterable[str]) -> None:
        await self._do(*(self._api.drop_partial(name) for name in names))

    async def explain(self, name: str) -> None:
        """Say why a model will not run here."""
        row = next((row for row in self.rows if row.name == name), InstalledRow(name=name))
        if row.problem:
            self.explained.emit(name, row.problem, "")
            return
        try:
            estimate = await Catalog(self._client.wire).estimate(name)
        except AppError as error:
            self.explained.emit(name, failure_sentence(error), "")
        else:
            answer = self._answer(estimate)
            if estimate.verdict in ("tight", "too_large"):
                answer = " ".join(filter(None, (answer, await self._instead(name))))
            self.explained.emit(name, answer, estimate.verdict)

    async def describe(self, name: str) -> None:
        """Look everything up about a model."""
        row = next((row for row in self.rows if row.name == name), InstalledRow(name=name))
        try:
            description = await self._api.describe(name)
        except AppError as error:
            self.failed.emit(failure_sentence(error))
        else:
            self.described.emit(Sheet(row, description))

    async def move_folder(self, path: str) -> None:
        try:
            later = await self._api.move_folder(path)
        except AppError as error:
            self.failed.emit(failure_sentence(error))
        else:
            self.folder_moved.emit(path, later)
            await self.refresh()

    async def _instead(self, name: str) -> str:
        """What would run better; empty if nothing is known to."""
        try:
            entries = await Catalog(self._client.wire).entries()
        except AppError:
            return ""
        smaller = smaller_model(entries, name, QLocale().name().partition("_")[0])
        return filled(self.tr("%1 would run well here."), plain_name(smaller)) if smaller else ""

    def _answer(self, estimate: Estimate) -> str:
        sentence = verdict_sentence(estimate.message)
        if estimate.verdict in RUNS_WELL:
            return filled(self.tr("Nothing is known against it. %1"), sentence)
        if estimate.verdict == "tight":
            return filled(self.tr("It may run, but slowly. %1"), sentence)
        return sentence

    @property
    def _api(self) -> Installed:
        return Installed(self._client.wire)

    async def _do(self, *orders: Coroutine[Any, Any, None]) -> None:
        for result in await asyncio.gather(*orders, return_exceptions=True):
            if isinstance(result, AppError):
                self.failed.emit(failure_sentence(result))
            elif isinstance(result, BaseException):
                raise result
        await self.refresh()

    async def _refresh(self) -> None:
        api = self._api
        tags, loaded, problems, partials, uses, setting = await asyncio.gather(
            self._client.tags(),
            self._client.ps(),
            api.problems(),
            api.partials(),
            api.last_uses(),
            api.folder(),
        )
        speeds = await speeds_of(self._client)
        if not self._path:
            self._path = (await StatusBoard(self._client.wire).now()).disk.path
        folder = Folder(self._path, setting.source not in ("start", "environment"))
        memory = {model.name: model.size for model in loaded}
        self.rows = self._rows(tags, memory, problems, uses, speeds)
        self.refreshed.emit(self.rows, partials, folder)
        if await self._learn_folders(tags):
            self.rows = self._rows(tags, memory, problems, uses, speeds)
            self.refreshed.emit(self.rows, partials, folder)

    async def _learn_folders(self, tags: list[InstalledModel]) -> bool:
        """Whether anything new was learnt."""
        unknown = [each for each in tags if f"{each.name} {each.digest}" not in self._folders]
        for each in unknown:
            key = f"{each.name} {each.digest}"
            try:
                file = (await self._api.describe(each.name)).file
            except AppError:  # damaged, or gone meanwhile: the list says so
                self._folders[key] = ""
            else:
                path = PurePath(file)
                self._folders[key] = str(path.parent.parent) if file else ""
        return bool(unknown)

    def _rows(
        self,
        tags: list[InstalledModel],
        memory: dict[str, int],
        problems: list[Problem],
        uses: dict[str, float],
        speeds: Speeds,
    ) -> list[InstalledRow]:
        reasons = {problem.model: problem.reason for problem in problems}
        twins: dict[str, list[str]] = defaultdict(list)
        for each in tags:
            twins[each.digest].append(each.name)
        rows = [
            InstalledRow(
                name=each.name,
                size_bytes=each.size,
                label=each.details.quantization_level,
                parameters=each.details.parameter_size,
                capabilities=tuple(each.capabilities),
                added_at=each.modified_at,
                used_at=datetime.fromtimestamp(uses[each.name], UTC) if each.name in uses else None,
                memory_bytes=memory.get(each.name, 0),
                same_as=tuple(name for name in twins[each.digest] if name != each.name),
                problem=reasons.pop(each.name, ""),
                folder=self._folders.get(f"{each.name} {each.digest}", ""),
                speed=speeds.of(each.name),
            )
            for each in tags
        ]
        missing = [InstalledRow(name=name, problem=reason) for name, reason in reasons.items()]
        return missing + rows
