"""State and actions of the chat window: one chat is shown, answers may come in several."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from PySide6.QtCore import QObject, Signal

from desktop.client.answers import LoadedModel
from desktop.client.chat import Chats
from desktop.client.client import Client
from desktop.core.errors import AppError
from desktop.history.errors import ChatNotFound
from desktop.history.history import History
from desktop.history.records import Chat, Manner, Medium, Turn
from desktop.ui.chat.answering import Answering, Lines
from desktop.ui.chat.asking import Asking
from desktop.ui.chat.filling import Fill, fill_of
from desktop.ui.chat.line import Line
from desktop.ui.chat.lines import lines_of
from desktop.ui.chat.prompting import File, Terms, media_of
from desktop.ui.chat.replies import Replies
from desktop.ui.chat.tree import put_back, put_new
from desktop.ui.chat.waiting import Lookout, Waiting
from desktop.ui.chat.warming import Warming
from desktop.ui.failures import failure_sentence

NEW = 0  # in the place of its id: a chat that is not kept yet


class ChatPresenter(QObject):
    """Has no widget. Of each action, failures are told by `failed`, or in the answer itself.

    Args:
        terms: How to answer, as the window's other parts have it at that moment.
    """

    opened = Signal(object)  # list of Line: another chat
    changed = Signal(object)  # list of Line: the same chat
    fed = Signal(str, str)  # more of the last line: content, thinking
    waited = Signal(object)  # Waiting, or None once the answer comes
    thought = Signal(float, bool)  # seconds of thinking so far, and whether it goes on
    busy_changed = Signal(bool)
    filled = Signal(object)  # Fill
    removed = Signal()  # `undo` brings it back
    drafted = Signal(str)  # what was typed in this chat and not sent
    chat_changed = Signal(int)  # id of the chat that is shown; 0: a new one
    failed = Signal(str)  # one sentence

    def __init__(self, client: Client, history: History, terms: Callable[[], Terms]) -> None:
        super().__init__()
        self.chat: Chat | None = None
        self._chats = Chats(client.wire)
        self._lookout = Lookout(client, self._chats)
        self._history = history
        self._terms = terms
        self._replies = Replies(history, self._lookout)
        self._replies.turned.connect(self._on_turned)
        self._replies.fed.connect(self._on_fed)
        self._replies.waited.connect(self._on_waited)
        self._taken: set[int] = set()  # chats in which something is being said
        self._media: dict[int, list[Medium]] = {}  # by turn
        self._asking = Asking(self._chats, history, self._media)
        self._removal: int | None = None
        self._loaded: LoadedModel | None = None
        self._warming = Warming(self._lookout, self._chats, self._on_warming)

    # ---- which chat

    @property
    def manner(self) -> Manner | None:
        """How the chat is answered; None: as new ones begin."""
        return self.chat.manner if self.chat else None

    @property
    def is_busy(self) -> bool:
        """From the moment something is said until it is answered."""
        return (self.chat.id if self.chat else NEW) in self._taken

    async def open_chat(self, chat_id: int) -> None:
        """Show a chat of the history."""
        with self._telling():
            chat = await self._history.open_chat(chat_id)
            draft = await self._history.draft(chat_id)
            if running := self._replies.of(chat_id):
                put_back(chat, running.take())
            self._show(chat, draft)
            await self._read_media()

    async def new_chat(self) -> None:
        """An empty one, which is kept once something is said in it."""
        draft = ""
        with self._telling():
            draft = await self._history.draft(None)
        self._show(None, draft)

    async def look_again(self) -> None:
        """The list of chats has changed: perhaps the one that is shown is gone."""
        if self.chat is None or self.is_busy:
            return
        chat = self.chat
        try:
            await self._history.open_chat(chat.id)
        except ChatNotFound:
            if chat is self.chat:
                await self.new_chat()
        except AppError as error:
            self.failed.emit(failure_sentence(error))

    async def save_manner(self, manner: Manner) -> None:
        """How this chat is answered from now on; a new one keeps it once something is said."""
        if self.chat is None:
            return
        self.chat.manner = manner
        with self._telling():
            await self._history.save_manner(self.chat.id, manner)

    async def save_draft(self, text: str) -> None:
        with self._telling():
            await self._history.save_draft(self.chat.id if self.chat else None, text)

    # ---- saying something

    async def send(self, text: str, files: Sequence[File] = ()) -> None:
        """A message of the user, and the answer to it. What cannot be sent is a draft again."""
        if not (text.strip() or files):
            return
        if self.is_busy:
            self.drafted.emit(text)
            return
        try:
            chat = self.chat or await self._create()
            with self._taking(chat.id):
                path = chat.path()
                turn = Turn(role="user", content=text, media=media_of(files))
                turn = await self._add(chat, path[-1].id if path else None, turn)
                await self._history.save_draft(chat.id, "")
        except AppError as error:
            self.failed.emit(failure_sentence(error))
            self.drafted.emit(text)
            return
        await self._answer(chat, turn.id)

    async def resend(self, turn_id: int, text: str) -> None:
        """A changed message of the user beside the old one, and the answer to it."""
        chat, old = self._find(turn_id)
        if chat is None or old is None or self.is_busy:
            return
        with self._telling():
            with self._taking(chat.id):
                media = await self._history.media(old.id) if old.media else []
                turn = Turn(role="user", content=text, media=media)
                turn = await self._add(chat, old.parent_id, turn)
            await self._answer(chat, turn.id)

    async def again(self, turn_id: int) -> None:
        """Another answer beside this one."""
        chat, old = self._find(turn_id)
        if chat is not None and old is not None and not self.is_busy:
            await self._answer(chat, old.parent_id)

    async def retry(self, turn_id: int) -> None:
        """After a failure: the same answer from its beginning."""
        chat, turn = self._find(turn_id)
        if chat is None or turn is None or self.is_busy:
            return
        if turn.content:
            await self._answer(chat, turn.parent_id)
            return
        turn.model, turn.thinking, turn.thinking_s = self._terms().model, "", 0.0
        await self._run(chat, turn, lambda: self._asking.answer(chat, turn, self._terms()))

    async def go_on(self, turn_id: int) -> None:
        """The rest of an answer that was cut."""
        chat, turn = self._find(turn_id)
        if chat is not None and turn is not None and not self.is_busy:
            turn.model = self._terms().model
            await self._run(chat, turn, lambda: self._asking.rest(chat, turn, self._terms()))

    def stop(self) -> None:
        """What has come stays."""
        if live := self._live:
            live.stop()

    # ---- the tree

    async def show_branch(self, turn_id: int, step: int) -> None:
        """The branch so many places after this one."""
        chat, turn = self._find(turn_id)
        if chat is None or turn is None or self.is_busy:
            return
        siblings = chat.siblings(turn)
        at = [each.id for each in siblings].index(turn_id) + step
        if not 0 <= at < len(siblings):
            return
        chat.select(siblings[at].id)
        self._tell()
        with self._telling():
            await self._history.select(siblings[at].id)
        await self._read_media()

    def show_turn(self, turn_id: int) -> None:
        """The path through a turn, which the search has found."""
        chat, turn = self._find(turn_id)
        if chat is None or turn is None or turn in chat.path():
            return
        chat.select(turn_id)
        self._tell()

    async def remove(self, turn_id: int) -> None:
        """A message and all that was said after it."""
        chat, turn = self._find(turn_id)
        if chat is None or turn is None or self.is_busy:
            return
        with self._telling():
            self._removal = await self._history.remove(turn_id)
            chat.without(turn_id)
            self._tell()
            self.removed.emit()

    async def undo(self) -> None:
        """Bring back what was removed last."""
        if self._removal is None:
            return
        removal, self._removal = self._removal, None
        shown = self.chat
        with self._telling():
            if await self._history.undo(removal) is None or shown is None:
                return
            chat = await self._history.open_chat(shown.id)
            if self.chat is shown:
                if running := self._replies.of(chat.id):
                    put_back(chat, running.take())
                self.chat = chat
                self._tell()
                await self._read_media()

    # ---- the model

    async def warm_up(self) -> None:
        """Load the model while the user still types."""
        if self.is_busy:
            return
        self._note(await self._warming.warm(self._terms()))
        if not self.is_busy:
            self.waited.emit(None)

    @property
    def fill(self) -> Fill:
        return fill_of(self.chat, self._loaded)

    # ---- inside

    @property
    def _live(self) -> Answering | None:
        return self._replies.of(self.chat.id) if self.chat else None

    def _find(self, turn_id: int) -> tuple[Chat | None, Turn | None]:
        return self.chat, self.chat.turn(turn_id) if self.chat else None

    def _show(self, chat: Chat | None, draft: str) -> None:
        self.chat = chat
        self._removal = None
        self.opened.emit(self._lines())
        self.chat_changed.emit(chat.id if chat else 0)
        self.drafted.emit(draft)
        self.waited.emit(None)
        self.busy_changed.emit(self.is_busy)
        self.filled.emit(self.fill)

    def _tell(self) -> None:
        self.changed.emit(self._lines())
        self.filled.emit(self.fill)

    def _lines(self) -> list[Line]:
        if self.chat is None:
            return []
        if self._live:
            self._live.take()
        return lines_of(self.chat, self._live, self._media, self._replies.errors)

    @contextmanager
    def _telling(self) -> Iterator[None]:
        """A failure ends what is inside, with a sentence."""
        try:
            yield
        except AppError as error:
            self.failed.emit(failure_sentence(error))

    @contextmanager
    def _taking(self, chat_id: int) -> Iterator[None]:
        """Nothing else is said in this chat meanwhile: two answers at once would mix."""
        self._taken.add(chat_id)
        self._tell_busy(chat_id)
        try:
            yield
        finally:
            self._taken.discard(chat_id)
            self._tell_busy(chat_id)

    def _tell_busy(self, chat_id: int) -> None:
        if chat_id == (self.chat.id if self.chat else NEW):
            self.busy_changed.emit(self.is_busy)

    async def _create(self) -> Chat:
        with self._taking(NEW):
            chat = await self._history.create()
            await self._history.save_draft(None, "")
            if manner := self._terms().manner:
                chat.manner = manner
                await self._history.save_manner(chat.id, manner)
        if self.chat is None:
            self.chat = chat
            self.chat_changed.emit(chat.id)
        return chat

    async def _add(self, chat: Chat, parent_id: int | None, turn: Turn) -> Turn:
        added = await self._history.add_turn(chat.id, parent_id, turn)
        if turn.media:
            self._media[added.id] = turn.media
        put_new(chat, added)
        self._tell()
        return added

    async def _answer(self, chat: Chat, parent_id: int | None) -> None:
        """A new answer below a turn."""
        turn = Turn(role="assistant", model=self._terms().model)
        with self._telling():
            with self._taking(chat.id):
                turn = await self._history.add_turn(chat.id, parent_id, turn)
            put_new(chat, turn)
            await self._run(chat, turn, lambda: self._asking.answer(chat, turn, self._terms()))

    async def _run(self, chat: Chat, turn: Turn, ask: Callable[[], Lines]) -> None:
        """Until the answer is over; the window may show another chat meanwhile."""
        with self._taking(chat.id):
            await self._replies.run(chat.id, turn, ask)
        await self._after(chat, turn)

    def _on_turned(self, chat_id: int, turn: Turn) -> None:
        """The answer has begun, or is over. The chat that is shown may have been read again."""
        if self.chat is not None and chat_id == self.chat.id:
            put_back(self.chat, turn)
            self._tell()

    async def _after(self, chat: Chat, turn: Turn) -> None:
        """How full the context is now."""
        try:
            loaded = await self._lookout.loaded(turn.model)
        except AppError:
            return
        self._note(loaded)
        if loaded and turn.stats:
            turn.stats["context_tokens"] = float(loaded.context_length)

    def _note(self, loaded: LoadedModel | None) -> None:
        """What is known of the model that answers here."""
        if loaded is not None:
            self._loaded = loaded
            self.filled.emit(self.fill)

    async def _read_media(self) -> None:
        """Pictures appear as soon as they are read."""
        chat = self.chat
        missing = [turn for turn in chat.path() if turn.media] if chat else []
        missing = [turn for turn in missing if turn.id not in self._media]
        with self._telling():
            for turn in missing:
                self._media[turn.id] = await self._history.media(turn.id)
        if missing and chat is self.chat:
            self.changed.emit(self._lines())

    def _on_fed(self, chat_id: int, answering: Answering, content: str, thinking: str) -> None:
        if self.chat is not None and chat_id == self.chat.id:
            if thinking or answering.thinking_s:
                self.thought.emit(answering.thinking_s, answering.is_thinking)
            self.fed.emit(content, thinking)

    def _on_waited(self, chat_id: int, what: Waiting | None) -> None:
        if self.chat is not None and chat_id == self.chat.id:
            self.waited.emit(what)

    def _on_warming(self, what: Waiting) -> None:
        if not self.is_busy:
            self.waited.emit(what)
