"""Models that are always ready."""

from pathlib import Path

import pytest

from tests.api.callers import known, until
from tests.api.conftest import Shelf
from tests.api.served import Json, Served, serving
from tests.api.test_status import keep, loaded, status

pytestmark = pytest.mark.slow


def pin(puna: Served, name: str, pinned: object) -> Json:
    reply = puna.http.post(f"/api/puna/models/{name}/pin", json={"pinned": pinned})
    body: Json = reply.json()
    return {"status": reply.status_code} | body


def is_pinned(puna: Served, name: str) -> bool:
    model = loaded(puna, name)
    return bool(model and model["pinned"] and model["state"] == "ready")


def chosen(puna: Served) -> list[str]:
    return list(puna.http.get("/api/puna/settings").json()["settings"]["pinned"]["value"])


def test_a_pinned_model_is_loaded_and_stays(shelf: Shelf, tmp_path: Path) -> None:
    with serving(tmp_path, shelf.root, keep_alive=0) as puna:
        assert pin(puna, "SCRIPT", True) == {
            "status": 200,
            "name": "script:latest",
            "pinned": True,
        }
        until(lambda: is_pinned(puna, "script:latest"))
        assert pin(puna, "script", True)["status"] == 200
        assert chosen(puna) == ["script:latest"]
        with known(puna) as app:
            app.ask("script", keep_alive=0)
            app.ask("script", prompt="", keep_alive=0)  # nor does this unload it
        assert puna.running() == ["script:latest"]
        assert pin(puna, "script", False)["pinned"] is False
        until(lambda: not puna.running())
        assert chosen(puna) == []


def test_it_makes_no_room_for_others(shelf: Shelf, tmp_path: Path) -> None:
    with serving(tmp_path, shelf.root, max_loaded_models=2, pinned=["script"]) as puna:
        until(lambda: is_pinned(puna, "script:latest"))
        for _ in range(2):
            puna.generate("random", "x", options={"num_predict": 1}, keep_alive="9m")
            puna.generate("endless", "x", options={"num_predict": 1}, keep_alive="9m")
            assert "script:latest" in puna.running()


def test_others_find_room_where_all_places_are_pinned(shelf: Shelf, tmp_path: Path) -> None:
    with serving(tmp_path, shelf.root, max_loaded_models=1, pinned=["script"]) as puna:
        until(lambda: is_pinned(puna, "script:latest"))
        puna.generate("random", "x", options={"num_predict": 1})
        puna.generate("endless", "x", options={"num_predict": 1})
        assert sorted(puna.running()) == ["endless:latest", "script:latest"]


def test_pinned_models_are_loaded_at_the_start_and_failures_are_said(
    shelf: Shelf, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with serving(tmp_path, shelf.root, pinned=["nobody", "garbage", "script"]) as puna:
        until(lambda: is_pinned(puna, "script:latest"))
        problems = [
            each["text"] for each in status(puna)["problems"] if each["code"] == "pinned_not_loaded"
        ]
        assert len(problems) == 2
        assert "model 'nobody' not found" in problems[0]
        assert problems[1].startswith("garbage:latest is to be always ready")
        assert all(text in caplog.text for text in problems)


def test_one_that_is_not_installed_any_more_is_taken_off(shelf: Shelf, tmp_path: Path) -> None:
    with serving(tmp_path, shelf.root) as puna:
        puna.http.patch("/api/puna/settings", json={"pinned": ["nobody"]}).raise_for_status()
        until(lambda: [each["code"] for each in status(puna)["problems"]] == ["pinned_not_loaded"])
        assert pin(puna, "nobody", False)["status"] == 200
        until(lambda: not status(puna)["problems"])
        assert chosen(puna) == []


def test_the_user_can_unload_it_all_the_same(shelf: Shelf, tmp_path: Path) -> None:
    with serving(tmp_path, shelf.root, pinned=["script"]) as puna:
        until(lambda: is_pinned(puna, "script:latest"))
        assert keep(puna, "script", keep_alive=0).status_code == 200
        until(lambda: not puna.running())
        assert chosen(puna) == ["script"]


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [("nobody", True, "model_not_found"), ("script", None, "invalid_request"), ("script", 1, "")],
)
def test_what_cannot_be_pinned(puna: Served, name: str, value: object, code: str) -> None:
    refused = pin(puna, name, value)
    assert refused["status"] in (400, 404)
    assert refused["code"] == (code or "invalid_request")
