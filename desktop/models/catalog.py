"""The catalogue: well-known open models that run on laptops, for people who do not know any yet.

The facts are in `resources/catalog.json`. Sizes there are rounded, and missing where they are not
known for certain.
"""

from pathlib import Path
from typing import Annotated, Literal

import msgspec

from desktop.core.errors import AppError, ModelNameInvalid
from desktop.models.names import ModelName

Capability = Literal["chat", "code", "embedding", "insert", "thinking", "tools", "vision"]
Text = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Count = Annotated[int, msgspec.Meta(gt=0)]
Id = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9.-]{0,63}$")]
Language = Annotated[str, msgspec.Meta(pattern=r"^([a-z]{2,3}|multi)$")]

# Of one parameter, on average over a file: the larger tensors are as the name says, some are finer.
_BITS = {"Q4_0": 4.6, "Q4_K_M": 4.9, "MXFP4": 4.7, "Q8_0": 8.5, "F16": 16.0}


class CatalogInvalid(AppError):
    """The installation's own catalogue is damaged."""

    code = "catalog_invalid"


class EntryUnknown(AppError):
    """The catalogue has no entry of that id."""

    code = "catalog_entry_unknown"
    status = 404

    def __init__(self, entry_id: str) -> None:
        super().__init__(f"the catalogue has no entry {entry_id!r:.80}")


class About(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One plain sentence on what a model is good for, in each language of the windows."""

    en: Text
    de: Text


class Variant(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One quantization, and the name it is pulled by."""

    quantization: Text
    name: Text
    approximate_bytes: Count | None = None
    """What is downloaded, rounded; None: not known for certain."""


class Entry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One model in one size. The first variant is the one to recommend."""

    id: Id
    title: Text
    family: Text
    about: About
    license: Text
    """As SPDX calls it, where SPDX has a name for it."""
    languages: Annotated[list[Language], msgspec.Meta(min_length=1)]
    """ISO 639 codes; `multi` for many more than are named."""
    parameters: Count
    active_parameters: Count | None = None
    """Those that work on each token, if only a part does."""
    context_tokens: Count
    """What the model was trained for."""
    capabilities: Annotated[list[Capability], msgspec.Meta(min_length=1)]
    variants: Annotated[list[Variant], msgspec.Meta(min_length=1)]

    @property
    def writes(self) -> bool:
        """It answers with text; else only with vectors."""
        return self.capabilities != ["embedding"]

    def rough_bytes(self, variant: Variant) -> int | None:
        """Size of a variant's files, good enough for a verdict; None if nothing tells."""
        if variant.approximate_bytes is not None:
            return variant.approximate_bytes
        bits = _BITS.get(variant.quantization)
        return int(self.parameters * bits / 8) if bits else None


class Catalog(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All entries, in the order they are shown in."""

    note: Text
    models: list[Entry]

    def find(self, entry_id: str) -> Entry:
        """Raises EntryUnknown."""
        for entry in self.models:
            if entry.id == entry_id:
                return entry
        raise EntryUnknown(entry_id)


def load_catalog(path: Path) -> Catalog:
    """Read and check a catalogue.

    Raises:
        CatalogInvalid: it is missing, or an entry has a fault; the text says which.
    """
    try:
        catalog = msgspec.json.decode(path.read_bytes(), type=Catalog)
    except (OSError, msgspec.MsgspecError, UnicodeError) as error:
        raise CatalogInvalid(f"{path.name} cannot be used: {error}") from error
    seen: set[str] = set()
    for entry in catalog.models:
        if entry.id in seen:
            raise CatalogInvalid(f"{path.name} has two entries {entry.id}")
        seen.add(entry.id)
        for variant in entry.variants:
            try:
                ModelName.parse(variant.name)
            except ModelNameInvalid as error:
                raise CatalogInvalid(
                    f"{path.name}, entry {entry.id}: {variant.name!r} is not the name of a model"
                ) from error
    return catalog
