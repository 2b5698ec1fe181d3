"""Lets `langchain-ollama` talk to Puna, and prints what it got as one JSON object."""

import asyncio
import json
import sys
from typing import Any

from langchain_core.messages import HumanMessage, ToolMessage
from langchain_ollama import ChatOllama, OllamaEmbeddings

WEATHER = {
    "name": "weather",
    "description": "The weather at a place.",
    "parameters": {"type": "object", "properties": {"place": {"type": "string"}}},
}
PAINT = {
    "title": "paint",
    "description": "What to paint with.",
    "type": "object",
    "properties": {"colour": {"enum": ["red", "blue"]}},
    "required": ["colour"],
    "additionalProperties": False,
}


def talk(url: str) -> dict[str, Any]:
    chat = ChatOllama(model="script", base_url=url)
    found = chat.invoke([("system", "Be kind."), ("human", "x")])
    assert found.usage_metadata
    embeddings = OllamaEmbeddings(model="embedder", base_url=url)
    return {
        "chat": found.content,
        "tokens": found.usage_metadata["output_tokens"],
        "stream": "".join(str(chunk.content) for chunk in chat.stream("x")),
        "async": asyncio.run(_stream(url)),
        "embeddings": len(embeddings.embed_documents(["a", "b"])),
        **_structured(url),
        **_tools(url),
    }


async def _stream(url: str) -> str:
    chat = ChatOllama(model="script", base_url=url)
    return "".join([str(chunk.content) async for chunk in chat.astream("x")])


def _structured(url: str) -> dict[str, Any]:
    chat = ChatOllama(model="random", base_url=url, temperature=0, num_predict=100)
    caller = ChatOllama(model="caller", base_url=url)
    by_call = caller.with_structured_output(WEATHER, method="function_calling")
    return {
        "shaped": chat.with_structured_output(PAINT, method="json_schema").invoke("x"),
        "shaped_by_call": by_call.invoke("x"),
    }


def _tools(url: str) -> dict[str, Any]:
    chat = ChatOllama(model="caller", base_url=url, reasoning=True).bind_tools([WEATHER])
    found = chat.invoke("x")
    results = [ToolMessage("Sun", tool_call_id=each["id"]) for each in found.tool_calls]
    again = chat.invoke([HumanMessage("x"), found, *results])
    return {
        "call": [found.tool_calls[0]["name"], found.tool_calls[0]["args"]],
        "thinking": found.additional_kwargs["reasoning_content"],
        "calls_after_results": len(again.tool_calls),
    }


if __name__ == "__main__":
    print(json.dumps(talk(sys.argv[1])))
