"""What an answer waits for, in words."""

from PySide6.QtCore import QCoreApplication, QLocale

from desktop.ui.chat.picker_presenter import short_name
from desktop.ui.chat.waiting import Phase, Waiting

translate = QCoreApplication.translate


def waiting_text(waiting: Waiting | None) -> str:
    """Short, with the seconds; empty: nothing is waited for."""
    if waiting is None:
        return ""
    seconds = QLocale().toString(int(waiting.seconds))
    if waiting.phase is Phase.LOADING:
        return (
            translate("Waiting", "Loading %1, %2 s")
            .replace("%1", short_name(waiting.model))
            .replace("%2", seconds)
        )
    if waiting.phase is Phase.QUEUED:
        return translate("Waiting", "Another answer comes first, %1 s").replace("%1", seconds)
    if waiting.percent is not None:
        percent = QLocale().toString(waiting.percent)
        return translate("Waiting", "Reading the conversation, %1 %").replace("%1", percent)
    return translate("Waiting", "Reading the conversation, %1 s").replace("%1", seconds)
