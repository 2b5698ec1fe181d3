"""Makes a model of files that were fetched without a manifest."""

import msgspec

from desktop.models.blobs import digest_of, explained, put_small
from desktop.models.gguf import read_header
from desktop.models.importing import config_of
from desktop.models.library import Library
from desktop.models.manifests import (
    CONFIG_TYPE,
    LAYER_TYPE,
    PART_TYPE,
    Layer,
    Manifest,
    encode_manifest,
)
from desktop.models.model_files import check_has_weights, check_is_model
from desktop.models.names import ModelName


def install_blobs(library: Library, name: ModelName, layers: list[Layer]) -> None:
    """Write config and manifest for blobs that are there; the caller holds them.

    Raises:
        ModelFileInvalid: they are not a complete model.
        DiskFull: there is no room for the manifest.
    """
    kinds = (LAYER_TYPE + "model", PART_TYPE)
    parts = [layer for layer in layers if layer.media_type in kinds]
    headers = [read_header(library.blob_path(layer.digest)) for layer in parts]
    check_is_model(headers[0])
    check_has_weights(headers)
    content = msgspec.json.encode(config_of(headers))
    with library.holding(digest_of(content)), explained(library.own, name.short):
        config = put_small(library.own, CONFIG_TYPE, content)
        library.write_manifest(name, encode_manifest(Manifest(config=config, layers=layers)))
