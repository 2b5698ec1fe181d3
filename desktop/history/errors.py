"""What can go wrong with the history. None of it is ever sent over HTTP: codes do not matter."""

from pathlib import Path

from desktop.core.errors import AppError


class HistoryFailed(AppError):
    """The file of the chats cannot be read or written now. Nothing that was kept is lost."""

    code = "database_failed"

    def __init__(self, path: Path, error: object) -> None:
        super().__init__(f"{path} cannot be used: {error}")


class HistoryTooNew(HistoryFailed):
    """A newer version of Puna has written the file; it is left as it is."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, "it was written by a newer version of Puna")


class ChatNotFound(AppError):
    """The chat, or the turn, was removed."""

    def __init__(self) -> None:
        super().__init__("this chat was deleted")


class ImportFailed(AppError):
    """Nothing in a file could be understood as chats."""
