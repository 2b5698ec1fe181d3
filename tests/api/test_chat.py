"""`POST /api/chat`: the shape of its answers, its checks, and the conversation it makes."""

from typing import Any

import pytest

from tests.api.served import Json, Served
from tests.api.test_generate import ANSWER, CREATED_AT, FIGURES, turn

pytestmark = pytest.mark.slow

USER = {"role": "user", "content": "x"}


def reads(puna: Served, model: str, prompt: str, *messages: tuple[str, str]) -> None:
    """Check that a conversation becomes this prompt."""
    chat = puna.chat(model, *messages, options={"num_predict": 8})
    plain = puna.generate("random", prompt, raw=True, options={"num_predict": 8})
    assert chat["message"]["content"] == plain["response"]
    assert chat["prompt_eval_count"] == plain["prompt_eval_count"]


def test_lines_of_a_stream(puna: Served) -> None:
    *chunks, last = puna.lines("/api/chat", {"model": "script", "messages": [USER]})
    assert [chunk["message"]["content"] for chunk in chunks] == ["Hello", " big", " world"]
    for chunk in chunks:
        assert list(chunk) == ["model", "created_at", "message", "done"]
        assert chunk["done"] is False
    for line in (*chunks, last):
        assert line["model"] == "script"
        assert CREATED_AT.fullmatch(line["created_at"])
        assert list(line["message"]) == ["role", "content"]
        assert line["message"]["role"] == "assistant"
    assert (last["message"]["content"], last["done"], last["done_reason"]) == ("", True, "stop")
    assert all(last[name] > 0 for name in FIGURES)
    assert "context" not in last


def test_a_whole_answer_is_the_lines_put_together(puna: Served) -> None:
    found = puna.chat("script", ("user", "x"))
    *_, last = puna.lines("/api/chat", {"model": "script", "messages": [USER]})
    assert found["message"] == {"role": "assistant", "content": "Hello big world"}
    assert set(found) == set(last)


@pytest.mark.parametrize(("keep_alive", "reason"), [(None, "load"), (-1, "load"), (0, "unload")])
@pytest.mark.parametrize("messages", [None, []])
def test_no_messages_load_or_unload(
    puna: Served, keep_alive: Any, reason: str, messages: Any
) -> None:
    reply = puna.post(
        "/api/chat", {"model": "script", "messages": messages, "keep_alive": keep_alive}
    )
    assert reply.headers["content-type"] == "application/json; charset=utf-8"
    found = reply.json()
    assert CREATED_AT.fullmatch(found.pop("created_at"))
    message = {"role": "assistant", "content": ""}
    assert found == {"model": "script", "message": message, "done": True, "done_reason": reason}


TOOL = {"type": "function", "function": {"name": "f", "parameters": {}}}
CALL = {"function": {"name": "f", "arguments": {}}}


@pytest.mark.parametrize(
    ("fields", "status", "text"),
    [
        ({"top_logprobs": 21, "model": ""}, 400, "top_logprobs must be between 0 and 20"),
        ({"model": "", "think": True}, 400, "model is required"),
        ({"model": "a b"}, 400, "invalid model name"),
        ({"model": "None", "tools": [TOOL]}, 404, "model 'None' not found"),
        ({"model": "m:cloud"}, 403, "ollama cloud is disabled: remote model is unavailable"),
        ({"model": "embedder", "think": True}, 400, '"embedder" does not support thinking'),
        ({"model": "Embedder"}, 400, '"Embedder" does not support chat'),
        ({"tools": [TOOL]}, 400,
         "registry.ollama.ai/library/script:latest does not support tools"),
        ({"options": {"stop": 1}}, 400, 'option "stop" must be of type array'),
        ({"messages": [{"content": "x", "images": [1]}]}, 400,
         "json: cannot unmarshal number into Go struct field ChatRequest.messages.images of type"
         " api.ImageData"),
    ],
)  # fmt: skip
def test_refusals(puna: Served, fields: Json, status: int, text: str) -> None:
    body = {"model": "script", "messages": [USER]} | fields
    assert puna.refusal("/api/chat", body) == (status, text)


def test_what_asks_for_nothing_is_answered(puna: Served) -> None:
    nothing = {"tools": [], "format": "", "think": False}
    assert puna.chat("script", ("user", "x"), **nothing)["message"]["content"]


def test_a_conversation_is_rendered_with_the_model_s_template(puna: Served) -> None:
    said = [("system", "S"), ("user", "Q"), ("assistant", "B"), ("user", "C")]
    prompt = "".join(turn(*each) for each in said) + ANSWER
    reads(puna, "random", prompt, *said)


def test_roles_are_read_in_any_case(puna: Served) -> None:
    reads(puna, "random", turn("user", "Q") + ANSWER, ("USER", "Q"))


def test_the_model_s_own_texts_come_first(puna: Served) -> None:
    own = turn("user", "Hi") + turn("assistant", "Ho")
    text = turn("system", "Be kind.") + own + turn("user", "Q") + ANSWER
    reads(puna, "layered", text, ("user", "Q"))


def test_the_model_s_system_text_gives_way_to_the_request_s(puna: Served) -> None:
    own = turn("user", "Hi") + turn("assistant", "Ho")
    text = own + turn("system", "S") + turn("user", "Q") + ANSWER
    reads(puna, "layered", text, ("system", "S"), ("user", "Q"))
    later = turn("system", "Be kind.") + own + turn("user", "Q") + turn("system", "S") + ANSWER
    reads(puna, "layered", later, ("user", "Q"), ("system", "S"))


def test_names_in_any_case_are_echoed_as_written(puna: Served) -> None:
    assert puna.chat("SCRIPT", ("user", "x"))["model"] == "SCRIPT"


def test_turns_of_a_conversation_are_read_once(puna: Served) -> None:
    said = [("user", "tell me about " + "the cat " * 20)]
    first = puna.chat("random", *said, options={"num_predict": 5})
    said += [("assistant", first["message"]["content"]), ("user", "more")]
    second = puna.chat("random", *said, options={"num_predict": 1})
    assert second["puna"]["cached_tokens"] >= first["prompt_eval_count"] - 2
