"""What OpenAI's routes refuse, in OpenAI's envelope and never as a failure of ours."""

from typing import Any

import pytest

from tests.api.openai.asking import CHAT, COMPLETIONS, RESPONSES, USER, WEATHER, refusal
from tests.api.served import Json, Served

ROUTES = (CHAT, COMPLETIONS, RESPONSES)
GOOD: dict[str, Json] = {
    CHAT: {"model": "script", "messages": [USER]},
    COMPLETIONS: {"model": "script", "prompt": "x"},
    RESPONSES: {"model": "script", "input": "x"},
}
STRUCTS = {
    CHAT: "ChatCompletionRequest",
    COMPLETIONS: "CompletionRequest",
    RESPONSES: "ResponsesRequest",
}
EFFORT = (
    'invalid reasoning value: "huge" (must be "minimal", "low", "medium", "high", "xhigh", "ultra",'
    ' "max", or "none")'
)
SPOKEN = 'modalities: answers are text; only ["text"] can be asked for'
FORMAT = 'the response format must be "text", "json_object", or "json_schema" with a schema'
CHOICE = (
    'tool_choice must be "none", "auto", "required" or'
    ' {"type": "function", "function": {"name": "…"}}'
)


@pytest.mark.parametrize("path", ROUTES)
@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b"", "EOF"),
        (b" \n", "EOF"),
        (b"{", "unexpected EOF"),
        (b"x", "invalid character 'x' looking for beginning of value"),
    ],
)
def test_what_is_no_json(puna: Served, path: str, body: bytes, text: str) -> None:
    assert refusal(puna, path, body) == (400, text)


@pytest.mark.parametrize("path", ROUTES)
@pytest.mark.parametrize(
    ("fields", "status", "text"),
    [
        ({"model": "none"}, 404, "model 'none' not found"),
        ({"model": "a b"}, 400, "invalid model name"),
        ({"model": ""}, 400, "model is required"),
        ({"model": None}, 400, "model is required"),
        ({"reasoning": {"effort": "huge"}}, 400, EFFORT),
        ({"reasoning_effort": "huge"}, 400, EFFORT),
        ({"reasoning_effort": "low"}, 400, '"script" does not support thinking'),
        ({"options": {"num_ctx": "x"}}, 400, 'option "num_ctx" must be of type integer'),
        ({"keep_alive": "5"}, 400, 'time: missing unit in duration "5"'),
    ],
)
def test_fields_of_all_routes(
    puna: Served, path: str, fields: Json, status: int, text: str
) -> None:
    assert refusal(puna, path, GOOD[path] | fields) == (status, text)


@pytest.mark.parametrize("path", ROUTES)
@pytest.mark.parametrize(
    ("name", "value", "found", "kind"),
    [
        ("temperature", "hot", "string", "float64"),
        ("top_p", True, "bool", "float64"),
        ("seed", 1.5, "number 1.5", "int"),
        ("stream", "yes", "string", "bool"),
        ("model", 1, "number", "string"),
    ],
)
def test_wrong_types(puna: Served, path: str, name: str, value: Any, found: str, kind: str) -> None:
    text = f"json: cannot unmarshal {found} into Go struct field {STRUCTS[path]}.{name} of type"
    assert refusal(puna, path, GOOD[path] | {name: value}) == (400, f"{text} {kind}")


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"messages": []}, "[] is too short - 'messages'"),
        ({"messages": None, "model": "none"}, "[] is too short - 'messages'"),
        ({"messages": "x"}, "messages must be a list"),
        ({"messages": [{"role": "user"}]}, "invalid message content type: <nil>"),
        ({"functions": []}, '"functions" is not supported; send "tools" instead'),
        ({"modalities": ["text", "audio"]}, SPOKEN),
        ({"stop": 1}, "stop must be a string or a list of strings"),
        ({"n": 0}, "n must be between 1 and 8"),
        ({"n": 9}, "n must be between 1 and 8"),
        ({"logprobs": True, "top_logprobs": 21}, "top_logprobs must be between 0 and 20"),
        ({"logit_bias": {"x": 1}}, 'logit_bias: "x" is no token id'),
        ({"logit_bias": {"1": 101}}, "logit_bias: values must be numbers between -100 and 100"),
        ({"response_format": {"type": "xml"}}, FORMAT),
        ({"response_format": {"type": "json_schema"}}, FORMAT),
        ({"tools": {}}, "tools must be a list"),
        ({"tools": [{"type": "custom"}]}, 'tools[0].type must be "function"'),
        ({"tools": [{"type": "function"}]}, "tools[0].function must be an object"),
        ({"tools": [{"function": {}}]},
         "tools[0].function.name must be a string that is not empty"),
        ({"tools": [{"function": {"name": "f", "parameters": []}}]},
         "tools[0].function.parameters must be a JSON schema object"),
        ({"tools": [WEATHER]}, "registry.ollama.ai/library/script:latest does not support tools"),
        ({"tool_choice": "required"}, 'tool_choice "required" needs tools'),
        ({"tool_choice": "any", "tools": [WEATHER]}, CHOICE),
        ({"tool_choice": {"type": "function", "function": {"name": "time"}}, "tools": [WEATHER]},
         'tool_choice names "time", which is none of the tools'),
    ],
)  # fmt: skip
def test_chats(puna: Served, fields: Json, text: str) -> None:
    assert refusal(puna, CHAT, GOOD[CHAT] | fields) == (400, text)


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"prompt": 1}, "prompt must be a string or a list of strings; tokens are not read"),
        ({"prompt": [1]}, "prompt must be a string or a list of strings; tokens are not read"),
        ({"prompt": []}, "prompt must have between 1 and 32 texts"),
        ({"stop": ["a", 1.0]}, "invalid type for 'stop' field: float64"),
        ({"stop": 1}, "invalid type for 'stop' field: float64"),
        ({"best_of": 2}, "best_of must be equal to n: all answers are given back"),
        ({"logprobs": 21}, "logprobs must be between 0 and 20"),
        ({"suffix": "y"}, "registry.ollama.ai/library/script:latest does not support insert"),
    ],
)
def test_completions(puna: Served, fields: Json, text: str) -> None:
    assert refusal(puna, COMPLETIONS, GOOD[COMPLETIONS] | fields) == (400, text)


def test_a_model_that_only_embeds(puna: Served) -> None:
    doing = {CHAT: "chat", COMPLETIONS: "generate", RESPONSES: "chat"}
    for path, what in doing.items():
        body = GOOD[path] | {"model": "embedder"}
        assert refusal(puna, path, body) == (400, f'"embedder" does not support {what}')


def test_a_damaged_model(puna: Served) -> None:
    for path in (CHAT, COMPLETIONS, RESPONSES):
        reply = puna.post(path, GOOD[path] | {"model": "garbage"})
        assert (reply.status_code, reply.json()["error"]["code"]) == (500, "file_damaged")


def test_a_prompt_that_does_not_fit_comes_with_its_length(puna: Served) -> None:
    asked = {"input": "a " * 300, "truncation": "disabled", "options": {"num_ctx": 64}}
    reply = puna.post(RESPONSES, GOOD[RESPONSES] | asked)
    found = reply.json()["error"]
    assert (reply.status_code, found["code"]) == (400, "context_exceeded")
    assert found["prompt_tokens"] >= 300
    assert found["context_tokens"] == 64


def test_a_compressed_body(puna: Served) -> None:
    reply = puna.http.post(CHAT, content=b"\x28\xb5", headers={"content-encoding": "zstd"})
    assert reply.status_code == 415
    assert reply.json()["error"]["message"] == ("Content-Encoding zstd is not supported; send JSON")


def test_names_in_any_case_and_more_behind_the_body(puna: Served) -> None:
    assert refusal(puna, CHAT, b'{"MODEL":"script","Messages":[]} more')[0] == 400
