"""What is recommended instead of a model that is too large."""

from collections.abc import Callable
from pathlib import Path

import pytest

from desktop.core.resources import resource
from desktop.models.catalog import load_catalog
from desktop.models.importing import import_gguf
from desktop.models.installed import InstalledModel
from desktop.models.library import Library
from desktop.models.names import ModelName
from desktop.models.smaller import SmallerModels
from desktop.models.store import ModelStore
from tests.tiny_gguf import Shape, write_random_model

GB = 10**9
Install = Callable[[str, int], InstalledModel]


@pytest.fixture
def store(tmp_path: Path) -> ModelStore:
    return ModelStore(tmp_path / "models")


@pytest.fixture
def install(store: ModelStore, tmp_path: Path) -> Install:
    def add(name: str, layers: int) -> InstalledModel:
        write_random_model(tmp_path / "file", shape=Shape(layers=layers))
        return import_gguf(store, tmp_path / "file", ModelName.parse(name))

    return add


def smaller(store: ModelStore) -> SmallerModels:
    return SmallerModels(Library(store), lambda: load_catalog(resource("catalog.json")))


def test_the_same_model_in_another_quantization_comes_first(
    store: ModelStore, install: Install
) -> None:
    large = install("talker:f32", 9)
    install("other", 8)
    install("talker:q8", 6)
    install("talker:q2", 2)
    find = smaller(store).find
    assert find(large, 2 * GB) == "talker:q8"
    assert find(large, GB // 2) == ""


def test_else_the_largest_that_is_installed(store: ModelStore, install: Install) -> None:
    large = install("talker", 9)
    install("small", 2)
    install("middle", 5)
    assert smaller(store).find(large, 2 * GB) == "middle:latest"


def test_nothing_larger_than_the_model_itself(store: ModelStore, install: Install) -> None:
    only = install("talker", 1)
    install("other", 5)
    assert smaller(store).find(only, 64 * GB) == ""
