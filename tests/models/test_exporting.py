"""Models as files in a folder."""

from pathlib import Path

import pytest

from desktop.client.create_plan import make_plan
from desktop.client.modelfile import read_modelfile
from desktop.core.errors import RequestCanceled
from desktop.models.exporting import ExportRefused, export_model
from desktop.models.installed import InstalledModel
from tests.creation import create, left_in, library_in, put, write_split_model
from tests.models.stores import put_blob, put_json, put_manifest, random_weights
from tests.tiny_gguf import Shape


@pytest.fixture
def model(tmp_path: Path) -> InstalledModel:
    root = tmp_path / "models"
    layers = [
        put_blob(root, random_weights(tmp_path)),
        put_blob(root, b"p", "projector"),
        put_blob(root, b"a", "adapter"),
        put_blob(root, b"d", "draft"),
        put_blob(root, b"Be kind.", "system"),
        put_json(root, {"stop": ["x"]}, "params"),
    ]
    put_manifest(root, "me/m:1b", layers)
    return library_in(root).find("me/m:1b")


def test_files_have_names_that_the_modelfile_knows(model: InstalledModel, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    told: list[tuple[int, int]] = []
    paths = export_model(model, folder, progress=lambda *sizes: told.append(sizes))
    names = ["m-1b.gguf", "mmproj-m-1b.gguf", "adapter-m-1b.gguf", "draft-m-1b.gguf", "Modelfile"]
    assert [path.name for path in paths] == names
    assert told[-1][0] == told[-1][1]
    modelfile = read_modelfile(folder / "Modelfile")
    assert modelfile.sources == ["m-1b.gguf", "mmproj-m-1b.gguf"]
    assert modelfile.adapters == ["adapter-m-1b.gguf"]
    assert modelfile.drafts == ["draft-m-1b.gguf"]
    assert (modelfile.system, modelfile.parameters) == ("Be kind.", {"stop": ["x"]})
    plan = make_plan(modelfile, folder)
    assert plan.files["m-1b.gguf"].read_bytes() == model.weights.read_bytes()


def test_bytes_are_shared_unless_a_copy_is_wanted(model: InstalledModel, tmp_path: Path) -> None:
    shared, *_ = export_model(model, tmp_path / "a")
    copied, *_ = export_model(model, tmp_path / "b", copy=True)
    assert shared.samefile(model.weights)
    assert not copied.samefile(model.weights)
    assert copied.read_bytes() == model.weights.read_bytes()


def test_nothing_is_overwritten(model: InstalledModel, tmp_path: Path) -> None:
    (tmp_path / "Modelfile").write_text("mine")
    before = left_in(tmp_path)
    with pytest.raises(ExportRefused, match="Modelfile exists already"):
        export_model(model, tmp_path)
    assert left_in(tmp_path) == before


def test_what_fails_is_taken_back(model: InstalledModel, tmp_path: Path) -> None:
    def stop(done: int, total: int) -> None:
        raise RequestCanceled

    for copy in (False, True):
        with pytest.raises(RequestCanceled):
            export_model(model, tmp_path / "a" / "b", copy=copy, progress=stop)
        assert not (tmp_path / "a").exists()
    (tmp_path / "file").touch()
    with pytest.raises(ExportRefused):
        export_model(model, tmp_path / "file")
    assert (tmp_path / "file").exists()
    model.projectors[0].unlink()
    with pytest.raises(ExportRefused):
        export_model(model, tmp_path / "a")
    assert not (tmp_path / "a").exists()


def test_parts_of_a_split_model_are_numbered(tmp_path: Path) -> None:
    library = library_in(tmp_path / "models")
    files = {part.name: put(library, part) for part in write_split_model(tmp_path, shape=Shape())}
    model = create(library, "two", files=files)
    folder = tmp_path / "out"
    first, second, _ = export_model(model, folder)
    assert (first.name, second.name) == (
        "two-latest-00001-of-00002.gguf",
        "two-latest-00002-of-00002.gguf",
    )
    plan = make_plan(read_modelfile(folder / "Modelfile"), folder)
    assert list(plan.files.values()) == [first, second]
