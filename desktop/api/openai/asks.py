"""What OpenAI's routes have in common: which model, with which options, thinking how much.

Beyond OpenAI's fields they read Ollama's `options`, `keep_alive` and `think`, and vLLM's
`chat_template_kwargs.enable_thinking`, for those who can send them.
"""

from dataclasses import dataclass
from typing import Any

from starlette.requests import Request

from desktop.api.fields import Fields
from desktop.api.front import Front
from desktop.api.ollama.asks import check_capabilities, read_think
from desktop.core.durations import parse_keep_alive
from desktop.core.errors import RequestInvalid
from desktop.models.installed import InstalledModel

Schema = dict[str, Any]

MAX_TOP_LOGPROBS = 20
MAX_CHOICES = 8
_EFFORTS: dict[str, bool | str | None] = {
    "": None, "none": False, "minimal": "low", "low": "low", "medium": "medium", "high": "high",
    "xhigh": "max", "ultra": "max", "max": "max",
}  # fmt: skip
_NUMBERS = ("temperature", "top_p", "frequency_penalty", "presence_penalty")


@dataclass(frozen=True, slots=True)
class Common:
    """Fields that all of the routes share, decoded."""

    model: str
    stream: bool
    keep_alive_s: float | None
    options: dict[str, Any]
    think: bool | str | None


def read_common(fields: Fields, defaults: dict[str, Any]) -> Common:
    """Raises RequestInvalid for wrong types.

    Args:
        defaults: Options that hold even over the model's own, if the request has no others.
    """
    options = defaults | fields.mapping("options")
    for name in _NUMBERS:
        if (number := fields.number(name)) is not None:
            options[name] = number
    if fields.raw("seed") is not None:
        options["seed"] = fields.integer("seed")
    return Common(
        model=fields.text("model"),
        stream=fields.flag("stream") or False,
        keep_alive_s=parse_keep_alive(fields.raw("keep_alive")),
        options=options,
        think=_read_think(fields),
    )


def _read_think(fields: Fields) -> bool | str | None:
    """By effort, else by Ollama's field, else by vLLM's."""
    effort = fields.object("reasoning", "openai.Reasoning").text("effort")
    effort = effort or fields.text("reasoning_effort")
    if effort not in _EFFORTS:
        raise RequestInvalid(
            f'invalid reasoning value: "{effort}" (must be "minimal", "low", "medium", "high",'
            ' "xhigh", "ultra", "max", or "none")'
        )
    found = _EFFORTS[effort]
    if found is None:
        found = read_think(fields)
    if found is None:
        kwargs = fields.object("chat_template_kwargs", "openai.ChatTemplateKwargs")
        found = kwargs.flag("enable_thinking")
    return found


def read_limit(fields: Fields, *names: str) -> dict[str, Any]:
    """The most tokens to answer, as an option; the first of the names that is given counts."""
    for name in names:
        if fields.raw(name) is not None:
            return {"num_predict": fields.integer(name)}
    return {}


def read_choices(fields: Fields) -> int:
    """`n`, how many answers are wanted."""
    count = fields.integer("n") if fields.raw("n") is not None else 1
    if not 1 <= count <= MAX_CHOICES:
        raise RequestInvalid(f"n must be between 1 and {MAX_CHOICES}")
    return count


def read_top_logprobs(fields: Fields, name: str = "top_logprobs") -> int:
    """How many of the most likely tokens to tell."""
    count = fields.integer(name)
    if not 0 <= count <= MAX_TOP_LOGPROBS:
        raise RequestInvalid(f"{name} must be between 0 and {MAX_TOP_LOGPROBS}")
    return count


def read_logit_bias(fields: Fields) -> dict[int, float]:
    """Token ids, as texts, with what to add to them, -100 to 100."""
    found = {}
    for token, bias in fields.mapping("logit_bias").items():
        if not token.isascii() or not token.isdigit() or len(token) > 9:
            raise RequestInvalid(f'logit_bias: "{token:.40}" is no token id')
        if isinstance(bias, bool) or not isinstance(bias, int | float) or not -100 <= bias <= 100:
            raise RequestInvalid("logit_bias: values must be numbers between -100 and 100")
        found[int(token)] = float(bias)
    return found


def read_format(given: Fields, schema_holder: Fields) -> Schema | None:
    """The JSON schema that an answer follows; None: it is free.

    Args:
        given: `response_format`, or `text.format` of a response.
        schema_holder: Where the schema is.
    """
    kind = given.text("type")
    if kind in ("", "text"):
        return None
    if kind == "json_object":
        return {"type": "object"}
    schema = schema_holder.raw("schema")
    if kind != "json_schema" or not isinstance(schema, dict):
        raise RequestInvalid(
            'the response format must be "text", "json_object", or "json_schema" with a schema'
        )
    return schema


def find_model(front: Front, request: Request, common: Common, doing: str) -> InstalledModel:
    """The model that the request names.

    Args:
        doing: "generate" or "chat", as an error names it.

    Raises:
        RequestInvalid, ModelNotFound, NotSupported, ModelFileInvalid
    """
    if not common.model:
        raise RequestInvalid("model is required")
    model = front.find(request, common.model)
    check_capabilities(model, common.model, doing, common.think)
    return model
