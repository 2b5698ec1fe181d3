"""`/metrics`: off unless wanted, and true."""

import pytest
from prometheus_client.parser import text_string_to_metric_families as parse

from tests.api.conftest import Shelf
from tests.api.served import Served, serving

pytestmark = pytest.mark.slow


def figures(served: Served) -> dict[tuple[str, tuple[str, ...]], float]:
    """Values by name, and by labels in the order of their names."""
    reply = served.http.get("/metrics")
    assert reply.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    return {
        (sample.name, tuple(sample.labels.values())): sample.value
        for family in parse(reply.text)
        for sample in family.samples
    }


def test_they_are_off(puna: Served) -> None:
    reply = puna.http.get("/metrics")
    assert (reply.status_code, reply.json()["code"]) == (404, "metrics_off")


def test_what_is_counted(shelf: Shelf, tmp_path_factory: pytest.TempPathFactory) -> None:
    home = tmp_path_factory.mktemp("home")
    with serving(home, shelf.root, metrics=True, keep_alive=-1) as served:
        before = figures(served)
        assert not [key for key in before if key[0] == "puna_requests_total"]
        for _ in range(2):
            served.generate("script", "x")
        served.post("/v1/messages", {"model": "script", "max_tokens": 2, "messages": [
            {"role": "user", "content": "x"}]})  # fmt: skip
        served.post("/api/generate", {"model": "none", "prompt": "x"})
        found = figures(served)
    model = "script:latest"
    assert found["puna_requests_total", (model, "/api/generate", "200")] == 2
    assert found["puna_requests_total", (model, "/v1/messages", "200")] == 1
    assert found["puna_output_tokens_total", (model,)] == 4 + 4 + 2
    assert (
        found["puna_prompt_tokens_total", (model,)]
        > found["puna_cached_prompt_tokens_total", (model,)]
    )
    assert found["puna_first_token_seconds_count", (model,)] == 3
    assert found["puna_request_seconds_bucket", ("+Inf", model)] == 3
    assert found["puna_output_tokens_per_second_count", (model,)] == 3
    assert found["puna_requests_running", ("generating",)] == 0
    assert found["puna_model_memory_bytes", (model, "ram")] > 0
    assert not [key for key in found if "created" in key[0] or "none" in key[1]]
