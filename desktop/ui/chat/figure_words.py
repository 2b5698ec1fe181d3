"""Figures of an answer in words."""

from PySide6.QtCore import QCoreApplication, QLocale, QObject

from desktop.ui.chat.line import Figures

translate = QCoreApplication.translate


class _Counts(QObject):
    """Only `self.tr` has plural forms that the translators' tool finds."""

    def written(self, tokens: int) -> str:
        return self.tr("Answer: %n token(s)", "", tokens)

    def read(self, tokens: int) -> str:
        return self.tr("Read before it: %n token(s)", "", tokens)


def figures_text(figures: Figures) -> str:
    """One short line; only what was measured."""
    parts = []
    if figures.tokens_per_s > 0:
        decimals = 1 if figures.tokens_per_s < 10 else 0
        parts.append(
            translate("Figures", "%1 tokens/s").replace(
                "%1", number(figures.tokens_per_s, decimals)
            )
        )
    if figures.first_token_s > 0:
        parts.append(
            translate("Figures", "first word after %1 s").replace(
                "%1", number(figures.first_token_s, 1)
            )
        )
    return translate("Figures", ", ").join(parts)


def figures_tip(figures: Figures) -> str:
    """All that is known, a line each."""
    lines = []
    if figures.tokens:
        lines.append(_Counts().written(figures.tokens))
    if figures.prompt_tokens:
        lines.append(_Counts().read(figures.prompt_tokens))
    if figures.load_s >= 0.1:
        lines.append(
            translate("Figures", "Loading the model: %1 s").replace("%1", number(figures.load_s, 1))
        )
    return "\n".join(lines)


def number(value: float, decimals: int = 0) -> str:
    """As the user's country writes it."""
    return QLocale().toString(float(value), "f", decimals)
