"""Colours can be told from their ground, also for who sees little."""

from collections.abc import Callable

import pytest
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop.ui.look import theme
from desktop.ui.look.palettes import own_palette
from desktop.ui.look.repainting import ColourWatch, paint_again
from desktop.ui.look.theme import Tone, edge, mixed
from desktop.ui.look.widgets import Card, PrimaryButton, ToneLabel
from tests.ui.screenless import SCREENLESS

pytestmark = SCREENLESS
READABLE, CLEAR = 4.5, 7.0  # of WCAG 2.2: for everybody, and for who asks for more


@pytest.fixture
def strong(monkeypatch: pytest.MonkeyPatch) -> None:
    """A system that wants strong contrast."""
    monkeypatch.setattr(theme, "wants_contrast", lambda: True)


def ratio(one: QColor, other: QColor) -> float:
    """Of the two lights, as WCAG defines it: 1 to 21."""
    darker, lighter = sorted((_light(one), _light(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _light(color: QColor) -> float:
    def linear(part: float) -> float:
        return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4

    red, green, blue = map(linear, (color.redF(), color.greenF(), color.blueF()))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def ground(palette: QPalette) -> QColor:
    return palette.color(QPalette.ColorRole.Window)


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("tone", Tone)
def test_words_are_readable(qapp: object, tone: Tone, dark: bool) -> None:
    palette = own_palette(dark=dark)
    assert ratio(tone.color(palette), ground(palette)) >= READABLE


@pytest.mark.parametrize("dark", [False, True])
def test_where_contrast_is_wanted_all_is_clear(strong: None, qapp: object, dark: bool) -> None:
    palette = own_palette(dark=dark)
    for color in (*(tone.color(palette) for tone in Tone), mixed(palette, 0.7)):
        assert ratio(color, ground(palette)) >= CLEAR
    assert ratio(edge(palette, 0.14), ground(palette)) >= CLEAR


@pytest.mark.parametrize("part", [Card, lambda: PrimaryButton("Go"), lambda: ToneLabel("Words")])
def test_light_and_dark_are_followed_live(
    qtbot: QtBot, qapp: QApplication, part: Callable[[], QWidget]
) -> None:
    """By parts of a window that is open, too."""
    watch, window = ColourWatch(), QWidget()
    inner = part()
    QVBoxLayout(window).addWidget(inner)
    for widget in (watch, window):
        qtbot.addWidget(widget)
    rules = []
    for dark in (False, True):
        qapp.setPalette(own_palette(dark=dark))
        window.show()
        qtbot.waitUntil(lambda: inner.styleSheet() not in rules)
        rules.append(inner.styleSheet())
    qapp.setPalette(QPalette())


def test_strong_contrast_is_followed_live(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    card = Card()
    qtbot.addWidget(card)
    before = card.styleSheet()
    monkeypatch.setattr(theme, "wants_contrast", lambda: True)
    paint_again([card])
    assert card.styleSheet() != before
