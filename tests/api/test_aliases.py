"""Other names for models."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.api.apps.policy import find_model
from desktop.core.errors import ModelsMissing
from desktop.models.library import Library
from desktop.models.store import ModelStore
from tests.api.callers import known
from tests.api.served import Json, Served
from tests.models.stores import put_blob, put_manifest, random_weights

ALIASES = "/api/puna/aliases"


@pytest.fixture
def aliased(puna: Served) -> Iterator[Served]:
    """Aliases that are gone after the test."""
    yield puna
    for name in puna.http.get(ALIASES).json()["aliases"]:
        assert puna.http.delete(f"{ALIASES}/{name}").status_code == 200


def give(puna: Served, name: str, model: str) -> Json:
    reply = puna.http.put(f"{ALIASES}/{name}", json={"model": model})
    assert reply.status_code == 200, reply.text
    return dict(reply.json()["aliases"])


def test_an_alias_works_everywhere_and_is_repeated(aliased: Served) -> None:
    assert give(aliased, "gpt-4o", "script") == {"gpt-4o": "script"}
    answer = aliased.generate("gpt-4o", "x")
    assert (answer["model"], answer["response"]) == ("gpt-4o", "Hello big world")
    assert aliased.chat("GPT-4o:latest", ("user", "x"))["model"] == "GPT-4o:latest"
    assert aliased.whole("/api/show", {"model": "gpt-4o"})["details"]["format"] == "gguf"
    body = {"model": "gpt-4o", "messages": [{"role": "user", "content": "x"}]}
    reply = aliased.http.post("/v1/chat/completions", json=body).json()
    assert (reply["model"], reply["object"]) == ("gpt-4o", "chat.completion")
    assert aliased.running().count("gpt-4o:latest") == 0


def test_an_installed_model_comes_before_an_alias_but_for_default(aliased: Served) -> None:
    give(aliased, "script", "endless")
    assert aliased.generate("script", "x")["response"] == "Hello big world"
    assert aliased.refusal("/api/generate", {"model": "default"})[0] == 404
    give(aliased, "default", "script")
    assert aliased.generate("default", "x")["response"] == "Hello big world"


def test_an_apps_own_alias_comes_first(aliased: Served) -> None:
    give(aliased, "default", "script")
    with known(aliased, aliases={"endless": "script", "any/thing": "default"}) as app:
        for name in ("endless", "any/thing"):
            answer = app.ask(name).json()
            assert (answer["model"], answer["response"]) == (name, "Hello big world")
    assert aliased.generate("endless", "x", options={"num_predict": 1})["response"] == "a"


def test_a_pattern_stands_for_many_names(aliased: Served) -> None:
    give(aliased, "claude-*", "script")
    assert aliased.generate("claude-opus-4-20250514", "x")["response"] == "Hello big world"
    assert aliased.refusal("/api/generate", {"model": "gpt-5"})[0] == 404


def test_an_alias_without_its_model_says_so(aliased: Served) -> None:
    give(aliased, "gpt-4o", "gone:1b")
    text = "model 'gpt-4o' not found: it stands for 'gone:1b', which is not installed"
    assert aliased.refusal("/api/generate", {"model": "gpt-4o"}) == (404, text)
    with known(aliased, aliases={"mine": "gone:1b"}) as app:
        assert "it stands for 'gone:1b'" in app.ask("mine").json()["error"]


def test_a_loop_of_aliases_ends(aliased: Served) -> None:
    give(aliased, "one", "two")
    give(aliased, "two", "one")
    assert aliased.refusal("/api/generate", {"model": "one"})[0] == 404


def test_aliases_that_cannot_be(aliased: Served) -> None:
    for body in (b"{}", b'{"model": 1}', b'{"model": "a b"}', b"x"):
        reply = aliased.http.put(f"{ALIASES}/x", content=body)
        assert (reply.status_code, reply.json()["code"]) == (400, "invalid_request")
    reply = aliased.http.delete(f"{ALIASES}/x")
    assert (reply.status_code, reply.json()["code"]) == (404, "alias_not_found")


def test_an_alias_leads_to_another_programs_model_while_our_disk_is_away(tmp_path: Path) -> None:
    theirs = tmp_path / "theirs"
    put_manifest(theirs, "there", [put_blob(theirs, random_weights(tmp_path))])
    ours = ModelStore(tmp_path / "disk" / "models")
    library = Library(ours, [ModelStore(theirs, shared=True)])
    aliases = {"gpt-4o": "there", "mine": "ours"}
    assert find_model(library, aliases, None, "gpt-4o").name.short == "there:latest"
    with pytest.raises(ModelsMissing):
        find_model(library, aliases, None, "mine")
