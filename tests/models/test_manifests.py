"""Manifests: read with tolerance, written whole."""

import hashlib
from pathlib import Path

import pytest

from desktop.core.errors import ModelFileInvalid
from desktop.models.manifests import (
    CONFIG_TYPE,
    LAYER_TYPE,
    Config,
    Layer,
    Manifest,
    decode,
    digest_hex,
    encode_manifest,
    read_manifest,
    read_small,
)

DIGEST = "sha256:" + "ab" * 32
WEIGHTS = Layer(media_type=LAYER_TYPE + "model", digest=DIGEST, size=7, source="base:1b")
CONFIG = Layer(media_type=CONFIG_TYPE, digest=DIGEST, size=3)


def test_a_manifest_survives_writing_and_reading(tmp_path: Path) -> None:
    manifest = Manifest(config=CONFIG, layers=[WEIGHTS])
    data = encode_manifest(manifest)
    (tmp_path / "m").write_bytes(data)
    assert read_manifest(tmp_path / "m") == (manifest, hashlib.sha256(data).hexdigest())
    assert manifest.size_bytes == 10
    assert data.startswith(b'{"schemaVersion":2,"mediaType":"application/vnd.docker.distribution')
    assert data.endswith(b"\n")
    assert b'"from":"base:1b"' in data


def test_what_is_unknown_or_missing_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "m").write_text('{"layers":[{"mediaType":"new/type","extra":[]}],"more":{"a":1}}')
    manifest, _ = read_manifest(tmp_path / "m")
    assert manifest.layers == [Layer(media_type="new/type")]
    (tmp_path / "m").write_text('{"layers":null}')
    assert read_manifest(tmp_path / "m")[0].layers is None
    config = decode(b'{"model_families":null,"rootfs":{},"new":1}', Config, tmp_path)
    assert config == Config()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b'{"layers":[{"size":-1}]}',
        b'{"layers":[{"digest":5}]}',
        b"\xff",
        b"[" * 10000,
    ],
)
def test_a_damaged_manifest_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "m").write_bytes(content)
    with pytest.raises(ModelFileInvalid, match="is damaged"):
        read_manifest(tmp_path / "m")


def test_small_files_are_small(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b"12345")
    assert read_small(tmp_path / "f", 5) == b"12345"
    with pytest.raises(ModelFileInvalid, match="more than 4 bytes"):
        read_small(tmp_path / "f", 4)
    with pytest.raises(FileNotFoundError):
        read_small(tmp_path / "nothing", 4)
    with pytest.raises(ModelFileInvalid, match="cannot be read"):
        read_small(tmp_path, 4)


@pytest.mark.parametrize(
    "digest", ["", "sha256:", "sha256:../../etc/passwd", "a" * 64, DIGEST + "\n"]
)
def test_only_digests_become_paths(digest: str) -> None:
    assert digest_hex(DIGEST.replace(":", "-")) == "ab" * 32
    with pytest.raises(ModelFileInvalid, match="is not a digest"):
        digest_hex(digest)
