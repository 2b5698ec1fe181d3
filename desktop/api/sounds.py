"""Sounds as files: what kind they are, and how long they last when they are unpacked.

llama.cpp makes room for what a header promises; a few bytes can promise terabytes.
"""

import re
import struct
from collections.abc import Iterator

from desktop.core.errors import MediaInvalid

MAX_SOUND_S = 3 * 3600
MAX_CHUNKS = 10_000  # of a WAV file before its samples: files that never come to them take no time
_LEAST_S = 0.01

# Of MPEG audio, layer 3: kbit/s by index, for version 1 and for the others; Hz by version and index
_RATES_1 = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_RATES_2 = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_HERTZ = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}
# Of a frame: these versions, layer 3, rates that there are. A file of anything else takes no time.
_MP3_RATES = bytes(each for each in range(0x10, 0xF0) if each >> 2 & 3 != 3)
_MP3_HEAD = re.compile(b"\xff[\xe2\xe3\xf2\xf3\xfa\xfb][%b]" % re.escape(_MP3_RATES))


def sound_kind(data: bytes) -> str:
    """`wav`, `flac` or `mp3`; empty if it is none of them, by the marks llama.cpp goes by.

    >>> sound_kind(b"RIFF....WAVEfmt "), sound_kind(b"ID3 and more of it"), sound_kind(b"hello")
    ('wav', 'mp3', '')
    """
    if len(data) < 12:
        return ""
    if data[:4] == b"RIFF" and data[8:12] == b"WAVE":
        return "wav"
    if data[:4] == b"fLaC":
        return "flac"
    is_mp3 = data[:3] == b"ID3" or (data[0] == 0xFF and data[1] & 0xE0 == 0xE0)
    return "mp3" if is_mp3 else ""


def check_sound(data: bytes, kind: str) -> bytes:
    """The file, its header put right where a stream's was never finished.

    Raises:
        MediaInvalid: damaged, empty or too long.
    """
    try:
        if kind == "wav":
            data, seconds = _read_wav(data)
        elif kind == "flac":
            seconds = _flac_seconds(data)
        else:
            seconds = _mp3_seconds(data)
    except (struct.error, IndexError) as error:
        raise MediaInvalid(f"the {kind.upper()} file is damaged or cut short") from error
    if seconds < _LEAST_S:
        raise MediaInvalid(f"there is nothing to hear in the {kind.upper()} file")
    if seconds > MAX_SOUND_S:
        raise MediaInvalid(
            f"the sound lasts longer than {MAX_SOUND_S // 3600} hours, which is too long"
        )
    return data


def _read_wav(data: bytes) -> tuple[bytes, float]:
    """The file with the size of its samples as it is, and seconds."""
    at, bytes_per_s, hertz = 12, 0, 0
    for _ in range(MAX_CHUNKS):
        name, size = struct.unpack_from("<4sI", data, at)
        if name == b"fmt ":
            hertz, bytes_per_s = struct.unpack_from("<II", data, at + 12)
        elif name == b"data":
            break
        at += 8 + size + size % 2
    else:
        raise struct.error
    if not (bytes_per_s and hertz):
        raise MediaInvalid("the WAV file does not say how its samples are stored")
    real = min(size, len(data) - at - 8)
    if real < size:  # written by a program that could not go back to the header
        data = data[: at + 4] + struct.pack("<I", real) + data[at + 8 :]
    return data, real / bytes_per_s


def _flac_seconds(data: bytes) -> float:
    """By its first block, which says rate (20 bits) and number of samples (36 bits)."""
    packed = int.from_bytes(data[18:26], "big")
    if len(data) < 42:
        raise struct.error
    hertz, samples = packed >> 44, packed & (2**36 - 1)
    return samples / hertz if hertz else 0.0


def _mp3_seconds(data: bytes) -> float:
    seconds = 0.0
    for part in _mp3_frames(data):
        seconds += part
        if seconds > MAX_SOUND_S:
            break
    return seconds


def _mp3_frames(data: bytes) -> Iterator[float]:
    """Seconds of each frame."""
    at = 0
    if data[:3] == b"ID3":
        size = 0
        for byte in data[6:10]:
            size = size << 7 | byte & 0x7F
        at = 10 + size
    while (found := _MP3_HEAD.search(data, at)) and found.end() < len(data):
        length, seconds = _mp3_frame(found[0][1], found[0][2])
        yield seconds
        at = found.start() + length


def _mp3_frame(kind: int, rates: int) -> tuple[int, float]:
    """Length in bytes and seconds by the second and third byte of its head."""
    version, rate, hertz = kind >> 3 & 3, rates >> 4, rates >> 2 & 3
    per_s = _HERTZ[version][hertz]
    kbits, samples = (_RATES_1, 1152) if version == 3 else (_RATES_2, 576)
    length = samples // 8 * kbits[rate] * 1000 // per_s + (rates >> 1 & 1)
    return length, samples / per_s
