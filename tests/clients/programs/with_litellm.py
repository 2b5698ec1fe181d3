"""Lets LiteLLM talk to Puna both ways that it knows, and prints what it got as one JSON object."""

import json
import sys
from typing import Any

import litellm

MESSAGES = [{"role": "user", "content": "x"}]
TOOL = {
    "type": "function",
    "function": {
        "name": "weather",
        "description": "The weather at a place.",
        "parameters": {"type": "object", "properties": {"place": {"type": "string"}}},
    },
}
SCHEMA = {
    "type": "object",
    "properties": {"colour": {"enum": ["red", "blue"]}},
    "required": ["colour"],
    "additionalProperties": False,
}
FORMAT = {"type": "json_schema", "json_schema": {"name": "paint", "schema": SCHEMA}}


def answers(url: str, provider: str, **fields: Any) -> dict[str, Any]:
    def ask(model: str, **more: Any) -> Any:
        # Tools of MCP servers are looked for otherwise, for which it needs further packages.
        more |= fields | {"api_base": url, "_skip_mcp_handler": True}
        return litellm.completion(f"{provider}/{model}", MESSAGES, **more)

    chunks = ask("script", stream=True)
    return {
        "chat": ask("script").choices[0].message.content,
        "stream": "".join(chunk.choices[0].delta.content or "" for chunk in chunks),
        "call": ask("caller", tools=[TOOL]).choices[0].message.tool_calls[0].function.arguments,
        "shaped": ask("random", response_format=FORMAT, max_tokens=100).choices[0].message.content,
        "error": _error(ask),
    }


def _error(ask: Any) -> str:
    try:
        ask("none")
    except litellm.exceptions.APIError as error:
        return f"{error.status_code} {error}"
    except litellm.exceptions.NotFoundError as error:
        return f"404 {error}"
    return "no error"


def main(url: str) -> None:
    litellm.suppress_debug_info = True
    found = {
        "ollama_chat": answers(url, "ollama_chat"),
        "openai": answers(f"{url}/v1", "openai", api_key="x"),
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1])
