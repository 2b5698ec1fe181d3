"""Embeddings and tokens over HTTP, in the words of Ollama and of OpenAI."""

import base64
import math
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests import tiny_bert, tiny_gguf
from tests.api.conftest import Shelf
from tests.api.served import WAIT_S, Json, Served, serving
from tests.vectors import cosine, numbers

pytestmark = pytest.mark.slow

SKY = "why is the sky blue?"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """With an embedding model, a reranker and a model that chats."""
    files, home = tmp_path_factory.mktemp("files"), tmp_path_factory.mktemp("home")
    tiny_bert.write_bert_model(files / "bert")
    tiny_bert.write_bert_model(files / "ranker", pooling=tiny_bert.RANK)
    tiny_gguf.write_script_model(files / "script", "Hello big world")
    shelf = Shelf(home / "models", files)
    for name in ("bert", "ranker", "script"):
        shelf.add(name, name)
    shelf.add("short", "bert", num_ctx=4)
    with serving(home, shelf.root, keep_alive=-1) as served:
        yield served


def test_a_chat_model_takes_more_memory_once_it_embeds(served: Served) -> None:
    def told() -> tuple[int, int]:
        (shown,) = served.http.get("/api/ps").json()["models"]
        (model,) = served.http.get("/api/puna/status").json()["models"]
        assert shown["model"] == model["name"] == "script:latest"
        return shown["size"], sum(model["memory"].values())

    served.generate("script", "x")
    before = told()
    served.whole("/api/embed", {"model": "script", "input": "x"})
    after = told()
    assert after[0] == after[1] > before[0] == before[1]


def embed(served: Served, given: Any, **fields: Any) -> Json:
    return served.whole("/api/embed", {"model": "bert", "input": given} | fields)


def refused(served: Served, path: str = "/api/embed", **fields: Any) -> tuple[int, str]:
    return served.refusal(path, {"model": "bert", "input": SKY} | fields)


def test_one_text(served: Served) -> None:
    found = embed(served, SKY)
    assert list(found) == [
        "model",
        "embeddings",
        "total_duration",
        "load_duration",
        "prompt_eval_count",
    ]
    (vector,) = found["embeddings"]
    assert found["model"] == "bert"
    assert found["prompt_eval_count"] == 8
    assert found["total_duration"] > found["load_duration"] > 0
    assert len(vector) == tiny_bert.EMBED
    assert math.isclose(math.hypot(*vector), 1, rel_tol=1e-6)


def test_many_texts_keep_their_order(served: Served) -> None:
    texts = [f"the {'big ' * (at % 9)}world {at}" for at in range(700)]
    found = embed(served, texts)
    assert len(found["embeddings"]) == 700
    for at in (0, 255, 256, 699):
        assert cosine(embed(served, texts[at])["embeddings"][0], found["embeddings"][at]) > 0.9999


@pytest.mark.parametrize("fields", [{"input": ""}, {"input": []}, {"input": None}, {}])
def test_no_text_only_loads(served: Served, fields: Json) -> None:
    found = served.whole("/api/embed", {"model": "bert"} | fields)
    assert found == {"model": "bert", "embeddings": []}
    assert "bert:latest" in served.running()


def test_an_empty_text_among_others_is_embedded(served: Served) -> None:
    found = embed(served, ["", "hello"])
    assert len(found["embeddings"]) == 2
    assert found["prompt_eval_count"] == 2 + 3


def test_dimensions(served: Served) -> None:
    (whole,), (cut,) = (embed(served, SKY, dimensions=size)["embeddings"] for size in (9000, 8))
    assert len(whole) == tiny_bert.EMBED
    assert len(cut) == 8
    assert cosine(cut, whole[:8]) > 0.999999
    assert math.isclose(math.hypot(*cut), 1, rel_tol=1e-6)


def test_what_is_too_long_is_cut_and_that_is_told(served: Served) -> None:
    found = embed(served, [SKY, "why"], options={"num_ctx": 3})
    assert cosine(*found["embeddings"]) > 0.9999
    assert found["prompt_eval_count"] == 6
    assert found["puna"] == {"truncated": {"inputs": 1, "tokens": 5}}
    assert "puna" not in embed(served, SKY, options={"num_ctx": 8})
    assert embed(served, SKY, model="short")["prompt_eval_count"] == 4  # the model's own num_ctx


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"options": {"num_ctx": 1}}, "input after truncation exceeds maximum context length"),
        (
            {"options": {"num_ctx": 0}},
            "input exceeds maximum context length and cannot be truncated further",
        ),
        (
            {"options": {"num_ctx": 3}, "truncate": False},
            "the input length exceeds the context length",
        ),
        ({"input": 5}, "invalid input type"),
        ({"input": {"a": 1}}, "invalid input type"),
        ({"input": ["a", 1]}, "invalid input type"),
        ({"input": [[1, 2]]}, "invalid input type"),
        ({"keep_alive": "5"}, 'time: missing unit in duration "5"'),
        (
            {"truncate": "yes"},
            "json: cannot unmarshal string into Go struct field EmbedRequest.truncate of type bool",
        ),
    ],
)
def test_bad_requests(served: Served, fields: Json, text: str) -> None:
    assert refused(served, **fields) == (400, text)


def test_unknown_models(served: Served) -> None:
    unknown = 'model "nobody" not found, try pulling it first'
    assert refused(served, model="nobody") == (404, unknown)
    assert refused(served, model="") == (404, "model '' not found")
    assert refused(served, "/api/embeddings", model="nobody") == (404, unknown)
    assert refused(served, "/api/embeddings", model="") == (400, "model is required")
    assert served.refusal("/api/embed", b"") == (400, "missing request body")


def test_models_made_for_something_else(served: Served) -> None:
    status, text = refused(served, model="ranker")
    assert (status, "a reranker" in text) == (400, True)
    assert served.refusal(
        "/api/chat", {"model": "bert", "messages": [{"role": "user", "content": "x"}]}
    ) == (400, '"bert" does not support chat')
    assert len(embed(served, SKY, model="script")["embeddings"][0]) == 128
    assert served.generate("script", "x")["response"] == "Hello big world"


def test_the_older_route(served: Served) -> None:
    body = {"model": "bert", "prompt": SKY}
    found = served.whole("/api/embeddings", body)
    assert list(found) == ["embedding"]
    assert found["embedding"] == embed(served, SKY)["embeddings"][0]
    assert served.whole("/api/embeddings", body | {"prompt": ""}) == {"embedding": []}
    cut = served.whole("/api/embeddings", body | {"prompt": "hello " * 2000})
    assert cut["puna"]["truncated"]["inputs"] == 1


def test_an_embedding_model_is_listed_as_running(served: Served) -> None:
    embed(served, SKY)
    shown = {each["name"]: each for each in served.http.get("/api/ps").json()["models"]}
    assert shown["bert:latest"]["context_length"] == 512
    assert shown["bert:latest"]["size"] > 0
    listed = {each["name"]: each for each in served.http.get("/api/tags").json()["models"]}
    assert listed["bert:latest"]["capabilities"] == ["embedding"]


def openai(served: Served, **fields: Any) -> Json:
    reply = served.post("/v1/embeddings", {"model": "bert"} | fields)
    assert reply.status_code == 200, reply.text
    found: Json = reply.json()
    return found


def test_openai(served: Served) -> None:
    found = openai(served, input=[SKY, "hello"])
    assert (found["object"], found["model"]) == ("list", "bert")
    assert [each["index"] for each in found["data"]] == [0, 1]
    assert {each["object"] for each in found["data"]} == {"embedding"}
    assert found["usage"] == {"prompt_tokens": 11, "total_tokens": 11}
    assert found["data"][0]["embedding"] == embed(served, SKY)["embeddings"][0]
    packed = openai(served, input=SKY, encoding_format="BASE64", dimensions=4)["data"][0]
    vector = numbers(base64.b64decode(packed["embedding"]))
    assert len(vector) == 4
    assert len(openai(served, input="")["data"]) == 1


def test_openai_takes_tokens(served: Served) -> None:
    tokens = served.whole("/api/tokenize", {"model": "bert", "text": SKY, "add_special": True})
    by_text = openai(served, input=SKY)["data"][0]["embedding"]
    for given in (tokens["tokens"], [tokens["tokens"]]):
        found = openai(served, input=given)
        assert cosine(found["data"][0]["embedding"], by_text) > 0.9999


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({}, "invalid input"),
        ({"input": []}, "invalid input"),
        ({"input": ["a", 1]}, "invalid input type"),
        ({"input": [[]]}, "invalid input type"),
        ({"input": [True]}, "invalid input type"),
        ({"input": 1.5}, "invalid input type"),
        (
            {"input": "x", "encoding_format": "hex"},
            "Invalid value for 'encoding_format' = hex. Supported values: ['float', 'base64'].",
        ),
        ({"input": "x", "model": ""}, "model is required"),
        ({"input": [99_999]}, "tokens of another model"),
    ],
)
def test_openai_refuses(served: Served, fields: Json, text: str) -> None:
    reply = served.post("/v1/embeddings", {"model": "bert"} | fields)
    error = reply.json()["error"]
    assert (reply.status_code, error["type"]) == (400, "invalid_request_error")
    assert text in error["message"]


def test_openai_knows_no_such_model(served: Served) -> None:
    reply = served.post("/v1/embeddings", {"model": "nobody", "input": "x"})
    assert reply.status_code == 404
    assert reply.json()["error"]["message"] == "model 'nobody' not found"


def test_tokens_there_and_back(served: Served) -> None:
    text = "Hello, wörld"
    for field in ("content", "text", "prompt"):
        found = served.whole("/api/tokenize", {"model": "script", field: text})
        assert found["model"] == "script"
        assert found["total_duration"] >= found["load_duration"] > 0
        body = {"model": "script", "tokens": found["tokens"]}
        back = served.whole("/api/detokenize", body)
        assert (back["content"], back["text"]) == (text, text)
    body = {"model": "script", "content": text, "with_pieces": True}
    pieces = [each["piece"] for each in served.whole("/api/tokenize", body)["tokens"]]
    assert pieces[:3] == ["Hello", ",", " "]
    assert [195] in pieces  # half of the ö
    assert served.whole("/api/tokenize", {"model": "script"})["tokens"] == []


def test_special_tokens_are_added_when_asked_for(served: Served) -> None:
    body = {"model": "bert", "content": "hello"}
    (word,) = served.whole("/api/tokenize", body)["tokens"]
    found = served.whole("/api/tokenize", body | {"add_special": True})
    assert found["tokens"] == [2, word, 3]


@pytest.mark.parametrize(
    ("path", "fields", "status", "text"),
    [
        ("/api/tokenize", {"model": ""}, 400, "model is required"),
        ("/api/tokenize", {"model": "nobody"}, 404, "model 'nobody' not found"),
        ("/api/detokenize", {"tokens": [-1]}, 400, '"tokens" has numbers in it that are no tokens'),
        ("/api/detokenize", {"tokens": [2**31]}, 400, '"tokens" has numbers in it that are no'),
        ("/api/detokenize", {"tokens": [2**30]}, 400, "a token that this model does not have"),
        ("/api/detokenize", {"tokens": "x"}, 400, "cannot unmarshal string"),
        ("/api/tokenize", {"content": 5}, 400, "cannot unmarshal number"),
    ],
)
def test_bad_tokens(served: Served, path: str, fields: Json, status: int, text: str) -> None:
    found = served.refusal(path, {"model": "bert"} | fields)
    assert found[0] == status
    assert text in found[1]


def test_a_client_that_leaves_stops_the_work(served: Served) -> None:
    body = {"model": "bert", "input": ["the big world " * 30] * 20_000, "keep_alive": 0}
    with (
        httpx.Client(base_url=served.url, trust_env=False, timeout=0.5) as http,
        pytest.raises(httpx.ReadTimeout),
    ):
        http.post("/api/embed", json=body)
    deadline = time.monotonic() + WAIT_S  # all of it would take minutes
    while "bert:latest" in served.running():
        assert time.monotonic() < deadline
