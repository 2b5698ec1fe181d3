"""Importing: a model is in the store completely, or nothing of it is."""

import errno
import hashlib
from pathlib import Path

import msgspec
import pytest

from desktop.core.errors import DiskFull, ModelFileInvalid, ModelsMissing
from desktop.models.importing import Additions, import_folder, import_gguf, name_for
from desktop.models.names import ModelName
from desktop.models.store import ModelStore
from tests import tiny_gguf
from tests.models.raw_gguf import entry_text, entry_u32, tensor, whole
from tests.models.split_gguf import split

NAME = ModelName.parse("tiny")
LLAMA = entry_text("general.architecture", "llama")
ONE_TENSOR = [tensor("t", (8,))]
PROJECTOR = whole([entry_text("general.architecture", "clip")], ONE_TENSOR, data=bytes(32))


@pytest.fixture
def store(tmp_path: Path) -> ModelStore:
    return ModelStore(tmp_path / "models")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "Tiny.F32.gguf"
    tiny_gguf.write_random_model(path)
    return path


def files(store: ModelStore) -> list[Path]:
    return sorted(path for path in store.root.rglob("*") if path.is_file())


def test_an_imported_model_is_like_any_other(store: ModelStore, file: Path) -> None:
    progress: list[tuple[int, int]] = []
    additions = Additions(license_text="Free.", parameters={"temperature": 0.1, "stop": ["x"]})
    model = import_gguf(
        store, file, NAME, additions=additions, progress=lambda *step: progress.append(step)
    )
    assert model == ModelStore(store.root).find("tiny")
    assert model.weights.name == "sha256-" + hashlib.sha256(file.read_bytes()).hexdigest()
    assert model.weights.read_bytes() == file.read_bytes()
    assert model.licenses == ["Free."]
    assert model.parameters == {"temperature": 0.1, "stop": ["x"]}
    assert model.details() == {
        "parent_model": "",
        "format": "gguf",
        "family": "llama",
        "families": ["llama"],
        "parameter_size": "147.78K",
        "quantization_level": "F32",
    }
    size = file.stat().st_size
    assert progress[-1] == (size, size)
    assert len(files(store)) == 5  # weights, license, parameters, config, manifest


def test_files_can_be_read_by_an_ollama_on_the_same_store(store: ModelStore, file: Path) -> None:
    model = import_gguf(store, file, NAME)
    content = msgspec.json.decode(store.manifest_path(NAME).read_bytes())
    assert content["schemaVersion"] == 2
    assert [layer["mediaType"] for layer in content["layers"]] == [
        "application/vnd.ollama.image.model"
    ]
    assert content["layers"][0]["size"] == model.weights.stat().st_size


def test_the_same_content_is_kept_once(store: ModelStore, file: Path) -> None:
    first = import_gguf(store, file, NAME)
    inode = first.weights.stat().st_ino
    second = import_gguf(store, file, ModelName.parse("other"))
    assert first.weights == second.weights
    assert second.weights.stat().st_ino == inode
    assert first.digest == second.digest
    assert len(store.list()) == 2


def test_the_same_content_needs_no_room(store: ModelStore, file: Path) -> None:
    import_gguf(store, file, NAME)
    full = ModelStore(store.root, free_bytes=lambda folder: 0)
    assert import_gguf(full, file, NAME).weights.exists()


def test_a_damaged_blob_is_replaced(store: ModelStore, file: Path) -> None:
    weights = import_gguf(store, file, NAME).weights
    weights.write_bytes(b"short")
    assert import_gguf(store, file, NAME).weights.read_bytes() == file.read_bytes()


def test_linked_files_share_their_bytes(store: ModelStore, file: Path) -> None:
    model = import_gguf(store, file, NAME, link=True)
    assert model.weights.samefile(file)
    assert import_gguf(store, file, NAME, link=True).weights.samefile(file)


def test_a_symbolic_link_is_followed(store: ModelStore, file: Path, tmp_path: Path) -> None:
    (tmp_path / "link.gguf").symlink_to(file)
    model = import_gguf(store, tmp_path / "link.gguf", NAME, link=True)
    assert not model.weights.is_symlink()
    assert model.weights.samefile(file)


def test_without_room_nothing_is_written(store: ModelStore, file: Path) -> None:
    full = ModelStore(store.root, free_bytes=lambda folder: 5_000_000)
    with pytest.raises(
        DiskFull, match=r"Tiny.F32.gguf .*: 17 MB are needed, 5.0 MB are free"
    ) as full_disk:
        import_gguf(full, file, NAME)
    assert (full_disk.value.code, full_disk.value.status) == ("disk_full", 507)
    assert files(store) == []


@pytest.mark.parametrize("failure", [KeyboardInterrupt(), RuntimeError("bug")])
def test_what_fails_halfway_leaves_nothing(
    store: ModelStore, file: Path, failure: BaseException
) -> None:
    def fail(done: int, total: int) -> None:
        raise failure

    with pytest.raises(type(failure)):
        import_gguf(store, file, NAME, progress=fail)
    assert files(store) == []


def test_the_folder_of_a_disk_that_is_not_connected_is_not_made(tmp_path: Path, file: Path) -> None:
    store = ModelStore(tmp_path / "disk" / "models")
    with pytest.raises(ModelsMissing, match="models"):
        import_gguf(store, file, ModelName.parse("a"))
    assert not store.root.parent.exists()


def test_a_disk_that_fills_up_meanwhile(store: ModelStore, file: Path) -> None:
    def fill(done: int, total: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(DiskFull, match="not enough room"):
        import_gguf(store, file, NAME, progress=fill)
    assert files(store) == []


def test_a_file_that_grows_meanwhile(store: ModelStore, file: Path) -> None:
    def grow(done: int, total: int) -> None:
        with file.open("ab") as more:
            more.write(b"more")

    with pytest.raises(ModelFileInvalid, match="was changed while it was read"):
        import_gguf(store, file, NAME, progress=grow)
    assert files(store) == []


def test_a_store_that_cannot_be_written(tmp_path: Path, file: Path) -> None:
    (tmp_path / "models").write_text("a file")
    with pytest.raises(ModelFileInvalid, match="could not be taken into"):
        import_gguf(ModelStore(tmp_path / "models"), file, NAME)


REFUSED = {
    "is a projector": whole([entry_text("general.architecture", "clip")], ONE_TENSOR),
    "a projector: the part": whole([LLAMA, entry_text("general.type", "mmproj")], ONE_TENSOR),
    "is an adapter": whole([LLAMA, entry_text("general.type", "adapter")], ONE_TENSOR),
    "adapter .LoRA.": whole([LLAMA, entry_text("adapter.type", "lora")], ONE_TENSOR),
    "of type 'imatrix'": whole([LLAMA, entry_text("general.type", "imatrix")], ONE_TENSOR),
    "is one of 3 parts": whole([LLAMA, entry_u32("split.count", 3)], ONE_TENSOR),
    "does not say which kind": whole([], ONE_TENSOR),
    "has no weights": whole([LLAMA]),
}


@pytest.mark.parametrize("complaint", REFUSED)
def test_what_is_no_model_is_refused(store: ModelStore, tmp_path: Path, complaint: str) -> None:
    path = tmp_path / "m.gguf"
    path.write_bytes(REFUSED[complaint] + bytes(32))
    with pytest.raises(ModelFileInvalid, match=complaint):
        import_gguf(store, path, NAME)
    assert not store.root.exists()


def test_damage_is_refused_before_anything_is_written(store: ModelStore, tmp_path: Path) -> None:
    tiny_gguf.write_truncated(tmp_path / "cut")
    tiny_gguf.write_wrong_magic(tmp_path / "wrong")
    for name, complaint in (("cut", "cut short"), ("wrong", "not a GGUF"), ("no", "not exist")):
        with pytest.raises(ModelFileInvalid, match=complaint):
            import_gguf(store, tmp_path / name, NAME)
    with pytest.raises(ModelFileInvalid, match="is a folder"):
        import_gguf(store, tmp_path, NAME)
    assert not store.root.exists()


def test_drafts_are_kept_away_from_the_blobs(store: ModelStore, file: Path) -> None:
    seen: set[str] = set()

    def look(done: int, total: int) -> None:
        seen.update(str(path.parent.relative_to(store.root)) for path in files(store))

    import_gguf(store, file, NAME, progress=look)
    assert seen == {"partial"}
    assert list(store.partial.iterdir()) == []


def test_a_model_that_is_replaced_leaves_nothing(store: ModelStore, tmp_path: Path) -> None:
    for seed in (1, 2):
        tiny_gguf.write_random_model(tmp_path / f"{seed}.gguf", seed=seed)
    first = import_gguf(store, tmp_path / "1.gguf", NAME)
    second = import_gguf(store, tmp_path / "2.gguf", ModelName.parse("Tiny"))
    assert not first.weights.exists()
    assert [model.name for model in store.list()] == [second.name] == [NAME]
    assert len(files(store)) == 3  # weights, config, manifest


def test_split_weights_are_one_model(store: ModelStore, file: Path, tmp_path: Path) -> None:
    parts = split(file, tmp_path, "part", 9)
    progress: list[tuple[int, int]] = []
    model = import_gguf(store, parts[1], NAME, progress=lambda *step: progress.append(step))
    assert [path.read_bytes() for path in model.weight_parts] == [
        path.read_bytes() for path in parts
    ]
    total = sum(path.stat().st_size for path in parts)
    assert progress[-1] == (total, total)
    assert model.details()["parameter_size"] == "147.78K"
    assert model.facts
    assert model.facts.parameter_count == 147_776
    assert model.problem == ""
    assert name_for(parts[2]) == ModelName.parse("tiny-random")


def test_shards_that_are_missing_or_wrong(store: ModelStore, file: Path, tmp_path: Path) -> None:
    parts = split(file, tmp_path, "part", 9)
    alone = tmp_path / "alone.gguf"
    alone.write_bytes(parts[0].read_bytes())
    with pytest.raises(ModelFileInvalid, match=r"is one of 3 parts, .* -00001-of-00003.gguf"):
        import_gguf(store, alone, NAME)
    content = parts[1].read_bytes()
    parts[1].write_bytes(parts[2].read_bytes())
    with pytest.raises(ModelFileInvalid, match="is not part 2 of 3"):
        import_gguf(store, parts[0], NAME)
    parts[1].unlink()
    with pytest.raises(ModelFileInvalid, match="part is missing shard 2 of 3"):
        import_gguf(store, parts[2], NAME)
    parts[1].write_bytes(content[:-100])
    with pytest.raises(ModelFileInvalid, match="cut short"):
        import_gguf(store, parts[0], NAME)
    assert not store.root.exists()


def test_parts_that_fail_halfway_leave_nothing(
    store: ModelStore, file: Path, tmp_path: Path
) -> None:
    parts = split(file, tmp_path, "part", 9)
    kept = import_gguf(store, file, ModelName.parse("kept"))
    before = files(store)

    def fail(done: int, total: int) -> None:
        if done == total:
            raise OSError(errno.EIO, "bad disk")

    for link in (False, True):
        with pytest.raises(ModelFileInvalid, match="bad disk"):
            import_gguf(store, parts[0], NAME, link=link, progress=fail)
        assert files(store) == before
    assert kept.weights.exists()


def test_a_folder_with_one_model(store: ModelStore, file: Path, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "README.md").write_text("no model")
    parts = split(file, folder, "Tiny-Q8_0", 9)
    (folder / "mmproj-F16.gguf").write_bytes(PROJECTOR)
    model = import_folder(store, folder, name_for(folder), additions=Additions(license_text="©"))
    assert model.name.short == "tiny-random:latest"
    assert len(model.weight_parts) == len(parts) == 3
    assert [path.read_bytes() for path in model.projectors] == [PROJECTOR]
    assert "vision" in model.capabilities
    assert model.licenses == ["©"]


def test_folders_that_are_no_model(store: ModelStore, file: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(ModelFileInvalid, match="empty has no GGUF file in it"):
        import_folder(store, tmp_path / "empty", NAME)
    with pytest.raises(ModelFileInvalid, match="none cannot be read"):
        import_folder(store, tmp_path / "none", NAME)
    tiny_gguf.write_random_model(tmp_path / "other.gguf")
    with pytest.raises(ModelFileInvalid, match=r"2 models; choose one of them: Tiny\.F32\.gguf, o"):
        name_for(tmp_path)
    (tmp_path / "empty" / "bad.gguf").write_bytes(b"GGUF")
    with pytest.raises(ModelFileInvalid, match=r"bad\.gguf is cut short"):
        import_folder(store, tmp_path / "empty", NAME)


def test_a_projector_must_be_one(store: ModelStore, file: Path) -> None:
    with pytest.raises(ModelFileInvalid, match="is not a projector"):
        import_gguf(store, file, NAME, additions=Additions(projectors=[file]))
    assert not store.root.exists()


@pytest.mark.parametrize(
    ("inside", "file_name", "name"),
    [
        ("SmolLM2 135M Instruct", "x.gguf", "smollm2-135m-instruct"),
        ("", "Qwen3-4B-Q4_K_M.gguf", "qwen3-4b-q4_k_m"),
        ("Model", "mine.gguf", "mine"),
        ("../..", "ü.gguf", "model"),
        ("a / b -- (c)", "x.gguf", "a-b-c"),
        ("n" * 200, "x.gguf", "n" * 80),
    ],
)
def test_proposed_names(tmp_path: Path, inside: str, file_name: str, name: str) -> None:
    (tmp_path / file_name).write_bytes(whole([entry_text("general.name", inside)]))
    assert name_for(tmp_path / file_name) == ModelName.parse(name)
