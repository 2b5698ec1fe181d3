"""What chats consist of: a tree of turns, of which one path is shown."""

import math
from typing import Any

import msgspec

MARK_ON, MARK_OFF = "\x02", "\x03"
"""Stand around what was found, in snippets. No kept text contains them."""


class Medium(msgspec.Struct, kw_only=True):
    """A file that was attached to a turn.

    `data` is None where it was not asked for, or is not kept (see `History.media`).
    """

    name: str
    mime: str = "application/octet-stream"
    size: int = 0
    """Bytes of the file, kept or not."""
    data: bytes | None = None


class Turn(msgspec.Struct, kw_only=True):
    """One message of a chat. Turns with the same parent are branches of each other."""

    id: int = 0
    """0 until the history has kept it."""
    parent_id: int | None = None
    role: str = "user"
    """`user`, `assistant`, `system` or `tool`."""
    content: str = ""
    thinking: str = ""
    thinking_s: float = 0.0
    tool_calls: list[Any] = []
    """As the API wrote them. Of a `tool` turn: what it answers."""
    media: list[Medium] = []
    """With `data` when it is handed to `History.add_turn`, without it when it comes back."""
    model: str = ""
    stats: dict[str, float] = {}
    """Figures of the answer, by the names of the API: `eval_count`, `eval_duration`…"""
    done_reason: str = ""
    """`stop`, `length`, `load`, `cancel`… An answer without any was cut off by a crash."""
    truncated: bool = False
    """Something of the chat before it did not fit, and the model did not see it."""
    chosen: bool = True
    """It is the one of its branches that is shown."""
    created_at: float = 0.0
    """Seconds since 1970; 0: now."""


class Manner(msgspec.Struct, frozen=True, kw_only=True):
    """How the model is to answer in a chat, as its user chose."""

    system: str = ""
    """What every answer follows."""
    options: dict[str, float] = {}
    """By the names of the API; what is left out is as the model has it."""
    think: str = ""
    """`on`, `off`, `low`, `medium`, `high`; empty: as the model does it by itself."""


class Chat(msgspec.Struct, kw_only=True):
    """A chat and all that was ever said in it, without what was removed."""

    id: int
    title: str = ""
    """Empty until there is a turn to take it from."""
    folder: str = ""
    pinned: bool = False
    created_at: float = 0.0
    updated_at: float = 0.0
    manner: Manner | None = None
    """None: as new chats are answered, whatever that is at the time."""
    turns: list[Turn] = []
    """The whole tree; parents stand before their children, branches in the order they came."""

    def children(self, parent_id: int | None) -> list[Turn]:
        """The branches below a turn; below None: the beginnings."""
        return [turn for turn in self.turns if turn.parent_id == parent_id]

    def siblings(self, turn: Turn) -> list[Turn]:
        """The branches that a turn is one of, itself among them: ‹ 2/3 ›."""
        return self.children(turn.parent_id)

    def path(self) -> list[Turn]:
        """The turns that are shown, first to last."""
        below: dict[int | None, Turn] = {}
        for turn in self.turns:
            if turn.chosen or turn.parent_id not in below or not below[turn.parent_id].chosen:
                below[turn.parent_id] = turn
        shown: list[Turn] = []
        at = below.get(None)
        while at is not None and len(shown) <= len(self.turns):
            shown.append(at)
            at = below.get(at.id)
        return shown

    def turn(self, turn_id: int) -> Turn | None:
        return next((turn for turn in self.turns if turn.id == turn_id), None)

    def put(self, turn: Turn) -> None:
        """Note a turn that `History.add_turn` returned; it is shown from now on."""
        self.turns.append(turn)
        self.select(turn.id)

    def select(self, turn_id: int) -> None:
        """Show the path through a turn. `History.select` does the same to what is kept."""
        turn = self.turn(turn_id)
        while turn is not None:
            for branch in self.siblings(turn):
                branch.chosen = branch.id == turn.id
            turn = self.turn(turn.parent_id) if turn.parent_id is not None else None

    def without(self, turn_id: int) -> list[Turn]:
        """Take a turn and all below it out of the tree; returns them."""
        gone = {turn_id}
        for turn in self.turns:  # parents come first
            if turn.parent_id in gone:
                gone.add(turn.id)
        taken = [turn for turn in self.turns if turn.id in gone]
        self.turns = [turn for turn in self.turns if turn.id not in gone]
        return taken


class ChatLine(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A chat in the list."""

    id: int
    title: str
    folder: str = ""
    pinned: bool = False
    updated_at: float = 0.0
    snippet: str = ""
    """Where the search found it, with MARK_ON and MARK_OFF around the words; else empty."""
    turn_id: int | None = None
    """The turn of the snippet."""
    marked_title: str = ""
    """The title with its found words marked likewise; empty if none are in it."""


class Hit(msgspec.Struct, frozen=True, kw_only=True):
    """A turn that has all the words of a search."""

    chat_id: int
    turn_id: int
    title: str
    snippet: str
    created_at: float


class Recovery(msgspec.Struct, frozen=True, kw_only=True):
    """The file of the chats was damaged, and this was done about it."""

    aside: str
    """Name that the damaged file has now, in the same folder."""
    backup_day: str = ""
    """Day (YYYY-MM-DD) of the backup that took its place; empty: there was none."""
    saved: int = 0
    """Chats that could still be read, of those that were in no backup or had gone on since."""


def clean(text: str) -> str:
    """What UTF-8 and SQLite can hold: no half surrogates, no marks of ours, no NUL.

    >>> clean("a\\ud800b\\x00c\\x02")
    'a?bc'
    """
    for mark in ("\0", MARK_ON, MARK_OFF):
        text = text.replace(mark, "")
    return text.encode("utf-8", "replace").decode("utf-8")


def finite(value: object, otherwise: float = 0.0) -> float:
    """A number out of foreign hands; neither NaN nor endless."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return otherwise
    try:
        number = float(value)
    except OverflowError:
        return otherwise
    return number if math.isfinite(number) else otherwise
