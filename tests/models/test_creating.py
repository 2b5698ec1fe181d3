"""Making models of others and of uploaded files."""

import asyncio
import hashlib
import time
from collections.abc import AsyncGenerator
from pathlib import Path

import msgspec
import pytest

from desktop.core.errors import AppError, ModelNotFound
from desktop.models.creating.creation import Creation, Line, Tools
from desktop.models.creating.order import CreateOrder
from desktop.models.creating.quantization import Quantization
from desktop.models.creating.shelf import Shelf, remove_old_scratch
from desktop.models.importing import import_gguf
from desktop.models.library import Library
from desktop.models.manifests import LAYER_TYPE, Config, read_manifest
from desktop.models.names import ModelName
from desktop.models.store import ModelStore
from tests.creation import (
    PLAIN_TOOLS,
    any_template,
    create,
    left_in,
    lines_of,
    no_quantizer,
    put,
    write_adapter,
    write_projector,
    write_split_model,
)
from tests.tiny_gguf import Shape, write_unknown_architecture


def test_a_model_of_another_has_everything_that_has(library: Library) -> None:
    base = library.find("base")
    model = create(library, "copy", PLAIN_TOOLS, source="base")
    assert model.weights == base.weights
    assert model.parent_model == "base:latest"
    for name in ("template", "system", "parameters", "messages", "licenses"):
        assert getattr(model, name) == getattr(base, name)
    config = model.config
    assert (config.renderer, config.parser, config.requires) == ("r", "p", "0.1")
    assert config.capabilities == ["tools"]
    assert (config.model_family, config.file_type) == ("llama", "F32")
    assert len(left_in(library.root / "blobs")) == 8  # a config each, and one of all layers


def test_what_is_given_replaces_merges_or_adds_up(library: Library) -> None:
    model = create(
        library,
        "mine",
        PLAIN_TOOLS,
        source="base",
        template="{{ .System }}",
        system="Be brief.",
        parameters={"stop": ["b", "c"], "num_ctx": 64, "seed": None},
        licenses=("Ours.", ""),
        messages=({"role": "assistant", "content": "Ho"},),
        renderer="q",
        requires="0.2",
    )
    assert model.template == "{{ .System }}"
    assert model.system == "Be brief."
    assert model.parameters == {"temperature": 0.5, "stop": ["b", "c"], "num_ctx": 64}
    assert model.licenses == ["Yours.", "Ours."]
    assert model.messages == [{"role": "assistant", "content": "Ho"}]
    assert (model.config.renderer, model.config.requires) == ("q", "0.2")
    manifest, _ = read_manifest(library.manifest_path(model.name))
    kinds = [layer.kind for layer in manifest.layers or []]
    assert sorted(kinds) == [
        *("license", "license", "messages", "model", "params", "system", "template")
    ]


def test_the_lines_are_ollamas(library: Library, gguf_file: Path) -> None:
    digest = put(library, gguf_file)
    files = {"m.gguf": digest}
    lines = asyncio.run(lines_of(library, "new", PLAIN_TOOLS, files=files, system="Be kind."))
    manifest, _ = read_manifest(library.manifest_path(ModelName.parse("new")))
    system = f"sha256:{hashlib.sha256(b'Be kind.').hexdigest()}"
    assert [line["status"] for line in lines] == [
        "parsing GGUF",
        "validating GGUF model",
        f"using existing layer {digest}",
        f"using existing layer {system}",
        f"creating new layer {manifest.config.digest}",
        "writing manifest",
        "success",
    ]


def test_a_manifest_is_as_ollama_writes_it(library: Library, gguf_file: Path) -> None:
    model = create(library, "new", PLAIN_TOOLS, files={"m.gguf": put(library, gguf_file)})
    data = library.manifest_path(model.name).read_bytes()
    assert data.endswith(b"}\n")
    layers = msgspec.json.decode(data)["layers"]
    assert [layer["mediaType"] for layer in layers] == [LAYER_TYPE + "model"]
    assert layers[0]["from"] == "m.gguf"
    assert model.config == Config(
        model_format="gguf",
        model_family="llama",
        model_families=["llama"],
        model_type=model.details()["parameter_size"],
        file_type="F32",
        architecture="amd64",
        os="linux",
    )


def test_files_are_known_by_what_is_in_them(
    library: Library, gguf_file: Path, tmp_path: Path
) -> None:
    write_projector(tmp_path / "p")
    write_adapter(tmp_path / "a", base=gguf_file)
    files = {
        name: put(library, path)
        for name, path in (
            ("x/a.gguf", tmp_path / "a"),
            ("sha256-0", tmp_path / "p"),
            ("m.gguf", gguf_file),
        )
    }
    model = create(library, "new", PLAIN_TOOLS, files=files)
    assert model.weights == library.blob_path(files["m.gguf"])
    assert model.projectors == (library.blob_path(files["sha256-0"]),)
    assert model.adapters == (library.blob_path(files["x/a.gguf"]),)
    assert model.config.model_families == ["llama", "clip"]


def test_a_projector_is_added_to_a_model(library: Library, tmp_path: Path) -> None:
    write_projector(tmp_path / "p.gguf")
    digest = put(library, tmp_path / "p.gguf")
    model = create(library, "sees", PLAIN_TOOLS, source="base", files={"p.gguf": digest})
    assert model.weights == library.find("base").weights
    assert model.projectors == (library.blob_path(digest),)
    assert model.system == "Be kind."


def test_an_adapter_and_a_draft(library: Library, gguf_file: Path, tmp_path: Path) -> None:
    write_adapter(tmp_path / "a.gguf", base=gguf_file)
    adapter, draft = put(library, tmp_path / "a.gguf"), put(library, gguf_file)
    model = create(
        library,
        "x",
        PLAIN_TOOLS,
        source="base",
        adapters={"a.gguf": adapter},
        drafts={"d.gguf": draft},
    )
    assert model.adapters == (library.blob_path(adapter),)
    assert model.drafts == (library.blob_path(draft),)


def test_split_files_stay_parts(library: Library, tmp_path: Path) -> None:
    first, second = write_split_model(tmp_path, shape=Shape())
    digests = [put(library, second), put(library, first)]
    model = create(
        library, "split", PLAIN_TOOLS, files={second.name: digests[0], first.name: digests[1]}
    )
    assert model.weight_parts == tuple(library.blob_path(each) for each in reversed(digests))
    whole = library.find("base").facts
    assert model.facts is not None
    assert whole is not None
    assert model.facts.parameter_count == whole.parameter_count
    heir = create(library, "heir", PLAIN_TOOLS, source="split")
    assert heir.weight_parts == model.weight_parts


def test_overwriting_removes_what_nobody_needs_any_more(library: Library, gguf_file: Path) -> None:
    old = create(
        library, "x", PLAIN_TOOLS, files={"m.gguf": put(library, gguf_file)}, system="Unique."
    )
    model = create(library, "X", PLAIN_TOOLS, source="base")
    assert model.name.short == "x:latest"
    assert not old.weights.exists()
    assert left_in(library.root / "blobs") == {
        path.name
        for name in ("base", "x")
        for layers in [read_manifest(library.manifest_path(ModelName.parse(name)))[0]]
        for layer in [*(layers.layers or []), layers.config]
        for path in [library.blob_path(layer.digest)]
    }


def test_a_model_made_of_itself(library: Library) -> None:
    model = create(library, "base", PLAIN_TOOLS, source="base", system="Be loud.")
    assert model.system == "Be loud."
    assert model.template == "{{ .Prompt }}"


def test_a_model_of_another_programs_store_is_linked(library: Library, tmp_path: Path) -> None:
    both = Library(ModelStore(tmp_path / "own"), [ModelStore(library.root, shared=True)])
    before = left_in(library.root)
    model = create(both, "mine", PLAIN_TOOLS, source="base", system="Mine.")
    assert not model.shared
    assert model.weights.parent == tmp_path / "own/blobs"
    assert model.weights.samefile(library.find("base").weights)
    assert left_in(library.root) == before


def test_a_source_that_is_not_installed_is_pulled(library: Library, gguf_file: Path) -> None:
    async def pull(source: str) -> AsyncGenerator[Line]:
        yield {"status": "pulling manifest"}
        import_gguf(library.own, gguf_file, ModelName.parse(source))
        yield {"status": "success"}

    tools = Tools(quantize=no_quantizer, check_template=any_template, pull=pull)
    lines = asyncio.run(lines_of(library, "new", tools, source="far"))
    assert [line["status"] for line in lines[:1]] == ["pulling manifest"]
    assert [line for line in lines if line["status"] == "success"] == lines[-1:]
    assert library.find("new").parent_model == "far:latest"


def test_info_is_believed_more_than_the_file(library: Library) -> None:
    info = {
        "capabilities": ["vision"],
        "model_family": "f",
        "base_name": "b",
        "quantization_level": "Q",
        "parameter_size": "7B",
        "context_length": 10.0,
        "embedding_length": 3,
    }
    config = create(library, "new", PLAIN_TOOLS, source="base", info=info).config
    assert config.capabilities == ["vision"]
    assert (config.model_family, config.base_name) == ("f", "b")
    assert (config.file_type, config.model_type) == ("Q", "7B")
    assert (config.context_length, config.embedding_length) == (10, 3)


def test_gemma_4_gets_ollamas_renderer_and_stop(library: Library, tmp_path: Path) -> None:
    write_unknown_architecture(tmp_path / "g.gguf", arch="gemma4")
    files = {"g.gguf": put(library, tmp_path / "g.gguf")}
    model = create(library, "g", PLAIN_TOOLS, files=files)
    assert (model.config.renderer, model.config.parser) == ("gemma4", "gemma4")
    assert model.parameters == {"stop": ["<turn|>"]}
    own = create(library, "h", PLAIN_TOOLS, files=files, renderer="mine", parameters={"top_k": 1})
    assert (own.config.renderer, own.config.parser) == ("mine", "")
    assert own.parameters == {"top_k": 1}


def test_what_cannot_be_written_leaves_nothing_behind(library: Library) -> None:
    place = library.manifest_path(ModelName.parse("new")).parent
    place.write_text("in the way")
    before = left_in(library.root)
    with pytest.raises(AppError, match="could not be taken"):
        create(library, "new", PLAIN_TOOLS, source="base", system="Never seen.")
    assert left_in(library.root) == before


def test_what_a_killed_server_left_is_removed_after_a_while(library: Library) -> None:
    folder = library.own.partial / "create-0123456789abcdef" / "model"
    folder.mkdir(parents=True)
    (folder / "quantized.gguf").touch()
    now = time.time()
    remove_old_scratch(library.own, older_than=now - 60)
    assert folder.exists()
    remove_old_scratch(library.own, older_than=now + 60)
    assert not folder.parent.exists()


def test_giving_up_in_the_middle(library: Library) -> None:
    async def for_ever(work: Quantization) -> AsyncGenerator[tuple[int, int]]:
        work.target.write_bytes(b"half")
        yield 1, 2
        await asyncio.get_running_loop().create_future()

    async def give_up() -> None:
        tools = Tools(quantize=for_ever, check_template=any_template)
        order = CreateOrder(name=ModelName.parse("new"), source="base", quantize="q8_0")
        lines = Creation(order, Shelf(library), tools).lines()
        assert (await anext(lines))["total"] == 2
        await lines.aclose()

    before = left_in(library.root)
    asyncio.run(give_up())
    assert left_in(library.root) == before
    with pytest.raises(ModelNotFound):
        library.find("new")
