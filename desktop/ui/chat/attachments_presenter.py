"""Files on their way to a model: read on threads, counted, and held against what it can take."""

import asyncio
import itertools
import threading
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QObject, Qt, Signal
from PySide6.QtGui import QImage

from desktop.client.client import Client
from desktop.client.measuring import Measuring
from desktop.core.errors import AppError
from desktop.ui.chat.prompting import estimated_tokens
from desktop.ui.chat.reading_files import Attachment, Progress, Reason, Unreadable, read_file

MAX_FILES = 20
LARGEST_IMAGE_PX = 2048  # models look at less than that
ANSWER_SHARE = 8  # one part in so many of the context is left for the answer
CONTEXT_STEP = 1024
COUNT_AT_MOST = 400_000  # characters that are sent only to be counted


class State(Enum):
    """Of an attached file."""

    READING = "reading"
    READY = "ready"
    FAILED = "failed"


@dataclass(slots=True)
class Item:
    """One chip of the strip."""

    id: int
    name: str
    state: State = State.READING
    attachment: Attachment | None = None
    reason: Reason | None = None
    tokens: int = 0
    is_counted: bool = False
    """The model has counted; else the tokens are an estimate."""
    pages_read: int = 0
    pages: int = 0
    stop: threading.Event = field(default_factory=threading.Event)

    @property
    def is_image(self) -> bool:
        return self.attachment is not None and self.attachment.image_bytes is not None


@dataclass(frozen=True, slots=True)
class Room:
    """What the model can take. 0 and None: not known (yet)."""

    model: str = ""
    context_tokens: int = 0
    most_context_tokens: int = 0
    sees: bool | None = None


class AttachmentsPresenter(QObject):
    """`changed` tells of everything; `refused(count)` that there were too many."""

    changed = Signal()
    refused = Signal(int)
    _page_read = Signal(int, int, int)

    def __init__(self, client: Client) -> None:
        super().__init__()
        self._measuring = Measuring(client.wire)
        self._numbers = itertools.count(1)
        self._num_ctx = 0
        self._is_counting = False
        self._fits: dict[tuple[str, int], bool] = {}  # by model and context length
        self.items: list[Item] = []
        self.room = Room()
        self.used_tokens = 0
        """What is in the chat before this message."""
        self._page_read.connect(self._on_page_read)

    @property
    def is_busy(self) -> bool:
        return any(item.state is State.READING for item in self.items)

    @property
    def files(self) -> list[Attachment]:
        """What can be sent."""
        return [item.attachment for item in self.items if item.attachment is not None]

    @property
    def tokens(self) -> int:
        return sum(item.tokens for item in self.items)

    @property
    def is_counted(self) -> bool:
        return all(item.is_counted for item in self.items)

    @property
    def is_too_much(self) -> bool:
        """Files and chat do not fit into the context together with an answer."""
        context = self.room.context_tokens
        room = context - max(context // ANSWER_SHARE, 1)
        return bool(self.items and context) and self.tokens + self.used_tokens > room

    @property
    def enough_context_tokens(self) -> int:
        """A context length that would do; 0 if the model has none."""
        least = (self.tokens + self.used_tokens) * ANSWER_SHARE // (ANSWER_SHARE - 1) + 1
        enough = -(-least // CONTEXT_STEP) * CONTEXT_STEP
        most = self.room.most_context_tokens
        if not most or least > most:
            return 0
        return min(enough, most)

    def has_memory_for(self, context_tokens: int) -> bool:
        """Whether this machine was found to have memory for so long a context."""
        return self._fits.get((self.room.model, context_tokens), False)

    @property
    def blind_images(self) -> int:
        """Images for a model that sees none."""
        return sum(item.is_image for item in self.items) if self.room.sees is False else 0

    def begin(self, paths: list[Path]) -> list[tuple[Item, Path]]:
        """Show files that `read` is to be called with at once."""
        room = MAX_FILES - len(self.items)
        if len(paths) > room:
            self.refused.emit(len(paths) - room)
        pairs = [(Item(next(self._numbers), path.name), path) for path in paths[:room]]
        self.items += [item for item, _ in pairs]
        self.changed.emit()
        return pairs

    async def read(self, pairs: list[tuple[Item, Path]]) -> None:
        """One after the other."""
        for item, path in pairs:
            await self._read(item, path)
        await self.count()
        await self.weigh()

    async def read_image(self, pairs: list[tuple[Item, Path]], image: QImage) -> None:
        """One that is in no file: pasted, or dropped out of a browser. The path is only its
        name."""
        for item, _ in pairs:
            data = await asyncio.to_thread(_png, image)
            self._finish(item, Attachment(item.name, image_bytes=data, mime="image/png"))

    def remove(self, number: int) -> None:
        for item in self.items:
            if item.id == number:
                item.stop.set()
        self.items = [item for item in self.items if item.id != number]
        self.changed.emit()

    def clear(self) -> None:
        for item in self.items:
            item.stop.set()
        self.items = []
        self.changed.emit()

    def set_used(self, tokens: int) -> None:
        if tokens != self.used_tokens:
            self.used_tokens = tokens
            self.changed.emit()

    async def set_model(self, model: str, num_ctx: int = 0) -> None:
        """Ask what the model can take.

        Args:
            num_ctx: The context length that will be asked for; 0: as the model has it.
        """
        if model == self.room.model and num_ctx == self._num_ctx and self.room.context_tokens:
            return
        if model != self.room.model:
            for item in self.items:
                item.is_counted = item.is_image
            self.room = Room(model=model)
        self._num_ctx = num_ctx
        if model:
            try:
                room = await self._look(model, num_ctx)
            except AppError:
                return  # then nothing is claimed about it
            if self.room.model != model or self._num_ctx != num_ctx:
                return
            self.room = room
        self.changed.emit()
        await self.count()
        await self.weigh()

    async def weigh(self) -> None:
        """Ask whether there is memory for a context that would be long enough."""
        key = (self.room.model, self.enough_context_tokens)
        if not self.is_too_much or not key[1] or key in self._fits:
            return
        try:
            need = await self._measuring.need(*key)
        except AppError:
            return  # then a longer one is not offered
        self._fits[key] = need.verdict != "too_large"
        self.changed.emit()

    async def count(self) -> None:
        """Have the model count where it is loaded anyway; estimates stay where it is not."""
        model = self.room.model
        if self._is_counting or not model or self.is_counted:
            return
        self._is_counting = True
        try:
            if await self._measuring.loaded(model) is None:
                return
            for item in list(self.items):
                await self._count(item)
        except AppError:
            return  # the estimates have to do
        finally:
            self._is_counting = False

    async def _count(self, item: Item) -> None:
        file, model = item.attachment, self.room.model
        if item.is_counted or file is None or not 0 < len(file.text) <= COUNT_AT_MOST:
            return
        tokens = await self._measuring.tokens(model, file.text)
        if self.room.model == model:
            item.tokens, item.is_counted = tokens, True
            self.changed.emit()

    async def _look(self, model: str, num_ctx: int) -> Room:
        card = await self._measuring.card(model)
        loaded = await self._measuring.loaded(model)
        if num_ctx:
            context = min(num_ctx, card.most_context_tokens or num_ctx)
        elif loaded is not None:
            context = loaded.context_length
        else:
            context = (await self._measuring.need(model)).context_tokens
        return Room(
            model=model,
            context_tokens=context,
            most_context_tokens=card.most_context_tokens,
            sees="vision" in card.capabilities,
        )

    async def _read(self, item: Item, path: Path) -> None:
        def progress(done: int, pages: int) -> None:
            self._page_read.emit(item.id, done, pages)  # from the thread to this one

        try:
            self._finish(item, await asyncio.to_thread(_read_file, path, progress, item.stop))
        except Unreadable as error:
            item.state, item.reason = State.FAILED, error.reason
            self.changed.emit()

    def _finish(self, item: Item, attachment: Attachment) -> None:
        item.attachment, item.state = attachment, State.READY
        item.tokens = estimated_tokens("", [attachment])
        item.is_counted = item.is_image
        self.changed.emit()

    def _on_page_read(self, number: int, done: int, pages: int) -> None:
        for item in self.items:
            if item.id == number and item.state is State.READING:
                item.pages_read, item.pages = done, pages
                self.changed.emit()


def _read_file(path: Path, progress: Progress, stop: threading.Event) -> Attachment:
    """Images of kinds that the server does not know become PNG."""
    found = read_file(path, progress, stop)
    if found.mime != "image/*" or found.image_bytes is None:
        return found
    image = QImage.fromData(found.image_bytes)
    if image.isNull():
        raise Unreadable(Reason.UNKNOWN_KIND)
    return Attachment(found.name, image_bytes=_png(image), mime="image/png")


def _png(image: QImage) -> bytes:
    longest = max(image.width(), image.height())
    if longest > LARGEST_IMAGE_PX:
        image = image.scaled(
            LARGEST_IMAGE_PX,
            LARGEST_IMAGE_PX,
            Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(buffer.data().data())
