"""Images and sounds in requests: out of their base64, checked, and in a form that llama.cpp reads.

What is refused here would cost the worker its memory or its life.
"""

import asyncio
import binascii
import re
from collections.abc import Iterable, Sequence

from desktop.api.orientation import AS_STORED, MAX_UNPACKED_PIXELS, orientation, upright
from desktop.api.pictures import MAX_PIXELS, check_picture, picture_kind, webp_to_png
from desktop.api.sounds import check_sound, sound_kind
from desktop.core.errors import MediaInvalid, RequestInvalid

MAX_IMAGE_BYTES = 64 * 2**20
MAX_SOUND_BYTES = 200 * 2**20

_FOREIGN = re.compile(rb"[^A-Za-z0-9+/\r\n]")  # to base64; line ends are skipped
_LINE_END = re.compile(rb"[\r\n]")


def decode_base64(text: str) -> bytes:
    r"""The standard alphabet with padding, as Go reads it, and with its words where it is wrong.

    Raises:
        RequestInvalid: with the place of the first byte that does not belong there.

    >>> decode_base64("aGk="), decode_base64("aG\nk=\n")
    (b'hi', b'hi')
    >>> decode_base64("aGk")
    Traceback (most recent call last):
    desktop.core.errors.RequestInvalid: illegal base64 data at input byte 0
    """
    raw = text.encode("utf-8", "surrogatepass")
    wrong = _wrong_byte(raw)
    if wrong is not None:
        raise RequestInvalid(f"illegal base64 data at input byte {wrong}")
    return binascii.a2b_base64(raw)


def _wrong_byte(raw: bytes) -> int | None:
    r"""Where Go's decoder stops; None if it does not.

    >>> [_wrong_byte(raw) for raw in (b"", b"aGk=", b"aA==", b"aA=\n=", b"aGk=\n")]
    [None, None, None, None, None]
    >>> [_wrong_byte(raw) for raw in (b"a", b"aGkaG", b"a?", b"=", b"aGka=", b"aGk=a", b"aA==a")]
    [0, 4, 1, 0, 4, 4, 4]
    >>> [_wrong_byte(raw) for raw in (b"aA=", b"aA=a", b"aA=?")]
    [3, 2, 2]
    """
    found = _FOREIGN.search(raw)
    end = found.start() if found else len(raw)
    behind = (end - len(_LINE_END.findall(raw, 0, end))) % 4  # characters of a group of four
    if found is None:
        return end - behind if behind else None
    if raw[end] != ord("=") or behind < 2:
        return end
    after = _next(raw, end + 1)
    if behind == 2:
        if after == len(raw):
            return after
        if raw[after] != ord("="):
            return after - 1
        after = _next(raw, after + 1)
    return after if after < len(raw) else None


def _next(raw: bytes, at: int) -> int:
    """The place of the next byte that is no line end."""
    while at < len(raw) and raw[at] in b"\r\n":
        at += 1
    return at


def decode_images(encoded: Iterable[str]) -> list[bytes]:
    """The files of a request's `images`, in order. What is in them is looked at later.

    Raises:
        RequestInvalid: one of them is not base64.
    """
    return [decode_base64(text) for text in encoded]


async def settle_media(files: Sequence[bytes]) -> list[bytes]:
    """The files in a form that llama.cpp reads, for `Ask.media`.

    Raises:
        MediaInvalid: one of them is no image or sound that can be read, or too large.
    """
    return await asyncio.to_thread(lambda: [_settled(data) for data in files]) if files else []


def _settled(data: bytes) -> bytes:
    """Raises MediaInvalid."""
    if not data:
        raise MediaInvalid("the image is empty")
    if kind := sound_kind(data):
        _check_size(len(data), MAX_SOUND_BYTES, "sound")
        return check_sound(data, kind)
    kind = picture_kind(data)
    if not kind:
        raise MediaInvalid(
            "this is no image or sound that can be read: send PNG, JPEG, GIF, BMP or WebP,"
            " or WAV, MP3 or FLAC"
        )
    _check_size(len(data), MAX_IMAGE_BYTES, "image")
    if kind == "webp":
        return webp_to_png(data)
    if orientation(data, kind) == AS_STORED:
        check_picture(data, kind)
        return data
    shrinks = kind == "jpeg"  # to half of its size while it is unpacked, if need be
    check_picture(data, kind, most=MAX_PIXELS if shrinks else MAX_UNPACKED_PIXELS)
    return upright(data, kind)


def _check_size(size: int, limit: int, what: str) -> None:
    if size > limit:
        raise MediaInvalid(
            f"the {what} has {size // 2**20} MiB; at most {limit // 2**20} MiB are taken"
        )
