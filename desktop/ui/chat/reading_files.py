"""Files as texts and images that a model can be given. Blocking: to be run on a thread.

What a file is, is told by its content; the ending of its name is believed only for text.
"""

import codecs
import io
import logging
import threading
import unicodedata
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import Table

MAX_FILE_BYTES = 100 * 2**20
MAX_UNPACKED_BYTES = 200 * 2**20  # of a document that is a packed folder
MAX_IMAGE_BYTES = 20 * 2**20
MAX_CHARACTERS = 4_000_000  # a million tokens: no model of a laptop takes more
MAX_CONTROL_SHARE = 0.01  # of characters that no text has

IMAGE_STARTS = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF8": "image/gif",
}
OTHER_IMAGE_STARTS = (b"BM", b"II*\0", b"MM\0*", b"\0\0\1\0")
PACKED = b"PK\x03\x04"

Progress = Callable[[int, int], None]
"""Is told how many pages are read, of how many."""


class Reason(Enum):
    """Why a file cannot be given to a model."""

    MISSING = "it is not there"
    FOLDER = "it is a folder"
    REFUSED = "it may not be read"
    TOO_LARGE = "it is too large"
    EMPTY = "nothing is in it"
    UNKNOWN_KIND = "it is neither text nor anything we can read"
    LOCKED = "it has a password"
    NO_TEXT = "its pages are pictures"
    DAMAGED = "it is damaged"


class Unreadable(Exception):
    """The file cannot be read."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Attachment:
    """What is handed to the model: a text, or an image in one of the web's formats."""

    name: str
    text: str = ""
    image_bytes: bytes | None = None
    mime: str = "text/plain"
    pages: int = 0
    """0 where there is no such thing."""
    is_cut: bool = False
    """Only the beginning of an enormous text was taken."""


def read_file(
    path: Path, progress: Progress | None = None, stop: threading.Event | None = None
) -> Attachment:
    """Read one file.

    Args:
        stop: Ends the reading of a long document early; what was read until then is returned.

    Raises:
        Unreadable: with the reason.
    """
    data = _content(path)
    reading = _Reading(progress or (lambda _done, _all: None), stop or threading.Event())
    if mime := image_kind(data):
        if len(data) > MAX_IMAGE_BYTES:
            raise Unreadable(Reason.TOO_LARGE)
        return Attachment(path.name, image_bytes=data, mime=mime)
    if b"%PDF-" in data[:1024]:
        return _pdf(path.name, data, reading)
    if data.startswith(PACKED):
        return _word(path.name, data)
    text = _decoded(data)
    cut = text[:MAX_CHARACTERS]
    return Attachment(path.name, text=cut, is_cut=len(cut) < len(text))


def image_kind(data: bytes) -> str:
    """The media type; `image/*` for what has to be converted first; empty: it is no image.

    >>> image_kind(b"RIFF....WEBPVP8 "), image_kind(b"GIF89a"), image_kind(b"hello")
    ('image/webp', 'image/gif', '')
    """
    for start, mime in IMAGE_STARTS.items():
        if data.startswith(start):
            return mime
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    if data[4:12] in (b"ftypheic", b"ftypavif", b"ftypmif1"):
        return "image/*"
    looks = data.startswith(OTHER_IMAGE_STARTS) and b"\0" in data[:64]
    return "image/*" if looks else ""


@dataclass(frozen=True, slots=True)
class _Reading:
    progress: Progress
    stop: threading.Event


def _content(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise Unreadable(Reason.FOLDER)
        if not path.is_file():
            raise Unreadable(Reason.MISSING)  # or a device or pipe that would never end
        if path.stat().st_size > MAX_FILE_BYTES:
            raise Unreadable(Reason.TOO_LARGE)
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise Unreadable(Reason.MISSING) from error
    except (OSError, ValueError) as error:
        raise Unreadable(Reason.REFUSED) from error
    if not data.strip():
        raise Unreadable(Reason.EMPTY)
    return data


def _decoded(data: bytes) -> str:
    """Unix's, the web's and Windows's encodings.

    >>> _decoded("Grüße".encode("utf-16")), _decoded("Grüße".encode("cp1252"))
    ('Grüße', 'Grüße')
    """
    for mark, encoding in ((codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")):
        if data.startswith(mark):
            return _plausible(data.decode(encoding, "replace"))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        if b"\0" in data:
            raise Unreadable(Reason.UNKNOWN_KIND) from None
        text = data.decode("cp1252", "replace")
    return _plausible(text)


def _plausible(text: str) -> str:
    """Raises Unreadable for what only looks like a text."""
    beginning = text[:65536]
    strange = sum(1 for each in beginning if unicodedata.category(each) in ("Cc", "Co", "Cn"))
    strange -= sum(beginning.count(each) for each in "\n\r\t\f\x1b")
    if "\0" in text or strange > MAX_CONTROL_SHARE * len(beginning):
        raise Unreadable(Reason.UNKNOWN_KIND)
    return text.replace("\r\n", "\n")


def _pdf(name: str, data: bytes, reading: _Reading) -> Attachment:
    from pypdf import PdfReader
    from pypdf.errors import FileNotDecryptedError, PyPdfError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it complains about every second file
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise Unreadable(Reason.LOCKED)
        pages, count = [], len(reader.pages)
        length = 0
        for number, page in enumerate(reader.pages, 1):
            if reading.stop.is_set() or length > MAX_CHARACTERS:
                break
            pages.append(page.extract_text().strip())
            length += len(pages[-1])
            reading.progress(number, count)
    except FileNotDecryptedError as error:
        raise Unreadable(Reason.LOCKED) from error
    except Unreadable:
        raise
    except (PyPdfError, ArithmeticError, LookupError, RecursionError, TypeError) as error:
        raise Unreadable(Reason.DAMAGED) from error
    except (AttributeError, NotImplementedError, OSError, ValueError) as error:
        raise Unreadable(Reason.DAMAGED) from error  # what damaged files make its parsers raise
    text = "\n\n".join(filter(None, pages))
    if not text and not reading.stop.is_set():
        raise Unreadable(Reason.NO_TEXT)
    is_cut = len(pages) < count or len(text) > MAX_CHARACTERS
    return Attachment(
        name, text=text[:MAX_CHARACTERS], mime="application/pdf", pages=count, is_cut=is_cut
    )


def _word(name: str, data: bytes) -> Attachment:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            names = packed.namelist()
            if "word/document.xml" not in names:
                raise Unreadable(Reason.UNKNOWN_KIND)
            if sum(each.file_size for each in packed.infolist()) > MAX_UNPACKED_BYTES:
                raise Unreadable(Reason.TOO_LARGE)
        text = "\n".join(_word_lines(_document(data)))
    except zipfile.BadZipFile as error:
        raise Unreadable(Reason.DAMAGED) from error
    if not text.strip():
        raise Unreadable(Reason.EMPTY)
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    cut = text[:MAX_CHARACTERS]
    return Attachment(name, text=cut, mime=kind, is_cut=len(cut) < len(text))


def _document(data: bytes) -> "Document":
    import docx
    from docx.opc.exceptions import OpcError

    try:
        return docx.Document(io.BytesIO(data))
    except (OpcError, LookupError, OSError, SyntaxError, ValueError) as error:
        raise Unreadable(Reason.DAMAGED) from error


def _word_lines(document: "Document") -> Iterator[str]:
    from docx.table import Table

    for part in document.iter_inner_content():
        if isinstance(part, Table):
            yield from _rows(part)
        else:
            style = part.style.name if part.style is not None else ""
            level = (style or "").removeprefix("Heading ")
            yield f"{'#' * int(level)} {part.text}" if level.isdigit() else part.text


def _rows(table: "Table") -> Iterator[str]:
    for row in table.rows:
        yield " | ".join(cell.text.strip() for cell in row.cells)
