"""Where a load's figures come from: the request, else the settings."""

from pathlib import Path

import pytest

from desktop.core.settings import Settings
from desktop.engine.options import LoadOptions
from desktop.engine.plan import Machine, make_plan
from tests.engine.models import install_script


@pytest.mark.parametrize(("asked", "expected"), [(-1, 7), (0, 0), (3, 3)])
def test_layers_on_the_graphics_card(tmp_path: Path, asked: int, expected: int) -> None:
    model = install_script(tmp_path, "m", "a")
    settings = Settings(gpu_layers=7)
    plan = make_plan(model, LoadOptions(num_gpu=asked), settings, Machine(1, 2**33))
    assert plan.order().gpu_layers == expected
    assert plan.serves(LoadOptions(), model, 2048)
