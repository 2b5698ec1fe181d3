"""Where a load's figures come from: the request, else the settings; and whether it serves another
request too."""

from pathlib import Path
from typing import Any

import pytest

from desktop.core.settings import Settings
from desktop.engine.ladder import Ladder
from desktop.engine.machine import Machine
from desktop.engine.options import LoadOptions
from desktop.engine.plan import LoadPlan, plan_of, wishes_of
from desktop.models.gguf import read_header
from desktop.models.machine_memory import GpuMemory, MachineMemory
from desktop.models.sizes import ModelSizes
from desktop.models.store import InstalledModel
from tests.engine.models import install_script

NOTHING = LoadOptions()
CARD = GpuMemory("Graphics", 8 * 10**9, 7 * 10**9)
DESKTOP = MachineMemory(2**34, 2**33, (CARD,))


def planned(
    model: InstalledModel,
    wanted: LoadOptions = NOTHING,
    machine: MachineMemory = DESKTOP,
    **settings: Any,
) -> LoadPlan:
    chosen = Settings(**settings)
    sizes = ModelSizes([read_header(model.weights)])
    decision = Ladder(sizes, wishes_of(model, wanted, chosen), machine).decide()
    assert decision
    return plan_of(model, wanted, chosen, Machine(1, machine.total_bytes), decision)


@pytest.fixture
def model(tmp_path: Path) -> InstalledModel:
    return install_script(tmp_path, "m", "a")  # of one layer, and the output


@pytest.mark.parametrize(
    ("asked", "setting", "expected"), [(-1, -1, 2), (-1, 1, 1), (0, -1, 0), (1, 0, 1), (99, -1, 2)]
)
def test_layers_on_the_graphics_card(
    model: InstalledModel, asked: int, setting: int, expected: int
) -> None:
    wanted = LoadOptions(num_gpu=asked)
    plan = planned(model, wanted, gpu_layers=setting)
    assert plan.order().gpu_layers == expected
    assert plan.order().main_gpu == (-1 if expected == 0 else None)
    assert plan.view()["gpu_layers"] == expected
    assert plan.serves(LoadOptions(), model, 2048)
    assert plan.serves(wanted, model, 2048)


def test_without_a_card_the_engine_is_told_what_was_asked_for(model: InstalledModel) -> None:
    plan = planned(model, machine=MachineMemory(2**34, 2**33), gpu_layers=7)
    assert plan.order().gpu_layers == 7
    assert plan.view()["gpu_layers"] == 0


def test_a_file_that_tells_nothing_is_loaded_as_asked(model: InstalledModel) -> None:
    plan = plan_of(model, LoadOptions(num_ctx=512), Settings(), Machine(3, 2**33), None)
    order = plan.order()
    assert (order.context_tokens, order.cells, order.threads) == (512, 1024, 3)
    assert "gpu_layers" not in plan.view()
    automatic = plan_of(model, LoadOptions(), Settings(), Machine(3, 2**33), None)
    assert automatic.context_tokens == 4096


@pytest.mark.parametrize(
    ("loaded", "asked", "serves"),
    [
        (LoadOptions(), LoadOptions(num_ctx=2048), True),
        (LoadOptions(num_ctx=256), LoadOptions(num_ctx=257), False),
        (LoadOptions(num_ctx=256), LoadOptions(num_ctx=128), True),
        (LoadOptions(num_ctx=2048), LoadOptions(num_ctx=10**6), True),  # trained for 2048
        (LoadOptions(), LoadOptions(num_gpu=1), False),
        (LoadOptions(), LoadOptions(main_gpu=0), False),
        (LoadOptions(main_gpu=0), LoadOptions(), True),
        (LoadOptions(), LoadOptions(num_thread=1), True),
        (LoadOptions(), LoadOptions(num_thread=2), False),
        (LoadOptions(), LoadOptions(num_batch=64), False),
        (LoadOptions(use_mmap=False), LoadOptions(use_mmap=True), False),
    ],
)
def test_whether_a_load_serves_another_request(
    model: InstalledModel, loaded: LoadOptions, asked: LoadOptions, serves: bool
) -> None:
    assert planned(model, loaded).serves(asked, model, 2048) == serves


def test_who_was_refused_layers_is_not_loaded_anew_for_asking_again(model: InstalledModel) -> None:
    full = GpuMemory("Graphics", 8 * 10**9, 10**8)
    plan = planned(model, LoadOptions(num_gpu=2), MachineMemory(2**34, 2**33, (full,)))
    assert plan.gpu_layers == 0
    assert plan.serves(LoadOptions(num_gpu=2), model, 2048)


def test_options_are_joined_so_that_one_load_serves_both() -> None:
    first = LoadOptions(num_ctx=8192, num_gpu=0)
    second = LoadOptions(num_ctx=2048, num_thread=2)
    assert second.over(first) == LoadOptions(num_ctx=8192, num_gpu=0, num_thread=2)
    assert LoadOptions().over(LoadOptions()) == LoadOptions()


def test_a_chosen_type_of_cache_is_kept(model: InstalledModel) -> None:
    plan = planned(model, kv_cache_type="q8_0")
    assert (plan.kv_cache_type, plan.flash_attention) == ("q8_0", True)
    assert planned(model).flash_attention is None
    assert planned(model).kv_cache_type == "f16"
