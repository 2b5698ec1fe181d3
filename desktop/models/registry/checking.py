"""Is what a registry sent as a manifest one that we can fetch and run?"""

import re
from collections.abc import Callable

import msgspec

from desktop.core.errors import NotSupported
from desktop.core.sizes import human_bytes
from desktop.models.manifests import Config, Layer, Manifest
from desktop.models.registry.errors import RegistryAnswerInvalid

MAX_LAYERS = 1000
MAX_FILE_BYTES = 2**43  # 8 TiB: no disk has room for it
MAX_TEXT_BYTES = 2**22  # as much as the store reads of such a layer
TEXT_KINDS = frozenset({"template", "prompt", "system", "params", "messages", "license"})
NO_CLOUD = "ollama cloud is disabled: remote model is unavailable"
NO_MLX = "this model requires MLX support, but the MLX runtime is not available"

_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


def read_manifest(data: bytes, content: Callable[[Layer], bytes]) -> Manifest:
    """The manifest of a GGUF model.

    Args:
        data: What the registry sent.
        content: Fetches the config; only asked to find out what a model without weights is.

    Raises:
        RegistryAnswerInvalid: it is no manifest, or says what cannot be.
        NotSupported: it is a model of another kind, or one in Ollama's cloud.
    """
    try:
        manifest = msgspec.json.decode(data, type=Manifest)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise RegistryAnswerInvalid(f"the registry's manifest is damaged: {error}") from error
    for layer in blobs_of(manifest):
        _check(layer)
    kinds = {layer.kind for layer in manifest.layers or []}
    if "model" not in kinds:
        raise _without_weights(manifest, kinds, content)
    if "tensor" in kinds:
        raise NotSupported(NO_MLX)
    return manifest


def blobs_of(manifest: Manifest) -> list[Layer]:
    """What is to be fetched, each once: the layers in their order, then the config.

    Raises:
        RegistryAnswerInvalid: there are too many, or one blob is said to have two sizes.
    """
    listed = list(manifest.layers or [])
    if manifest.config.digest:
        listed.append(manifest.config)
    if len(listed) > MAX_LAYERS:
        raise RegistryAnswerInvalid(f"the registry's manifest has {len(listed)} layers")
    found: dict[str, Layer] = {}
    for layer in listed:
        known = found.setdefault(layer.digest, layer)
        if known.size != layer.size:
            raise RegistryAnswerInvalid(
                f"the registry's manifest gives {layer.digest:.90} two sizes"
            )
    return list(found.values())


def _check(layer: Layer) -> None:
    if not _DIGEST.fullmatch(layer.digest):
        raise RegistryAnswerInvalid(
            f"the registry's manifest has a bad digest: {layer.digest!r:.90}"
        )
    is_text = layer.kind in TEXT_KINDS or layer.media_type.endswith("+json")
    limit = MAX_TEXT_BYTES if is_text else MAX_FILE_BYTES
    if layer.size > limit or (layer.kind == "model" and not layer.size):
        raise RegistryAnswerInvalid(
            f"the registry's manifest says that {layer.digest[:19]} ({layer.kind:.40}) has"
            f" {human_bytes(layer.size)}, which cannot be"
        )


def _without_weights(
    manifest: Manifest, kinds: set[str], content: Callable[[Layer], bytes]
) -> RegistryAnswerInvalid | NotSupported:
    """What to say about a manifest that names no GGUF file."""
    if "tensor" in kinds:
        return NotSupported(NO_MLX)
    if manifest.config.digest and manifest.config.size <= MAX_TEXT_BYTES:
        try:
            config = msgspec.json.decode(content(manifest.config), type=Config)
        except (msgspec.MsgspecError, UnicodeError, RecursionError):
            config = Config()
        if config.remote_host or config.remote_model:
            return NotSupported(NO_CLOUD, status=403)
        if config.model_format not in ("", "gguf"):
            return NotSupported(NO_MLX)
    return RegistryAnswerInvalid("the registry's manifest names no model: it has no GGUF file")
