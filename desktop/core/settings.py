"""The settings: defaults, then `settings.json`, then Ollama's environment variables.

`load` is the only reader. A snapshot never changes; a new choice makes a new snapshot.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from desktop.core.durations import parse_keep_alive
from desktop.core.errors import AppError, SettingInvalid

DEFAULT_PORT = 11434
DEFAULT_CONTEXT_TOKENS = 4096


_RANGES = (
    ("port", 0, 65535),
    ("context_tokens", 4, 2**31 - 1),
    ("parallel", 1, 256),
    ("max_loaded_models", 1, 64),
    ("max_queue", 1, 1_000_000),
)


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One immutable snapshot. The names of the fields are the keys of `settings.json`."""

    host: str = "127.0.0.1"
    """Address to listen on."""
    port: int = DEFAULT_PORT
    """0: the system chooses."""
    default_stream: bool = True
    """What `stream` means when a request to Ollama's routes leaves it out. Ollama: true."""
    keep_alive: float | str = "5m"
    """How long a model stays loaded after its last answer: seconds or "5m"; negative: for ever."""
    context_tokens: int = DEFAULT_CONTEXT_TOKENS
    """Context length for requests and models that name none."""
    parallel: int = 8
    """Requests that one model answers at the same time; more wait their turn."""
    max_loaded_models: int = 3
    """Models in memory at the same time; the least needed one makes room."""
    max_queue: int = 512
    """Requests that may wait for a model to load; one more is answered 503."""
    load_timeout_s: float = 300.0
    """A load that makes no progress for so long is given up; 0: never."""
    models_dir: str = ""
    """Folder of the models, in Ollama's layout; empty: Puna's own."""
    share_ollama: bool = True
    """Use the models of an Ollama on this machine where they are; they are never changed."""
    origins: tuple[str, ...] = ()
    """Web pages that may use the server, besides those of this machine; `*` is a wildcard."""

    @property
    def keep_alive_s(self) -> float:
        """Seconds; `inf` for ever."""
        seconds = parse_keep_alive(self.keep_alive)
        assert seconds is not None
        return seconds

    @property
    def models_folder(self) -> Path | None:
        """`models_dir` as a path; None: Puna's own folder."""
        return Path(self.models_dir).expanduser() if self.models_dir else None

    def __post_init__(self) -> None:
        for name, low, high in _RANGES:
            value = getattr(self, name)
            if not low <= value <= high:
                raise SettingInvalid(name, value, f"between {low} and {high}")
        try:
            parse_keep_alive(self.keep_alive)
        except AppError as error:
            allowed = 'seconds, or a duration such as "5m" or "1h30m"; negative: for ever'
            raise SettingInvalid("keep_alive", self.keep_alive, allowed) from error


def load(path: Path, environ: Mapping[str, str]) -> Settings:
    """Read the settings; a missing file means the defaults.

    Raises:
        SettingInvalid: the file is not JSON, has an unknown key, or a value is out of range.
    """
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        raw = b"{}"
    try:
        values = msgspec.json.decode(raw, type=dict[str, Any])
        return msgspec.convert(values | _from_environment(environ), Settings)
    except msgspec.ValidationError as error:
        if isinstance(error.__cause__, AppError):
            raise error.__cause__ from error
        raise SettingInvalid(str(path), str(error), _keys()) from error
    except msgspec.DecodeError as error:
        raise SettingInvalid(str(path), str(error), "a JSON object") from error


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


def _from_environment(environ: Mapping[str, str]) -> dict[str, Any]:
    """Settings named by Ollama's variables; one that cannot be read is left to the default."""
    found: dict[str, Any] = {}
    if text := _clean(environ, "OLLAMA_HOST"):
        host, found["port"] = parse_host(text)
        found["host"] = host or "0.0.0.0"
    for variable, name in (
        ("OLLAMA_CONTEXT_LENGTH", "context_tokens"),
        ("OLLAMA_NUM_PARALLEL", "parallel"),
        ("OLLAMA_MAX_LOADED_MODELS", "max_loaded_models"),
        ("OLLAMA_MAX_QUEUE", "max_queue"),
    ):
        text = _clean(environ, variable)
        if text.isascii() and text.isdigit() and int(text) > 0:
            found[name] = int(text)
    if text := _clean(environ, "OLLAMA_MODELS"):
        found["models_dir"] = text
    if text := _clean(environ, "OLLAMA_ORIGINS"):
        found["origins"] = [origin.strip() for origin in text.split(",") if origin.strip()]
    for variable, name in (("OLLAMA_KEEP_ALIVE", "keep_alive"), ("OLLAMA_LOAD_TIMEOUT", "")):
        seconds = _seconds(_clean(environ, variable))
        if seconds is not None:
            found[name or "load_timeout_s"] = seconds if seconds != float("inf") else -1.0
    if "load_timeout_s" in found:
        found["load_timeout_s"] = max(found["load_timeout_s"], 0.0)
    return found


def _clean(environ: Mapping[str, str], name: str) -> str:
    return environ.get(name, "").strip().strip("\"'").strip()


def _seconds(text: str) -> float | None:
    if not text:
        return None
    try:
        return parse_keep_alive(int(text) if text.lstrip("-").isdigit() else text)
    except AppError:
        return None


def _keys() -> str:
    return "the keys " + ", ".join(Settings.__struct_fields__)
