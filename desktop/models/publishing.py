"""Writes manifests, which is what makes blobs a model."""

from desktop.core.errors import ModelFileInvalid
from desktop.core.whole_file import write_whole
from desktop.models.blobs import explained
from desktop.models.manifests import (
    MAX_MANIFEST_BYTES,
    Manifest,
    decode,
    digest_hex,
    read_manifest,
)
from desktop.models.names import ModelName
from desktop.models.removing import remove_unused
from desktop.models.store import ModelStore


def publish(store: ModelStore, name: ModelName, data: bytes) -> ModelName:
    """Write a manifest, whose blobs are all there; a model of that name is replaced.

    The blobs that only the replaced one needed are removed.

    Returns:
        The name, in the spelling that the store has already.

    Raises:
        ModelFileInvalid: it is not a manifest, or the store cannot be written.
        DiskFull: there is no room for it.
    """
    name = store.spelled(name)
    path = store.manifest_path(name)
    decode(data, Manifest, path)
    if len(data) > MAX_MANIFEST_BYTES:
        raise ModelFileInvalid(f"the manifest of {name.short} is too long.")
    try:
        replaced = digests_of(read_manifest(path)[0])
    except (OSError, ModelFileInvalid):  # there is none, or it is damaged
        replaced = []
    with explained(store, f"The manifest of {name.short}"):
        store.partial.mkdir(parents=True, exist_ok=True)
        write_whole(path, data, scratch=store.partial)
    remove_unused(store, replaced)
    return name


def digests_of(manifest: Manifest) -> list[str]:
    """Of all blobs that a manifest names; raises ModelFileInvalid if one is not a digest."""
    layers = [*(manifest.layers or []), manifest.config]
    digests = [layer.digest for layer in layers if layer.digest]
    return [f"sha256:{digest_hex(digest)}" for digest in digests]
