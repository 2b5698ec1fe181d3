"""Adopting: ours without a copy, and the other program's files stay as they are."""

import errno
import os
from pathlib import Path

import pytest

from desktop.core.errors import ModelFileInvalid
from desktop.models.found.adopting import adopt
from desktop.models.found.places import Place
from desktop.models.found.scanning import FoundModel, scan
from desktop.models.library import Library
from desktop.models.names import ModelName
from desktop.models.store import ModelStore
from tests.models.found.machine import write_model, write_projector
from tests.models.split_gguf import split


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(ModelStore(tmp_path / "own", free_bytes=lambda folder: 2**25))


@pytest.fixture
def theirs(tmp_path: Path) -> Path:
    """A split model with a projector."""
    folder = tmp_path / "theirs"
    folder.mkdir()
    split(write_model(tmp_path / "m.gguf"), folder, "big", 9)
    write_projector(folder / "mmproj.gguf")
    return folder


def found(folder: Path, library: Library) -> FoundModel:
    (model,) = scan([Place("LM Studio", folder)], library)
    return model


def test_a_model_is_linked(library: Library, theirs: Path) -> None:
    before = {path: path.read_bytes() for path in theirs.iterdir()}
    offer, progress = found(theirs, library), list[tuple[int, int]]()
    model = adopt(library, offer, progress=lambda *step: progress.append(step))
    assert model.name == offer.suggested
    assert len(model.weight_parts) == 3
    for blob, file in zip(model.weight_parts, offer.files, strict=True):
        assert blob.samefile(file)
        assert not blob.is_symlink()
    assert model.projectors[0].samefile(theirs / "mmproj.gguf")
    assert progress[-1] == (offer.size_bytes, offer.size_bytes)
    assert found(theirs, library).installed == model.name
    library.remove(model.name)
    assert {path: path.read_bytes() for path in theirs.iterdir()} == before
    assert found(theirs, library).installed is None


def test_without_hard_links_the_path_is_kept(
    library: Library, theirs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(source: Path, target: Path) -> None:
        raise OSError(errno.EXDEV, "Invalid cross-device link")

    monkeypatch.setattr(os, "link", refuse)
    model = adopt(library, found(theirs, library), ModelName.parse("mine"))
    assert model.name.short == "mine:latest"
    assert all(blob.is_symlink() for blob in model.weight_parts)
    assert found(theirs, library).installed == model.name
    library.remove(model.name)
    assert len(list(theirs.iterdir())) == 4
    monkeypatch.setattr(os, "symlink", refuse)
    with pytest.raises(ModelFileInvalid, match=r"cannot be linked into .*; import a copy of it"):
        adopt(library, found(theirs, library))
    assert [path for path in library.root.rglob("*") if path.is_file()] == []


def test_what_has_a_problem_or_vanished(library: Library, theirs: Path) -> None:
    offer = found(theirs, library)
    (theirs / "big-00003-of-00003.gguf").unlink()
    with pytest.raises(ModelFileInvalid, match="missing shard 3 of 3"):
        adopt(library, offer)
    with pytest.raises(ModelFileInvalid, match="missing shard 3 of 3"):
        adopt(library, found(theirs, library))
    assert library.list() == []
