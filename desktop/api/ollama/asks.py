"""What `/api/generate` and `/api/chat` have in common: fields, checks, and the figures of the last
line."""

from dataclasses import dataclass
from typing import Any

import msgspec

from desktop.api.fields import Fields
from desktop.api.truncation import truncated
from desktop.core.durations import parse_keep_alive
from desktop.core.errors import ModelFileInvalid, NotSupported, RequestInvalid
from desktop.core.settings import Settings
from desktop.engine.events import Finished
from desktop.models.installed import InstalledModel

THINK_LEVELS = ("high", "medium", "low", "max")
ANY_OBJECT: dict[str, Any] = {"type": "object"}


@dataclass(frozen=True, slots=True)
class Common:
    """Fields that both routes share, decoded."""

    model: str
    stream: bool
    keep_alive_s: float | None
    options: dict[str, Any]
    shift: bool
    truncate: bool
    think: bool | str | None
    format: Any
    logprobs: int
    """How many of the most likely tokens to tell; negative: none, not even the chosen one."""
    render_only: bool

    @property
    def unloads(self) -> bool:
        return self.keep_alive_s == 0


def read_common(fields: Fields, settings: Settings) -> Common:
    """Raises RequestInvalid for wrong types and, first of all checks, a wrong `top_logprobs`."""
    stream, shift, truncate = (fields.flag(name) for name in ("stream", "shift", "truncate"))
    top_logprobs = fields.integer("top_logprobs")
    wants_logprobs = fields.flag("logprobs")
    common = Common(
        model=fields.text("model"),
        stream=settings.default_stream if stream is None else stream,
        keep_alive_s=parse_keep_alive(fields.raw("keep_alive")),
        options=fields.mapping("options"),
        shift=shift is not False,
        truncate=truncate is not False,
        think=read_think(fields),
        format=fields.raw("format"),
        logprobs=top_logprobs if wants_logprobs else -1,
        render_only=fields.flag("_debug_render_only") or False,
    )
    if not 0 <= top_logprobs <= 20:
        raise RequestInvalid("top_logprobs must be between 0 and 20")
    return common


def read_think(fields: Fields) -> bool | str | None:
    """A bool, a level, or None when absent."""
    value = fields.raw("think")
    named = ", ".join(f'"{level}"' for level in THINK_LEVELS)
    if value is None or isinstance(value, bool):
        return value
    if not isinstance(value, str):
        raise RequestInvalid(f"think must be a boolean or string ({named}, true, or false)")
    if value not in THINK_LEVELS:
        raise RequestInvalid(f'invalid think value: "{value}" (must be {named}, true, or false)')
    return value


def check_capabilities(
    model: InstalledModel, name: str, doing: str, think: bool | str | None = None
) -> None:
    """Raises NotSupported for what the model cannot do, ModelFileInvalid if nobody can tell.

    Args:
        name: What the caller calls it.
        doing: "generate" or "chat", as the error names it.
        think: What the request says about thinking.
    """
    if model.facts is None and model.problem:
        raise ModelFileInvalid(model.problem)
    has = model.capabilities
    if think and "thinking" not in has:
        raise NotSupported(f'"{name}" does not support thinking')
    if "completion" not in has:
        raise NotSupported(f'"{name}" does not support {doing}')


def thinking(model: InstalledModel, think: bool | str | None) -> bool | str | None:
    """Whether to think: models that can do it unless told otherwise."""
    if think is None and "thinking" in model.capabilities:
        return True
    return think


def schema(common: Common) -> dict[str, Any] | None:
    """What the answer has to look like; None: as it likes.

    Raises:
        NotSupported: `format` is neither "json" nor an object.
    """
    value = common.format
    if value in (None, ""):
        return None
    if value == "json":
        return ANY_OBJECT
    if isinstance(value, dict):
        return value
    raw = msgspec.json.encode(value).decode()
    raise NotSupported(f'invalid format: {raw}; expected "json" or a valid JSON Schema object')


def figures(finished: Finished, *, total_ns: int, load_ns: int) -> dict[str, Any]:
    """The fields of the last line, in nanoseconds and tokens; zeros are left out, as there."""
    values: dict[str, Any] = {
        "done_reason": finished.reason,
        "context": finished.tokens,
        "total_duration": total_ns,
        "load_duration": load_ns,
        "prompt_eval_count": finished.prompt_tokens,
        "prompt_eval_duration": finished.prompt_ns,
        "eval_count": finished.output_tokens,
        "eval_duration": finished.output_ns,
    }
    puna: dict[str, Any] = {"cached_tokens": finished.cached_tokens}
    puna |= truncated(finished.dropped_messages, finished.dropped_tokens)
    return {name: value for name, value in values.items() if value} | {"puna": puna}
