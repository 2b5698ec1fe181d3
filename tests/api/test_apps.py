"""Apps: how they are recognised, and what the user has decided about them."""

import asyncio
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from desktop.api.apps.apps import MAX_AUTOMATIC, SCHEMA, Apps
from desktop.api.database import Database
from desktop.hardware.sockets import Program
from tests.api.callers import APPS, known
from tests.api.conftest import Shelf
from tests.api.served import Served, serving


def listed(puna: Served) -> list[dict[str, Any]]:
    return list(puna.http.get(APPS).json()["apps"])


def test_a_program_is_an_app_from_its_first_request_on(puna: Served, tmp_path: Path) -> None:
    script = tmp_path / "my_bot.py"
    script.write_text("import sys, urllib.request\nurllib.request.urlopen(sys.argv[1]).read()\n")
    subprocess.run([sys.executable, script, f"{puna.url}/api/tags"], check=True, timeout=30)
    (app,) = [app for app in listed(puna) if app["name"] == "my_bot.py"]
    assert app["automatic"]
    assert app["program"].endswith("my_bot.py")
    assert app["seen_at"] >= app["created_at"]


@pytest.mark.slow
def test_a_key_is_shown_once_and_kept_as_a_hash(shelf: Shelf, tmp_path: Path) -> None:
    with serving(tmp_path, shelf.root) as puna:
        made = puna.http.post(APPS, json={"name": "Notes", "system": "Be brief."}).json()
        assert made["key"].startswith("puna_")
        assert made["keys"][0]["ending"] == made["key"][-4:]
        found = puna.http.get(f"{APPS}/{made['id']}")
        assert made["key"] not in found.text
    kept = b"".join(path.read_bytes() for path in tmp_path.glob("apps.sqlite*"))
    assert b"Notes" in kept
    assert made["key"].encode() not in kept
    with serving(tmp_path, shelf.root) as puna:
        (app,) = [app for app in listed(puna) if app["name"] == "Notes"]
        assert app["system"] == "Be brief."
        headers = {"x-api-key": made["key"]}
        puna.http.get("/api/tags", headers=headers)
        assert puna.http.get(f"{APPS}/{app['id']}").json()["seen_at"] > app["created_at"]


def test_another_key_and_the_end_of_one(puna: Served) -> None:
    with known(puna, blocked=True) as app:
        second = puna.http.post(f"{APPS}/{app.id}/keys").json()
        assert len(second["keys"]) == 2
        headers = {"authorization": f"Bearer {second['key']}"}
        assert puna.http.get("/api/tags", headers=headers).status_code == 403
        left = puna.http.delete(f"{APPS}/{app.id}/keys/{second['keys'][1]['id']}").json()
        assert len(left["keys"]) == 1
        unknown = puna.http.delete(f"{APPS}/{app.id}/keys/none")
        assert (unknown.status_code, unknown.json()["code"]) == (404, "app_not_found")


@pytest.mark.parametrize("key", ["ollama", "sk-proj-123", "puna", "x"])
def test_made_up_keys_are_as_good_as_none(puna: Served, key: str) -> None:
    for headers in ({"authorization": f"Bearer {key}"}, {"x-api-key": key}):
        assert puna.http.get("/api/tags", headers=headers).status_code == 200


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/api/generate", lambda body: body["code"]),
        ("/v1/chat/completions", lambda body: body["error"]["code"]),
        ("/v1/messages", lambda body: body["error"]["type"]),
    ],
)
def test_a_blocked_app_is_told_so_in_its_own_dialect(puna: Served, path: str, told: Any) -> None:
    with known(puna) as app:
        puna.http.patch(f"{APPS}/{app.id}", json={"blocked": True})
        body = {"model": "script", "messages": [{"role": "user", "content": "x"}]}
        refused = app.http.post(path, json=body)
        assert refused.status_code == 403
        assert told(refused.json()) in ("app_blocked", "permission_error")
        assert "is blocked" in refused.text
        puna.http.patch(f"{APPS}/{app.id}", json={"blocked": False})
        assert app.ask().status_code == 200


def test_only_allowed_models(puna: Served) -> None:
    with known(puna, models=["script"], aliases={"gpt-4o": "endless"}) as app:
        assert app.ask("Script:latest").status_code == 200
        for model in ("random", "gpt-4o"):
            refused = app.ask(model)
            assert refused.status_code == 403
            assert refused.json() == {
                "error": f"\"Tester\" may not use model '{model}'",
                "code": "model_not_allowed",
            }


@pytest.mark.slow
def test_an_app_sees_no_loaded_models_that_it_may_not_use(puna: Served) -> None:
    puna.generate("endless", "x", options={"num_predict": 1})
    puna.generate("script", "x")
    with known(puna, models=["SCRIPT", "random:latest"]) as app:
        loaded = app.http.get("/api/ps").json()["models"]
        assert "script:latest" in {model["name"] for model in loaded}
        assert {model["name"] for model in loaded} <= {"script:latest", "random:latest"}
    everything = puna.http.get("/api/ps").json()["models"]
    assert {"script:latest", "endless:latest"} <= {model["name"] for model in everything}


def test_an_app_sees_no_models_that_it_may_not_use(puna: Served) -> None:
    everything = puna.http.get("/api/tags").json()["models"]
    with known(puna, models=["SCRIPT", "random:latest"]) as app:
        tags = [each["name"] for each in app.http.get("/api/tags").json()["models"]]
        assert sorted(tags) == ["random:latest", "script:latest"]
        listed = app.http.get("/v1/models").json()["data"]
        assert [each["id"] for each in listed] == tags
        version = {"anthropic-version": "2023-06-01"}
        listed = app.http.get("/v1/models", headers=version).json()["data"]
        assert [each["id"] for each in listed] == tags
        assert app.http.get("/v1/models/script").status_code == 200
        refused = app.http.get("/v1/models/endless")
        assert (refused.status_code, refused.json()["error"]["code"]) == (403, "model_not_allowed")
    assert puna.http.get("/api/tags").json()["models"] == everything
    assert len(everything) > 2


@pytest.mark.parametrize(
    ("messages", "rendered"),
    [
        ([("user", "Hi")], "Be brief."),
        ([("system", "Be kind."), ("user", "Hi")], "Be brief.\n\nBe kind."),
    ],
)
def test_the_system_prompt_comes_first(
    puna: Served, messages: list[tuple[str, str]], rendered: str
) -> None:
    with known(puna, system="Be brief.") as app:
        reply = app.chat("chooser", *messages, _debug_render_only=True)
        prompt = reply.json()["_debug_info"]["rendered_template"]
        assert prompt.startswith(f"<|im_start|>system\n{rendered}<|im_end|>")
        assert prompt.count("system") == 1
        raw = app.ask("chooser", raw=True, _debug_render_only=True)
        assert raw.json()["_debug_info"]["rendered_template"] == "x"


def test_default_options_stand_under_the_requests(puna: Served) -> None:
    with known(puna, options={"num_predict": 2}) as app:
        assert app.ask("endless").json()["eval_count"] == 2
        assert app.ask("layered").json()["eval_count"] == 2  # the model itself says 3
        assert app.ask("endless", options={"num_predict": 1}).json()["eval_count"] == 1


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (b"{", "truncated"),
        (b"[]", "object"),
        (b'{"colour": 1}', "colour"),
        (b'{"name": ""}', "name"),
        (b'{"blocked": "yes"}', "blocked"),
        (b'{"requests_at_once": -1}', "requests_at_once"),
        (b'{"options": {"temperature": "hot"}}', "temperature"),
        (b'{"address": "everywhere"}', "address"),
        (b'{"models": ["a b"]}', "a b"),
        (b'{"aliases": {"x": "a b"}}', "a b"),
    ],
)
def test_a_change_that_cannot_be_is_refused(puna: Served, change: bytes, word: str) -> None:
    with known(puna) as app:
        reply = puna.http.patch(f"{APPS}/{app.id}", content=change)
        assert (reply.status_code, reply.json()["code"]) == (400, "invalid_request")
        assert word in reply.json()["error"]


def test_an_app_that_is_not_there(puna: Served) -> None:
    for method, path in (("GET", "x"), ("PATCH", "x"), ("DELETE", "x"), ("POST", "x/keys")):
        reply = puna.http.request(method, f"{APPS}/{path}", content=b"{}")
        assert (reply.status_code, reply.json()["code"]) == (404, "app_not_found")
    assert puna.http.post(APPS, json={}).json()["error"] == '"name" is required'


def test_pages_in_a_browser_see_no_apps(puna: Served) -> None:
    reply = puna.http.get(APPS, headers={"origin": "http://localhost:3000"})
    assert reply.status_code == 403


@pytest.mark.slow
def test_a_damaged_file_is_moved_aside(
    shelf: Shelf, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "apps.sqlite").write_bytes(b"this is no database" * 1000)
    with serving(tmp_path, shelf.root) as puna:
        with known(puna) as app:
            assert app.ask().status_code == 200
        (aside,) = tmp_path.glob("apps.sqlite.damaged-*")
        assert aside.read_bytes().startswith(b"this is no")
    assert f"it is now {aside.name}" in caplog.text


def test_programs_that_come_and_go_do_not_fill_the_list(tmp_path: Path) -> None:
    database = Database(tmp_path / "apps.sqlite", SCHEMA)
    clock = iter(range(10**6))
    apps = Apps(database, now=lambda: float(next(clock)))
    mine = apps.by_program(Program("mine", "/bin/mine"))
    database.submit(lambda _: None).result()
    for number in range(MAX_AUTOMATIC + 50):
        apps.note(mine)
        apps.note(apps.by_program(Program(f"p{number}", f"/bin/p{number}")))
    assert len(apps.all) == MAX_AUTOMATIC
    assert apps.by_program(Program("mine", "/bin/mine")) is mine
    database.close()
    read = Apps(database)
    assert {app.id for app in read.all} == {app.id for app in apps.all}
    database.close()


def test_an_address_finds_the_smallest_network(tmp_path: Path) -> None:
    database = Database(tmp_path / "apps.sqlite", SCHEMA)
    apps = Apps(database)
    assert apps.by_address("172.17.0.2") is None

    async def add(name: str, address: str) -> None:
        await apps.save(replace(apps.blank(name), address=address))

    asyncio.run(add("containers", "172.17.0.0/16"))
    asyncio.run(add("one", "172.17.0.2"))
    names = [
        found.name if (found := apps.by_address(address)) else None
        for address in ("172.17.0.2", "172.17.9.9", "10.0.0.1", "not an address", "::1")
    ]
    assert names == ["one", "containers", None, None, None]
    database.close()


def test_a_request_of_an_app_says_its_id(puna: Served) -> None:
    with known(puna) as app:
        assert len(app.ask().headers["x-puna-request-id"]) == 16
        assert "x-puna-request-id" not in app.http.get("/api/tags").headers
