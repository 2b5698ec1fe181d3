"""Chats to test with."""

from desktop.history.history import History
from desktop.history.records import Chat, Turn


async def talk(history: History, *said: str) -> Chat:
    """A chat of turns in turn, from the user and the model."""
    chat = await history.create()
    parent = None
    for place, text in enumerate(said):
        role = "assistant" if place % 2 else "user"
        turn = Turn(role=role, content=text, done_reason="stop" if place % 2 else "")
        parent = (await history.add_turn(chat.id, parent, turn)).id
    return await history.open_chat(chat.id)


def shown(chat: Chat) -> list[str]:
    return [turn.content for turn in chat.path()]
