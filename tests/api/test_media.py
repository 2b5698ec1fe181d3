"""Files of images and sounds in requests, before a model sees them."""

import asyncio
import contextlib
import io
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from desktop.api.media import decode_images, settle_media
from desktop.api.pictures import MAX_PIXELS
from desktop.api.sounds import MAX_SOUND_S
from desktop.core.errors import MediaInvalid, RequestInvalid
from tests.tiny_projector import claimed_png, picture, sound

MP3_FRAME = b"\xff\xfb\x10\xc4" + bytes(100)  # version 1, layer 3: 32 kbit/s at 44.1 kHz
MP3_LOW = b"\xff\xe3\x18\xc4" + bytes(68)  # version 2.5: 8 kbit/s at 8 kHz, 72 ms


def settled(data: bytes) -> bytes:
    (found,) = asyncio.run(settle_media([data]))
    return found


def claimed_webp(width: int, height: int) -> bytes:
    """A WebP file (lossless) that says it is that large, and has next to nothing in it."""
    out = io.BytesIO()
    Image.new("RGB", (1, 1)).save(out, "WEBP", lossless=True)
    data, size = out.getvalue(), (width - 1) | (height - 1) << 14
    return data[:21] + struct.pack("<I", size) + data[25:]


def flac(samples: int, hertz: int = 16000) -> bytes:
    """The beginning of a FLAC file that promises so much."""
    stream = (hertz << 44 | 15 << 36 | samples).to_bytes(8, "big")
    return b"fLaC\x80\0\0\x22" + struct.pack(">HH", 4096, 4096) + bytes(6) + stream + bytes(16)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("a", 0),
        ("aGkaGk", 4),
        ("aGk=aGk=", 4),
        ("aG=k", 2),
        ("data:image/png;base64,aGk=", 4),
        ("aGk\u00e9", 3),
        ("aGk_", 3),
        ("a=", 1),
        ("aA=", 3),
    ],
)
def test_the_first_wrong_byte_is_named_as_in_go(text: str, at: int) -> None:
    with pytest.raises(RequestInvalid, match=f"^illegal base64 data at input byte {at}$"):
        decode_images([text])


@given(st.text("aZ9+/=\r\n?", max_size=12))
def test_base64_is_refused_or_read(text: str) -> None:
    try:
        decode_images([text])
    except RequestInvalid as error:
        at = int(str(error).rsplit(" ", 1)[1])
    else:
        at = 0
    assert 0 <= at <= len(text)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "BMP"])
def test_what_llama_cpp_reads_is_left_as_it_is(kind: str) -> None:
    data = picture(kind=kind)
    assert settled(data) == data


def test_webp_becomes_png() -> None:
    out = io.BytesIO()
    image = Image.new("RGBA", (7, 5), (10, 200, 30, 255))
    image.save(out, "WEBP", lossless=True)
    found = Image.open(io.BytesIO(settled(out.getvalue())))
    assert (found.format, found.size, found.getpixel((3, 3))) == ("PNG", (7, 5), (10, 200, 30))


def held(orientation: int, kind: str) -> bytes:
    """A red picture that is wider than high, with a blue edge at its left, as a camera stores it
    that was held so."""
    image = Image.new("RGB", (32, 16), "red")
    image.paste("blue", (0, 0, 8, 16))
    exif = Image.Exif()
    exif[0x0112] = orientation
    out = io.BytesIO()
    image.save(out, kind, exif=exif, **({"lossless": True} if kind == "WEBP" else {}))
    return out.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize(
    ("orientation", "size", "blue"), [(3, (32, 16), (29, 8)), (6, (16, 32), (8, 2))]
)
def test_images_are_turned_as_the_camera_was(
    kind: str, orientation: int, size: tuple[int, int], blue: tuple[int, int]
) -> None:
    found = Image.open(io.BytesIO(settled(held(orientation, kind))))
    assert found.size == size
    red, _green, much = found.convert("RGB").getpixel(blue)  # type: ignore[misc]
    assert red < 60 < 200 < much
    assert not found.getexif()
    assert found.format == ("JPEG" if kind == "JPEG" else "PNG")


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
@pytest.mark.parametrize("orientation", [1, 0, 9, 60000])
def test_images_that_are_the_right_way_up_stay_as_they_are(kind: str, orientation: int) -> None:
    data = held(orientation, kind)
    assert settled(data) == data


def test_orientation_that_is_cut_short_or_nonsense_is_passed_over() -> None:
    data = held(6, "JPEG")
    at = data.index(b"Exif")
    for length in range(0, len(data), 9):
        with contextlib.suppress(MediaInvalid):
            settled(data[:length])
    for wrong in (
        data.replace(b"MM\0*", b"XX\0*"),
        data.replace(b"MM\0*\0\0\0\x08", b"MM\0*" + b"\xff" * 4),
    ):
        assert wrong != data
        assert wrong[at:] in settled(wrong)


@pytest.mark.parametrize("data", [sound(), MP3_FRAME * 40, flac(16000)])
def test_sounds_are_left_as_they_are(data: bytes) -> None:
    assert settled(data) == data


def test_a_wav_file_whose_writer_was_cut_off_is_put_right() -> None:
    data = sound()
    endless = data[:40] + b"\xff\xff\xff\xff" + data[44:]
    assert settled(endless) == data


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"hello world", "no image or sound"),
        (b"GIF89a", "cut short"),
        (b"\xff\xd8\xff\xe0\x00\x10", "cut short"),
        (picture(kind="WEBP")[:40], "damaged"),
        (claimed_png(2**20, 2**20), "too large"),
        (claimed_webp(2**13, 2**13), "at most 64 million"),
        (claimed_png(0, 5), "no pixels"),
        (claimed_png(MAX_PIXELS, 1)[:8] + b"IHDR", "cut short"),
        (b"BM" + bytes(12) + struct.pack("<Iii", 40, 2**16, -(2**16)), "too large"),
        (sound(seconds=0), "nothing to hear"),
        (sound()[:30], "cut short"),
        (sound(hertz=1, seconds=MAX_SOUND_S + 1), "too long"),
        (flac(2**36 - 1), "too long"),
        (MP3_LOW * 200_000, "too long"),
        (b"ID3\x04\0\0\0\0\x7f\x7f" + bytes(100), "nothing to hear"),
        (b"\xff\xd8\xff\xc9" + bytes(20), "lossless or arithmetic"),
        (b"\xff\xd8" + b"\xff\xe0\0\x02" * 50_000 + picture(kind="JPEG")[2:], "cut short"),
        (sound()[:12] + b"junk\0\0\0\0" * 50_000 + sound()[12:], "cut short"),
        (b"\xff\xe0" + b"\xff" * 2**24, "nothing to hear"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_would_break_or_flood_the_worker_is_refused(data: bytes, words: str) -> None:
    with pytest.raises(MediaInvalid, match=words):
        settled(data)


def test_jpeg_sizes_are_found_behind_other_parts() -> None:
    data = picture(kind="JPEG")
    comment = b"\xff\xfe\x00\x0a" + b"\xff\xc0\x00\x11\x08\xff\xff\xff"
    assert settled(data[:2] + comment + b"\xff" + data[2:])
    huge = data.replace(
        b"\xff\xc0\x00\x11\x08\x00\x28\x00\x28", b"\xff\xc0\x00\x11\x08" + b"\xff" * 4
    )
    with pytest.raises(MediaInvalid, match="65535 x 65535"):
        settled(huge)


def test_what_is_unpacked_here_takes_little_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """A photograph that has to be turned gets smaller, where another kind is refused."""
    data = held(6, "JPEG")
    before = Image.open(io.BytesIO(settled(data)))
    monkeypatch.setattr("desktop.api.orientation.MAX_UNPACKED_PIXELS", before.width * 2)
    after = Image.open(io.BytesIO(settled(data)))
    assert (after.width, after.height) == (before.width // 2, before.height // 2)
    monkeypatch.setattr("desktop.api.media.MAX_UNPACKED_PIXELS", before.width * 2)
    with pytest.raises(MediaInvalid, match="too large"):
        settled(held(6, "PNG"))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "BMP", "WEBP"])
def test_a_file_cut_anywhere_is_refused_or_passed_on(kind: str) -> None:
    data = picture(kind=kind, size=(9, 9))
    for length in range(0, len(data), 7):
        with contextlib.suppress(MediaInvalid):
            settled(data[:length])
