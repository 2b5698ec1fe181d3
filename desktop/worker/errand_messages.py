"""What parent and errand (`worker/errand.py`) say to each other: a process that does one thing.

As `messages.py`, which these belong to; the last word of one that could not be done is its
`Failed`, with 0 as its `id`.
"""

import msgspec


class Quantize(msgspec.Struct, tag="quantize", tag_field="type", kw_only=True):
    """Write a smaller copy of a model."""

    source: str
    """GGUF file; of a split model, its first part, beside the others and named as llama.cpp names
    parts."""
    target: str
    file_type: int
    """llama.cpp's number (`general.file_type`)."""
    threads: int
    room_bytes: int
    """What `target` may take; nothing is written if it needs more."""


class CheckTemplate(msgspec.Struct, tag="check_template", tag_field="type"):
    """See whether a chat template can be read at all."""

    source: str


class ListDevices(msgspec.Struct, tag="list_devices", tag_field="type"):
    """Find out what llama.cpp can compute on. Answered with
    `DevicesListed`."""


class DeviceSeen(msgspec.Struct, frozen=True, kw_only=True):
    """A graphics processor in llama.cpp's words."""

    name: str
    description: str
    integrated: bool
    """Its memory is a part of the machine's own."""
    total_bytes: int
    free_bytes: int
    id: str = ""
    """Its place on the bus; empty: the backend does not say."""


class DevicesListed(msgspec.Struct, tag="devices_listed", tag_field="type", kw_only=True):
    """What llama.cpp computes on if it is left to choose, in the order of `main_gpu`."""

    devices: list[DeviceSeen]
    backends: list[str]
    cpu_features: list[str]
    """Instructions that the loaded build for processors uses."""


class Step(msgspec.Struct, tag="step", tag_field="type"):
    """The quantizer has come to this tensor."""

    tensor: str


class Done(msgspec.Struct, tag="done", tag_field="type"):
    """Last message of an errand that went well."""


Errand = Quantize | CheckTemplate | ListDevices
"""The only order of such a process."""
Finding = Step | DevicesListed
"""What it tells before its last message."""
