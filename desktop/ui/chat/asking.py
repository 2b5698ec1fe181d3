"""Asks for answers: finds what was said before, and what was attached to it."""

from desktop.client.chat import Chats
from desktop.history.history import History
from desktop.history.records import Chat, Medium, Turn
from desktop.ui.chat.answering import Lines
from desktop.ui.chat.prompting import Terms, messages_of, opened


class Asking:
    """Both methods are streams that may raise the client's and the history's failures.

    Args:
        media: Attachments with their bytes, by turn; what is missing is read into it.
    """

    def __init__(self, chats: Chats, history: History, media: dict[int, list[Medium]]) -> None:
        self._chats = chats
        self._history = history
        self._media = media

    async def answer(self, chat: Chat, turn: Turn, terms: Terms) -> Lines:
        """A whole answer, to stand in `turn`."""
        path = await self._path_before(chat, turn)
        messages, _ = messages_of(path, self._media, terms.system)
        async for line in self._chats.answer(turn.model, messages, terms.ask):
            yield line

    async def rest(self, chat: Chat, turn: Turn, terms: Terms) -> Lines:
        """What comes after the beginning that `turn` holds. Not as a turn of its own, after which
        a model would begin anew."""
        path = await self._path_before(chat, turn)
        messages, _ = messages_of(path, self._media, terms.system)
        images = [image for each in messages for image in each.get("images", [])]
        text = await self._chats.render(turn.model, messages, terms.ask)
        prompt = opened(text, turn.thinking, turn.content)
        async for line in self._chats.go_on(turn.model, prompt, images, terms.ask):
            yield line

    async def _path_before(self, chat: Chat, turn: Turn) -> list[Turn]:
        """With the bytes of all attachments read."""
        path: list[Turn] = []
        turns = {each.id: each for each in chat.turns}
        at = turns.get(turn.parent_id or 0)
        while at is not None:
            path.append(at)
            at = turns.get(at.parent_id or 0)
        path.reverse()
        for each in path:
            if each.media and each.id not in self._media:
                self._media[each.id] = await self._history.media(each.id)
        return path
