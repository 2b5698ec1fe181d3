"""What a window is given: the server, and ways to the other windows.

What a window may have, and the shell then uses (all three are optional):
    show_at(what)   it is asked to show a certain thing; called after every `go(place, what)`
    is_busy()       it works on something although it cannot be seen, so it must stay alive
    shortcuts()     keys that no QShortcut or QAction stands for: (key, what it does) pairs

A window that is closed is only hidden; after some minutes out of sight it is deleted, and made
again when it is asked for. Then `deleteLater` is all it is told, so timers belong to the window.
When the language changes, all windows are made again. Shortcuts that are to stand in the shortcuts
sheet have a text: `QAction.text()`, or `QShortcut.whatsThis()`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Protocol

from desktop.client.client import Client
from desktop.ui.preferences import Preferences
from desktop.ui.task_scope import Start

if TYPE_CHECKING:
    from desktop.history.history import History


class End(Protocol):
    """See `Context.end`."""

    def __call__(self, *, again: bool) -> None: ...


class Place(Enum):
    """The windows. There is at most one of each."""

    CHAT = "chat"
    MODELS = "models"
    STATUS = "status"
    CONNECT = "connect"
    SETTINGS = "settings"
    HELP = "help"
    FIRST_RUN = "first-run"


@dataclass(frozen=True, slots=True)
class Context:
    """Handed to every window by the shell (`ui/shell/`).

    `go(place, what)` opens a window, or brings it up; `what` names a thing in it: a model for
    CHAT, a tab ("recommended", "search", "installed", "downloads") or "import:" and the path of a
    file for MODELS, a page for SETTINGS and HELP. It reaches the window by `show_at`.

    The server may be replaced while windows are open: `client` then speaks to the new one.
    """

    client: Client
    start: Start
    history: "History"
    preferences: Preferences
    go: Callable[[Place, str], None]
    end: End = lambda *, again: None
    """Ends Puna; with `again`, another one takes its place."""
