"""Ollama's environment variables, as settings."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import msgspec

from desktop.core.durations import parse_keep_alive
from desktop.core.errors import AppError
from desktop.core.settings import CacheType, parse_host


class Variable(NamedTuple):
    """One variable. `read` gives settings by name; none if it cannot make sense of the text."""

    name: str
    settings: tuple[str, ...]
    read: Callable[[str], dict[str, Any]]


def from_environment(environ: Mapping[str, str]) -> dict[str, tuple[Any, str]]:
    """Value and variable of each setting that the environment names.

    Like Ollama, a value that cannot be read counts as none.
    """
    found: dict[str, tuple[Any, str]] = {}
    for variable in VARIABLES:
        text = environ.get(variable.name, "").strip().strip("\"'").strip()
        if text:
            for name, value in variable.read(text).items():
                found[name] = (value, variable.name)
    return found


def variable_of(setting: str) -> str:
    """The variable that names a setting; empty if none does.

    >>> variable_of("port"), variable_of("tls")
    ('OLLAMA_HOST', '')
    """
    return next((each.name for each in VARIABLES if setting in each.settings), "")


def _host(text: str) -> dict[str, Any]:
    host, port = parse_host(text)
    return {"host": host or "0.0.0.0", "port": port}


def _origins(text: str) -> dict[str, Any]:
    return {"origins": [origin.strip() for origin in text.split(",") if origin.strip()]}


def _count(setting: str) -> Variable:
    variable = {
        "context_tokens": "OLLAMA_CONTEXT_LENGTH",
        "parallel": "OLLAMA_NUM_PARALLEL",
        "max_loaded_models": "OLLAMA_MAX_LOADED_MODELS",
        "max_queue": "OLLAMA_MAX_QUEUE",
    }[setting]

    def read(text: str) -> dict[str, Any]:
        is_number = text.isascii() and text.isdigit() and int(text) > 0
        return {setting: int(text)} if is_number else {}

    return Variable(variable, (setting,), read)


def _seconds(text: str) -> float | None:
    try:
        return parse_keep_alive(int(text) if text.lstrip("-").isdigit() else text)
    except AppError:
        return None


def _keep_alive(text: str) -> dict[str, Any]:
    seconds = _seconds(text)
    if seconds is None:
        return {}
    return {"keep_alive": seconds if seconds != float("inf") else -1.0}


def _load_timeout(text: str) -> dict[str, Any]:
    seconds = _seconds(text)
    if seconds is None:
        return {}
    return {"load_timeout_s": seconds if seconds != float("inf") else 0.0}


def _gpu_overhead(text: str) -> dict[str, Any]:
    """In bytes, of each card."""
    is_number = text.isascii() and text.isdigit()
    return {"gpu_reserve_mb": min(-(-int(text) // 10**6), 10**6)} if is_number else {}


def _flag(text: str) -> bool:
    """As Go reads it; what is neither true nor false is true."""
    return text not in ("0", "f", "F", "false", "False", "FALSE")


def _cache_type(text: str) -> dict[str, Any]:
    try:
        return {"kv_cache_type": msgspec.convert(text.lower(), CacheType)}
    except msgspec.ValidationError:
        return {}


VARIABLES = (
    Variable("OLLAMA_HOST", ("host", "port"), _host),
    Variable("OLLAMA_MODELS", ("models_dir",), lambda text: {"models_dir": text}),
    Variable("OLLAMA_ORIGINS", ("origins",), _origins),
    Variable("OLLAMA_KEEP_ALIVE", ("keep_alive",), _keep_alive),
    _count("parallel"),
    _count("max_loaded_models"),
    _count("max_queue"),
    _count("context_tokens"),
    Variable(
        "OLLAMA_FLASH_ATTENTION",
        ("flash_attention",),
        lambda text: {"flash_attention": "on" if _flag(text) else "off"},
    ),
    Variable("OLLAMA_SCHED_SPREAD", ("spread_gpus",), lambda text: {"spread_gpus": _flag(text)}),
    Variable("OLLAMA_GPU_OVERHEAD", ("gpu_reserve_mb",), _gpu_overhead),
    Variable("OLLAMA_KV_CACHE_TYPE", ("kv_cache_type",), _cache_type),
    Variable("OLLAMA_LOAD_TIMEOUT", ("load_timeout_s",), _load_timeout),
    Variable("OLLAMA_NOPRUNE", ("prune",), lambda text: {"prune": not _flag(text)}),
)
