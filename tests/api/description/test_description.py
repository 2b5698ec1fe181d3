"""The description is true: of the routes there are, and of what they answer."""

import asyncio
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from starlette.routing import Route

from desktop.api.description.dialects import DIALECTS
from desktop.api.description.document import document
from desktop.api.description.routes import document_text, page_text
from desktop.api.desk import make_desk
from desktop.api.routes import all_routes
from desktop.core.environment import VARIABLES
from desktop.core.paths import Paths
from desktop.core.preferences import Preferences
from desktop.core.resources import resource
from desktop.models.found.places import Surroundings
from tests.api.served import Json, Served

pytestmark = pytest.mark.slow

DOCUMENT = json.loads(json.dumps(document(DIALECTS)))


def described() -> set[tuple[str, str]]:
    return {
        (method.upper(), path)
        for path, operations in DOCUMENT["paths"].items()
        for method in operations
    }


def plain(path: str) -> str:
    """Without Starlette's marks of parameters that may hold slashes."""
    return re.sub(r":\w+}", "}", path)


@pytest.fixture
def routes(tmp_path: Path) -> list[Route]:
    """All that there are."""
    paths = Paths.of({"PUNA_HOME": str(tmp_path)})
    machine = Surroundings(home=tmp_path, environ={}, platform=sys.platform, system=tmp_path)

    async def look() -> list[Route]:
        desk = make_desk(Preferences(paths.settings_file, {}), paths, machine)
        found = all_routes(desk)
        await desk.close()
        return found

    return asyncio.run(look())


def test_every_route_is_described_and_nothing_else(routes: list[Route]) -> None:
    real = {(method, plain(each.path)) for each in routes for method in each.methods or ()}
    assert described() == real


def test_parameters_of_paths_are_described() -> None:
    for path, operations in DOCUMENT["paths"].items():
        for operation in operations.values():
            told = operation.get("parameters", ())
            names = [each["name"] for each in told if each["in"] == "path"]
            assert names == re.findall("{(.*?)}", path)


def test_ids_are_unique_and_references_lead_somewhere() -> None:
    ids = [each["operationId"] for path in DOCUMENT["paths"].values() for each in path.values()]
    assert len(set(ids)) == len(ids)
    names = set(re.findall(r'"#/components/schemas/(\w+)"', json.dumps(DOCUMENT)))
    assert names <= set(DOCUMENT["components"]["schemas"])


def test_examples_are_what_the_schemas_say() -> None:
    for path, operations in DOCUMENT["paths"].items():
        for operation in operations.values():
            content = operation.get("requestBody", {}).get("content", {}).get("application/json")
            if content:
                assert "example" in content or path.startswith("/api/puna/"), path
                if "example" in content:
                    check(content["example"], content["schema"])


def check(value: Any, schema: Json) -> None:
    """Validate; nothing may be there that is not described."""
    jsonschema.validate(value, closed(schema | {"components": DOCUMENT["components"]}))


def closed(schema: Any) -> Any:
    """The schema with every object that has fields closed to others."""
    if isinstance(schema, list):
        return [closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    found = {name: closed(value) for name, value in schema.items()}
    if schema.get("type") == "object" and "properties" in schema:
        found.setdefault("additionalProperties", False)
    return found


def answer_schema(method: str, path: str, status: int, kind: str) -> Json:
    operation = DOCUMENT["paths"][path][method.lower()]
    schema: Json = operation["responses"][str(status)]["content"][kind]["schema"]
    if kind == "text/event-stream":
        return dict(schema["properties"]["data"]["contentSchema"])
    return schema


def values(text: str, kind: str) -> Iterator[Any]:
    """The JSON values of an answer."""
    if kind == "text/event-stream":
        for line in text.splitlines():
            if line.startswith("data: {"):
                yield json.loads(line.removeprefix("data: "))
    elif kind == "application/x-ndjson":
        yield from map(json.loads, text.splitlines())
    else:
        yield json.loads(text)


SAID = [{"role": "user", "content": "x"}]
TOOL = {"name": "weather", "input_schema": {"type": "object"}}
FUNCTION = {"type": "function", "function": {"name": "weather", "parameters": {"type": "object"}}}
CALLER: Json = {"model": "caller", "messages": SAID}
WORK: list[tuple[str, Json]] = [
    ("/api/chat", CALLER | {"tools": [FUNCTION], "logprobs": True, "top_logprobs": 2}),
    ("/api/chat", CALLER | {"stream": False, "options": {"num_predict": 3}}),
    ("/api/chat", CALLER | {"_debug_render_only": True}),
    ("/api/generate", {"model": "script", "prompt": "x"}),
    ("/api/generate", {"model": "script"}),
    ("/api/generate", {"model": "none", "prompt": "x"}),
    ("/api/embed", {"model": "embedder", "input": ["a", "b"]}),
    ("/api/embeddings", {"model": "embedder", "prompt": "a"}),
    ("/api/tokenize", {"model": "script", "content": "Hé", "with_pieces": True}),
    ("/api/tokenize", {"model": "script", "content": "Hé"}),
    ("/api/detokenize", {"model": "script", "tokens": [1]}),
    ("/api/show", {"model": "layered"}),
    ("/v1/messages", CALLER | {"max_tokens": 50, "tools": [TOOL]}),
    ("/v1/messages", CALLER | {"max_tokens": 50, "tools": [TOOL], "stream": True}),
    ("/v1/messages", CALLER | {"max_tokens": 0}),
    ("/v1/messages/count_tokens", CALLER),
    ("/v1/chat/completions", CALLER | {"tools": [FUNCTION], "logprobs": True}),
    ("/v1/chat/completions", CALLER | {"stream": True, "stream_options": {"include_usage": True}}),
    ("/v1/chat/completions", {"model": "none"}),
    ("/v1/completions", {"model": "script", "prompt": "x", "logprobs": 2}),
    ("/v1/completions", {"model": "script", "prompt": "x", "stream": True}),
    ("/v1/embeddings", {"model": "embedder", "input": "a"}),
    ("/api/puna/estimate", {"model": "script"}),
    ("/api/puna/estimate", {}),
]
LOOKS = [
    "/api/tags", "/api/ps", "/api/version", "/v1/models", "/api/puna/catalog", "/api/puna/found",
    "/api/puna/problems", "/api/puna/partials", "/api/puna/downloads", "/api/puna/apps",
    "/api/puna/aliases", "/api/puna/activity", "/api/puna/activity/running", "/api/puna/settings",
    "/api/puna/origins", "/api/puna/conformance",
]  # fmt: skip


@pytest.mark.parametrize(("path", "body"), WORK)
def test_answers_are_as_described(puna: Served, path: str, body: Json) -> None:
    reply = puna.post(path, body)
    kind = reply.headers["content-type"].partition(";")[0]
    for value in values(reply.text, kind):
        check(value, answer_schema("post", path, reply.status_code, kind))


@pytest.mark.parametrize("path", LOOKS)
def test_lists_are_as_described(puna: Served, path: str) -> None:
    puna.generate("script", "x")
    reply = puna.http.get(path)
    assert reply.status_code == 200
    check(reply.json(), answer_schema("get", path, 200, "application/json"))


def test_the_document(puna: Served) -> None:
    reply = puna.http.get("/openapi.json")
    assert reply.headers["content-type"] == "application/json; charset=utf-8"
    assert reply.json() == DOCUMENT


def test_the_page_has_all_of_it_and_asks_nobody(puna: Served) -> None:
    reply = puna.http.get("/docs")
    assert reply.headers["content-type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in reply.headers["content-security-policy"]
    start = '<script type="application/json" id="description">'
    inside = reply.text.partition(start)[2].partition("</script>")[0]
    assert json.loads(inside) == DOCUMENT
    bare = resource("docs.html").read_text(encoding="utf-8")
    assert not re.search(r"""(src|href)=["']?(https?:)?//|@import|\burl\(""", bare)
    assert page_text().count(b"</script>") == 2
    assert b"</" not in inside.encode()
    assert document_text() in puna.http.get("/openapi.json").content


def test_what_is_supported(puna: Served) -> None:
    found = puna.http.get("/api/puna/conformance").json()
    dialects = {each["name"]: each["routes"] for each in found["dialects"]}
    assert list(dialects) == ["Ollama", "OpenAI", "Anthropic", "Puna"]
    (chat,) = [each for each in dialects["Ollama"] if each["path"] == "/api/chat"]
    assert {"model", "messages.tool_calls.function.name", "options.num_ctx"} <= set(chat["fields"])
    assert [each["name"] for each in found["environment"]] == [each.name for each in VARIABLES]
