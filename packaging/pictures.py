"""Takes the pictures of README: real windows, with a real model's answers in them.

    .venv/bin/python packaging/pictures.py

Needs no display. The model is the starter model, and what it says is not changed.
"""

import asyncio
import os
import sys
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ |= {"QT_QPA_PLATFORM": "offscreen", "QT_SCALE_FACTOR": "2"}

from model_files import STARTER, STARTER_NAME, fetch  # noqa: E402
from PIL import Image  # noqa: E402
from PySide6.QtCore import QBuffer, QTimer  # noqa: E402
from PySide6.QtWidgets import QApplication, QWidget  # noqa: E402

from desktop.core.paths import Paths  # noqa: E402
from desktop.core.preferences import Preferences  # noqa: E402
from desktop.host import FoundServer, ServiceThread  # noqa: E402
from desktop.models.found.places import Surroundings  # noqa: E402
from desktop.models.importing import Additions, import_gguf  # noqa: E402
from desktop.models.names import ModelName  # noqa: E402
from desktop.models.store import ModelStore  # noqa: E402
from desktop.ui.application import Application, make_application  # noqa: E402
from desktop.ui.chat.window import ChatWindow  # noqa: E402
from desktop.ui.context import Place  # noqa: E402
from desktop.ui.shell.instance import Instance, Wish  # noqa: E402
from desktop.ui.shell.shell import Server  # noqa: E402

FOLDER = ROOT / "resources" / "docs" / "pictures"
QUESTIONS = ("Give me three tips for a long hike.", "Why is the sky blue?")
CALM = {"temperature": 0, "num_predict": 300}
SIZE = (980, 640)
MOST_BYTES = 200_000
PATIENCE_S = 180.0


@dataclass
class Here:
    """The service of this process."""

    url: str

    def find(self) -> Server:
        return FoundServer(self.url, "", is_new=False)


def main() -> int:
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        paths = Paths.of({"PUNA_HOME": name})
        parsed = ModelName.parse(STARTER_NAME)
        store, calm = ModelStore(paths.models), Additions(parameters=CALM)
        import_gguf(store, fetch(STARTER), parsed, additions=calm, link=True)
        (home / "desktop.json").write_text('{"welcomed": true, "language": "en", "theme": "light"}')
        application = make_application()
        preferences = Preferences(paths.settings_file, {}, {"port": 0})
        machine = Surroundings(home=home / "user", environ={}, platform=sys.platform, system=home)
        service = ServiceThread(preferences, paths, machine)
        try:
            _run(application, Here(service.start()), paths)
        finally:
            service.stop()
    return 0


def _run(application: QApplication, here: Here, paths: Paths) -> None:
    instance = Instance(paths.data, os.environ)
    instance.claim(Wish())
    puna = Application(application, paths.history_file, paths.choices_file, threading.Event())
    tasks: list[asyncio.Task[None]] = []

    def begin() -> None:
        tasks.append(asyncio.get_running_loop().create_task(_take(puna)))

    QTimer.singleShot(0, begin)
    puna.run(here, here.find(), instance, Wish(open="chat"))
    instance.close()
    tasks[0].result()


async def _take(puna: Application) -> None:
    try:
        await _until(lambda: puna.shell and Place.CHAT in puna.shell.windows.visible)
        assert puna.shell
        chat = puna.shell.windows.window(Place.CHAT)
        assert isinstance(chat, ChatWindow)
        chat.resize(*SIZE)
        await _until(lambda: chat.picker.model() == STARTER_NAME)
        for question in QUESTIONS:
            await chat.presenter.new_chat()
            await chat.presenter.send(question)
        await _until(lambda: len(puna.shell.watch.seen.loaded) == 1 if puna.shell else False)
        await asyncio.sleep(1)  # for what is drawn a moment later
        _save(chat, FOLDER / "chat.png")
    finally:
        if puna.shell:
            puna.shell.fulfil(Wish(leave=True))


async def _until(holds: Callable[[], object]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while True:
            if holds():
                return
            await asyncio.sleep(0.02)


def _save(window: QWidget, target: Path) -> None:
    """With 256 colours, which is enough for a window. Raises ValueError: it is too large."""
    target.parent.mkdir(parents=True, exist_ok=True)
    drawn = QBuffer()
    window.grab().save(drawn, "PNG")
    picture = Image.open(BytesIO(drawn.data().data())).convert("RGB")
    picture.quantize(256, dither=Image.Dither.NONE).save(target, optimize=True)
    size = target.stat().st_size
    print(f"{target.relative_to(ROOT)}: {picture.width} × {picture.height}, {size} bytes")
    if size > MOST_BYTES:
        raise ValueError(f"{target.name} has more than {MOST_BYTES} bytes")


if __name__ == "__main__":
    sys.exit(main())
