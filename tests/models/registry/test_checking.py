"""Manifests that lie."""

import json
from typing import Any

import pytest

from desktop.core.errors import NotSupported
from desktop.models.manifests import Layer
from desktop.models.registry.checking import blobs_of, read_manifest
from desktop.models.registry.errors import RegistryAnswerInvalid

IMAGE = "application/vnd.ollama.image."
ONE, TWO = "sha256:" + "1" * 64, "sha256:" + "2" * 64
MODEL = {"mediaType": IMAGE + "model", "digest": ONE, "size": 100}
CONFIG = {
    "mediaType": "application/vnd.docker.container.image.v1+json",
    "digest": TWO,
    "size": 20,
}


def written(*layers: Any, **fields: Any) -> bytes:
    return json.dumps({"schemaVersion": 2, "layers": list(layers)} | fields).encode()


def no_content(layer: Layer) -> bytes:
    raise AssertionError(layer)


def test_a_good_one() -> None:
    license_layer = MODEL | {"mediaType": IMAGE + "license", "digest": "sha256:" + "3" * 64}
    unknown = MODEL | {"mediaType": "other/thing", "digest": "sha256:" + "4" * 64}
    data = written(MODEL, license_layer, license_layer, unknown, config=CONFIG, extra=1)
    manifest = read_manifest(data, no_content)
    assert [blob.digest[7] for blob in blobs_of(manifest)] == ["1", "3", "4", "2"]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"null",
        b"[]",
        b"<html>",
        b'{"layers":7}',
        b'{"layers":[{"size":-1}]}',
        b'{"layers":[{"size":1e99}]}',
        b'{"layers":[{"size":"1"}]}',
        b"[" * 100_000,
        b'{"layers":"\xff"}',
    ],
)
def test_damaged(data: bytes) -> None:
    with pytest.raises(RegistryAnswerInvalid, match=r"^the registry's manifest is damaged: "):
        read_manifest(data, no_content)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"digest": "sha256:../../../etc/passwd"}, "bad digest"),
        ({"digest": ""}, "bad digest"),
        ({"digest": "sha256-" + "1" * 64}, "bad digest"),
        ({"digest": "sha256:" + "A" * 64}, "bad digest"),
        ({"digest": "sha256:" + "1" * 63}, "bad digest"),
        ({"digest": ONE + "\n"}, "bad digest"),
        ({"size": 2**43 + 1}, "has 8.8 TB, which cannot be"),
        ({"size": 0}, "has 0 B, which cannot be"),
        ({"mediaType": IMAGE + "params", "size": 2**22 + 1}, "has 4.2 MB, which cannot be"),
    ],
)
def test_what_cannot_be(change: dict[str, Any], why: str) -> None:
    with pytest.raises(RegistryAnswerInvalid, match=why):
        read_manifest(written(MODEL | change, config=CONFIG), no_content)


def test_a_config_that_cannot_be() -> None:
    with pytest.raises(RegistryAnswerInvalid, match="cannot be"):
        read_manifest(written(MODEL, config=CONFIG | {"size": 2**40}), no_content)


def test_two_sizes_of_one_blob() -> None:
    with pytest.raises(RegistryAnswerInvalid, match="two sizes"):
        read_manifest(written(MODEL, MODEL | {"size": 5}), no_content)


def test_too_many_layers() -> None:
    with pytest.raises(RegistryAnswerInvalid, match="has 1001 layers"):
        read_manifest(written(*[MODEL] * 1001), no_content)


def test_a_model_of_another_kind() -> None:
    tensor = MODEL | {"mediaType": IMAGE + "tensor", "name": "x"}
    said = "^this model requires MLX support, but the MLX runtime is not available$"
    for layers in ([tensor], [MODEL, tensor | {"digest": TWO}]):
        with pytest.raises(NotSupported, match=said):
            read_manifest(written(*layers), no_content)
    with pytest.raises(NotSupported, match=said):
        read_manifest(written(config=CONFIG), lambda _: b'{"model_format":"safetensors"}')


def test_a_model_in_the_cloud() -> None:
    config = b'{"remote_host":"https://ollama.com:443","remote_model":"m"}'
    with pytest.raises(NotSupported, match=r"^ollama cloud is disabled") as caught:
        read_manifest(written(config=CONFIG), lambda _: config)
    assert caught.value.status == 403


@pytest.mark.parametrize("config", [b"{}", b"nonsense", b'{"model_format":"gguf"}'])
def test_no_weights(config: bytes) -> None:
    with pytest.raises(RegistryAnswerInvalid, match="names no model: it has no GGUF file"):
        read_manifest(written(config=CONFIG), lambda _: config)
    with pytest.raises(RegistryAnswerInvalid, match="names no model"):
        read_manifest(b'{"manifests":[]}', no_content)
