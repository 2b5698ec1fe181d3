"""Which way up an image is: cameras store what they see, and write down how they were held (EXIF).
llama.cpp does not read that."""

import io
import re
import struct
from typing import TYPE_CHECKING

from desktop.core.errors import MediaInvalid

if TYPE_CHECKING:
    from PIL import Image

AS_STORED = 1
MAX_UNPACKED_PIXELS = 64 * 10**6
"""Of an image that is unpacked in the service: a pixel takes up to twelve bytes for a moment."""
_ORIENTATION = 0x0112  # the tag
_MAX_TAGS = 512
_MARKS = {  # what stands before the tags, which are a TIFF file of their own
    "jpeg": re.compile(rb"\xff\xe1..Exif\0\0", re.DOTALL),
    "png": re.compile(rb"eXIf"),
}
_ORDERS = {b"II": "<", b"MM": ">"}


def orientation(data: bytes, kind: str) -> int:
    """EXIF's number, 2 to 8 for an image that is to be mirrored or turned; else 1."""
    mark = _MARKS.get(kind)
    found = mark.search(data) if mark else None
    if not found:
        return AS_STORED
    at = found.end()
    order = _ORDERS.get(data[at : at + 2], "")
    try:
        return _stated(data, at, order) if order else AS_STORED
    except struct.error:
        return AS_STORED


def _stated(data: bytes, start: int, order: str) -> int:
    """Raises struct.error if the tags are cut short."""
    at = start + struct.unpack_from(f"{order}I", data, start + 4)[0]
    (count,) = struct.unpack_from(f"{order}H", data, at)
    for number in range(min(count, _MAX_TAGS)):
        tag, _type, _count, value = struct.unpack_from(f"{order}HHIH", data, at + 2 + 12 * number)
        if tag == _ORIENTATION:
            return int(value) if 1 <= value <= 8 else AS_STORED
    return AS_STORED


def upright(data: bytes, kind: str) -> bytes:
    """A file of the same kind, with the pixels turned. Raises MediaInvalid."""
    from PIL import Image, UnidentifiedImageError

    out = io.BytesIO()
    try:
        with Image.open(io.BytesIO(data), formats=[kind.upper()]) as image:
            if kind == "jpeg":
                if image.width * image.height > MAX_UNPACKED_PIXELS:
                    image.draft("RGB", (image.width // 2, image.height // 2))
                turned(image).convert("RGB").save(out, "JPEG", quality=95)
            else:
                turned(image).save(out, "PNG", compress_level=1)
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError) as error:
        raise MediaInvalid(f"the {kind.upper()} image is damaged or cannot be read") from error
    return out.getvalue()


def turned(image: "Image.Image") -> "Image.Image":
    """The image as it is to be seen."""
    from PIL import ImageOps

    return ImageOps.exif_transpose(image)
