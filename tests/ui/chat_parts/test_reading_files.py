"""Files as texts and images, and why some cannot be."""

import io
import os
import sys
import threading
import zipfile
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from desktop.ui.chat import reading_files
from desktop.ui.chat.reading_files import Reason, Unreadable, read_file
from tests.ui.chat_parts.documents import locked_pdf, pdf, word


def reason_of(path: Path) -> Reason:
    with pytest.raises(Unreadable) as told:
        read_file(path)
    return told.value.reason


def put(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_text_in_the_encodings_people_have(encoding: str, tmp_path: Path) -> None:
    found = read_file(put(tmp_path, "note.txt", "Größe: 5 €\r\nEnde".encode(encoding)))
    assert (found.name, found.text) == ("note.txt", "Größe: 5 €\nEnde")
    assert found.image_bytes is None


def test_a_very_long_text_is_cut_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading_files, "MAX_CHARACTERS", 10)
    found = read_file(put(tmp_path, "a.txt", b"0123456789abc"))
    assert (found.text, found.is_cut) == ("0123456789", True)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", Reason.EMPTY),
        (b" \n", Reason.EMPTY),
        (b"\x7fELF\x02\x01\0\0" + bytes(range(256)), Reason.UNKNOWN_KIND),
        (b"GGUF\x03\0\0\0\0\0", Reason.UNKNOWN_KIND),
        (b"\x01\x02\x03\x04 abc", Reason.UNKNOWN_KIND),
        (b"%PDF-1.4\nnothing of a document", Reason.DAMAGED),
        (pdf("", ""), Reason.NO_TEXT),
        (locked_pdf("pw"), Reason.LOCKED),
        (b"PK\x03\x04 but no more", Reason.DAMAGED),
    ],
)
def test_what_cannot_be_read_has_a_reason(content: bytes, reason: Reason, tmp_path: Path) -> None:
    assert reason_of(put(tmp_path, "file.bin", content)) is reason


def test_what_is_no_file(tmp_path: Path) -> None:
    assert reason_of(tmp_path) is Reason.FOLDER
    assert reason_of(tmp_path / "missing") is Reason.MISSING
    if sys.platform != "win32":
        os.mkfifo(tmp_path / "pipe")
        assert reason_of(tmp_path / "pipe") is Reason.MISSING


def test_a_file_that_is_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading_files, "MAX_FILE_BYTES", 3)
    assert reason_of(put(tmp_path, "a.txt", b"abcd")) is Reason.TOO_LARGE


def test_pages_of_a_pdf_and_how_far_it_is(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    path = put(tmp_path, "a.pdf", pdf("First page", "", "Third page"))
    found = read_file(path, lambda done, pages: told.append((done, pages)))
    assert found.text == "First page\n\nThird page"
    assert (found.pages, found.is_cut) == (3, False)
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_reading_a_pdf_can_be_stopped(tmp_path: Path) -> None:
    stop = threading.Event()
    path = put(tmp_path, "a.pdf", pdf("First", "Second", "Third"))
    found = read_file(path, lambda _done, _pages: stop.set(), stop)
    assert (found.text, found.is_cut) == ("First", True)


def test_a_pdf_with_an_empty_password_is_read(tmp_path: Path) -> None:
    assert read_file(put(tmp_path, "a.pdf", locked_pdf(""))).text == "secret"


def test_a_word_document_with_its_table(tmp_path: Path) -> None:
    found = read_file(word(tmp_path / "a.docx"))
    assert found.text == "## Recipe\nFlour and water.\nflour | 500 g\nBake it."


def test_another_packed_folder_is_no_word_document(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("xl/workbook.xml", "<a/>")
    assert reason_of(put(tmp_path, "a.xlsx", packed.getvalue())) is Reason.UNKNOWN_KIND


def test_a_word_document_that_would_fill_the_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading_files, "MAX_UNPACKED_BYTES", 100)
    assert reason_of(word(tmp_path / "a.docx")) is Reason.TOO_LARGE


def test_a_damaged_word_document(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("word/document.xml", "<not a document")
        archive.writestr("[Content_Types].xml", "<neither")
    assert reason_of(put(tmp_path, "a.docx", packed.getvalue())) is Reason.DAMAGED


@pytest.mark.parametrize(("kind", "mime"), [("PNG", "image/png"), ("JPG", "image/jpeg")])
def test_images_are_told_by_what_is_in_them(kind: str, mime: str, tmp_path: Path) -> None:
    path = tmp_path / "picture.txt"
    picture = QImage(4, 4, QImage.Format.Format_RGB32)
    picture.fill(0)
    picture.save(str(path), kind)  # type: ignore[call-overload]
    found = read_file(path)
    assert (found.mime, found.text) == (mime, "")
    assert found.image_bytes == path.read_bytes()
