"""Figures of the status window in words."""

from PySide6.QtCore import QCoreApplication, QLocale, QObject

from desktop.client.activity import Entry
from desktop.client.status import Model
from desktop.ui.look.filled import filled


class _Counts(QObject):
    """Only `self.tr` has plural forms that the translators' tool finds."""

    def running(self, count: int) -> str:
        return self.tr("%n request(s) running", "", count)

    def waiting(self, count: int) -> str:
        return self.tr("%n request(s) waiting", "", count)


def percent_text(value: float) -> str:
    """Of a whole that is 100."""
    return filled(QCoreApplication.translate("Status", "%1 %"), QLocale().toString(round(value)))


def number_text(value: float, decimals: int = 0) -> str:
    return QLocale().toString(float(value), "f", decimals)


def rate_text(tokens_per_s: float) -> str:
    """How fast a model writes."""
    value = number_text(tokens_per_s, 1 if tokens_per_s < 10 else 0)
    return filled(QCoreApplication.translate("Status", "%1 tokens/s"), value)


def duration_text(seconds: float) -> str:
    """A length of time, in the largest unit that says something.

    >>> duration_text(7.2), duration_text(600), duration_text(7500), duration_text(200_000)
    ('7 s', '10 min', '2 h', '2 d')
    """
    value, text = seconds, QCoreApplication.translate("Status", "%1 s", "seconds")
    if seconds >= 90 * 60 * 24:
        value, text = seconds / 86_400, QCoreApplication.translate("Status", "%1 d", "days")
    elif seconds >= 90 * 60:
        value, text = seconds / 3600, QCoreApplication.translate("Status", "%1 h", "hours")
    elif seconds >= 90:
        value, text = seconds / 60, QCoreApplication.translate("Status", "%1 min", "minutes")
    return filled(text, QLocale().toString(round(max(value, 0))))


def state_text(entry: Entry) -> str:
    """How far a request has come."""
    if entry.state == "generating":
        if entry.tokens_per_s:
            text = QCoreApplication.translate("Status", "answering, %1")
            return filled(text, rate_text(entry.tokens_per_s))
        return QCoreApplication.translate("Status", "answering")
    if entry.state == "reading":
        if entry.read_percent is not None:
            text = QCoreApplication.translate("Status", "reading the question, %1")
            return filled(text, percent_text(entry.read_percent))
        return QCoreApplication.translate("Status", "reading the question")
    if entry.queue is None:
        return QCoreApplication.translate("Status", "waiting for its turn")
    text = QCoreApplication.translate("Status", "waiting for its turn, as number %1")
    if entry.queue.what == "load":
        text = QCoreApplication.translate(
            "Status", "waiting for its model to be loaded, as number %1"
        )
    return filled(text, number_text(entry.queue.place))


def place_text(model: Model, has_card: bool) -> str:
    """Where a model computes; empty while that is not known."""
    share = model.gpu_share
    if share is None:
        return ""
    if share >= 0.995:
        return QCoreApplication.translate("Status", "all of it on the graphics card")
    if share > 0:
        text = QCoreApplication.translate(
            "Status", "%1 of it on the graphics card, the rest on the processor"
        )
        return filled(text, percent_text(100 * share))
    if has_card:
        return QCoreApplication.translate("Status", "on the processor, not on the graphics card")
    return QCoreApplication.translate("Status", "on the processor")


def stay_text(model: Model, now: float) -> str:
    """Until when a model stays in memory; empty while it is used."""
    if model.state == "leaving":
        return QCoreApplication.translate("Status", "leaves memory after its last answer")
    if model.pinned:
        return QCoreApplication.translate("Status", "always ready")
    if model.kept:
        return QCoreApplication.translate("Status", "stays in memory until you unload it")
    if model.running or model.waiting or model.state != "ready" or model.expires_at is None:
        return ""
    left = duration_text(model.expires_at - now)
    return filled(QCoreApplication.translate("Status", "leaves memory in %1"), left)


def requests_text(model: Model) -> str:
    """How many it works for; empty: nobody."""
    words, parts = _Counts(), []
    if model.running:
        parts.append(words.running(model.running))
    if model.waiting:
        parts.append(words.waiting(model.waiting))
    return ", ".join(parts)
