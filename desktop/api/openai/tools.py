"""Functions that a model may call, and whether it may or must, in OpenAI's words."""

from typing import Any

from desktop.core.errors import RequestInvalid
from desktop.engine.asks import ToolChoice

Tool = dict[str, Any]


def read_tool(function: Any, place: str) -> Tool:
    """One function for the template; its schema as it came, with the order of its keys.

    Args:
        function: Object with `name`, `description` and `parameters`.
        place: How errors name it, such as "tools[0].function".

    Raises:
        RequestInvalid: it has no name, or one of the three is of the wrong type.
    """
    if not isinstance(function, dict):
        raise RequestInvalid(f"{place} must be an object")
    name, description = function.get("name"), function.get("description")
    parameters = function.get("parameters")
    if not isinstance(name, str) or not name:
        raise RequestInvalid(f"{place}.name must be a string that is not empty")
    if not isinstance(description, str | None):
        raise RequestInvalid(f"{place}.description must be a string")
    if not isinstance(parameters, dict | None):
        raise RequestInvalid(f"{place}.parameters must be a JSON schema object")
    described: Tool = {"name": name}
    if description:
        described["description"] = description
    described["parameters"] = parameters or {"type": "object", "properties": {}}
    return {"type": "function", "function": described}


def read_tools(items: Any) -> list[Tool]:
    """`tools` of a chat. Raises RequestInvalid for anything but functions."""
    if not isinstance(items, list | None):
        raise RequestInvalid("tools must be a list")
    tools = []
    for at, item in enumerate(items or ()):
        if not isinstance(item, dict) or item.get("type", "function") != "function":
            raise RequestInvalid(f'tools[{at}].type must be "function"')
        tools.append(read_tool(item.get("function"), f"tools[{at}].function"))
    return tools


def read_tool_choice(value: Any, tools: list[Tool]) -> ToolChoice:
    """`tool_choice`: one of three words, or an object that names a function.

    Chats have the name one level deeper than responses; both are read.

    Raises:
        RequestInvalid: it is neither, or calls for a function that there is not.
    """
    if value is None:
        return ToolChoice()
    if value in ("none", "auto"):
        return ToolChoice(value)
    if value == "required":
        if not tools:
            raise RequestInvalid('tool_choice "required" needs tools')
        return ToolChoice("required")
    name = _named(value)
    if name is None:
        raise RequestInvalid(
            'tool_choice must be "none", "auto", "required" or'
            ' {"type": "function", "function": {"name": "…"}}'
        )
    if name not in [tool["function"]["name"] for tool in tools]:
        raise RequestInvalid(f'tool_choice names "{name}", which is none of the tools')
    return ToolChoice("required", name)


def _named(value: Any) -> str | None:
    if not isinstance(value, dict) or value.get("type") != "function":
        return None
    function = value.get("function", value)
    name = function.get("name") if isinstance(function, dict) else None
    return name if isinstance(name, str) else None
