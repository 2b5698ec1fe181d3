"""The files beside a message: read, counted, held against the model, and dropped again."""

from pathlib import Path

import pytest
from PySide6.QtCore import QLocale, QMimeData, QUrl
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from desktop.ui.chat.attachments import AttachmentStrip, make_attachments
from desktop.ui.chat.attachments_presenter import MAX_FILES
from tests.api.served import Served
from tests.ui.chat_parts.surroundings import Surroundings
from tests.ui.screenless import SCREENLESS

pytestmark = [SCREENLESS, pytest.mark.slow]


@pytest.fixture
def strip(around: Surroundings, qtbot: QtBot) -> AttachmentStrip:
    QLocale.setDefault(QLocale("en"))
    made = make_attachments(around.context)
    qtbot.addWidget(made)
    return made


@pytest.fixture
def note(tmp_path: Path) -> Path:
    path = tmp_path / "note.txt"
    path.write_text("Hello world " * 20)
    return path


def states(strip: AttachmentStrip) -> list[str]:
    return [chip.state.text() for chip in strip.chips]


def image() -> QImage:
    picture = QImage(64, 32, QImage.Format.Format_RGB32)
    picture.fill(0xFF8800)
    return picture


def test_an_estimate_until_the_model_has_counted(
    strip: AttachmentStrip, note: Path, served: Served, qtbot: QtBot
) -> None:
    assert strip.isHidden()
    strip.set_model("plain:latest")
    strip.add_paths([note])
    assert strip.is_busy()
    qtbot.waitUntil(lambda: not strip.is_busy())
    assert states(strip) == ["about 69 token(s)"]
    assert [file.text for file in strip.files()] == [note.read_text()]
    assert not strip.isHidden()
    served.load("plain")
    counted = len(
        served.whole("/api/tokenize", {"model": "plain", "text": note.read_text()})["tokens"]
    )
    strip.add_image(image())
    strip.set_model("plain:latest", 512)
    qtbot.waitUntil(lambda: states(strip)[0] == f"{QLocale().toString(counted)} token(s)")


def test_too_much_is_said_with_the_numbers_and_a_way_out(
    strip: AttachmentStrip, note: Path, qtbot: QtBot
) -> None:
    note.write_text("word " * 2000)  # 2,857 tokens, as is guessed
    strip.set_used(100)
    strip.set_model("plain:latest", 1024)
    strip.add_paths([note])
    qtbot.waitUntil(lambda: not strip.enlarge.isHidden())
    assert strip.problem() == strip.notice.text()
    for number in ("2,900", "100", "1,024"):
        assert number in strip.problem()
    with qtbot.waitSignal(strip.context_asked) as asked:
        strip.enlarge.click()
    assert asked.args == [4096]
    qtbot.waitUntil(lambda: not strip.problem())
    assert strip.enlarge.isHidden()


def test_without_a_context_that_long_nothing_is_offered(
    strip: AttachmentStrip, note: Path, qtbot: QtBot
) -> None:
    note.write_text("word " * 100_000)
    strip.set_model("plain:latest")
    strip.add_paths([note])
    qtbot.waitUntil(lambda: bool(strip.problem()) and not strip.is_busy())
    assert strip.enlarge.isHidden()


def test_a_model_that_sees_no_images(strip: AttachmentStrip, qtbot: QtBot) -> None:
    strip.set_model("plain:latest")
    strip.add_image(image(), "sunset")
    qtbot.waitUntil(lambda: states(strip) == ["this model sees no images"])
    assert "cannot see images" in strip.problem()
    assert strip.chips[0].accessibleName() == "Attached: sunset, this model sees no images"
    (file,) = strip.files()
    assert QImage.fromData(file.image_bytes or b"").size() == image().size()
    strip.clear()
    assert strip.isHidden()
    assert not strip.problem()


def test_an_unreadable_file_says_why_and_is_not_sent(
    strip: AttachmentStrip, tmp_path: Path, note: Path, qtbot: QtBot
) -> None:
    (tmp_path / "program").write_bytes(bytes(range(256)))
    strip.add_paths([tmp_path / "program", note])
    qtbot.waitUntil(lambda: not strip.is_busy())
    assert states(strip)[0] == "not text, PDF, Word or image"
    assert [file.name for file in strip.files()] == ["note.txt"]
    strip.chips[0].remove.click()
    assert len(strip.chips) == 1


def test_a_bitmap_becomes_a_picture_of_the_web(
    strip: AttachmentStrip, tmp_path: Path, qtbot: QtBot
) -> None:
    image().save(str(tmp_path / "a.bmp"), "BMP")  # type: ignore[call-overload]
    strip.add_paths([tmp_path / "a.bmp"])
    qtbot.waitUntil(lambda: states(strip) == ["image"])
    assert strip.files()[0].mime == "image/png"


def test_what_is_pasted(strip: AttachmentStrip, note: Path, qtbot: QtBot) -> None:
    files, picture, text, page = QMimeData(), QMimeData(), QMimeData(), QMimeData()
    files.setUrls([QUrl.fromLocalFile(str(note))])
    picture.setImageData(image())
    text.setText("Hello")
    page.setUrls([QUrl("https://example.org/")])
    assert not strip.take(text)
    assert not strip.take(page)
    assert strip.can_take(files)
    assert strip.take(files)
    assert strip.take(picture)
    qtbot.waitUntil(lambda: not strip.is_busy() and len(strip.files()) == 2)
    assert strip.files()[1].name == "Pasted image"


def test_too_many_files(strip: AttachmentStrip, note: Path, qtbot: QtBot) -> None:
    strip.add_paths([note] * (MAX_FILES + 2))
    qtbot.waitUntil(lambda: not strip.is_busy())
    assert len(strip.files()) == MAX_FILES
    assert strip.notice.text() == "2 file(s) were left out: so many at once are too many."


def test_a_server_that_is_gone_claims_nothing(
    strip: AttachmentStrip, note: Path, around: Surroundings, qtbot: QtBot
) -> None:
    around.context.client.wire.move("http://127.0.0.1:1", "")
    strip.set_model("plain:latest")
    strip.add_paths([note])
    qtbot.waitUntil(lambda: not strip.is_busy())
    assert not strip.problem()
