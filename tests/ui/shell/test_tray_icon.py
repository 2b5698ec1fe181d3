"""The icon's states differ by shape: also for who sees no colours, and at 16 pixels."""

from itertools import combinations

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from desktop.ui.shell.tray_icon import tray_icon
from desktop.ui.shell.watching import Doing

SIZES = (16, 22, 32)


def grey(doing: Doing, size_px: int, *, is_mask: bool) -> bytes:
    """Light or dark, pixel by pixel: of a mask what is there, else what is bright."""
    image = tray_icon(doing, is_mask=is_mask).pixmap(QSize(size_px, size_px)).toImage()
    image = image.convertToFormat(QImage.Format.Format_ARGB32)
    dots = [image.pixelColor(x, y) for y in range(image.height()) for x in range(image.width())]
    if is_mask:
        return bytes(dot.alpha() > 127 for dot in dots)
    return bytes(dot.alpha() > 127 and dot.lightness() > 140 for dot in dots)


@pytest.mark.parametrize("is_mask", [False, True])
@pytest.mark.parametrize("size_px", SIZES)
def test_every_state_has_a_shape_of_its_own(qtbot: QtBot, size_px: int, is_mask: bool) -> None:
    shapes = {doing: grey(doing, size_px, is_mask=is_mask) for doing in Doing}
    for one, other in combinations(Doing, 2):
        different = sum(a != b for a, b in zip(shapes[one], shapes[other], strict=True))
        assert different >= size_px // 3, (one, other, different)


def test_the_mask_is_marked_as_one(qtbot: QtBot) -> None:
    assert tray_icon(Doing.IDLE, is_mask=True).isMask()
    assert not tray_icon(Doing.IDLE).isMask()
