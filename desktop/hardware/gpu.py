"""What is known about graphics cards; `gpus.py` finds it out."""

import msgspec


class Gpu(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """One card. What cannot be had is None."""

    name: str
    maker: str
    """`nvidia`, `amd` or `intel`."""
    load_percent: int | None = None
    memory_total_bytes: int | None = None
    memory_used_bytes: int | None = None
    reason: str = ""
    """Why figures are missing: `no_driver`, `not_told` (the driver has none), `asleep`."""


class Gpus(msgspec.Struct, frozen=True, omit_defaults=True):
    """All of them; with none, `reason` says why: `none_found`, or `not_readable` on a system whose
    cards we cannot ask about."""

    cards: list[Gpu] = []
    reason: str = ""
