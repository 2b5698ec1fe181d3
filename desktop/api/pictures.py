"""Images as files: what kind they are, and how large they get when they are unpacked."""

import io
import re
import struct

from desktop.api.orientation import MAX_UNPACKED_PIXELS, turned
from desktop.core.errors import MediaInvalid

MAX_PIXELS = 2**27  # a phone's largest picture has 108 million; three bytes each in the worker
MAX_SEGMENTS = 10_000  # of a JPEG before its size: files that never come to it take no time
_JPEG_MARKER = re.compile(rb"\xff[^\x00\xff]")
_JPEG_SIZES = {0xC0, 0xC1, 0xC2}  # markers of the kinds that llama.cpp's decoder reads
_JPEG_OTHERS = {0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF}
_JPEG_BARE = {0x01, *range(0xD0, 0xD9)}  # markers without a length


def picture_kind(data: bytes) -> str:
    r"""`png`, `jpeg`, `gif`, `bmp` or `webp`; empty if it is none of them.

    >>> picture_kind(b"\x89PNG\r\n\x1a\n"), picture_kind(b"GIF89a"), picture_kind(b"hello")
    ('png', 'gif', '')
    """
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp"
    heads = {
        "png": b"\x89PNG\r\n\x1a\n",
        "jpeg": b"\xff\xd8\xff",
        "gif": b"GIF8",
        "bmp": b"BM",
    }
    return next((kind for kind, head in heads.items() if data.startswith(head)), "")


def check_picture(data: bytes, kind: str, *, most: int = MAX_PIXELS) -> None:
    """Raises MediaInvalid: cut short, or of more pixels than `most`."""
    try:
        width, height = _size(data, kind)
    except (struct.error, IndexError) as error:
        raise MediaInvalid(f"the {kind.upper()} image is damaged or cut short") from error
    _check_size(width, height, most)


def _check_size(width: int, height: int, most: int) -> None:
    if width < 1 or height < 1:
        raise MediaInvalid(f"the image has no pixels ({width} x {height})")
    if width * height > most:
        raise MediaInvalid(
            f"the image has {width} x {height} pixels, which is too large;"
            f" at most {most // 10**6} million are taken"
        )


def _size(data: bytes, kind: str) -> tuple[int, int]:
    """Width and height as the header states them; struct.error if there is none."""
    if kind == "jpeg":
        return _jpeg_size(data)
    if kind == "bmp":
        if struct.unpack_from("<I", data, 14)[0] == 12:  # the header of OS/2
            width, height = struct.unpack_from("<HH", data, 18)
        else:
            width, height = struct.unpack_from("<ii", data, 18)
        return width, abs(height)  # negative: rows from the top
    form, at = (">II", 16) if kind == "png" else ("<HH", 6)
    width, height = struct.unpack_from(form, data, at)
    return width, height


def _jpeg_size(data: bytes) -> tuple[int, int]:
    at = 2
    for _ in range(MAX_SEGMENTS):
        found = _JPEG_MARKER.search(data, at)
        if not found:
            break
        at, marker = found.start(), found[0][1]
        if marker in _JPEG_SIZES:
            height, width = struct.unpack_from(">HH", data, at + 5)
            return width, height
        if marker in _JPEG_OTHERS:
            raise MediaInvalid("JPEG images of this kind (lossless or arithmetic) cannot be read")
        at += 2 if marker in _JPEG_BARE else 2 + struct.unpack_from(">H", data, at + 2)[0]
    raise struct.error


def webp_to_png(data: bytes) -> bytes:
    """The first frame, as llama.cpp does not read WebP. Raises MediaInvalid."""
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(data), formats=["WEBP"]) as image:
            _check_size(*image.size, MAX_UNPACKED_PIXELS)
            out = io.BytesIO()
            turned(image).convert("RGB").save(out, "PNG", compress_level=1)
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError) as error:
        raise MediaInvalid("the WebP image is damaged or cannot be read") from error
    return out.getvalue()
