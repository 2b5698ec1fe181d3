"""Lets `llama-index-llms-ollama` talk to Puna, and prints what it got as one JSON object."""

import json
import sys
from typing import Any

import pydantic
from llama_index.core.llms import ChatMessage
from llama_index.core.prompts import PromptTemplate
from llama_index.core.tools import FunctionTool
from llama_index.llms.ollama import Ollama


class Paint(pydantic.BaseModel):
    """What to paint with."""

    thick: bool


def weather(place: str, days: int) -> str:
    """The weather at a place."""
    return f"Sun in {place} for {days} days"


def talk(url: str) -> dict[str, Any]:
    def model(name: str) -> Any:
        return Ollama(model=name, base_url=url, request_timeout=20.0, context_window=1024)

    script, caller = model("script"), model("caller")
    said = [ChatMessage(role="user", content="x")]
    reply = caller.chat_with_tools([FunctionTool.from_defaults(fn=weather)], user_msg="x")
    call = caller.get_tool_calls_from_response(reply)[0]
    shaped = model("random").structured_predict(Paint, PromptTemplate("x"))
    return {
        "complete": script.complete("x").text,
        "chat": script.chat(said).message.content,
        "stream": "".join(each.delta or "" for each in script.stream_chat(said)),
        "call": [call.tool_name, call.tool_kwargs],
        "shaped": shaped.model_dump(),
    }


if __name__ == "__main__":
    print(json.dumps(talk(sys.argv[1])))
