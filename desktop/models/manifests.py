"""Manifests and config blobs: which files make up a model, in Ollama's format.

Reading is tolerant: fields and media types that are not known here are passed over.
"""

import hashlib
import re
from pathlib import Path
from typing import Annotated, TypeVar

import msgspec

from desktop.core.errors import ModelFileInvalid

MANIFEST_TYPE = "application/vnd.docker.distribution.manifest.v2+json"
CONFIG_TYPE = "application/vnd.docker.container.image.v1+json"
LAYER_TYPE = "application/vnd.ollama.image."
PART_TYPE = "application/vnd.puna.image.model-part"
"""Second and later files of split weights, in order; Ollama passes over types it does not know."""
MAX_MANIFEST_BYTES = 2**24  # a safetensors model has a layer per tensor

_DIGEST = re.compile(r"sha256[:-]([0-9a-f]{64})")
Size = Annotated[int, msgspec.Meta(ge=0)]
Content = TypeVar("Content")


class Layer(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """One blob of a model. `digest` is `sha256:` and 64 hexadecimal digits."""

    media_type: str = ""
    digest: str = ""
    size: Size = 0
    source: str = msgspec.field(name="from", default="")
    name: str = ""

    @property
    def kind(self) -> str:
        """`model`, `params`, `license`…; other media types as they are."""
        return self.media_type.removeprefix(LAYER_TYPE)


class Manifest(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Content of a manifest file."""

    schema_version: int = 2
    media_type: str = MANIFEST_TYPE
    config: Layer = Layer()  # no digest: there is no config
    layers: list[Layer] | None = None

    @property
    def size_bytes(self) -> int:
        """Of all layers and the config."""
        return self.config.size + sum(layer.size for layer in self.layers or [])


class Config(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Content of the config blob; every field may be missing.

    `model_type` is the parameter count in words, `file_type` the quantization.
    """

    model_format: str = ""
    model_family: str = ""
    model_families: list[str] | None = None
    model_type: str = ""
    file_type: str = ""
    renderer: str = ""
    parser: str = ""
    requires: str = ""
    remote_host: str = ""
    remote_model: str = ""
    capabilities: list[str] | None = None
    context_length: int | None = None
    embedding_length: int | None = None
    base_name: str = ""
    architecture: str = ""
    os: str = ""


def read_manifest(path: Path) -> tuple[Manifest, str]:
    """A manifest and its model's digest: the SHA-256 of the file's bytes, 64 digits.

    Raises:
        ModelFileInvalid: it cannot be read, or is not a manifest.
        FileNotFoundError: it is not there.
    """
    data = read_small(path, MAX_MANIFEST_BYTES)
    manifest = decode(data, Manifest, path)
    return manifest, hashlib.sha256(data).hexdigest()


def encode_manifest(manifest: Manifest) -> bytes:
    """As Ollama writes the manifests it makes: compact, with a newline at the end."""
    return msgspec.json.encode(manifest) + b"\n"


def decode(data: bytes, kind: type[Content], path: Path) -> Content:
    """Read a JSON file's content; `path` is for the error only.

    Raises:
        ModelFileInvalid: it is not JSON, or not of this kind.
    """
    try:
        return msgspec.json.decode(data, type=kind)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise ModelFileInvalid(f"{path} is damaged: {error}.") from error


def read_small(path: Path, limit_bytes: int) -> bytes:
    """All bytes of a file that is expected to be small.

    Raises:
        ModelFileInvalid: it has more than `limit_bytes`, or cannot be read.
        FileNotFoundError: it is not there.
    """
    try:
        with path.open("rb") as file:
            data = file.read(limit_bytes + 1)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise ModelFileInvalid(f"{path} cannot be read: {error.strerror or error}.") from error
    if len(data) > limit_bytes:
        raise ModelFileInvalid(f"{path} has more than {limit_bytes} bytes: too many for its kind.")
    return data


def digest_hex(digest: str) -> str:
    """The 64 digits of a digest; nothing else may become part of a path.

    Raises:
        ModelFileInvalid: it is not a digest.

    >>> digest_hex("sha256:" + "0a" * 32) == "0a" * 32
    True
    """
    match = _DIGEST.fullmatch(digest)
    if match is None:
        raise ModelFileInvalid(f"{digest!r:.90} is not a digest.")
    return match[1]
