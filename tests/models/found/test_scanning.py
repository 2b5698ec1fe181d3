"""Models of other programs: found wherever they are, whatever state they are in."""

import hashlib
import os
from pathlib import Path

import pytest

from desktop.models.found import walking
from desktop.models.found.places import Place, places_of
from desktop.models.found.scanning import FoundModel, scan
from desktop.models.importing import import_gguf
from desktop.models.library import Library
from desktop.models.names import ModelName
from desktop.models.store import ModelStore
from tests.models.found.machine import machine, write_model, write_projector
from tests.models.split_gguf import split


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(ModelStore(tmp_path / "own"))


def look(root: Path, library: Library) -> list[FoundModel]:
    return scan(places_of(machine(root)), library)


def test_nothing_is_there(tmp_path: Path, library: Library) -> None:
    assert look(tmp_path, library) == []


def test_lm_studio(tmp_path: Path, library: Library) -> None:
    folder = tmp_path / "home/.lmstudio/models/lmstudio-community/gemma-3-4b-it-GGUF"
    file = write_model(folder / "gemma-3-4b-it-Q4_0.gguf")
    projector = write_projector(folder / "mmproj-model-f16.gguf")
    (folder / "unfinished.gguf.part").write_bytes(b"")
    (model,) = look(tmp_path, library)
    assert model == FoundModel(
        title="lmstudio-community/gemma-3-4b-it-GGUF",
        origin="LM Studio",
        files=(file,),
        projectors=(projector,),
        size_bytes=file.stat().st_size + projector.stat().st_size,
        quantization="F32",
        suggested=ModelName.parse("tiny-random:f32"),
    )


def test_hugging_face(tmp_path: Path, library: Library) -> None:
    repo = tmp_path / "home/.cache/huggingface/hub/models--user--repo-GGUF"
    content = write_model(tmp_path / "m.gguf").read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    (repo / "blobs").mkdir(parents=True)
    (repo / "blobs" / digest).write_bytes(content)
    for revision in ("aaa", "bbb"):
        snapshot = repo / "snapshots" / revision
        snapshot.mkdir(parents=True)
        (snapshot / "m-F32.gguf").symlink_to(f"../../blobs/{digest}")
        (snapshot / "gone.gguf").symlink_to("../../blobs/none")
    (model,) = look(tmp_path, library)
    assert (model.title, model.installed) == ("user/repo-GGUF", None)
    assert model.files[0].parent.name == "aaa"
    copied = import_gguf(library.own, tmp_path / "m.gguf", ModelName.parse("mine"))
    (model,) = look(tmp_path, library)
    assert model.installed == copied.name


def test_jan(tmp_path: Path, library: Library) -> None:
    data = tmp_path / "home/.local/share/Jan/data"
    folder = data / "llamacpp/models/unsloth/Tiny"
    file = write_model(folder / "model.gguf")
    write_projector(folder / "mmproj.gguf")
    (folder / "model.yml").write_text(
        "model_path: llamacpp/models/unsloth/Tiny/model.gguf\n"
        "mmproj_path: llamacpp/models/unsloth/Tiny/mmproj.gguf\n"
        'name: "My Tiny"\nsize_bytes: 5\n'
    )
    outside = split(file, tmp_path, "outside", 9)
    note = data / "llamacpp/models/other/model.yml"
    note.parent.mkdir()
    note.write_text(f"model_path: {outside[0]}\n")
    for name, content in (("lost", b"model_path: no/such.gguf"), ("bad", b"\xff\xfe: \0")):
        (data / "llamacpp/models" / name).mkdir()
        (data / "llamacpp/models" / name / "model.yml").write_bytes(content)
    plain = write_model(data / "llamacpp/models/plain/m.gguf", extra={"general.name": "Plain"})
    found = {model.title: model for model in look(tmp_path, library)}
    assert set(found) == {"My Tiny", "other", "Plain"}
    assert found["My Tiny"].files == (file,)
    assert [path.name for path in found["My Tiny"].projectors] == ["mmproj.gguf"]
    assert found["other"].files == tuple(outside)
    assert found["other"].origin == "Jan"
    assert found["Plain"].files == (plain,)


def test_gpt4all_and_llama_cpp(tmp_path: Path, library: Library) -> None:
    write_model(tmp_path / "home/.local/share/nomic.ai/GPT4All/a.gguf")
    write_model(tmp_path / "home/.cache/llama.cpp/b.gguf")
    found = look(tmp_path, library)
    assert [(model.origin, model.files[0].name) for model in found] == [
        ("GPT4All", "a.gguf"),
        ("llama.cpp", "b.gguf"),
    ]
    assert [model.suggested.short for model in found] == ["tiny-random:f32", "tiny-random-2:f32"]


def test_suggestions_avoid_what_is_installed(tmp_path: Path, library: Library) -> None:
    file = write_model(tmp_path / "m.gguf")
    import_gguf(library.own, file, ModelName.parse("Tiny-Random:F32"))
    write_model(tmp_path / "home/.cache/llama.cpp/b.gguf", seed=1)
    (model,) = look(tmp_path, library)
    assert (model.suggested.short, model.installed) == ("tiny-random-2:f32", None)


def test_problems_are_told(tmp_path: Path, library: Library) -> None:
    folder = tmp_path / "home/.cache/llama.cpp"
    good = write_model(folder / "good.gguf")
    split(good, folder, "part", 9)[1].unlink()
    (folder / "wrong.gguf").write_bytes(b"<!DOCTYPE html>")
    write_projector(folder / "mmproj-of-another.gguf")
    found = {model.files[0].name: model for model in look(tmp_path, library)}
    assert found["good.gguf"].problem == ""
    assert "missing shard 2 of 3" in found["part-00001-of-00003.gguf"].problem
    assert "is not a GGUF file" in found["wrong.gguf"].problem
    assert "is a projector" in found["mmproj-of-another.gguf"].problem


def test_folders_in_circles(tmp_path: Path, library: Library) -> None:
    top = tmp_path / "top"
    write_model(top / "a" / "m.gguf")
    (top / "a" / "up").symlink_to(top)
    (top / "loop").symlink_to(top / "loop")
    (top / "a" / "m2.gguf").symlink_to("m.gguf")
    os.mkfifo(top / "pipe.gguf")
    (model,) = scan([Place("X", top)], library)
    assert model.files == (top / "a" / "m.gguf",)


def test_names_that_are_no_text(tmp_path: Path, library: Library) -> None:
    file = write_model(tmp_path / "top" / "m.gguf")
    try:
        os.link(file, os.fsencode(tmp_path / "top") + b"/\xff.gguf")
    except OSError:
        pytest.skip("the file system takes text alone")
    (model,) = scan([Place("X", tmp_path / "top")], library)
    assert model.files == (file,)


def test_bounds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deep = tmp_path.joinpath("top", *"abcdefghij")
    write_model(deep / "m.gguf")
    assert list(walking.folders_with_models(tmp_path / "top")) == []
    many = tmp_path / "many"
    many.mkdir()
    for number in range(20):
        (many / f"{number}.gguf").write_bytes(b"")
    monkeypatch.setattr(walking, "MAX_FILES", 5)
    (contents,) = walking.folders_with_models(many)
    assert len(contents.models) == 5
    monkeypatch.setattr(walking, "MAX_ENTRIES", 3)
    (contents,) = walking.folders_with_models(many)
    assert len(contents.models) == 3
