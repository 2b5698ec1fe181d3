"""The library: our store and those of others as one, of which only ours is written to."""

import os
import threading
from pathlib import Path

import pytest

from desktop.core.errors import ModelFileInvalid, ModelNotFound, ModelsMissing, RequestInvalid
from desktop.models.blobs import digest_of
from desktop.models.importing import import_gguf
from desktop.models.library import Library
from desktop.models.names import ModelName
from desktop.models.removing import RemovalRefused
from desktop.models.store import ModelStore
from tests import tiny_gguf
from tests.models.stores import put_blob, put_manifest, random_weights


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return random_weights(tmp_path_factory.mktemp("weights"))


@pytest.fixture
def own(tmp_path: Path) -> Path:
    return tmp_path / "own"


@pytest.fixture
def other(tmp_path: Path) -> Path:
    return tmp_path / "other"


@pytest.fixture
def library(own: Path, other: Path) -> Library:
    return Library(ModelStore(own), [ModelStore(other, shared=True)])


def name(text: str) -> ModelName:
    return ModelName.parse(text)


def everything(root: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_both_stores_are_one_list(library: Library, own: Path, other: Path, weights: bytes) -> None:
    assert library.list() == []
    put_manifest(own, "a", [put_blob(own, weights)], modified=300.0)
    put_manifest(other, "b", [put_blob(other, weights)], modified=400.0)
    put_manifest(other, "A", [put_blob(other, weights)], modified=500.0)
    listed = [(model.name.short, model.shared, model.root) for model in library.list()]
    assert listed == [("b:latest", True, other), ("a:latest", False, own)]
    assert library.find("A").root == own
    assert library.find("B").root == other
    assert library.load(name("b")).shared
    assert sorted(each.short for each in library.names()) == ["a:latest", "b:latest"]
    with pytest.raises(ModelNotFound, match="model 'c' not found"):
        library.find("c")
    with pytest.raises(ModelNotFound):
        library.load(name("c"))


def test_the_same_is_told_until_something_changes(
    library: Library, own: Path, other: Path, weights: bytes
) -> None:
    put_manifest(own, "a", [put_blob(own, weights)])
    put_manifest(other, "b", [put_blob(other, weights)])
    first = library.snapshot()
    assert library.snapshot() is first
    put_manifest(other, "c", [put_blob(other, weights)])
    assert library.snapshot() is not first
    assert len(library.list()) == 3


def test_problems_in_words(library: Library, own: Path, other: Path, tmp_path: Path) -> None:
    cut = tmp_path / "cut"
    tiny_gguf.write_truncated(cut)
    good = put_blob(own, random_weights(tmp_path))
    put_manifest(own, "good", [good])
    put_manifest(own, "cut", [put_blob(own, cut.read_bytes())])
    put_manifest(own, "half", [good]).write_text("{")
    put_manifest(other, "half", [put_blob(other, b"hidden by ours")])
    lost = put_blob(other, b"lost")
    put_manifest(other, "lost", [lost])
    (other / "blobs" / lost["digest"].replace(":", "-")).unlink()
    problems = {problem.name.model: problem for problem in library.problems()}
    assert set(problems) == {"cut", "half", "lost"}
    assert "cut short" in problems["cut"].reason
    assert "is damaged" in problems["half"].reason
    assert "lacks its file" in problems["lost"].reason
    assert problems["lost"].path == other / "manifests" / name("lost").path
    assert {model.name.model for model in library.list()} == {"good", "cut"}


def test_a_split_model_without_its_parts(library: Library, own: Path, tmp_path: Path) -> None:
    first = random_weights(tmp_path, extra={"split.count": 2})
    put_manifest(own, "m", [put_blob(own, first)])
    (problem,) = library.problems()
    assert problem.reason == "m:latest is missing shard 2 of 2."


def test_a_model_on_a_disk_that_is_away(tmp_path: Path, other: Path, weights: bytes) -> None:
    put_manifest(other, "theirs", [put_blob(other, weights)])
    folder = tmp_path / "disk" / "models"
    library = Library(ModelStore(folder), [ModelStore(other, shared=True)])
    assert library.find("theirs").name.short == "theirs:latest"
    with pytest.raises(ModelsMissing, match=str(folder)):
        library.find("ours")
    folder.parent.mkdir()
    with pytest.raises(ModelNotFound):
        library.find("ours")


def test_copies(library: Library, own: Path, weights: bytes) -> None:
    path = put_manifest(own, "Base:1b", [put_blob(own, weights)])
    library.copy(name("base:1B"), name("mine"))
    assert library.find("mine").digest == library.find("base:1b").digest
    assert (own / "manifests" / name("mine").path).read_bytes() == path.read_bytes()
    library.copy(name("base:1b"), name("BASE:1B"))
    assert len(library.list()) == 2
    with pytest.raises(ModelNotFound):
        library.copy(name("none"), name("x"))


def test_a_copy_replaces_and_cleans_up(library: Library, own: Path, weights: bytes) -> None:
    old = put_blob(own, b"old")
    put_manifest(own, "Mine", [old])
    put_manifest(own, "base", [put_blob(own, weights)])
    library.copy(name("base"), name("mine"))
    assert [model.name.short for model in library.list() if "ine" in model.name.model] == [
        "Mine:latest"
    ]
    assert not library.has_blob(old["digest"])


def test_a_copy_of_a_shared_model_is_a_link(
    library: Library, own: Path, other: Path, weights: bytes
) -> None:
    put_manifest(other, "b", [put_blob(other, weights), put_blob(other, b"s", "system")])
    before = everything(other)
    library.copy(name("b"), name("mine"))
    mine = library.find("mine")
    assert (mine.root, mine.shared, mine.system) == (own, False, "s")
    assert mine.weights.samefile(library.find("b").weights)
    library.remove(name("mine"))
    assert everything(other) == before
    assert list((own / "blobs").iterdir()) == []


def test_shared_models_are_removed_only_when_meant(
    library: Library, own: Path, other: Path, weights: bytes
) -> None:
    put_manifest(other, "b", [put_blob(other, weights)])
    with pytest.raises(RemovalRefused, match=r"b:latest belongs to another program: it is in"):
        library.remove(name("B"))
    assert library.find("b")
    put_manifest(own, "b", [put_blob(own, weights)])
    assert library.remove(name("B")) == len(weights) + len(b"{}")
    assert library.find("b").shared
    library.remove(name("b"), from_shared=True)
    assert library.list() == []
    with pytest.raises(ModelNotFound):
        library.remove(name("b"))


def test_a_damaged_model_has_a_name_still(library: Library, own: Path) -> None:
    put_manifest(own, "Half", []).write_text("{")
    assert library.named("half").short == "Half:latest"
    library.remove(library.named("half"))
    with pytest.raises(ModelNotFound, match="model 'half' not found"):
        library.named("half")


def test_manifests_need_their_blobs(library: Library, own: Path, other: Path) -> None:
    layer = put_blob(other, b"theirs")
    data = put_manifest(other, "b", [layer]).read_bytes()
    assert library.write_manifest(name("new"), data) == name("new")
    assert (own / "blobs" / layer["digest"].replace(":", "-")).read_bytes() == b"theirs"
    gone = data.replace(layer["digest"].encode(), digest_of(b"nowhere").encode())
    with pytest.raises(ModelFileInvalid, match=r"x:latest lacks its file sha256-"):
        library.write_manifest(name("x"), gone)
    for bad in (b"", b"[]", data.replace(b"sha256:", b"sha1:")):
        with pytest.raises(ModelFileInvalid):
            library.write_manifest(name("x"), bad)
    with pytest.raises(ModelNotFound):
        library.find("x")


def test_blobs_of_all_stores(library: Library, own: Path, other: Path) -> None:
    theirs = put_blob(other, b"theirs")["digest"]
    assert library.has_blob(theirs.replace(":", "-"))
    assert library.blob_path(theirs).read_bytes() == b"theirs"
    assert not library.put_blob(theirs, [])
    ours = digest_of(b"ours")
    assert not library.has_blob(ours)
    assert library.blob_path(ours).parent == own / "blobs"
    assert library.put_blob(ours, [b"ou", b"rs"], size_bytes=4)
    assert library.blob_path(ours).read_bytes() == b"ours"
    for digest in ("", "sha256:1", "../../etc/passwd", "sha256:" + "A" * 64):
        with pytest.raises(RequestInvalid, match=r"^invalid digest format$"):
            library.has_blob(digest)
    library.remove_unused([ours, theirs])
    assert (library.has_blob(ours), library.has_blob(theirs)) == (False, True)


def test_what_is_held_is_not_removed(library: Library, own: Path) -> None:
    digest = put_blob(own, b"w")["digest"]
    with library.holding(digest):
        assert library.remove_unused([digest]) == 0
    assert library.remove_unused([digest]) == 1


def test_leftovers_are_pruned(library: Library, own: Path) -> None:
    (own / "partial").mkdir(parents=True)
    (own / "partial" / "blob-0000").write_text("12345")
    os.utime(own / "partial" / "blob-0000", (1, 1))
    assert library.prune() == 5


@pytest.mark.slow
def test_installing_and_removing_at_the_same_time(library: Library, tmp_path: Path) -> None:
    """Two names for the same bytes, one coming while the other goes: what is there is whole."""
    file = tmp_path / "m.gguf"
    tiny_gguf.write_random_model(file)
    import_gguf(library.own, file, name("stays"))
    failures: list[BaseException] = []

    def churn(own_name: str) -> None:
        try:
            for _ in range(30):
                import_gguf(library.own, file, name(own_name)).weights.stat()
                library.remove(name(own_name))
                library.list()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=churn, args=(each,)) for each in ("a", "b", "c")]
    for thread in threads:
        thread.start()
    library.remove(name("stays"))
    for thread in threads:
        thread.join()
    assert failures == []
    assert list((library.root / "blobs").iterdir()) == []
