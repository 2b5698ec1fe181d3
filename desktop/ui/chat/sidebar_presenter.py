"""What the list of chats shows and does, without a widget."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication, QDate, QLocale, QObject, Qt, Signal

from desktop.core.errors import AppError
from desktop.history.errors import ImportFailed
from desktop.history.history import History
from desktop.ui.chat.sidebar_rows import Listing
from desktop.ui.failures import failure_sentence
from desktop.ui.look.filled import filled

if TYPE_CHECKING:
    from desktop.history.records import Recovery

log = logging.getLogger(__name__)


class SidebarPresenter(QObject):
    """Every method may be called at any time; failures are told in a sentence."""

    listed = Signal(object)  # Listing
    changed = Signal()  # the list is no longer what was listed last
    removed = Signal(str)  # what can be undone now, in a sentence; empty: nothing
    folder_made = Signal(str)  # its name, which the user has not yet chosen
    told = Signal(str)  # a sentence
    failed = Signal(str)  # a sentence

    def __init__(self, history: History) -> None:
        super().__init__()
        self._history = history
        self._query = ""
        self._asked = 0
        self._removals: list[int] = []
        self._told_recovery: Recovery | None = None
        self._unwatch: Callable[[], None] | None = history.watch(self.changed.emit)

    def close(self) -> None:
        """Hear no more of the history."""
        if self._unwatch is not None:
            self._unwatch()
            self._unwatch = None

    # ---- what is listed

    async def refresh(self) -> None:
        """List the chats anew, or what was searched for last."""
        await self._try(self._list())

    async def search(self, query: str) -> None:
        """List the chats with these words; with none, all."""
        self._query = query if query.strip() else ""
        await self.refresh()

    async def _list(self) -> None:
        self._asked += 1
        asked, query = self._asked, self._query
        lines = await self._history.chats(query=query)
        folders = await self._history.folders()
        if asked == self._asked:  # nobody has typed on meanwhile
            self.listed.emit(Listing(lines, folders, query))
        self._tell_recovery()

    def _tell_recovery(self) -> None:
        recovery = self._history.recovery
        if recovery is None or recovery is self._told_recovery:
            return
        self._told_recovery = recovery
        if recovery.backup_day:
            day = QDate.fromString(recovery.backup_day, Qt.DateFormat.ISODate)
            text = self.tr(
                "The file with your chats was damaged. They are now as they were saved on %1;"
                " the damaged file was kept as %2."
            ).replace("%1", QLocale().toString(day, QLocale.FormatType.ShortFormat))
        else:
            text = self.tr(
                "The file with your chats was damaged, and there was no copy of it yet. A new one"
                " was begun; the damaged file was kept as %2."
            )
        text = text.replace("%2", recovery.aside)
        if recovery.saved:
            more = self.tr(
                "%n newer chat(s) could still be read, and are there.", "", recovery.saved
            )
            text = f"{text}\n{more}"
        self.failed.emit(text)

    # ---- chats

    async def rename(self, chat_id: int, title: str) -> None:
        await self._try(self._history.rename(chat_id, title))

    async def pin(self, chats: Sequence[int], pinned: bool) -> None:
        for chat_id in chats:
            await self._try(self._history.pin(chat_id, pinned))

    async def move(self, chats: Sequence[int], folder: str) -> None:
        """Into a folder, or with "" out of it; a pinned chat stays pinned."""
        for chat_id in chats:
            await self._try(self._history.move(chat_id, folder))

    async def unpin_into(self, chats: Sequence[int], folder: str) -> None:
        """To where they are listed under that folder, or with "" by date."""
        await self.move(chats, folder)
        await self.pin(chats, False)

    async def remove(self, chats: Sequence[int], title: str) -> None:
        """`title`: of the first one, for the sentence."""
        if not chats:
            return
        self._removals = []
        with suppress(_Failed):
            for chat_id in chats:
                removal = await self._asked_for(self._history.remove_chat(chat_id))
                self._removals.append(removal)
        if len(self._removals) == 1:
            self.removed.emit(self.tr("“%1” was deleted.").replace("%1", title))
        elif self._removals:
            self.removed.emit(self.tr("%n chat(s) were deleted.", "", len(self._removals)))

    async def undo(self) -> None:
        """Bring back what `remove` took last."""
        removals, self._removals = self._removals, []
        self.removed.emit("")
        with suppress(_Failed):
            for removal in removals:
                if await self._asked_for(self._history.undo(removal)) is None:
                    self.failed.emit(self.tr("It is too late: the chat is gone."))
                    return

    async def show_turn(self, turn_id: int) -> None:
        """Choose the branch that a turn is in, so that what was found can be seen."""
        await self._try(self._history.select(turn_id))

    # ---- folders

    async def make_folder(self, chats: Sequence[int] = ()) -> None:
        """A folder with a name to be changed, and chats in it."""
        with suppress(_Failed):
            taken = await self._asked_for(self._history.folders())
            name = basis = self.tr("New folder")
            number = 2
            while name in taken:
                name, number = f"{basis} {number}", number + 1
            await self._asked_for(self._history.add_folder(name))
            await self.unpin_into(chats, name)
            await self._asked_for(self._list())
            self.folder_made.emit(name)

    async def rename_folder(self, name: str, new_name: str) -> None:
        await self._try(self._history.rename_folder(name, new_name))

    async def remove_folder(self, name: str) -> None:
        await self._try(self._history.remove_folder(name))

    # ---- files

    async def export(self, chat_id: int | None, kind: str, path: Path) -> None:
        """Write a chat, or all, into a file."""
        with suppress(_Failed):
            text = await self._asked_for(self._history.export(chat_id, kind))
            await self._asked_for(_written(path, text))
            self.told.emit(self.tr("Saved as %1.").replace("%1", path.name))

    async def import_files(self, paths: Sequence[Path]) -> None:
        """Take over the chats of some files."""
        count = 0
        for path in paths:
            self.told.emit(self.tr("Reading %1…").replace("%1", path.name))
            try:
                count += await self._history.import_file(path)
            except ImportFailed as error:
                log.warning("%s", error)
                self.told.emit("")
                text = self.tr(
                    "%1 has no chats that Puna understands. It takes its own JSON files, and what"
                    " ChatGPT and Open WebUI export."
                )
                self.failed.emit(text.replace("%1", path.name))
                return
            except AppError as error:
                self.failed.emit(failure_sentence(error))
                return
        if count:
            self.told.emit(self.tr("%n chat(s) were added.", "", count))
        else:
            self.told.emit(self.tr("Nothing was added: all these chats are already here."))

    # ---- how

    async def _try(self, work: Coroutine[Any, Any, Any]) -> None:
        with suppress(_Failed):
            await self._asked_for(work)

    async def _asked_for(self, work: Coroutine[Any, Any, Any]) -> Any:
        try:
            return await work
        except AppError as error:
            self.failed.emit(failure_sentence(error))
            raise _Failed from error


class _Failed(Exception):
    """It has been told."""


class _FileFailed(AppError):
    """A file of the user cannot be written."""


async def _written(path: Path, text: str) -> None:
    try:
        await asyncio.to_thread(path.write_text, text, encoding="utf-8", newline="\n")
    except OSError as error:
        text = QCoreApplication.translate("Failure", "%1 cannot be written: %2")
        raise _FileFailed(filled(text, str(path), error.strerror or str(error))) from error
