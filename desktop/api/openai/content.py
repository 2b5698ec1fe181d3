"""Images and sounds in OpenAI's requests."""

import re
from typing import Any

from desktop.api.media import decode_base64
from desktop.core.errors import RequestInvalid

_DATA_URL = re.compile(r"data:(?:image/(?:jpeg|jpg|png|webp))?;base64,", re.IGNORECASE)


def read_image(url: Any) -> bytes:
    """The image file in a data URL.

    Raises:
        RequestInvalid: it is another kind of URL, or damaged.
    """
    if not isinstance(url, str):
        raise RequestInvalid("invalid image input")
    if url.lower().startswith(("http://", "https://")):
        raise RequestInvalid(
            "image URLs are not currently supported, please use base64 encoded data instead"
        )
    head = _DATA_URL.match(url)
    if not head:
        raise RequestInvalid("invalid image input")
    try:
        return decode_base64(url[head.end() :])
    except RequestInvalid as error:
        raise RequestInvalid(f"invalid image input: {error}") from error


def read_audio(sound: Any) -> bytes:
    """The sound file of an `input_audio` part.

    Raises:
        RequestInvalid: there is none, or it is damaged.
    """
    if not isinstance(sound, dict):
        raise RequestInvalid("invalid input_audio format")
    data = sound.get("data")
    if not isinstance(data, str) or not data:
        raise RequestInvalid("invalid input_audio format: missing data")
    try:
        return decode_base64(data)
    except RequestInvalid as error:
        raise RequestInvalid(f"invalid input_audio base64 data: {error}") from error
