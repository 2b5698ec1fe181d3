"""A model on a second device, through the whole of Puna. Slow: each operation is compiled first."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.engine.devices import DeviceProbe
from desktop.hardware.devices import Devices
from tests import tiny_gguf
from tests.api import served
from tests.api.served import Served, serving
from tests.models.stores import put_blob, put_json, put_manifest

pytestmark = pytest.mark.slow

LAYERS = 2
SCRIPT = "Hello big world"


@pytest.fixture
def puna(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    """With a model that says the same always, and one whose words depend on every number."""
    monkeypatch.setattr(served, "WAIT_S", 110.0)
    store = tmp_path / "models"
    tiny_gguf.write_script_model(tmp_path / "script", SCRIPT)
    tiny_gguf.write_random_model(tmp_path / "random")
    for name in ("script", "random"):
        weights = put_blob(store, (tmp_path / name).read_bytes())
        put_manifest(store, name, [weights, put_json(store, {"num_thread": 1}, "params")])
    with serving(tmp_path / "home", store, context_tokens=256, parallel=1) as running:
        yield running


def test_llama_cpp_tells_of_the_device() -> None:
    async def look() -> Devices:
        probe = DeviceProbe(timeout_s=60.0)
        try:
            return await probe.look()
        finally:
            await probe.close()

    found = asyncio.run(look())
    (device,) = found.devices
    assert (device.name, device.total_bytes) == ("Vulkan0", 2 * 2**30)
    assert "llvmpipe" in device.description
    assert {"CPU", "Vulkan"} <= set(found.backends)
    assert found.problem == ""


def test_some_layers_on_the_device_say_the_same_and_are_counted(puna: Served) -> None:
    said = puna.generate("script", "Go on", options={"num_gpu": 1})
    assert said["response"] == SCRIPT
    (model,) = puna.http.get("/api/ps").json()["models"]
    assert 0 < model["size_vram"] < model["size"]
    assert model["puna"]["plan"]["gpu_layers"] == 1
    (shown,) = puna.http.get("/api/puna/status", headers=puna.own).json()["models"]
    assert shown["gpu_bytes"] == model["size_vram"]


def test_a_model_that_fits_goes_there_by_itself(puna: Served) -> None:
    puna.generate("script", "Go on")
    (model,) = puna.http.get("/api/ps").json()["models"]
    assert model["puna"]["plan"]["gpu_layers"] >= LAYERS
    assert model["size_vram"] > 0


def test_numbers_of_the_device_are_those_of_the_processor(puna: Served) -> None:
    answers = {
        layers: puna.generate("random", "one two", options={"num_gpu": layers, "num_predict": 8})
        for layers in (0, 99)
    }
    assert answers[0]["response"] == answers[99]["response"]
