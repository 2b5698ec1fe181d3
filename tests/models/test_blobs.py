"""Blobs: whole or not at all, with the digest they claim."""

import errno
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.core.errors import DiskFull, ModelFileInvalid
from desktop.models.blobs import (
    BlobMismatch,
    digest_of,
    has_blob,
    link_blob,
    put_blob,
    remove_leftovers,
)
from desktop.models.store import ModelStore

CONTENT = b"weights" * 1000
DIGEST = digest_of(CONTENT)


@pytest.fixture
def store(tmp_path: Path) -> ModelStore:
    return ModelStore(tmp_path / "models")


def files(store: ModelStore) -> list[Path]:
    return sorted(path for path in store.root.rglob("*") if path.is_file())


def pieces(content: bytes) -> Iterator[bytes]:
    for start in range(0, len(content), 100):
        yield content[start : start + 100]


def test_an_upload(store: ModelStore) -> None:
    assert not has_blob(store, DIGEST)
    assert put_blob(store, DIGEST.replace(":", "-"), pieces(CONTENT), size_bytes=len(CONTENT))
    assert has_blob(store, DIGEST)
    assert store.blob_path(DIGEST).read_bytes() == CONTENT
    assert store.blob_path(DIGEST).stat().st_mode & 0o777 == 0o644
    assert files(store) == [store.blob_path(DIGEST)]

    def untouched() -> Iterator[bytes]:
        raise AssertionError("what is there is not read")
        yield b""

    assert not put_blob(store, DIGEST, untouched())


def test_another_content_than_promised(store: ModelStore) -> None:
    got = digest_of(CONTENT + b"!")
    text = f'^digest mismatch, expected "{DIGEST}", got "{got}"$'
    with pytest.raises(BlobMismatch, match=text) as mismatch:
        put_blob(store, DIGEST, pieces(CONTENT + b"!"))
    assert (mismatch.value.code, mismatch.value.status) == ("digest_mismatch", 400)
    assert files(store) == []


def test_an_upload_that_breaks_off(store: ModelStore) -> None:
    def broken() -> Iterator[bytes]:
        yield CONTENT
        assert len(files(store)) == 1
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        put_blob(store, DIGEST, broken())
    assert files(store) == []


def test_a_disk_without_room(store: ModelStore) -> None:
    full = ModelStore(store.root, free_bytes=lambda folder: 1000)
    with pytest.raises(DiskFull, match=r"for the upload in .*: 100 GB are needed, 1.0 KB are free"):
        put_blob(full, DIGEST, pieces(CONTENT), size_bytes=10**11)

    def filling() -> Iterator[bytes]:
        yield CONTENT
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(DiskFull):
        put_blob(store, DIGEST, filling())
    assert files(store) == []


@pytest.mark.slow
def test_room_is_looked_at_again_meanwhile(store: ModelStore) -> None:
    free = iter([2**30, 2**20])
    filling = ModelStore(store.root, free_bytes=lambda folder: next(free, 2**20))
    with pytest.raises(DiskFull):
        put_blob(filling, DIGEST, (bytes(2**20) for _ in range(100)))
    assert files(store) == []


def test_no_digest(store: ModelStore) -> None:
    for digest in ("", "sha256:", "sha256:../../x", "sha256:" + "g" * 64, "\0"):
        with pytest.raises(ModelFileInvalid, match="is not a digest"):
            put_blob(store, digest, [])
    assert not store.root.exists()


def test_links(store: ModelStore, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(CONTENT)
    (tmp_path / "link").symlink_to(file)
    assert link_blob(store, tmp_path / "link", DIGEST)
    blob = store.blob_path(DIGEST)
    assert blob.samefile(file)
    assert not blob.is_symlink()
    blob.unlink()
    blob.symlink_to(tmp_path / "nothing")
    assert link_blob(store, file, DIGEST)
    assert blob.read_bytes() == CONTENT


def test_links_across_disks(store: ModelStore, tmp_path: Path) -> None:
    shm = Path("/dev/shm")
    if not shm.is_dir() or shm.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("there is no second file system")
    file = shm / f"puna-test-{os.getpid()}"
    file.write_bytes(CONTENT)
    try:
        assert not link_blob(store, file, DIGEST, hard_only=True)
        assert link_blob(store, file, DIGEST)
        assert store.blob_path(DIGEST).is_symlink()
        assert store.blob_path(DIGEST).read_bytes() == CONTENT
    finally:
        file.unlink()


def test_leftovers_of_killed_processes_go(store: ModelStore) -> None:
    assert remove_leftovers(store) == 0
    store.partial.mkdir(parents=True)
    names = ("blob-0123456789abcdef", ".puna-x1_y", "blob-new", "sha256-1.part", "notes")
    for name in names:
        (store.partial / name).write_text("12345")
        os.utime(store.partial / name, (1000, 1000))
    os.utime(store.partial / "blob-new", (3000, 3000))
    assert remove_leftovers(store, older_than=2000) == 10
    left = {path.name for path in store.partial.iterdir()}
    assert left == {"blob-new", "sha256-1.part", "notes"}
    assert remove_leftovers(store) == 5
