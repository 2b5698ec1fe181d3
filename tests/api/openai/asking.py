"""How the tests ask OpenAI's routes, and read what comes back."""

import json
from typing import Any

from tests.api.served import Json, Served

CHAT = "/v1/chat/completions"
COMPLETIONS = "/v1/completions"
RESPONSES = "/v1/responses"
USER: Json = {"role": "user", "content": "x"}
ANSWER = "Hello big world"


def tool(name: str, **properties: str) -> Json:
    """A function with typed parameters, as chats describe it."""
    schema = {
        "type": "object",
        "properties": {key: {"type": kind} for key, kind in properties.items()},
    }
    return {"type": "function", "function": {"name": name, "parameters": schema}}


WEATHER = tool("weather", place="string", days="integer")
TIME = tool("time")


def whole(puna: Served, path: str, **body: Any) -> Json:
    """An answer that must succeed, in one piece."""
    reply = puna.post(path, {"model": "script"} | body)
    assert reply.status_code == 200, reply.text
    assert reply.headers["content-type"] == "application/json"
    return dict(reply.json())


def chat(puna: Served, **body: Any) -> Json:
    return whole(puna, CHAT, **{"messages": [USER]} | body)


def events(puna: Served, path: str, **body: Any) -> list[tuple[str, Json]]:
    """Name and data of each event of a streamed answer; `[DONE]` is an empty object."""
    reply = puna.post(path, {"model": "script", "stream": True} | body)
    assert reply.status_code == 200, reply.text
    assert reply.headers["content-type"] == "text/event-stream"
    assert reply.text.endswith("\n\n")
    return [_event(block) for block in reply.text.removesuffix("\n\n").split("\n\n")]


def _event(block: str) -> tuple[str, Json]:
    *names, data = block.split("\n")
    text = data.removeprefix("data: ")
    name = names[0].removeprefix("event: ") if names else ""
    return name, {} if text == "[DONE]" else json.loads(text)


def chunks(puna: Served, path: str = CHAT, **body: Any) -> list[Json]:
    """The chunks of a stream that must end with `[DONE]`."""
    if path == CHAT:
        body = {"messages": [USER]} | body
    *found, end = events(puna, path, **body)
    assert end == ("", {})
    assert all(name == "" for name, _ in found)
    return [data for _, data in found]


def refusal(puna: Served, path: str, body: Json | bytes) -> tuple[int, str]:
    """Status and text of an answer that must be an error in OpenAI's envelope."""
    reply = puna.post(path, body)
    assert reply.headers["content-type"].startswith("application/json")
    assert set(reply.json()) == {"error"}
    error = reply.json()["error"]
    assert list(error) == ["message", "type", "param", "code"]
    kinds = {400: "invalid_request_error", 404: "not_found_error"}
    assert error["type"] == kinds.get(reply.status_code, "api_error")
    return reply.status_code, error["message"]
