"""Draws Puna's icon in the forms that systems want: PNG, Windows's `.ico`, macOS's `.icns`."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
SIZES = {
    ".ico": (16, 20, 24, 32, 40, 48, 64, 128, 256),
    ".icns": (16, 32, 64, 128, 256, 512, 1024),
}
_DRAW = """
import sys
from PySide6.QtGui import QGuiApplication, QIcon
application = QGuiApplication([])
for size in map(int, sys.argv[3:]):
    picture = QIcon(sys.argv[1]).pixmap(size, size)
    assert picture.save(f"{sys.argv[2]}/{size}.png")
"""


def draw(folder: Path, sizes: tuple[int, ...]) -> None:
    """One `SIZE.png` for each, in a process of its own, because Qt takes the one it is in."""
    command = [sys.executable, "-c", _DRAW, str(ROOT / "resources" / "puna.svg"), str(folder)]
    environ = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    subprocess.run([*command, *map(str, sizes)], env=environ, check=True)


def icon(target: Path) -> Path:
    """Write the icon with every size that its form has, drawn and not scaled.

    Args:
        target: Ends with `.ico` or `.icns`; its folder is made.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    sizes = SIZES[target.suffix]
    with tempfile.TemporaryDirectory() as name:
        draw(Path(name), sizes)
        drawn = [Image.open(Path(name, f"{size}.png")).convert("RGBA") for size in sizes]
        *smaller, largest = drawn
        largest.save(target, sizes=[each.size for each in drawn], append_images=smaller)
    return target
