"""POST /api/puna/estimate: of what is installed, of a URL, of a name, of a catalogue entry."""

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest

from desktop.api.puna.estimate import EstimateRoute
from desktop.api.puna.speed import Here
from desktop.api.routing import attended
from desktop.core.errors import AppError, ModelNotFound
from desktop.core.settings import Settings
from desktop.engine.pace_book import PaceBook
from desktop.models.catalog import load_catalog
from desktop.models.downloads.remote import RemoteFile
from desktop.models.library import Library
from desktop.models.machine_memory import GpuMemory, MachineMemory
from desktop.models.registry.errors import NotInRegistry, RegistryUnreachable
from desktop.models.remote_header import RemoteHeaders
from desktop.models.store import ModelStore
from tests import tiny_gguf
from tests.api.machines import GB, LAPTOP, Application
from tests.file_server import FileServer
from tests.models import raw_gguf
from tests.models.stores import put_blob, put_json, put_manifest

CATALOG = {
    "id": "tiny",
    "title": "Tiny",
    "family": "tiny",
    "about": {"en": "Small.", "de": "Klein."},
    "license": "MIT",
    "languages": ["en"],
    "parameters": 1,
    "context_tokens": 1,
    "capabilities": ["chat"],
    "variants": [{"quantization": "F32", "name": "far/away:1b"}],
}
Ask = Callable[..., tuple[int, Any]]


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("files") / "m"
    tiny_gguf.write_random_model(path)
    return path.read_bytes()


@pytest.fixture
def server(weights: bytes) -> Iterator[FileServer]:
    with FileServer({"/m.gguf": weights, "/page": b"<!DOCTYPE html>"}) as server:
        yield server


@pytest.fixture
def store(tmp_path: Path, weights: bytes) -> Path:
    root = tmp_path / "models"
    layer = put_blob(root, weights)
    put_manifest(root, "here", [layer])
    put_manifest(root, "short", [layer, put_json(root, {"num_ctx": 64}, "params")])
    put_manifest(root, "damaged", [put_blob(root, b"GGUF\3\0\0\0")])
    return root


@pytest.fixture
def ask(store: Path, server: FileServer, tmp_path: Path) -> Ask:
    path = tmp_path / "catalog.json"
    path.write_text(json.dumps({"note": "Tests.", "models": [CATALOG]}))
    headers = RemoteHeaders(lambda: httpx.Client(trust_env=False, timeout=10))

    def locate(name: str) -> Sequence[RemoteFile]:
        if name == "offline":
            raise RegistryUnreachable("no such host")
        if name == "unheard/of":
            raise NotInRegistry
        if not name.startswith("far/away"):
            raise ModelNotFound(name)
        return [RemoteFile(url=server.url + "/m.gguf")]

    def post(body: Any, machine: MachineMemory = LAPTOP, models: Path = store) -> tuple[int, Any]:
        route = EstimateRoute(
            Library(ModelStore(models)),
            lambda: Settings(context_tokens=1024, parallel=4),
            catalog=load_catalog(path),
            here=Here(lambda: machine, PaceBook()),
            headers=lambda: headers,
            locate=locate,
        )
        return Application(attended("/estimate", route)).ask("POST", "/estimate", body)

    return post


def test_a_model_that_is_installed(ask: Ask) -> None:
    status, found = ask({"model": "here"})
    assert status == 200
    assert (found["model"], found["installed"]) == ("here:latest", True)
    assert (found["context_tokens"], found["parallel"], found["layers"]) == (1024, 4, 2)
    sizes = found["bytes"]
    assert sizes["kv_cache"] == 1024 * 4 * 2 * 2 * 64 * 2
    assert sizes["total"] == sum(value for name, value in sizes.items() if name != "total")
    assert (found["vram_bytes"], found["ram_bytes"]) == (0, sizes["total"])
    assert (found["verdict"], found["message"]["key"]) == ("fits_cpu", "fits_cpu")
    assert found["sentence"].startswith("Fits, and runs on the processor")
    assert found["message"]["numbers"]["ram_available"] == 12 * GB
    assert found["machine"] == {"ram_total": 16 * GB, "ram_available": 12 * GB, "gpus": []}
    assert (found["download_bytes"], found["fits_on_disk"]) == (0, True)
    assert found["disk_free_bytes"] > 0


def test_the_context_of_the_request_then_of_the_model_then_of_the_settings(ask: Ask) -> None:
    def context(**body: Any) -> int:
        return int(ask(body)[1]["context_tokens"])

    assert context(model="here") == 1024
    assert context(model="short") == 64
    assert context(model="short", num_ctx=128) == 128
    assert context(model="here", num_ctx=10**6) == 2048  # what it was trained for


def test_a_graphics_card(ask: Ask) -> None:
    card = GpuMemory("Graphics", 8 * GB, 7 * GB)
    _status, found = ask({"model": "here"}, MachineMemory(16 * GB, 12 * GB, (card,)))
    assert found["verdict"] == "fits_gpu"
    assert found["gpu_layers"] == 2
    assert found["vram_bytes"] > found["ram_bytes"] > 0
    assert found["machine"]["gpus"] == [{"name": "Graphics", "total": 8 * GB, "free": 7 * GB}]


def test_a_url(ask: Ask, server: FileServer, weights: bytes) -> None:
    url = server.url + "/m.gguf"
    status, found = ask({"url": url})
    assert status == 200
    assert (found["model"], found["installed"]) == (url, False)
    assert found["download_bytes"] == len(weights)
    assert found["bytes"] == ask({"model": "here"})[1]["bytes"]


def test_a_name_and_an_entry_of_the_catalogue(ask: Ask, weights: bytes) -> None:
    named, entry = ask({"model": "far/away:1b"})[1], ask({"id": "tiny"})[1]
    measured = ("disk_free_bytes", "fits_on_disk", "download_bytes_per_s")
    assert named == entry | {name: named[name] for name in measured}
    assert entry["model"] == "far/away:1b"
    assert entry["download_bytes"] == len(weights)


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        ({}, 400, 'exactly one of "model", "url" and "id"'),
        ({"model": "here", "id": "tiny"}, 400, "exactly one of"),
        ({"model": 7}, 400, "EstimateRequest.model of type string"),
        ({"model": "here", "num_ctx": 3}, 400, "between 4 and"),
        ({"model": "here", "num_ctx": "many"}, 400, "num_ctx of type int"),
        ({"model": "nowhere"}, 404, "'nowhere' not found"),
        ({"model": "../x"}, 400, "invalid model name"),
        ({"id": "none"}, 404, "no entry 'none'"),
        ({"url": "file:///etc/passwd"}, 400, "must begin with https"),
        ({"url": "http://[/"}, 502, "not a web address"),
        ({"url": "http://127.0.0.1:1/m.gguf"}, 502, "cannot be read"),
        ({"model": "damaged"}, 500, "cut short"),
    ],
)
def test_refusals(ask: Ask, body: dict[str, Any], status: int, words: str) -> None:
    found, reply = ask(body)
    assert (found, reply["error"]) == (status, reply["error"])
    assert words in reply["error"]
    assert reply["code"] != AppError.code


def test_a_page_is_not_a_model(ask: Ask, server: FileServer) -> None:
    assert ask({"url": server.url + "/page"})[1]["error"] == "page is not a GGUF file."


def test_a_projector_alone_is_not_a_model(ask: Ask, server: FileServer) -> None:
    server.put("/eyes", raw_gguf.whole([raw_gguf.entry_text("general.architecture", "clip")]))
    status, reply = ask({"url": server.url + "/eyes"})
    assert (status, reply["code"]) == (400, "estimate_impossible")


def test_what_is_not_here_is_estimated_while_the_disk_of_ours_is_away(
    ask: Ask, tmp_path: Path
) -> None:
    status, told = ask({"model": "far/away:1b"}, models=tmp_path / "disk" / "models")
    assert (status, told["installed"]) == (200, False)


def test_a_registry_that_does_not_answer_is_no_fault_of_ours(ask: Ask) -> None:
    status, told = ask({"model": "offline"})
    assert (status, told["code"]) == (502, "registry_unreachable")
    status, told = ask({"model": "unheard/of"})
    assert (status, told["code"]) == (404, "model_not_found_in_registry")
