"""Removing: everything that only this model had goes, and nothing else."""

import os
import threading
import time
from pathlib import Path

import pytest

from desktop.core.errors import ModelFileInvalid, ModelNotFound
from desktop.models.names import ModelName
from desktop.models.removing import RemovalRefused, remove_model, remove_unused
from desktop.models.store import ModelStore
from tests.models.stores import put_blob, put_manifest


@pytest.fixture
def store(tmp_path: Path) -> ModelStore:
    return ModelStore(tmp_path / "models")


def name(text: str) -> ModelName:
    return ModelName.parse(text)


def blobs(store: ModelStore) -> set[bytes]:
    return {path.read_bytes() for path in store.blobs.iterdir()} - {b"{}"}


def test_only_what_nobody_else_has_goes(store: ModelStore) -> None:
    shared, own = put_blob(store.root, b"shared"), put_blob(store.root, b"own")
    put_blob(store.root, b"of nobody")
    put_manifest(store.root, "a", [shared, own])
    put_manifest(store.root, "host.example/ns/b:1", [shared])
    assert remove_model(store, name("a")) == len(b"own")
    assert blobs(store) == {b"shared", b"of nobody"}
    assert [each.short for each in store.names()] == ["host.example/ns/b:1"]
    assert not (store.manifests / "registry.ollama.ai").exists()
    remove_model(store, name("host.example/ns/b:1"))
    assert blobs(store) == {b"of nobody"}
    assert list(store.manifests.iterdir()) == []


def test_folders_in_use_stay(store: ModelStore) -> None:
    layer = put_blob(store.root, b"w")
    put_manifest(store.root, "m:1", [layer])
    path = put_manifest(store.root, "m:2", [layer])
    remove_model(store, name("m:1"))
    assert path.is_file()
    with pytest.raises(ModelNotFound, match="model 'm:1' not found"):
        remove_model(store, name("m:1"))


def test_damaged_models_can_be_removed(store: ModelStore) -> None:
    layer = put_blob(store.root, b"w")
    path = put_manifest(store.root, "m", [layer])
    path.write_bytes(path.read_bytes()[:-3])
    remove_model(store, name("m"))
    assert blobs(store) == set()


def test_a_manifest_that_is_being_written_protects_everything(store: ModelStore) -> None:
    put_manifest(store.root, "m", [put_blob(store.root, b"w")])
    young = put_manifest(store.root, "young", [])
    young.write_bytes(young.read_bytes()[:30])
    remove_model(store, name("m"))
    assert blobs(store) == {b"w"}
    digest = put_blob(store.root, b"w")["digest"]
    os.utime(young, (time.time() - 3600,) * 2)
    assert remove_unused(store, [digest]) == 1


def test_what_a_damaged_manifest_names_stays(store: ModelStore) -> None:
    layer = put_blob(store.root, b"w")
    put_manifest(store.root, "m", [layer])
    old = put_manifest(store.root, "old", [layer])
    old.write_bytes(old.read_bytes()[:-3])
    os.utime(old, (1000, 1000))
    remove_model(store, name("m"))
    assert blobs(store) == {b"w"}


def test_what_is_held_stays(store: ModelStore) -> None:
    layer = put_blob(store.root, b"w")
    put_manifest(store.root, "m", [layer])
    with store.holds.holding(layer["digest"]):
        assert remove_model(store, name("m")) == len(b"{}")
        with store.holds.holding(layer["digest"]):
            pass
        assert remove_unused(store, [layer["digest"]]) == 0
    assert remove_unused(store, [layer["digest"]]) == 1
    with pytest.raises(ModelFileInvalid), store.holds.holding("sha256:no"):
        pass


def test_nobody_begins_to_hold_while_blobs_are_removed(store: ModelStore) -> None:
    layer = put_blob(store.root, b"w")
    begun = threading.Event()

    def hold() -> None:
        with store.holds.holding(layer["digest"]):
            begun.set()

    with store.holds.stopped() as held:
        thread = threading.Thread(target=hold)
        thread.start()
        assert not begun.wait(0.05)
        assert not held
    assert begun.wait(10)
    thread.join()


def test_links_free_nothing_and_spare_their_files(store: ModelStore, tmp_path: Path) -> None:
    layers = []
    for kind in ("hard", "symbolic"):
        layer = put_blob(store.root, kind.encode())
        blob, file = store.blob_path(layer["digest"]), tmp_path / kind
        blob.rename(file)
        if kind == "hard":
            os.link(file, blob)
        else:
            blob.symlink_to(file)
        layers.append(layer)
    put_manifest(store.root, "m", layers)
    assert remove_model(store, name("m")) == len(b"{}")
    assert list(store.blobs.iterdir()) == []
    assert (tmp_path / "hard").read_bytes() == b"hard"
    assert (tmp_path / "symbolic").read_bytes() == b"symbolic"


def test_what_has_vanished_meanwhile_is_no_failure(store: ModelStore) -> None:
    layer = put_blob(store.root, b"w")
    put_manifest(store.root, "m", [layer])
    store.blob_path(layer["digest"]).unlink()
    remove_model(store, name("m"))
    assert remove_unused(store, [layer["digest"]]) == 0


def test_what_the_system_does_not_allow(store: ModelStore) -> None:
    (store.manifest_path(name("m"))).mkdir(parents=True)
    with pytest.raises(RemovalRefused, match="m:latest cannot be removed from"):
        remove_model(store, name("m"))


def test_a_store_that_is_not_to_be_pruned_keeps_everything(store: ModelStore) -> None:
    put_manifest(store.root, "m", [put_blob(store.root, b"w")])
    store.prunes = False
    assert remove_model(store, name("m")) == 0
    assert blobs(store) == {b"w"}
