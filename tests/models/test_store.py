"""The store: what is installed, in Ollama's layout, whatever happens to the files."""

import hashlib
import json
import logging
import os
import time
from pathlib import Path
from typing import Any

import pytest

from desktop.core.errors import (
    ModelFileInvalid,
    ModelNameInvalid,
    ModelNotFound,
    NotSupported,
)
from desktop.models.names import ModelName
from desktop.models.store import ModelStore
from tests.models.stores import put_blob, put_json, put_manifest, random_weights

GO_TEMPLATE = "{{ .System }} {{ .Tools }} {{ .Suffix }} {{ .Thinking }}"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "models"


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return random_weights(tmp_path_factory.mktemp("weights"))


def test_no_store_yet(root: Path) -> None:
    assert ModelStore(root).list() == []
    with pytest.raises(ModelNotFound, match=r"^model 'm' not found$"):
        ModelStore(root).find("m")


def test_everything_of_a_model(root: Path, weights: bytes) -> None:
    layers = [
        put_blob(root, weights, **{"from": "base:1b"}),
        put_blob(root, b"projector", "projector"),
        put_blob(root, b"adapter", "adapter"),
        put_blob(root, b"draft", "draft"),
        put_blob(root, b"{{ .Prompt }}", "template"),
        put_blob(root, b"Be kind.", "system"),
        put_json(root, {"stop": ["<|x|>"], "temperature": 0.5}, "params"),
        put_json(root, [{"role": "user", "content": "Hi"}], "messages"),
        put_blob(root, "Yours, forever ©".encode(), "license"),
        put_blob(root, b"second", "license"),
        {"mediaType": "application/vnd.new", "digest": "sha256:" + "0" * 64, "size": 5},
    ]
    path = put_manifest(root, "m:1b", layers, {"model_family": "llama"}, modified=1e9)
    model = ModelStore(root).find("m:1b")
    assert model.name.short == "m:1b"
    assert model.digest == hashlib.sha256(path.read_bytes()).hexdigest()
    assert model.size_bytes == sum(layer["size"] for layer in layers) + len(
        b'{"model_family": "llama"}'
    )
    assert model.modified_at.timestamp() == 1e9
    assert model.modified_at.tzinfo is not None
    assert model.weights.read_bytes() == weights
    assert [file.read_bytes() for file in model.projectors] == [b"projector"]
    assert [file.read_bytes() for file in model.adapters] == [b"adapter"]
    assert [file.read_bytes() for file in model.drafts] == [b"draft"]
    assert (model.template, model.system) == ("{{ .Prompt }}", "Be kind.")
    assert model.parameters == {"stop": ["<|x|>"], "temperature": 0.5}
    assert model.messages == [{"role": "user", "content": "Hi"}]
    assert model.licenses == ["Yours, forever ©", "second"]
    assert model.parent_model == "base:1b"
    assert model.config.model_family == "llama"


def test_newest_first_then_by_name(root: Path, weights: bytes) -> None:
    layers = [put_blob(root, weights)]
    for name, modified in (("old", 100.0), ("b", 200.9), ("a", 200.1), ("hf.co/u/new:Q8", 300.0)):
        put_manifest(root, name, layers, modified=modified)
    names = [model.name.short for model in ModelStore(root).list()]
    assert names == ["hf.co/u/new:Q8", "a:latest", "b:latest", "old:latest"]


def test_changes_by_others_are_seen(root: Path, weights: bytes) -> None:
    store, layers = ModelStore(root), [put_blob(root, weights)]
    path = put_manifest(root, "m", layers)
    first = store.find("m")
    assert store.find("m") is first
    put_manifest(root, "m", [*layers, put_blob(root, b"new", "system")])
    assert store.find("m").system == "new"
    path.unlink()
    assert store.list() == []
    with pytest.raises(ModelNotFound):
        store.find("m")


@pytest.mark.parametrize(
    "text", ["LLAMA3.2", "llama3.2:LATEST", "Library/Llama3.2", "llama3.2:local"]
)
def test_case_makes_no_difference(root: Path, weights: bytes, text: str) -> None:
    put_manifest(root, "Llama3.2", [put_blob(root, weights)])
    assert ModelStore(root).find(text).name.model.casefold() == "llama3.2"


def test_names_that_cannot_be_found(root: Path, weights: bytes) -> None:
    put_manifest(root, "m", [put_blob(root, weights)])
    store = ModelStore(root)
    with pytest.raises(ModelNotFound, match="model 'm:1b' not found"):
        store.find("m:1b")
    with pytest.raises(ModelNameInvalid):
        store.find("")
    with pytest.raises(ModelNameInvalid, match="not both"):
        store.find("m:local:cloud")
    with pytest.raises(NotSupported):
        store.find("m:cloud")


def test_one_bad_model_hides_no_other(
    root: Path, weights: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    good = put_blob(root, weights)
    put_manifest(root, "good", [good])
    put_manifest(root, "half", [good]).write_text('{"schemaVersion":2,')
    put_manifest(root, "stub", [], {"remote_host": "https://ollama.com"})
    put_manifest(root, "escape", [{"mediaType": good["mediaType"], "digest": "sha256:../x"}])
    put_manifest(root, "params", [good, put_blob(root, b"[1]", "params")])
    lost = put_blob(root, b"lost")
    put_manifest(root, "lost", [lost])
    (root / "blobs" / lost["digest"].replace(":", "-")).unlink()
    strange = root / "manifests" / "registry.ollama.ai" / "library" / "good"
    (strange / ".puna-draft").write_text("{}")
    (strange / "folder").mkdir()
    (root / "manifests" / "file").write_text("")
    store = ModelStore(root)
    with caplog.at_level(logging.WARNING):
        assert [model.name.model for model in store.list()] == ["good"]
        first = len(caplog.records)
        assert [model.name.model for model in store.list()] == ["good"]
    assert len(caplog.records) == first == 6
    with pytest.raises(ModelFileInvalid, match=r"^lost:latest lacks its file sha256-"):
        store.find("lost")
    put_blob(root, b"lost")
    assert store.find("lost").weights.read_bytes() == b"lost"


def test_vanished_weights_are_noticed(root: Path, weights: bytes) -> None:
    put_manifest(root, "m", [put_blob(root, weights)])
    store = ModelStore(root)
    store.find("m").weights.unlink()
    assert store.list() == []


def aged(root: Path) -> None:
    """Make the whole store an hour old, so that what was read of it can be trusted."""
    old = time.time() - 3600
    for path in (*root.rglob("*"), root):
        os.utime(path, (old, old), follow_symlinks=False)


def test_while_nothing_changes_the_same_is_told(root: Path, weights: bytes) -> None:
    layers = [put_blob(root, weights)]
    put_manifest(root, "a", layers)
    put_manifest(root, "bad", []).write_text("{")
    aged(root)
    store = ModelStore(root)
    first = store.snapshot()
    assert [model.name.model for model in first.models] == ["a"]
    assert [problem.name.model for problem in first.problems] == ["bad"]
    assert first.problems[0].path == store.manifest_path(first.problems[0].name)
    assert store.snapshot() is first
    (root / "blobs" / "sha256-123").write_text("somebody writes")
    assert store.snapshot() is first


def test_every_change_is_seen_at_once(root: Path, weights: bytes) -> None:
    store, layers = ModelStore(root), [put_blob(root, weights)]

    def names() -> list[str]:
        aged(root)
        found = sorted(model.name.short for model in store.list())
        assert sorted(model.name.short for model in store.list()) == found
        return found

    path = put_manifest(root, "a", layers)
    assert names() == ["a:latest"]
    put_manifest(root, "a:2", layers)
    put_manifest(root, "hf.co/u/m", layers)
    assert len(store.list()) == len(names()) == 3
    path.write_bytes(path.read_bytes().replace(b'"layers"', b'"layers" '))  # in its place
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    assert digest in [model.digest for model in store.list()]
    names()
    path.unlink()
    assert names() == ["a:2", "hf.co/u/m:latest"]
    (root / "blobs" / layers[0]["digest"].replace(":", "-")).unlink()
    assert store.list() == []
    put_blob(root, weights)
    assert len(store.list()) == 2


def test_a_manifest_that_changes_within_a_moment(root: Path, weights: bytes) -> None:
    layers = [put_blob(root, weights)]
    path = put_manifest(root, "m", [*layers, put_blob(root, b"old", "system")])
    store, stat = ModelStore(root), path.stat()
    assert store.find("m").system == "old"
    put_manifest(root, "m", [*layers, put_blob(root, b"new", "system")])
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))  # as if the clock had not moved
    assert path.stat().st_size == stat.st_size
    assert store.find("m").system == "new"
    assert store.list()[0].system == "new"


def test_weights_that_are_a_link_are_watched(root: Path, tmp_path: Path, weights: bytes) -> None:
    layer = put_blob(root, weights)
    put_manifest(root, "m", [layer])
    blob, file = root / "blobs" / layer["digest"].replace(":", "-"), tmp_path / "elsewhere"
    blob.rename(file)
    blob.symlink_to(file)
    aged(tmp_path)
    store = ModelStore(root)
    first = store.snapshot()
    assert (store.snapshot() is first, len(first.models)) == (True, 1)
    file.write_bytes(b"changed by its owner")
    assert store.snapshot() is not first
    assert "not a GGUF file" in store.list()[0].problem
    file.unlink()
    assert store.list() == []
    assert "lacks its file" in store.snapshot().problems[0].reason
    file.write_bytes(weights)
    assert store.list()[0].problem == ""


def test_a_time_that_no_calendar_knows(root: Path, weights: bytes) -> None:
    path = put_manifest(root, "m", [put_blob(root, weights)])
    try:
        os.utime(path, (2**60, 2**60))
    except (OSError, OverflowError):
        pytest.skip("the file system does not take it")
    assert [model.name.model for model in ModelStore(root).list()] == ["m"]


def test_safetensors_models_are_told_of(root: Path) -> None:
    put_manifest(root, "m", [put_blob(root, b"t", "tensor"), put_blob(root, b"{}", "json")])
    (problem,) = ModelStore(root).snapshot().problems
    assert "safetensors format; only GGUF" in problem.reason


def test_a_name_longer_than_a_file_system_takes(root: Path) -> None:
    with pytest.raises(ModelNotFound):
        ModelStore(root).find("h" * 300 + "/ns/m")


def test_names_to_write_to_are_spelled_as_those_that_are_there(root: Path, weights: bytes) -> None:
    put_manifest(root, "Llama3:8B", [put_blob(root, weights)])
    spelled = ModelStore(root).spelled
    assert spelled(ModelName.parse("llama3:8b")).short == "Llama3:8B"
    assert spelled(ModelName.parse("LLAMA3:new")).short == "Llama3:new"
    assert spelled(ModelName.parse("hf.co/U/m")).short == "hf.co/U/m:latest"


def test_split_weights(root: Path, weights: bytes) -> None:
    parts = [put_blob(root, content, "x") for content in (b"2", b"3")]
    for part in parts:
        part["mediaType"] = "application/vnd.puna.image.model-part"
    put_manifest(root, "m", [put_blob(root, weights), *parts])
    store = ModelStore(root)
    model = store.find("m")
    assert [path.read_bytes() for path in model.weight_parts] == [weights, b"2", b"3"]
    assert model.weights == model.weight_parts[0]
    model.weight_parts[1].unlink()
    with pytest.raises(ModelFileInvalid, match=r"^m:latest is missing shard 2 of 3\.$"):
        store.find("m")


def test_a_text_layer_is_bounded(root: Path, weights: bytes) -> None:
    put_manifest(root, "m", [put_blob(root, weights), put_blob(root, b"x" * 2**23, "system")])
    with pytest.raises(ModelFileInvalid, match="too many for its kind"):
        ModelStore(root).find("m")


def test_details_come_from_the_config_first(root: Path, weights: bytes) -> None:
    config = {
        "model_format": "gguf",
        "model_family": "qwen3",
        "model_families": ["qwen3", "clip"],
        "model_type": "4.0B",
        "file_type": "Q4_K_M",
        "context_length": 77,
    }
    put_manifest(root, "m", [put_blob(root, weights, **{"from": "base"})], config)
    model = ModelStore(root).find("m")
    assert model.details() == {
        "parent_model": "base",
        "format": "gguf",
        "family": "qwen3",
        "families": ["qwen3", "clip"],
        "parameter_size": "4.0B",
        "quantization_level": "Q4_K_M",
    }
    lengths = model.details(with_lengths=True)
    assert (lengths["context_length"], lengths["embedding_length"]) == (77, 64)


def test_details_without_a_config_come_from_the_header(root: Path, weights: bytes) -> None:
    path = put_manifest(root, "m", [put_blob(root, weights)])
    content = json.loads(path.read_text())
    del content["config"]
    path.write_text(json.dumps(content))
    assert ModelStore(root).find("m").details(with_lengths=True) == {
        "parent_model": "",
        "format": "gguf",
        "family": "llama",
        "families": ["llama"],
        "parameter_size": "147.78K",
        "quantization_level": "F32",
        "context_length": 2048,
        "embedding_length": 64,
    }


def test_details_of_weights_that_cannot_be_read(root: Path) -> None:
    put_manifest(root, "m", [put_blob(root, b"no gguf")])
    model = ModelStore(root).find("m")
    details = model.details(with_lengths=True)
    assert (details["family"], details["families"]) == ("", None)
    assert (details["parameter_size"], details["quantization_level"]) == ("", "unknown")
    assert model.capabilities == []


@pytest.mark.parametrize(
    ("options", "layers", "config", "capabilities"),
    [
        ({}, {}, {}, ["completion"]),
        ({}, {}, {"capabilities": ["tools"]}, ["tools", "completion"]),
        ({"extra": {"llama.pooling_type": 1}}, {}, {}, ["embedding"]),
        ({}, {"projector": b"?"}, {}, ["completion", "vision"]),
        ({}, {"template": GO_TEMPLATE.encode()}, {}, ["completion", "insert"]),
        (
            {"chat_template": None},
            {"template": GO_TEMPLATE.encode()},
            {},
            ["completion", "tools", "insert", "thinking"],
        ),
        (
            {"chat_template": "{{ tools }}<think></think>"},
            {},
            {},
            ["completion", "tools", "thinking"],
        ),
    ],
)
def test_capabilities(
    root: Path,
    tmp_path: Path,
    options: dict[str, Any],
    layers: dict[str, bytes],
    config: dict[str, Any],
    capabilities: list[str],
) -> None:
    blobs = [put_blob(root, random_weights(tmp_path, **options))]
    blobs += [put_blob(root, content, kind) for kind, content in layers.items()]
    put_manifest(root, "m", blobs, config)
    assert ModelStore(root).find("m").capabilities == capabilities


def test_a_license_that_vanishes_is_left_out(root: Path, weights: bytes) -> None:
    terms = put_blob(root, b"terms", "license")
    put_manifest(root, "m", [put_blob(root, weights), terms])
    model = ModelStore(root).find("m")
    os.unlink(model.license_files[0])
    assert model.licenses == []
