"""`/api/puna/speed`: how fast models are here, measured and expected; and where it is shown."""

import contextlib
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from desktop.api.puna.speed import Here
from desktop.engine.pace import CPU, Trial
from desktop.engine.pace_book import PaceBook, read_bytes_of
from desktop.models.importing import import_gguf
from desktop.models.installed import InstalledModel
from desktop.models.machine_memory import GpuMemory, MachineMemory
from desktop.models.names import ModelName
from desktop.models.store import ModelStore
from desktop.models.verdict import place_roughly
from tests.api.machines import GB, LAPTOP
from tests.api.served import Served, serving
from tests.engine.models import install_script
from tests.tiny_gguf import write_random_model

pytestmark = pytest.mark.slow

NOTHING = {"kind": "unknown", "reason": "nothing_measured"}


@contextlib.contextmanager
def service(folder: Path) -> Iterator[Served]:
    """With one model that writes, and one that only embeds."""
    file = folder / "embedder.gguf"
    write_random_model(file, extra={"llama.pooling_type": 1})
    import_gguf(ModelStore(folder / "models"), file, ModelName.parse("maker"))
    with serving(folder, folder / "models") as served:
        yield served


def talker(folder: Path) -> InstalledModel:
    return install_script(folder, "talker", "a b c", eos=False, context=4096)


def speeds(served: Served) -> dict[str, Any]:
    reply = served.http.get("/api/puna/speed")
    assert reply.status_code == 200
    return {each["name"]: each["speed"] for each in reply.json()["models"]}


def test_what_is_measured_is_told_and_kept(tmp_path: Path) -> None:
    talker(tmp_path)
    with service(tmp_path) as served:
        assert speeds(served) == {"talker:latest": NOTHING}  # the other one writes nothing
        estimate = served.post("/api/puna/estimate", {"model": "talker"}).json()
        assert estimate["speed"] == NOTHING
        served.generate("talker", "x", options={"num_predict": 40})
        found = speeds(served)["talker:latest"]
        assert (found["kind"], found["by"], found["place"]) == ("measured", "talker:latest", "cpu")
        assert (found["answers"], found["tokens_per_s"] > 1) == (1, True)
        estimate = served.post("/api/puna/estimate", {"model": "talker"}).json()
        assert estimate["speed"] == found
    kept = json.loads((tmp_path / "paces.json").read_bytes())
    assert [record["model"] for record in kept["records"]] == ["talker:latest"]


def test_the_catalogue_is_judged_by_what_was_measured(tmp_path: Path) -> None:
    book = PaceBook(tmp_path / "paces.json")
    book.note(talker(tmp_path), CPU, Trial(50_000.0, True))
    book.save()
    with service(tmp_path) as served:
        catalog = served.http.get("/api/puna/catalog").json()["models"]
        assert served.post("/api/puna/speed", b"").json() == {"probe": "known"}
    shown = {entry["id"]: entry["variants"][0].get("speed") for entry in catalog}
    small, sparse = shown["smollm2-135m"], shown["granite4-h-tiny"]
    assert (small["kind"], small["by"], small["place"]) == ("expected", "talker:latest", "cpu")
    assert small["tokens_per_s"] > sparse["tokens_per_s"] > 0
    assert shown["all-minilm"] is None


def test_a_wish_measures_this_machine_or_says_why_not(tmp_path: Path) -> None:
    talker(tmp_path)
    with service(tmp_path) as served:
        assert served.http.get("/api/puna/speed").json()["probe"] == "idle"
        assert served.post("/api/puna/speed", b"").json() == {"probe": "running"}
        deadline = time.monotonic() + 60
        while (found := served.http.get("/api/puna/speed").json())["probe"] == "running":
            assert time.monotonic() < deadline
        assert found["probe"] in ("known", "busy")  # as busy as the machine is now
        served.empty()  # it is not kept in memory


def test_why_there_is_no_figure(tmp_path: Path) -> None:
    model = install_script(tmp_path, "one", "a b c")
    book = PaceBook()
    here = Here(lambda: LAPTOP, book)
    small, huge = place_roughly(GB, LAPTOP), place_roughly(80 * GB, LAPTOP)
    assert here.speed_expected(0, small)["reason"] == "not_known"
    assert here.speed_expected(80 * GB, huge)["reason"] == "too_large"
    assert here.speed_expected(GB, small) == NOTHING
    book.note(model, CPU, Trial(1000.0, True))
    found = here.speed_expected(333 * read_bytes_of(model), small)
    assert found == {"kind": "expected", "tokens_per_s": 3.0, "by": "one:latest", "place": "cpu"}
    card = MachineMemory(16 * GB, 12 * GB, (GpuMemory("Graphics", 8 * GB, 7 * GB),))
    there = Here(lambda: card, book).speed_expected(GB, place_roughly(GB, card))
    assert there["reason"] == "nothing_measured_there"
