"""A request to `/v1/messages`: its fields, decoded, and what is asked of the model."""

from dataclasses import dataclass
from typing import Any

from starlette.requests import Request

from desktop.api.anthropic.content import BlockReader
from desktop.api.fields import Fields
from desktop.api.ollama.conversation import Conversation
from desktop.api.openai.bodies import read_fields
from desktop.core.errors import NotSupported, RequestInvalid
from desktop.engine.asks import ToolChoice
from desktop.models.installed import InstalledModel

_EFFORTS = {"low": "low", "medium": "medium", "high": "high", "xhigh": "high", "max": "max"}
_CHOICES = {
    "auto": ToolChoice(),
    "none": ToolChoice("none"),
    "any": ToolChoice("required"),
    "tool": ToolChoice("required"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class MessagesBody:
    """The fields of a request."""

    model: str
    stream: bool
    conversation: Conversation
    options: dict[str, Any]
    """By Ollama's names."""
    stop_sequences: list[str]
    think: bool | str | None
    tools: list[dict[str, Any]]
    tool_choice: ToolChoice
    parallel_calls: bool
    schema: dict[str, Any] | None


def read_messages(request: Request, raw: bytes, *, counting: bool = False) -> MessagesBody:
    """Decode a body.

    Args:
        counting: For `count_tokens`, which needs no `max_tokens`.

    Raises:
        RequestInvalid, NotSupported: with Ollama's text, where it has one.
    """
    fields = read_fields(request, raw, "MessagesRequest")
    model, max_tokens = fields.text("model"), fields.integer("max_tokens")
    messages = fields.items("messages", "anthropic.MessageParam")
    if not model:
        raise RequestInvalid("model is required")
    if max_tokens <= 0 and not counting:
        raise RequestInvalid("max_tokens is required and must be positive")
    if not messages:
        raise RequestInvalid("messages is required")
    if fields.items("mcp_servers", "anthropic.McpServer"):
        raise NotSupported(
            "mcp_servers: Anthropic's servers would speak to them; list their tools with an"
            " input_schema instead"
        )
    tools = [_tool(each) for each in fields.objects("tools", "anthropic.Tool")]
    tool_choice, parallel_calls = _tool_choice(fields, tools)
    think, schema = _thinking(fields)
    return MessagesBody(
        model=model,
        stream=fields.flag("stream") or False,
        conversation=_conversation(fields, messages),
        options=_options(fields) | ({"num_predict": max_tokens} if max_tokens > 0 else {}),
        stop_sequences=fields.texts("stop_sequences", "string"),
        think=think,
        tools=tools,
        tool_choice=tool_choice,
        parallel_calls=parallel_calls,
        schema=schema,
    )


def think_of(model: InstalledModel, body: MessagesBody) -> bool | str | None:
    """Whether to think: models that can unless told otherwise; the others are not asked to."""
    if "thinking" not in model.capabilities:
        return None
    return True if body.think is None else body.think


def _conversation(fields: Fields, messages: list[Any]) -> Conversation:
    reader = BlockReader()
    reader.add_system(fields.raw("system"))
    for at, message in enumerate(messages):
        reader.add(message, f"messages.{at}")
    return reader.conversation


def _options(fields: Fields) -> dict[str, Any]:
    """Those that are there; the model's own values hold for the others."""
    options: dict[str, Any] = {
        "temperature": fields.number("temperature"),
        "top_p": fields.number("top_p"),
        "top_k": fields.integer("top_k") if fields.raw("top_k") is not None else None,
        "stop": fields.texts("stop_sequences", "string") or None,
    }
    return {name: value for name, value in options.items() if value is not None}


def _tool(fields: Fields) -> dict[str, Any]:
    """A function, as templates are told of it; the schema as it came."""
    name, kind = fields.text("name"), fields.text("type")
    if kind not in ("", "custom"):
        raise NotSupported(
            f'tool "{name}" is of type "{kind}", which runs at Anthropic\'s; only tools with an'
            " input_schema can be used here"
        )
    if not name:
        raise RequestInvalid("tools: each needs a name")
    schema = fields.raw("input_schema")
    if schema is not None and not isinstance(schema, dict):
        raise RequestInvalid(f'invalid input_schema for tool "{name}": must be an object')
    function: dict[str, Any] = {"name": name}
    if description := fields.text("description"):
        function["description"] = description
    function["parameters"] = schema or {"type": "object", "properties": {}}
    return {"type": "function", "function": function}


def _tool_choice(fields: Fields, tools: list[dict[str, Any]]) -> tuple[ToolChoice, bool]:
    """The choice, and whether there may be several calls."""
    told = fields.object("tool_choice", "anthropic.ToolChoice")
    kind, name = told.text("type") or "auto", told.text("name")
    if kind not in _CHOICES:
        raise RequestInvalid('tool_choice.type: must be "auto", "any", "tool" or "none"')
    choice = _CHOICES[kind]
    names = [tool["function"]["name"] for tool in tools]
    if choice.kind == "required" and not tools:
        raise RequestInvalid(f'tool_choice "{kind}" needs tools to choose from')
    if kind == "tool":
        if name not in names:
            raise RequestInvalid(f'tool_choice names "{name}", which is none of the tools')
        choice = ToolChoice("required", name)
    return choice, not told.flag("disable_parallel_tool_use")


def _thinking(fields: Fields) -> tuple[bool | str | None, dict[str, Any] | None]:
    """Whether to think, and the schema of the answer."""
    config = fields.object("output_config", "anthropic.OutputConfig")
    format_ = config.object("format", "anthropic.OutputFormat")
    if (kind := format_.text("type")) not in ("", "json_schema"):
        raise NotSupported(f'output_config.format.type: "{kind}" is not "json_schema"')
    schema = format_.mapping("schema") if kind else None
    decided = {"enabled": True, "disabled": False}
    kind = fields.object("thinking", "anthropic.ThinkingConfig").text("type")
    return decided.get(kind, _EFFORTS.get(config.text("effort"))), schema
