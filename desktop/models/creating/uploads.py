"""Finds out what uploaded files are: a model, parts of one, its projector, or an adapter."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Literal, TypeAlias

from desktop.core.errors import ModelFileInvalid, NotSupported, RequestInvalid
from desktop.models.creating.order import Files
from desktop.models.gguf import MAGIC, GgufHeader, read_header
from desktop.models.model_files import PartName, is_projector

Kind: TypeAlias = Literal["model", "projector", "adapter"]

_OF_OTHER_PROGRAMS = (".safetensors", ".bin", ".pt", ".pth", ".ckpt")


@dataclass(frozen=True, slots=True)
class Upload:
    """One blob that was sent for this model. `path` is what its sender calls it."""

    path: str
    digest: str
    header: GgufHeader

    @property
    def split_count(self) -> int:
        """Parts of the model it belongs to; 1: it is whole."""
        count = self.header.metadata.get("split.count")
        return count if isinstance(count, int) else 1


@dataclass(frozen=True, slots=True)
class UploadGroup:
    """What makes up one thing: a single file, or the parts of a split model in order."""

    kind: Kind
    parts: tuple[Upload, ...]


def check_names(files: Files) -> None:
    """Raises NotSupported for weights in a format that first has to be converted."""
    for path in files:
        if path.lower().endswith(_OF_OTHER_PROGRAMS):
            raise NotSupported(
                f"{path} has to be converted first: Puna makes models of GGUF files only, and"
                " llama.cpp's convert_hf_to_gguf.py turns a folder of safetensors into one"
            )


def read_upload(path: str, digest: str, blob: Path) -> Upload:
    """Read the header of one blob.

    Raises:
        RequestInvalid: it is no GGUF file.
        ModelFileInvalid: it is a damaged one; the error names `path`.
    """
    try:
        with blob.open("rb") as file:
            magic = file.read(len(MAGIC))
    except OSError as error:
        raise ModelFileInvalid(f"{path} cannot be read: {error.strerror or error}.") from error
    if magic != MAGIC:
        if path.lower().endswith(".gguf"):
            raise RequestInvalid("supplied file was not in GGUF format")
        raise RequestInvalid("unknown type")
    try:
        return Upload(path, digest, read_header(blob))
    except ModelFileInvalid as error:
        found = ModelFileInvalid(str(error).replace(str(blob), path))
        found.status = 400  # the file is the caller's
        raise found from error


def group_uploads(uploads: Sequence[Upload]) -> list[UploadGroup]:
    """The things that the files make up, in the order of their first files.

    Raises:
        RequestInvalid: parts of a model are missing, or not named as llama.cpp names them.
    """
    groups: list[UploadGroup] = []
    splits: dict[str, list[Upload]] = {}
    for upload in uploads:
        if upload.split_count > 1:
            name = PartName.of(upload.path)
            if name is None:
                raise RequestInvalid(
                    f'split GGUF "{PurePosixPath(upload.path).name}" must use llama.cpp split'
                    " filename pattern"
                )
            splits.setdefault(name.stem, []).append(upload)
        else:
            groups.append(UploadGroup(_kind_of(upload.header), (upload,)))
    for stem, parts in splits.items():
        whole = _in_order(PurePosixPath(stem).name, parts)
        groups.append(UploadGroup(_kind_of(whole[0].header), whole))
    return groups


def _in_order(name: str, parts: list[Upload]) -> tuple[Upload, ...]:
    count = parts[0].split_count
    found = {part.header.metadata.get("split.no"): part for part in parts}
    for number in range(count):
        if number not in found:
            raise RequestInvalid(f'split GGUF "{name}" is missing shard {number + 1}')
    if len(parts) != count or any(part.split_count != count for part in parts):
        raise RequestInvalid(f'split GGUF "{name}" has parts that do not belong together')
    return tuple(found[number] for number in range(count))


def _kind_of(header: GgufHeader) -> Kind:
    if header.kind.lower() == "adapter" or "adapter.type" in header.metadata:
        return "adapter"
    sees = header.number("vision.block_count") and not header.block_count
    if is_projector(header) or sees:
        return "projector"
    return "model"
