"""Thousands of bodies that the description allows, and as many that it does not: no route fails,
none hangs, and every answer is one that is described.

By hand: `FUZZ_CASES=200 pytest tests/api/test_fuzz.py`, which is so many of each kind for each
route.
"""

import json
import os
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from desktop.api.description.dialects import DIALECTS
from desktop.api.description.document import document
from desktop.models.registry.endpoints import Endpoints
from tests.api.conftest import Shelf
from tests.api.served import Served, serving

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]

CASES = int(os.environ.get("FUZZ_CASES", "6"))
CLOSED = "http://127.0.0.1:1"  # nobody listens there
MODELS = ("caller", "caller", "script", "none")
SAID = {"role": "user", "content": "x"}
RARE = ("images", "format", "suffix", "template", "tools", "messages")
LIMITS = ("max_tokens", "max_completion_tokens", "max_output_tokens")
ENDLESS = "/events"  # these answers last as long as their client
PATIENT = "/api/push"  # tries again and again to reach its registry
CHANGING = ("POST /api/puna/pause", "PATCH /api/puna/settings")  # last: it may lock everybody out
ON_PURPOSE = ("registry_unreachable", "hub_unreachable")  # it is another server that fails


class Nowhere(Mapping[str, str]):
    """Every registry is at a place where nobody listens."""

    def __getitem__(self, host: str) -> str:
        return CLOSED

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


SCHEMA = schemathesis.openapi.from_dict(json.loads(json.dumps(document(DIALECTS))))
FOUND: Iterator[Any] = SCHEMA.get_all_operations()
OPERATIONS = {
    each.ok().label: each.ok() for each in FOUND if not each.ok().path.endswith((ENDLESS, PATIENT))
}
LABELS = [*(each for each in OPERATIONS if each not in CHANGING), *CHANGING]
WITH_BODY = [
    label
    for label in LABELS
    if "application/octet-stream" not in [body.media_type for body in OPERATIONS[label].body]
    if OPERATIONS[label].body
]
KINDS = [
    *((label, GenerationMode.POSITIVE) for label in LABELS),
    *((label, GenerationMode.NEGATIVE) for label in WITH_BODY),
]
KINDS.sort(key=lambda kind: kind[0] in CHANGING)


def no_accident(_context: Any, response: Any, _case: Any) -> None:
    """No failure of the server but those that are meant."""
    if response.status_code >= 500:
        assert response.json()["code"] in ON_PURPOSE, response.text


CHECKS = [
    no_accident,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


@pytest.fixture(scope="module")
def fuzzed(shelf: Shelf, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A service of its own: some of the routes change what it does."""
    home = tmp_path_factory.mktemp("home")
    endpoints = Endpoints(bases=Nowhere(), hub=CLOSED)
    with serving(home, shelf.root, endpoints, keep_alive=-1, max_loaded_models=4) as served:
        yield served


def bounded(path: str, body: Any, turn: int) -> Any:
    """The body with a model that is there, where it names one, and not for a novel.

    Most of what is random is refused, so every other body has the plainest form of those fields.
    """
    if not isinstance(body, dict) or not isinstance(body.get("model"), str):
        return body
    model = "embedder" if "embed" in path else MODELS[turn % len(MODELS)]
    if turn % 2:
        rare = {name: value for name, value in body.items() if name not in RARE}
        body = rare | ({"messages": [SAID]} if "messages" in body else {})
    body = body | {"model": model}
    for name in LIMITS:
        if isinstance(limit := body.get(name), int) and limit > 0:
            body[name] = min(limit, 8)
    if isinstance(options := body.get("options", {}), dict) and "/v1/" not in path:
        body["options"] = options | {"num_predict": 8}
    return body


@pytest.mark.parametrize(("label", "mode"), KINDS)
def test_every_answer_is_on_purpose(fuzzed: Served, label: str, mode: GenerationMode) -> None:
    operation = OPERATIONS[label]
    makes_work = operation.method == "post" and not operation.path.startswith("/api/puna")
    turn = 0

    with requests.Session() as session:
        session.trust_env = False

        @seed(4)
        @settings(
            max_examples=CASES,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=mode))
        def ask(case: Any) -> None:
            nonlocal turn
            turn += 1
            if makes_work:
                case.body = bounded(operation.path, case.body, turn)
            reply = case.call(base_url=fuzzed.url, session=session, timeout=20)
            case.validate_response(reply, checks=CHECKS)

        ask()
