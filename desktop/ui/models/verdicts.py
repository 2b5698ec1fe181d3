"""Whether a model will run here, in words and in colour."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import QCoreApplication

from desktop.client.catalog import Message
from desktop.ui.look.theme import Tone
from desktop.ui.models.figures import filled, memory_size

translate = QCoreApplication.translate

TONES = {
    "fits_gpu": Tone.GOOD,
    "fits_cpu": Tone.GOOD,
    "fits_partly": Tone.FAIR,
    "tight": Tone.FAIR,
    "too_large": Tone.BAD,
}
RUNS_WELL = ("fits_gpu", "fits_cpu", "fits_partly")


def tone_of(verdict: str | None) -> Tone:
    return TONES.get(verdict or "", Tone.QUIET)


def short_verdict(verdict: str | None) -> str:
    """Some words for a badge."""
    words = {
        "fits_gpu": translate("Verdict", "Runs fast here"),
        "fits_cpu": translate("Verdict", "Runs here"),
        "fits_partly": translate("Verdict", "Runs here, slower"),
        "tight": translate("Verdict", "Just about fits"),
        "too_large": translate("Verdict", "Too large for here"),
    }
    return words.get(verdict or "", translate("Verdict", "Size not known"))


def verdict_sentence(message: Message | None) -> str:
    """One sentence with its figures; empty if there is nothing to say."""
    if message is None:
        return ""
    texts: Mapping[str, Callable[[], str]] = {
        "too_large": lambda: translate(
            "Verdict", "It needs about %1 of memory, and this computer has %3: too large."
        ),
        "tight_others": lambda: translate(
            "Verdict",
            "It needs about %1 of memory, and only %2 of %3 are free now: close other programs"
            " first.",
        ),
        "tight_spare": lambda: translate(
            "Verdict",
            "It needs about %1 of the %2 of memory that are free now, which leaves little for"
            " anything else.",
        ),
        "tight_gpu": lambda: translate(
            "Verdict",
            "It needs about %4 of the %5 that are free on the graphics card: it just fits.",
        ),
        "fits_cpu": lambda: translate(
            "Verdict",
            "It needs about %1 of the %2 of memory that are free now, and runs on the processor.",
        ),
        "fits_partly": lambda: translate(
            "Verdict",
            "A part of it fits on the graphics card; the rest needs about %1 of memory and makes"
            " it slower.",
        ),
        "fits_gpu": lambda: translate(
            "Verdict",
            "It needs about %4 of the %5 that are free on the graphics card, and runs fast there.",
        ),
    }
    text = texts.get(message.key)
    if text is None:
        return ""
    names = ("ram", "ram_available", "ram_total", "vram", "vram_free")
    return filled(text(), *(memory_size(message.numbers.get(name, 0)) for name in names))
