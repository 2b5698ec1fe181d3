"""The settings: what they are called, their defaults, and what they may be.

`core/preferences.py` reads and changes them. A snapshot never changes; a new choice makes a new
snapshot.
"""

import ipaddress
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import msgspec

from desktop.core.durations import parse_keep_alive
from desktop.core.errors import AppError, SettingInvalid

DEFAULT_PORT = 11434
LEAST_CONTEXT_TOKENS = 4

RANGES = (
    ("port", 0, 65535),
    ("context_tokens", 0, 2**31 - 1),
    ("parallel", 1, 256),
    ("max_loaded_models", 0, 64),
    ("gpu_layers", -1, 1_000_000),
    ("gpu_reserve_mb", 0, 1_000_000),
    ("max_queue", 1, 1_000_000),
    ("load_timeout_s", 0, 1_000_000),
    ("unload_on_battery_percent", 0, 100),
)

CacheType = Literal["auto", "f32", "f16", "bf16", "q8_0", "q5_1", "q5_0", "q4_1", "q4_0", "iq4_nl"]
UNQUANTIZED = ("auto", "f32", "f16", "bf16")
"""These do without flash attention; `auto` then means f16."""


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One immutable snapshot. The names of the fields are the keys of `settings.json`."""

    host: str = "127.0.0.1"
    """Address to listen on. Other than this machine's own only with `require_keys`."""
    port: int = DEFAULT_PORT
    """0: the system chooses."""
    require_keys: bool = False
    """Everybody shows the key of an app, programs of this machine too."""
    allow_public: bool = False
    """Answer callers from the internet too, not only those of private networks."""
    trusted_proxies: tuple[str, ...] = ()
    """Addresses or networks whose `X-Forwarded-For` is believed."""
    tls: Literal["off", "own", "files"] = "off"
    """Encrypt what comes from other machines: with a certificate made here, or with a given one."""
    tls_certificate: str = ""
    """PEM file for `"tls": "files"`, with the certificates of its issuers."""
    tls_key: str = ""
    """PEM file of its private key, without a password."""
    origins: tuple[str, ...] = ()
    """Web pages that may use the server, besides those of this machine; `*` is a wildcard."""
    default_stream: bool = True
    """What `stream` means when a request to Ollama's routes leaves it out. Ollama: true."""
    keep_alive: float | str = "5m"
    """How long a model stays loaded after its last answer: seconds or "5m"; negative: for ever."""
    context_tokens: int = 0
    """Context length for requests and models that name none; 0: as much as fits comfortably."""
    parallel: int = 8
    """Requests that one model answers at the same time; more wait their turn."""
    max_loaded_models: int = 0
    """Models in memory at the same time; the least needed one makes room. 0: three for each
    graphics card, or three."""
    gpu_layers: int = -1
    """Most layers of a model that go to graphics cards; -1: as many as have room; 0: none."""
    spread_gpus: bool = False
    """Use all graphics cards for a model that has room on one, too."""
    gpu_reserve_mb: int = 0
    """Megabytes (10**6 bytes) of each graphics card that no model takes."""
    allow_swap: bool = False
    """Load a model for which memory is too short all the same; the whole machine gets slow then."""
    pinned: tuple[str, ...] = ()
    """Models that are loaded at the start and stay for good."""
    max_queue: int = 512
    """Requests that may wait for a model to load, and for a loaded one; one more is answered
    503."""
    load_timeout_s: float = 300.0
    """A load that makes no progress for so long is given up; 0: never."""
    unload_on_battery_percent: int = 0
    """On battery with less than this left, models leave when they are idle; 0: they stay."""
    flash_attention: Literal["auto", "on", "off"] = "auto"
    """Attention without a large intermediate matrix; llama.cpp knows where it can."""
    kv_cache_type: CacheType = "auto"
    """How a model's memory of the text is stored; `q8_0` takes half of f16, `q4_0` a quarter.
    `auto`: f16, and q8_0 where memory is short."""
    models_dir: str = ""
    """Folder of the models, in Ollama's layout; empty: Puna's own."""
    share_ollama: bool = True
    """Use the models of an Ollama on this machine where they are; they are never changed."""
    prune: bool = True
    """Remove files that no model needs any more; off: they stay."""
    metrics: bool = False
    """Figures for Prometheus at `/metrics`."""
    updates: Literal["off", "notify"] = "off"
    """Ask once a day whether there is a newer Puna, and say so; nothing is installed by itself."""
    update_feed: str = ""
    """Address (https) that tells of newer versions; empty: the one that this Puna came with."""

    @property
    def keep_alive_s(self) -> float:
        """Seconds; `inf` for ever."""
        seconds = parse_keep_alive(self.keep_alive)
        assert seconds is not None
        return seconds

    @property
    def models_folder(self) -> Path | None:
        """`models_dir` as a path; None: Puna's own folder."""
        return Path(os.path.expanduser(self.models_dir)) if self.models_dir else None

    @property
    def use_flash_attention(self) -> bool | None:
        """None: llama.cpp decides. A quantized cache needs it."""
        if self.flash_attention == "auto":
            return None if self.kv_cache_type in UNQUANTIZED else True
        return self.flash_attention == "on"

    def __post_init__(self) -> None:
        for name, low, high in RANGES:
            value = getattr(self, name)
            if not low <= value <= high:
                raise SettingInvalid(name, value, f"between {low} and {high}")
        if 0 < self.context_tokens < LEAST_CONTEXT_TOKENS:
            allowed = f"0 (automatic), or at least {LEAST_CONTEXT_TOKENS}"
            raise SettingInvalid("context_tokens", self.context_tokens, allowed)
        try:
            parse_keep_alive(self.keep_alive)
        except AppError as error:
            allowed = 'seconds, or a duration such as "5m" or "1h30m"; negative: for ever'
            raise SettingInvalid("keep_alive", self.keep_alive, allowed) from error
        for network in self.trusted_proxies:
            _check_network(network)
        if self.flash_attention == "off" and self.kv_cache_type not in UNQUANTIZED:
            allowed = f"one of {', '.join(UNQUANTIZED)} while flash_attention is off"
            raise SettingInvalid("kv_cache_type", self.kv_cache_type, allowed)
        if self.tls == "files" and not (self.tls_certificate and self.tls_key):
            raise SettingInvalid(
                "tls", self.tls, '"files" once tls_certificate and tls_key are set'
            )


def settings_of(values: Mapping[str, Any], place: str) -> Settings:
    """Settings with these values, the others at their defaults.

    Args:
        place: Where the values come from, for the error's text.

    Raises:
        SettingInvalid: a key is unknown, or a value of the wrong kind or out of range.
    """
    for name in values:
        if name not in Settings.__struct_fields__:
            raise SettingInvalid(f"{name} (in {place})", values[name], _keys())
    try:
        return msgspec.convert(values, Settings)
    except msgspec.ValidationError as error:
        if isinstance(error.__cause__, AppError):
            raise error.__cause__ from error
        text, _, path = str(error).partition(" - at `$.")
        name = path.rstrip("`").partition("[")[0]
        allowed = "a value of its kind: " + text[:1].lower() + text[1:]
        raise SettingInvalid(name, values.get(name), allowed) from error


def parse_host(text: str) -> tuple[str, int]:
    """Address and port of an `OLLAMA_HOST` value.

    >>> parse_host("0.0.0.0"), parse_host("example:8080"), parse_host(":9000")
    (('0.0.0.0', 11434), ('example', 8080), ('', 9000))
    >>> parse_host("[::1]:1"), parse_host("::1")
    (('::1', 1), ('::1', 11434))
    >>> parse_host("http://h/path"), parse_host("https://h"), parse_host("h:bad")
    (('h', 80), ('h', 443), ('h', 11434))
    """
    rest = text.strip().strip("\"'")
    port = DEFAULT_PORT
    for scheme, scheme_port in (("http://", 80), ("https://", 443)):
        if rest.startswith(scheme):
            rest, port = rest[len(scheme) :], scheme_port
    rest = rest.split("/", 1)[0]
    host, colon, tail = rest.rpartition(":")
    if not colon or rest.endswith("]") or (":" in host and not host.endswith("]")):
        host, tail = rest, ""
    if tail.isascii() and tail.isdigit():
        port = int(tail) if int(tail) <= 65535 else DEFAULT_PORT
    return host.strip("[]"), port


def _check_network(text: str) -> None:
    try:
        ipaddress.ip_network(text, strict=False)
    except ValueError as error:
        allowed = 'addresses or networks such as "192.168.1.10" or "10.0.0.0/8"'
        raise SettingInvalid("trusted_proxies", text, allowed) from error


def _keys() -> str:
    return "the keys " + ", ".join(Settings.__struct_fields__)
