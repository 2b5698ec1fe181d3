"""How the machine and the models are doing, over HTTP."""

import json

import httpx
import pytest

from tests.api.callers import until
from tests.api.served import WAIT_S, Json, Served

STATUS = "/api/puna/status"
KEPT = {"name": "script:latest", "kept": True, "pinned": False}


def status(puna: Served) -> Json:
    reply = puna.http.get(STATUS)
    assert reply.status_code == 200, reply.text
    return dict(reply.json())


def loaded(puna: Served, name: str) -> Json | None:
    models = status(puna)["models"]
    return next((each for each in models if each["name"] == name), None)


def keep(puna: Served, name: str, **fields: object) -> httpx.Response:
    return puna.http.post(f"/api/puna/models/{name}/keep", json=fields)


def test_the_machine(puna: Served) -> None:
    seen = status(puna)
    memory, processor = seen["memory"], seen["processor"]
    assert 0 < memory["available_bytes"] < memory["total_bytes"]
    assert processor["cores"] >= processor["threads"] >= 1
    assert ("load_percent" in processor) != ("reason" in processor)
    assert seen["disk"]["free_bytes"] > 0
    assert seen["gpus"].get("cards") or seen["gpus"]["reason"]
    assert "percent" in seen["power"] or seen["power"]["reason"]
    assert 1 <= processor["performance_cores"] <= processor["physical_cores"]
    assert processor["features"]


def test_what_llama_cpp_can_compute_on_is_asked_by_the_first_look(puna: Served) -> None:
    until(lambda: "backends" in status(puna)["compute"])
    compute = status(puna)["compute"]
    assert "CPU" in compute["backends"]
    assert compute["cpu_features"]
    assert "reason" not in compute
    assert not [each for each in status(puna)["problems"] if each["code"].startswith("gpu")]


@pytest.mark.slow
def test_events_come_once_a_second_with_rates(puna: Served) -> None:
    with puna.http.stream("GET", f"{STATUS}/events") as reply:
        lines = map(json.loads, reply.iter_lines())
        first, second = next(lines), next(lines)
    assert 0.8 < second["at"] - first["at"] < 10
    assert 0 <= second["processor"]["load_percent"] <= 100


def test_a_loaded_model_tells_what_it_takes(puna: Served) -> None:
    puna.generate("script", "x", keep_alive="1m")
    until(lambda: "resident_bytes" in (loaded(puna, "script:latest") or {}))
    model = loaded(puna, "script:latest")
    assert model
    assert model["state"] == "ready"
    assert (model["running"], model["waiting"], model["kept"]) == (0, 0, False)
    assert all(model["memory"][f"{kind}_bytes"] > 0 for kind in ("weights", "context", "compute"))
    assert [device["name"] for device in model["devices"]] == ["CPU"]
    assert model["devices"][0]["bytes"] == sum(model["memory"].values())
    assert model["gpu_bytes"] == 0
    assert model["resident_bytes"] > 1_000_000
    assert model["last_tokens_per_s"] > 0
    assert model["expires_at"] > status(puna)["at"]


def test_a_running_request_is_there(puna: Served) -> None:
    body = {"model": "endless", "prompt": "x", "options": {"num_predict": -1}}
    with puna.streaming("/api/generate", body) as lines:
        next(lines), next(lines)
        (entry,) = status(puna)["requests"]
        model = loaded(puna, "endless:latest")
        assert entry["state"] == "generating"
        assert model
        assert model["running"] == 1
        assert puna.http.delete(f"/api/puna/activity/{entry['id']}").status_code == 200
    until(lambda: not status(puna)["requests"])


def test_keeping_and_letting_go_of_a_model(puna: Served) -> None:
    puna.generate("script", "x", keep_alive="1m")
    before = loaded(puna, "script:latest")
    assert before
    assert before["keep_alive_s"] == 60
    assert keep(puna, "script", keep_alive=-1).json() == KEPT
    kept = loaded(puna, "script:latest")
    assert kept
    assert kept["kept"]
    assert "expires_at" not in kept
    let_go = keep(puna, "script").json()
    assert (let_go["kept"], let_go["keep_alive_s"]) == (False, 300)
    assert keep(puna, "script", keep_alive=0).status_code == 200
    until(lambda: loaded(puna, "script:latest") is None)


def test_another_name_of_the_same_file_will_do(puna: Served) -> None:
    puna.generate("script", "x")
    reply = keep(puna, "Team/Mixed-Case:V1", keep_alive=-1)
    assert reply.json() == KEPT


def test_a_model_that_is_not_in_memory_is_not_loaded_for_this(puna: Served) -> None:
    puna.generate("script", "", keep_alive=0)
    until(lambda: loaded(puna, "script:latest") is None)
    reply = keep(puna, "script", keep_alive=-1)
    assert (reply.status_code, reply.json()["code"]) == (404, "model_not_loaded")
    assert loaded(puna, "script:latest") is None


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [("nobody", -1, "model_not_found"), ("script", "soon", "invalid_request")],
)
def test_what_cannot_be_kept(puna: Served, name: str, value: object, code: str) -> None:
    reply = keep(puna, name, keep_alive=value)
    assert reply.status_code in (400, 404)
    assert reply.json()["code"] == code


def test_web_pages_learn_nothing(puna: Served) -> None:
    with httpx.Client(base_url=puna.url, trust_env=False, timeout=WAIT_S) as http:
        assert http.get(STATUS, headers={"origin": "http://localhost"}).status_code == 403
