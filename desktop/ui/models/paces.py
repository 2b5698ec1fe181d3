"""How fast a model is here, in words that need no explanation."""

from math import floor, log10

from PySide6.QtCore import QCoreApplication, QLocale

from desktop.client.speed import Speed
from desktop.ui.models.figures import filled, plain_name

translate = QCoreApplication.translate

WORDS_PER_TOKEN = {"de": 0.5}
"""German words are longer."""
ENGLISH_WORDS_PER_TOKEN = 0.75


def pace_words(speed: Speed | None) -> str:
    """A few words for a card; empty if nothing is known."""
    if speed is None or not speed.tokens_per_s:
        return ""
    words = words_per_s(speed.tokens_per_s, QLocale().name().partition("_")[0])
    if words < 1:
        return translate("Pace", "less than a word a second here")
    if words == 1:
        return translate("Pace", "about a word a second here")
    number = QLocale().toString(words, "f", 0)
    return filled(translate("Pace", "about %1 words a second here"), number)


def pace_reason(speed: Speed | None) -> str:
    """How that is known, or why it is not; empty if there is nothing to say."""
    if speed is None:
        return ""
    if speed.kind == "expected":
        text = translate("Pace", "Judged by how fast %1 runs here.")
        return filled(text, plain_name(speed.by))
    if speed.kind == "measured":
        if speed.alone:
            return translate("Pace", "Measured in its last answers on this computer.")
        return translate("Pace", "Measured while this computer was busy with other things, too.")
    reasons = {
        "nothing_measured": translate(
            "Pace", "How fast it is here will be known after the first answer of any model."
        ),
        "nothing_measured_there": translate(
            "Pace", "How fast it is here will be known after its first answer."
        ),
    }
    return reasons.get(speed.reason, "")


def words_per_s(tokens_per_s: float, language: str) -> float:
    """With one digit that counts, as nobody reads by the stopwatch.

    >>> words_per_s(15.9, "en"), words_per_s(15.9, "de"), words_per_s(200, "en")
    (10.0, 8.0, 200.0)
    """
    words = tokens_per_s * WORDS_PER_TOKEN.get(language, ENGLISH_WORDS_PER_TOKEN)
    return round(words, -floor(log10(words)))
