"""The catalogue that is delivered, and catalogues with a fault."""

import json
from pathlib import Path
from typing import Any, get_args

import pytest

from desktop.core.resources import resource
from desktop.models.catalog import Capability, Catalog, CatalogInvalid, EntryUnknown, load_catalog
from desktop.models.names import ModelName
from desktop.models.registry.sources import NamedModel, read_source


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load_catalog(resource("catalog.json"))


def test_there_is_something_for_everybody(catalog: Catalog) -> None:
    assert 40 <= len(catalog.models) <= 60
    offered = {name for entry in catalog.models for name in entry.capabilities}
    assert offered == set(get_args(Capability))
    sizes = sorted(entry.parameters for entry in catalog.models)
    assert sizes[0] < 10**9 < sizes[len(sizes) // 2] < 10**10 < sizes[-1]


def test_each_name_can_be_pulled_and_occurs_once(catalog: Catalog) -> None:
    names = [variant.name for entry in catalog.models for variant in entry.variants]
    assert len({ModelName.parse(name).folded for name in names}) == len(names)
    for name in names:
        assert isinstance(read_source(name, insecure=False), NamedModel)


def test_ids_and_titles_are_unique(catalog: Catalog) -> None:
    assert len({entry.id for entry in catalog.models}) == len(catalog.models)
    assert len({entry.title for entry in catalog.models}) == len(catalog.models)


def test_what_each_is_good_for_is_said_in_two_languages(catalog: Catalog) -> None:
    for entry in catalog.models:
        assert entry.about.en != entry.about.de, entry.id
        for sentence in (entry.about.en, entry.about.de):
            assert sentence.endswith("."), sentence
            assert len(sentence) <= 100, sentence
    assert len({entry.about.en for entry in catalog.models}) == len(catalog.models)
    assert len({entry.about.de for entry in catalog.models}) == len(catalog.models)


def test_sizes_are_round_and_plausible(catalog: Catalog) -> None:
    for entry in catalog.models:
        for variant in entry.variants:
            rough = entry.rough_bytes(variant)
            assert rough is not None, variant.name
            assert 0.4 < rough / entry.parameters < 2.6, variant.name
            assert variant.approximate_bytes is None or variant.approximate_bytes % 10**6 == 0


def test_lookup(catalog: Catalog) -> None:
    assert catalog.find("llama3.2-3b").variants[0].name == "llama3.2:3b"
    with pytest.raises(EntryUnknown, match="no entry 'nothing'"):
        catalog.find("nothing")


ENTRY: dict[str, Any] = {
    "id": "a",
    "title": "A",
    "family": "a",
    "about": {"en": "Good.", "de": "Gut."},
    "license": "MIT",
    "languages": ["en"],
    "parameters": 1,
    "context_tokens": 1,
    "capabilities": ["chat"],
    "variants": [{"quantization": "Q4_0", "name": "a:b"}],
}


@pytest.mark.parametrize(
    ("models", "words"),
    [
        ([ENTRY, ENTRY], "two entries a"),
        ([ENTRY | {"variants": [{"quantization": "Q4_0", "name": "a b"}]}], "not the name of a"),
        ([ENTRY | {"variants": []}], "length >= 1"),
        ([ENTRY | {"capabilities": ["cooking"]}], "cooking"),
        ([ENTRY | {"about": {"en": "Good."}}], "de"),
        ([ENTRY | {"colour": "red"}], "colour"),
        ([ENTRY | {"id": "../a"}], "regex"),
        ([ENTRY | {"parameters": -1}], ">= 1"),
        ("nothing", "Expected `array`"),
    ],
)
def test_a_fault_is_named(tmp_path: Path, models: Any, words: str) -> None:
    path = tmp_path / "catalog.json"
    path.write_text(json.dumps({"note": "Sizes are rounded.", "models": models}))
    with pytest.raises(CatalogInvalid, match=words):
        load_catalog(path)


def test_no_catalogue_at_all(tmp_path: Path) -> None:
    with pytest.raises(CatalogInvalid, match=r"none\.json cannot be used"):
        load_catalog(tmp_path / "none.json")
    (tmp_path / "none.json").write_bytes(b"\xff{")
    with pytest.raises(CatalogInvalid, match=r"none\.json cannot be used"):
        load_catalog(tmp_path / "none.json")
