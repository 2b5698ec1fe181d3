"""GET /api/puna/catalog and /api/puna/search: what there is, and whether it would run here."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.routing import Route

from desktop.api.puna.catalog import CatalogRoutes
from desktop.api.puna.search import SearchRoutes
from desktop.api.puna.speed import Here
from desktop.core.resources import resource
from desktop.engine.pace_book import PaceBook
from desktop.models.catalog import load_catalog
from desktop.models.library import Library
from desktop.models.search import HubSearch
from desktop.models.store import ModelStore
from tests.api.machines import LAPTOP, Application
from tests.models.hub_server import HubServer
from tests.models.stores import put_blob, put_manifest, random_weights

HERE = Here(lambda: LAPTOP, PaceBook())


@pytest.fixture
def entries(tmp_path: Path) -> dict[str, Any]:
    """The delivered catalogue as a laptop with one model sees it."""
    root = tmp_path / "models"
    layer = put_blob(root, random_weights(tmp_path))
    put_manifest(root, "LLAMA3.2:3B-instruct-q8_0", [layer])
    put_manifest(root, "hf.co/ggml-org/gemma-3-1b-it-GGUF:Q4_K_M", [layer])
    catalog = load_catalog(resource("catalog.json"))
    routes = CatalogRoutes(Library(ModelStore(root)), catalog=catalog, here=HERE)
    status, body = Application(Route("/catalog", routes.all)).ask("GET", "/catalog")
    assert status == 200
    assert body["note"] == catalog.note
    return {entry["id"]: entry for entry in body["models"]}


def test_entries_have_everything_the_window_shows(entries: dict[str, Any]) -> None:
    entry = entries["llama3.2-3b"]
    assert (entry["title"], entry["license"]) == ("Llama 3.2 3B", "Llama-3.2-Community")
    assert set(entry["about"]) == {"en", "de"}
    assert entry["capabilities"] == ["chat", "tools"]
    first = entry["variants"][0]
    assert (first["name"], first["approximate_bytes"]) == ("llama3.2:3b", 2 * 10**9)
    assert (first["verdict"], first["message"]["key"]) == ("fits_cpu", "fits_cpu")
    assert first["sentence"].startswith("Fits")


def test_what_is_installed_is_marked(entries: dict[str, Any]) -> None:
    assert [each["installed"] for each in entries["llama3.2-3b"]["variants"]] == [False, True]
    assert {name for name, entry in entries.items() if entry["installed"]} == {
        "llama3.2-3b",
        "gemma3-1b",
    }


def test_verdicts_differ_by_size(entries: dict[str, Any]) -> None:
    assert entries["llama3.3-70b"]["verdict"] == "too_large"
    assert entries["qwen3-0.6b"]["verdict"] == "fits_cpu"
    assert all(entry["verdict"] for entry in entries.values())


@pytest.fixture
def hub() -> Iterator[HubServer]:
    with HubServer() as server:
        yield server


@pytest.fixture
def application(hub: HubServer) -> Application:
    finder = HubSearch(lambda: httpx.Client(trust_env=False), base_url=hub.url)
    routes = SearchRoutes(lambda: finder, HERE)
    return Application(
        Route("/search", routes.search), Route("/search/{user}/{repository}", routes.contents)
    )


def test_a_search(application: Application, hub: HubServer) -> None:
    status, body = application.ask("GET", "/search?q=%20llama%20&limit=7&cursor=abc")
    assert status == 200
    assert body["cursor"] is None
    assert body["repositories"][0]["id"] == "bartowski/Llama-3.2-3B-Instruct-GGUF"
    asked = hub.asked[0][1]
    assert (asked["search"], asked["limit"], asked["cursor"]) == (["llama"], ["7"], ["abc"])


def test_what_a_repository_holds_and_what_of_it_would_run(application: Application) -> None:
    status, body = application.ask("GET", "/search/bartowski/Llama-3.2-3B-Instruct-GGUF")
    assert (status, body["license"], body["projector_bytes"]) == (200, "llama3.2", 800_000_000)
    found = {each["label"]: each for each in body["quantizations"]}
    assert found["Q4_K_M"]["verdict"] == "fits_cpu"
    assert found["Q4_K_M"]["name"] == "hf.co/bartowski/Llama-3.2-3B-Instruct-GGUF:Q4_K_M"
    assert found["Q5_K_M"]["verdict"] is None  # its size is not known
    assert found["BF16"]["complete"] is False


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/search?limit=0", 400, "between 1 and 100"),
        ("/search?limit=many", 400, "between 1 and 100"),
        ("/search?limit=-1", 400, "between 1 and 100"),
        ("/search?limit=1000", 400, "between 1 and 100"),
        ("/search?q=" + "x" * 201, 400, "not be longer than 200"),
        ("/search?cursor=" + "x" * 1025, 400, "one that an answer gave"),
        ("/search/nobody/nothing", 404, "no repository nobody/nothing"),
        ("/search/a%20b/c", 400, "not the name of a repository"),
    ],
)
def test_refusals(application: Application, path: str, status: int, words: str) -> None:
    found, body = application.ask("GET", path)
    assert found == status
    assert words in body["error"]


def test_offline(application: Application, hub: HubServer) -> None:
    hub.status = 502
    status, body = application.ask("GET", "/search?q=x")
    assert (status, body["code"]) == (502, "hub_unreachable")
