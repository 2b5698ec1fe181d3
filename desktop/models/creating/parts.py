"""The layers a new model starts from, and those that the order itself brings."""

import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from desktop.core.errors import ModelFileInvalid, ModelNotFound
from desktop.models.creating.order import CreateOrder
from desktop.models.creating.shelf import Piece, Shelf, digest_of_file
from desktop.models.creating.uploads import UploadGroup
from desktop.models.gguf import GgufHeader, read_header
from desktop.models.installed import InstalledModel
from desktop.models.manifests import LAYER_TYPE, PART_TYPE, Layer, digest_hex, read_manifest


@dataclass(frozen=True, slots=True)
class Weights:
    """The file of a model, or all its parts in order; `headers` are theirs."""

    pieces: tuple[Piece, ...]
    headers: tuple[GgufHeader, ...]

    def check(self) -> None:
        """Raises ModelFileInvalid for a file that nothing can be asked of."""
        error = None
        if not self.headers[0].architecture:
            error = ModelFileInvalid("The file does not say which kind of model it is.")
        elif not any(header.tensors for header in self.headers):
            error = ModelFileInvalid("The file has no weights in it.")
        if error:
            error.status = 400  # the file is the caller's
            raise error


def inherit(model: InstalledModel, name: str) -> tuple[Weights, list[Piece]]:
    """Weights and all other layers of an installed model.

    Args:
        name: What the weights will be said to be from.

    Raises:
        ModelNotFound: it has been removed in the meantime.
        ModelFileInvalid: a file of it is damaged or missing.
    """
    root = model.root  # its store may not be our own
    try:
        manifest, _ = read_manifest(root / "manifests" / model.name.path)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise ModelNotFound(model.name.short) from error
    parts: list[Layer] = []
    others: list[Layer] = []
    for layer in manifest.layers or []:
        if layer.kind == "model":  # the last one counts
            parts = [each for each in parts if each.kind != "model"]
            parts.insert(0, msgspec.structs.replace(layer, source=name))
        elif layer.media_type == PART_TYPE:
            parts.append(layer)
        else:
            others.append(layer)

    def blob(layer: Layer) -> Path:
        return root / "blobs" / f"sha256-{digest_hex(layer.digest)}"

    headers = tuple(read_header(blob(layer)) for layer in parts)
    weights = Weights(tuple(Piece(layer, blob(layer)) for layer in parts), headers)
    return weights, [Piece(layer, blob(layer)) for layer in others]


def stored(group: UploadGroup, kind: str, shelf: Shelf) -> list[Piece]:
    """Layers of uploaded files; of a split model, the parts after the first have their own type."""
    pieces = []
    for number, part in enumerate(group.parts):
        blob = shelf.uploaded(part.digest)
        layer = Layer(
            media_type=PART_TYPE if number else LAYER_TYPE + kind,
            digest=f"sha256:{digest_hex(part.digest)}",
            size=blob.stat().st_size,
            source=part.path if kind == "model" and not number else "",
        )
        pieces.append(Piece(layer, blob))
    return pieces


def stored_weights(group: UploadGroup, shelf: Shelf) -> Weights:
    """Uploaded files that are a model."""
    headers = tuple(part.header for part in group.parts)
    return Weights(tuple(stored(group, "model", shelf)), headers)


def finished(file: Path, source: str, given_up: threading.Event) -> Weights:
    """A file of weights that has just been written.

    Args:
        source: What it was made from.

    Raises:
        ModelFileInvalid: it is not complete; most likely the disk was full.
        RequestCanceled: `given_up` was set meanwhile.
    """
    header, size = read_header(file), file.stat().st_size
    digest = digest_of_file(file, given_up)
    layer = Layer(media_type=LAYER_TYPE + "model", digest=digest, size=size, source=source)
    return Weights((Piece(layer, file),), (header,))


def pieces_of(order: CreateOrder, parameters: Mapping[str, Any]) -> Iterator[Piece]:
    """Layers of the texts in an order; `parameters` are all that the model will have,
    empty if they are the source's."""
    if order.template:
        yield Piece.of_text("template", order.template.encode())
    if order.system:
        yield Piece.of_text("system", order.system.encode())
    for text in order.licenses:
        if text:
            yield Piece.of_text("license", text.encode())
    if parameters:
        yield Piece.of_text("params", msgspec.json.encode(parameters))
    if order.messages:
        yield Piece.of_text("messages", msgspec.json.encode(order.messages))
