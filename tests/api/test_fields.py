"""Request bodies: what is read leniently, and how everything else is refused."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.api.served import Json, Served

pytestmark = pytest.mark.slow

POST_ROUTES = ["/api/show", "/api/generate", "/api/chat", "/api/puna/import"]
ANSWERED_ON_PURPOSE = {"invalid_option", "template_failed", "not_supported", "file_damaged"}


@pytest.mark.parametrize(
    "content_type", [None, "application/x-www-form-urlencoded", "text/plain", "image/png"]
)
def test_the_content_type_makes_no_difference(puna: Served, content_type: str | None) -> None:
    headers = {"content-type": content_type} if content_type else {}
    body = b'{"model":"script","keep_alive":"5m"}'
    assert puna.http.post("/api/generate", content=body, headers=headers).status_code == 200


def test_names_of_fields_in_any_case(puna: Served) -> None:
    body = b'{"MODEL":"script","Prompt":"x","STREAM":false}'
    assert puna.post("/api/generate", body).json()["response"] == "Hello big world"


def test_the_last_of_a_name_wins(puna: Served) -> None:
    body = b'{"Model":"none","model":"script","prompt":"x","stream":true,"Stream":false}'
    assert puna.post("/api/generate", body).json()["response"] == "Hello big world"


@pytest.mark.parametrize("extra", [b"garbage", b'{"model":"none"}', b"\x00\xff", b"\n\n"])
def test_what_follows_the_first_value_is_ignored(puna: Served, extra: bytes) -> None:
    body = b' \r\n\t{"model":"script","prompt":"x","stream":false}' + extra
    assert puna.post("/api/generate", body).json()["response"] == "Hello big world"


def test_unknown_fields_and_nulls_are_ignored(puna: Served) -> None:
    nothing = dict.fromkeys(
        ("keep_alive", "think", "truncate", "shift", "options", "format", "context", "raw",
         "images", "system", "template", "suffix", "logprobs", "top_logprobs"),
    )  # fmt: skip
    body = {"model": "script", "prompt": "x", "stream": False, "new": [{"a": 1}]}
    assert puna.whole("/api/generate", nothing | body)["response"] == "Hello big world"
    body = {"model": "script", "messages": [{"role": "user", "content": None, "images": None}]}
    assert puna.whole("/api/chat", body)["message"]["content"] == "Hello big world"
    assert puna.post("/api/chat", b'{"model":"script","messages":[null],"stream":false}').is_success


@pytest.mark.parametrize("route", POST_ROUTES)
@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "missing request body"),
        (b" \n", "missing request body"),
        (b"{", "unexpected EOF"),
        (b"xyz", "invalid character 'x' looking for beginning of value"),
        (b'{"model":"a",}', "invalid character '}' looking for beginning of object key string"),
        (b'{"model":NaN}', "invalid character 'N' looking for beginning of value"),
        (b"\xff\xfe", "invalid character 'ï' looking for beginning of value"),
        (b"[" * 100_000, "exceeded max depth"),
        (b'{"x":1e999}', "json: cannot unmarshal number 1e999 into Go value of type float64"),
    ],
)
def test_bodies_that_are_not_json(puna: Served, route: str, body: bytes, words: str) -> None:
    assert puna.refusal(route, body) == (400, words)


@pytest.mark.parametrize(
    ("route", "struct"),
    [
        ("/api/show", "ShowRequest"),
        ("/api/generate", "GenerateRequest"),
        ("/api/chat", "ChatRequest"),
    ],
)
@pytest.mark.parametrize(
    ("body", "kind"),
    [(b"[]", "array"), (b'"x"', "string"), (b"1", "number"), (b"true", "bool")],
)
def test_bodies_that_are_no_objects(
    puna: Served, route: str, struct: str, body: bytes, kind: str
) -> None:
    text = f"json: cannot unmarshal {kind} into Go value of type api.{struct}"
    assert puna.refusal(route, body) == (400, text)


def test_null_is_an_empty_object(puna: Served) -> None:
    assert puna.refusal("/api/generate", b"null") == (404, "model '' not found")
    assert puna.refusal("/api/chat", b"null") == (400, "model is required")
    assert puna.refusal("/api/show", b"null") == (400, "model is required")


WRONG_TYPES = [
    ("generate", {"model": 1}, "number", "model", "string"),
    ("generate", {"prompt": ["x"]}, "array", "prompt", "string"),
    ("generate", {"system": {}}, "object", "system", "string"),
    ("generate", {"template": 1.5}, "number", "template", "string"),
    ("generate", {"suffix": True}, "bool", "suffix", "string"),
    ("generate", {"raw": "yes"}, "string", "raw", "bool"),
    ("generate", {"stream": "false"}, "string", "stream", "bool"),
    ("generate", {"truncate": 1}, "number", "truncate", "bool"),
    ("generate", {"shift": []}, "array", "shift", "bool"),
    ("generate", {"context": "x"}, "string", "context", "[]int"),
    ("generate", {"context": [1.5]}, "number 1.5", "context", "int"),
    ("generate", {"context": ["x"]}, "string", "context", "int"),
    ("generate", {"images": "x"}, "string", "images", "[]api.ImageData"),
    ("generate", {"options": []}, "array", "options", "map[string]interface {}"),
    ("generate", {"top_logprobs": "1"}, "string", "top_logprobs", "int"),
    ("generate", {"logprobs": 1}, "number", "logprobs", "bool"),
    ("chat", {"messages": "x"}, "string", "messages", "[]api.Message"),
    ("chat", {"messages": ["x"]}, "string", "messages", "api.Message"),
    ("chat", {"messages": [{"content": ["x"]}]}, "array", "messages.content", "string"),
    ("chat", {"messages": [{"role": 1}]}, "number", "messages.role", "string"),
    ("chat", {"tools": {}}, "object", "tools", "[]api.Tool"),
    ("show", {"verbose": "x"}, "string", "verbose", "bool"),
    ("show", {"name": 1}, "number", "name", "string"),
    ("show", {"options": 1}, "number", "options", "map[string]interface {}"),
]


@pytest.mark.parametrize(("route", "fields", "found", "name", "kind"), WRONG_TYPES)
def test_wrong_types_come_before_every_other_check(
    puna: Served, route: str, fields: Json, found: str, name: str, kind: str
) -> None:
    struct = f"{route.capitalize()}Request"
    text = f"json: cannot unmarshal {found} into Go struct field {struct}.{name} of type {kind}"
    assert puna.refusal(f"/api/{route}", {"model": "none"} | fields) == (400, text)


def test_invalid_utf8_becomes_replacement_characters(puna: Served) -> None:
    def tokens(prompt: bytes) -> Any:
        body = b'{"model":"script","stream":false,"options":{"num_predict":0},"prompt":"%s"}'
        reply = puna.post("/api/generate", body % prompt)
        assert reply.status_code == 200
        return reply.json()["context"]

    expected = tokens("\ufffd!".encode())
    assert tokens(b"\xff!") == tokens(rb"\ud800!") == expected


def test_a_prompt_may_hold_any_character(puna: Served) -> None:
    prompt = "".join(map(chr, range(128))) + "é日𝄞\ufffe\U0010ffff"
    assert puna.generate("script", prompt)["response"] == "Hello big world"


_scalars = (
    st.none()
    | st.booleans()
    | st.integers(-3, 3)
    | st.integers()
    | st.floats(allow_nan=True)
    | st.text(max_size=20)
)
_anything = st.recursive(
    _scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
_options = st.fixed_dictionaries(
    {},
    optional=dict.fromkeys(
        ("temperature", "top_k", "top_p", "min_p", "typical_p", "repeat_last_n", "repeat_penalty",
         "presence_penalty", "frequency_penalty", "seed", "stop", "num_keep", "mirostat"),
        _anything,
    ),
)  # fmt: skip
_messages = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            "role": st.sampled_from(["user", "system", "Assistant", "tool", ""]) | _anything,
            "content": st.text() | _anything,
            "images": _anything,
            "tool_calls": _anything,
        },
    )
    | _anything,
    max_size=3,
)
_bodies = st.fixed_dictionaries(
    {"model": st.sampled_from(["script", "SCRIPT:latest", "none", "embedder", "garbage"])},
    optional={
        "prompt": st.text() | _anything,
        "messages": _messages | _anything,
        "options": (_options | _anything).map(
            lambda found: found | {"num_predict": 2} if isinstance(found, dict) else found
        ),
        "name": _anything,
        "path": st.text() | _anything,
        "keep_alive": st.sampled_from([-1, "5m", 10]) | _anything,
        "template": st.sampled_from(["{{ messages }}", "{% if", "{{ a.b.c }}", "x"]) | _anything,
        "context": st.lists(st.integers(-5, 300)) | _anything,
        "stream": st.booleans(),
    }
    | dict.fromkeys(
        ("system", "raw", "format", "think", "truncate", "shift", "logprobs", "top_logprobs",
         "suffix", "images", "tools", "verbose", "_debug_render_only"),
        _anything,
    ),
)  # fmt: skip

fuzzing = settings(
    deadline=None, max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def check_answer(puna: Served, route: str, body: bytes) -> None:
    """An answer comes, and it is a success or an error that was meant."""
    reply = puna.post(route, body)
    for line in reply.text.splitlines():
        answer = json.loads(line)
        if "error" in answer:
            status = reply.status_code
            meant = status in (400, 403, 404) or answer["code"] in ANSWERED_ON_PURPOSE
            assert meant, (body, reply.text)
            assert answer["error"]


@fuzzing
@given(route=st.sampled_from(POST_ROUTES), body=st.binary())
def test_bytes_are_answered(puna: Served, route: str, body: bytes) -> None:
    check_answer(puna, route, body)


@fuzzing
@given(route=st.sampled_from(POST_ROUTES), body=_anything)
def test_any_json_is_answered(puna: Served, route: str, body: Any) -> None:
    check_answer(puna, route, json.dumps(body).encode())


@fuzzing
@given(route=st.sampled_from(POST_ROUTES), body=_bodies)
def test_fields_of_any_kind_are_answered(puna: Served, route: str, body: Any) -> None:
    check_answer(puna, route, json.dumps(body).encode())
