"""Messages and tools of a request, in the form that the engine takes."""

from dataclasses import dataclass, field
from typing import Any

from desktop.api.fields import Fields
from desktop.api.media import decode_images
from desktop.core.errors import NotSupported
from desktop.models.installed import InstalledModel

# Their templates keep old thoughts in the history, which confuses the models.
_FORGETFUL_FAMILIES = ("qwen3",)
_FORGETFUL_MODELS = ("deepseek-r1",)


@dataclass(slots=True)
class Conversation:
    """Messages as `worker.messages.Generate` has them, and the files they refer to."""

    messages: list[dict[str, Any]] = field(default_factory=list)
    media: list[bytes] = field(default_factory=list)

    def add(self, message: dict[str, Any], images: list[str]) -> None:
        """Append a message with its images and sounds, in base64.

        Raises:
            RequestInvalid: one of them is not base64, or nothing that can be read.
        """
        if images:
            message["media"] = self.attach(decode_images(images))
        self.messages.append(message)

    def attach(self, files: list[bytes]) -> list[int]:
        """Take images and sounds in; their places, for a message's `media`."""
        first = len(self.media)
        self.media += files
        return list(range(first, len(self.media)))


def read_conversation(fields: Fields) -> Conversation:
    """`messages` of a request.

    Raises:
        RequestInvalid: with Go's text for a wrong type.
    """
    read = [(_message(each), each) for each in fields.objects("messages", "api.Message")]
    images = [each.texts("images", "api.ImageData") for _, each in read]
    conversation = Conversation()
    for (message, _), files in zip(read, images, strict=True):
        conversation.add(message, files)
    return conversation


def _message(fields: Fields) -> dict[str, Any]:
    message: dict[str, Any] = {
        "role": fields.text("role").lower(),
        "content": fields.text("content"),
    }
    for name in ("thinking", "tool_name", "tool_call_id"):
        if text := fields.text(name):
            message[name] = text
    if calls := [_call(each) for each in fields.objects("tool_calls", "api.ToolCall")]:
        message["tool_calls"] = calls
    return message


def _call(fields: Fields) -> dict[str, Any]:
    function = fields.object("function", "api.ToolCallFunction")
    call = {"name": function.text("name"), "arguments": function.mapping("arguments")}
    return {"id": fields.text("id"), "function": call}


def read_tools(fields: Fields) -> list[dict[str, Any]]:
    """`tools` of a request; schemas as they came, with the order of their keys."""
    tools = []
    for tool in fields.objects("tools", "api.Tool"):
        function = tool.object("function", "api.ToolFunction")
        described: dict[str, Any] = {"name": function.text("name")}
        if description := function.text("description"):
            described["description"] = description
        described["parameters"] = function.mapping("parameters")
        tools.append({"type": tool.text("type") or "function", "function": described})
    return tools


def check_tools(model: InstalledModel, tools: list[dict[str, Any]]) -> None:
    """Raises NotSupported where the model would not be told of them."""
    if tools and "tools" not in model.capabilities:
        raise NotSupported(f"{model.name.full} does not support tools")


def with_own_messages(model: InstalledModel, conversation: Conversation) -> list[dict[str, Any]]:
    """The model's own messages first; its system text only where the request brings none."""
    asked = conversation.messages
    messages = [*model.messages, *_without_old_thoughts(model, asked)]
    if model.system and asked[0]["role"] != "system":
        messages.insert(0, {"role": "system", "content": model.system})
    return messages


def _without_old_thoughts(
    model: InstalledModel, messages: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """What some models thought before the last question is taken out of the texts."""
    family = model.details()["family"]
    if family not in _FORGETFUL_FAMILIES and model.name.model not in _FORGETFUL_MODELS:
        return messages
    users = [at for at, message in enumerate(messages) if message["role"] == "user"]
    last = users[-1] if users else 0
    return [
        message | {"content": _answer_of(message["content"])}
        if at < last and message["role"] == "assistant"
        else message
        for at, message in enumerate(messages)
    ]


def _answer_of(text: str) -> str:
    """What stands behind the thinking.

    >>> _answer_of("<think>hm</think>\\n\\n4"), _answer_of("4")
    ('4', '4')
    """
    thought, end, answer = text.partition("</think>")
    return answer.lstrip() if end and thought.lstrip().startswith("<think>") else text
