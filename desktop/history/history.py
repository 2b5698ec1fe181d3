"""All chats of the user, kept in a file: what windows ask and tell.

The windows' loop only waits here: one thread does the work, in the order in which it was asked
for. What was begun is done even when the one who waits for it is cancelled.
"""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from desktop.history import exporting, folders, importing, listing, manners, removing, turns
from desktop.history.errors import HistoryFailed
from desktop.history.file import HistoryFile
from desktop.history.records import Chat, ChatLine, Hit, Manner, Medium, Recovery, Turn

log = logging.getLogger(__name__)

UNDO_S = 10.0  # how long what was removed can be had back

T = TypeVar("T")


class History:
    """The chats in `history.sqlite`. Every method may raise HistoryFailed.

    Args:
        path: The file; made when there is none. Backups are kept in `backups` beside it.
        today: The day, for the names of backups.
    """

    def __init__(self, path: Path, today: Callable[[], date] = date.today) -> None:
        self._path = path
        self._file = HistoryFile(path, today)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="history")
        self._watchers: list[Callable[[], None]] = []
        self._purges: set[asyncio.TimerHandle] = set()
        self._closed = False

    async def open(self) -> Recovery | None:
        """Call first. Tells what had to be done about a damaged file, if it was.

        Removes for good what was removed before, and begins the day's backup.

        Raises:
            HistoryTooNew: A newer Puna has written the file.
        """
        return await self._do(self._file.open)

    async def close(self) -> None:
        """After all that was asked for. The object is of no use afterwards; may be repeated."""
        if self._closed:
            return
        self._closed = True
        for purge in self._purges:
            purge.cancel()
        await self._do(self._file.close)
        await asyncio.to_thread(self._thread.shutdown)

    @property
    def recovery(self) -> Recovery | None:
        """What was last done about a damaged file; damage may show long after `open`."""
        return self._file.recovery

    def watch(self, changed: Callable[[], None]) -> Callable[[], None]:
        """Be told on the loop when the list of chats may look different. Returns what ends it."""
        self._watchers.append(changed)
        return lambda: self._watchers.remove(changed)

    # ---- the list

    async def chats(self, folder: str | None = None, query: str = "") -> list[ChatLine]:
        """Chats, the pinned ones first, then the youngest; with a query, those that have all its
        words (the last may be a beginning). A chat without turns and draft is not listed.

        Args:
            folder: Only those in it; "" those in none; None all.
        """
        return await self._ask(listing.chats, folder, query)

    async def search(self, query: str, limit: int = 200) -> list[Hit]:
        """Turns that have all the words, the youngest first."""
        return await self._ask(listing.search, query, limit)

    async def folders(self) -> list[str]:
        """Their names in alphabetical order, empty ones too."""
        return await self._ask(folders.names)

    async def add_folder(self, name: str) -> None:
        """Does nothing if it is there."""
        await self._tell(folders.add, name)

    async def rename_folder(self, name: str, new_name: str) -> None:
        """If there is one of the new name, they become one."""
        await self._tell(folders.rename, name, new_name)

    async def remove_folder(self, name: str) -> None:
        """Its chats are in no folder afterwards; none is removed."""
        await self._tell(folders.remove, name)

    # ---- one chat

    async def create(self, title: str = "") -> Chat:
        """A new chat. Without a title it gets one from the first words of the user."""
        return await self._tell(turns.create, title)

    async def open_chat(self, chat_id: int) -> Chat:
        """A chat with its whole tree, media without their bytes.

        Raises:
            ChatNotFound: It was removed.
        """
        return await self._ask(turns.read_chat, chat_id)

    async def rename(self, chat_id: int, title: str) -> None:
        await self._tell(turns.rename, chat_id, title)

    async def pin(self, chat_id: int, pinned: bool = True) -> None:
        await self._tell(turns.pin, chat_id, pinned)

    async def move(self, chat_id: int, folder: str) -> None:
        """Into a folder, which is made if need be; "" into none."""
        await self._tell(folders.move, chat_id, folder)

    async def save_manner(self, chat_id: int, manner: Manner) -> None:
        """How this chat is answered from now on."""
        await self._ask(manners.save, chat_id, manner)

    async def draft(self, chat_id: int | None) -> str:
        """What was typed and not sent; None: for a chat that is not yet created."""
        return await self._ask(turns.draft, chat_id)

    async def save_draft(self, chat_id: int | None, text: str) -> None:
        await self._ask(turns.save_draft, chat_id, text)

    # ---- its turns

    async def add_turn(self, chat_id: int, parent_id: int | None, turn: Turn) -> Turn:
        """Keep a turn as the newest branch below its parent, and show it.

        Returns it with its id, date and parent; `media` without bytes. Give it to `Chat.put`.

        Raises:
            ChatNotFound: The chat or the parent was removed.
        """
        return await self._tell(turns.add, chat_id, parent_id, turn)

    async def save_answer(
        self, turn_id: int, *, content: str, done_reason: str = "", **more: Any
    ) -> None:
        """Keep what has come so far. While it comes, at most once a second, without a
        `done_reason`; at the end with one. A turn that was removed is passed over in silence.

        Args:
            more: Any of `thinking`, `thinking_s`, `tool_calls`, `stats`, `truncated`, `model`.
                What is left out stays as it was.
        """
        await self._ask(turns.save, turn_id, {"content": content, "done_reason": done_reason}, more)

    async def select(self, turn_id: int) -> None:
        """Show the path through a turn, among branches at all levels above it."""
        await self._ask(turns.select, turn_id)

    async def media(self, turn_id: int) -> list[Medium]:
        """The files of a turn with their bytes. Of files over 32 MiB, and of the oldest once all
        together have over 256 MiB, only name and size are kept."""
        return await self._ask(turns.media, turn_id)

    # ---- removing

    async def remove(self, turn_id: int) -> int:
        """Remove a turn and all below it. Returns what `undo` takes."""
        return await self._remove(removing.remove_turn, turn_id)

    async def remove_chat(self, chat_id: int) -> int:
        """Returns what `undo` takes. Can be had back for UNDO_S, then it is gone for good."""
        return await self._remove(removing.remove_chat, chat_id)

    async def undo(self, removal: int | None = None) -> int | None:
        """Bring back what a removal took, or the last one. Returns the chat's id, or None if it
        is too late."""
        return await self._tell(removing.undo, removal)

    # ---- in and out

    async def export(self, chat_id: int | None, kind: str) -> str:
        """A chat as the text of a file. None: all of them.

        Args:
            kind: `markdown` or `html`: the path that is shown. `json`: everything, as
                `import_file` takes it.
        """
        ids = [chat_id] if chat_id is not None else await self._ask(exporting.all_ids)
        title = (await self.open_chat(ids[0])).title if len(ids) == 1 else "Puna"
        parts: list[str] = []
        for start in range(0, len(ids), importing.BATCH):  # others get their turn in between
            batch = ids[start : start + importing.BATCH]
            parts += await self._ask(exporting.pieces, batch, kind)
        return await asyncio.to_thread(exporting.joined, parts, kind, title)

    async def import_file(self, path: Path) -> int:
        """Take over chats: our own JSON, ChatGPT's `conversations.json` or the archive it comes
        in, Open WebUI's export. Damaged chats are left out; those that were taken over before are
        not taken twice. Returns how many came.

        Raises:
            ImportFailed: Nothing in it looks like chats.
        """
        found = await asyncio.to_thread(importing.read, path)
        count = 0
        for start in range(0, len(found), importing.BATCH):  # others get their turn in between
            count += await self._ask(importing.keep, found[start : start + importing.BATCH])
        self._tell_watchers()
        return count

    # ---- how

    async def _remove(self, work: Callable[..., int], thing: int) -> int:
        removal = await self._tell(work, thing)
        loop = asyncio.get_running_loop()

        def purge() -> None:
            self._purges.discard(handle)
            self._submit(self._file.run, removing.purge, removal).add_done_callback(_complain)

        handle = loop.call_later(UNDO_S, purge)
        self._purges.add(handle)
        return removal

    async def _ask(self, work: Callable[..., T], *args: Any) -> T:
        """Do something with the file's connection, in one transaction."""
        return await self._do(self._file.run, work, *args)

    async def _tell(self, work: Callable[..., T], *args: Any) -> T:
        """As `_ask`, for what changes the list."""
        result = await self._ask(work, *args)
        self._tell_watchers()
        return result

    def _tell_watchers(self) -> None:
        for changed in list(self._watchers):
            changed()

    async def _do(self, work: Callable[..., T], *args: Any) -> T:
        return await asyncio.shield(asyncio.wrap_future(self._submit(work, *args)))

    def _submit(self, work: Callable[..., T], *args: Any) -> Future[T]:
        try:
            return self._thread.submit(work, *args)
        except RuntimeError as error:
            raise HistoryFailed(self._path, "it has been closed") from error


def _complain(done: Future[Any]) -> None:
    if error := done.exception():
        log.error("what was removed is still there: %s", error)
