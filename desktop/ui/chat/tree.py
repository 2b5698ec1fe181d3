"""Turns that come into the tree of a chat without the history being read again."""

from desktop.history.records import Chat, Turn


def put_new(chat: Chat, turn: Turn) -> None:
    """A new turn below one that is shown. As `Chat.put`, which goes up to the beginning."""
    for each in chat.turns:
        if each.parent_id == turn.parent_id:
            each.chosen = False
    chat.turns.append(turn)


def put_back(chat: Chat, turn: Turn) -> None:
    """The turn that is being filled, in a tree that was read again, perhaps before it was kept."""
    for at, each in enumerate(chat.turns):
        if each.id == turn.id:
            turn.chosen = each.chosen
            chat.turns[at] = turn
            return
    put_new(chat, turn)
