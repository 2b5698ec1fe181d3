"""Which files on a disk make up one model: the parts of split weights, and the projector beside
them.

`gguf-split` of llama.cpp names parts `<name>-00001-of-0000N.gguf` and numbers them in their
headers, where the first is 0.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from desktop.core.errors import ModelFileInvalid
from desktop.models.gguf import GgufHeader, read_header

MAX_PARTS = 1000
MAX_NAME_LENGTH = 200
PROJECTORS = ("F16", "BF16", "Q8_0", "F32")  # what to take of several, the best first

_PART = re.compile(r"(.+)-([0-9]{5})-of-([0-9]{5})(\.gguf)", re.IGNORECASE)
_QUANTIZATION = re.compile(
    r"(?:^|[-_.])(?:ud[-_])?(?:i?q[0-9]+(?:_[a-z0-9]+)*|tq[0-9]_[0-9]|mxfp4|bf16|fp?16|fp?32)(?=$|[-_.])"
)
_SAYS_NOTHING = frozenset({"", "model", "mmproj", "gguf", "projector"})


class PartName(NamedTuple):
    """The name of one part; `number` counts from 1."""

    stem: str
    number: int
    total: int
    suffix: str

    @classmethod
    def of(cls, name: str) -> "PartName | None":
        """None if the name is not that of a part.

        >>> PartName.of("m-00002-of-00003.gguf")
        PartName(stem='m', number=2, total=3, suffix='.gguf')
        """
        if match := _PART.fullmatch(name):
            number, total = int(match[2]), int(match[3])
            if 1 <= number <= total <= MAX_PARTS:
                return cls(match[1], number, total, match[4])
        return None

    @property
    def all_names(self) -> list[str]:
        """Of the parts of this model, in order."""
        numbers = range(1, self.total + 1)
        return [f"{self.stem}-{each:05}-of-{self.total:05}{self.suffix}" for each in numbers]


@dataclass(frozen=True, slots=True)
class ModelFiles:
    """The files of one model, and what the header of the first says."""

    parts: tuple[Path, ...]
    """In order."""
    projectors: tuple[Path, ...] = ()
    name: str = ""
    quantization: str = ""
    is_projector: bool = False
    problem: str = ""
    """Why this is not a model that can be used, in a sentence."""


def part_files(file: Path) -> tuple[Path, ...]:
    """All parts of the model that a file belongs to, in order; the file alone if it is whole.

    Raises:
        ModelFileInvalid: a part is missing.
    """
    name = PartName.of(file.name)
    if name is None or name.total == 1:
        return (file,)
    parts = tuple(file.with_name(each) for each in name.all_names)
    for number, part in enumerate(parts, 1):
        if not part.exists():
            raise ModelFileInvalid(
                f"{file.with_name(name.stem)} is missing shard {number} of {name.total}."
            )
    return parts


def read_parts(parts: Sequence[Path]) -> list[GgufHeader]:
    """The headers of all parts, which are a complete model.

    Raises:
        ModelFileInvalid: one is damaged, or they do not belong together.
    """
    headers = [read_header(part) for part in parts]
    count = headers[0].metadata.get("split.count")
    if isinstance(count, int) and count > 1 and count != len(parts):
        raise ModelFileInvalid(
            f"{parts[0]} is one of {count} parts, and its name does not tell where the others are:"
            f" it should end in -00001-of-{count:05}.gguf."
        )
    for number, header in enumerate(headers):
        if len(parts) > 1 and header.metadata.get("split.no") != number:
            raise ModelFileInvalid(
                f"{header.path} is not part {number + 1} of {len(parts)}, as its name says."
            )
    tensors = headers[0].metadata.get("split.tensors.count")
    found = sum(len(header.tensors) for header in headers)
    if len(parts) > 1 and isinstance(tensors, int) and tensors != found:
        raise ModelFileInvalid(f"{parts[0]} and its parts have {found} tensors of {tensors}.")
    return headers


def is_projector(header: GgufHeader) -> bool:
    """Whether a file is the part of a model that sees or hears."""
    return header.kind.lower() in ("mmproj", "projector") or header.architecture == "clip"


def check_is_model(header: GgufHeader) -> None:
    """Refuse GGUF files that are not a model of their own.

    Raises:
        ModelFileInvalid: it belongs to a model, or does not say what it is.
    """
    file, kind = header.path, header.kind.lower()
    if is_projector(header):
        raise ModelFileInvalid(
            f"{file} is a projector: the part of a model that sees or hears. Import the model's"
            " own file instead."
        )
    if kind == "adapter" or "adapter.type" in header.metadata:
        raise ModelFileInvalid(f"{file} is an adapter (LoRA); by itself it is not a model.")
    if kind not in ("", "model"):
        raise ModelFileInvalid(f"{file} is not a model: it says that it is of type {kind!r:.40}.")
    if not header.architecture:
        raise ModelFileInvalid(f"{file} does not say which kind of model it is.")


def check_has_weights(headers: Sequence[GgufHeader]) -> None:
    """Raises ModelFileInvalid if no part has any tensors, as with files of a vocabulary alone."""
    if not any(header.tensors for header in headers):
        raise ModelFileInvalid(f"{headers[0].path} has no weights in it.")


def models_among(files: Iterable[Path]) -> list[ModelFiles]:
    """The models that files of one folder make up, each with its projector.

    Files that cannot be used are told of, each in its own entry; nothing is raised.
    """
    models, projectors = [], []
    for parts in _sets(files):
        found = _read(parts)
        if found.is_projector:
            projectors.append(found)
        else:
            models.append(found)
    taken: set[Path] = set()
    paired = []
    alike = len({_bare(model.parts[0]) for model in models}) == 1
    for model in models:
        mine = _projectors_of(model, projectors, alone=alike)
        taken.update(path for each in mine for path in each.parts)
        best = tuple(each.parts[0] for each in mine[:1])
        paired.append(replace(model, projectors=best))
    return paired + [each for each in projectors if each.parts[0] not in taken]


def _sets(files: Iterable[Path]) -> list[tuple[Path, ...]]:
    """Files that belong together by their names; parts that are missing are left out."""
    sets: dict[tuple[str, int], list[Path]] = {}
    for file in sorted(files):
        name = PartName.of(file.name)
        key = (name.stem, name.total) if name else (file.name, 0)
        sets.setdefault(key, []).append(file)
    return [tuple(each) for each in sets.values()]


def _read(parts: tuple[Path, ...]) -> ModelFiles:
    files = ModelFiles(parts)
    try:
        header = read_header(parts[0])
        name = header.text("general.name")[:MAX_NAME_LENGTH]
        files = replace(files, name=name, is_projector=is_projector(header))
        files = replace(files, quantization=header.quantization)
        files = replace(files, parts=part_files(parts[0]))
        headers = read_parts(files.parts)
        check_is_model(header)
        check_has_weights(headers)
    except ModelFileInvalid as error:
        return replace(files, problem=str(error))
    return replace(files, quantization=quantization_of(headers))


def quantization_of(headers: Iterable[GgufHeader]) -> str:
    """Of all parts together: the first may have no weights in it."""
    stated = (header.quantization for header in headers)
    return next((each for each in stated if each != "unknown"), "unknown")


def _projectors_of(
    model: ModelFiles, projectors: Sequence[ModelFiles], *, alone: bool
) -> list[ModelFiles]:
    """Those that belong to a model by their names, the best first.

    Args:
        alone: There is no other model in the folder, but for other quantizations of this one.
    """
    stem = _bare(model.parts[0])
    fitting = []
    for projector in projectors:
        other = _bare(projector.parts[0])
        if alone or (other not in _SAYS_NOTHING and (other in stem or stem in other)):
            fitting.append(projector)

    def rank(projector: ModelFiles) -> int:
        kind = projector.quantization
        return PROJECTORS.index(kind) if kind in PROJECTORS else len(PROJECTORS)

    return sorted(fitting, key=rank)


def _bare(file: Path) -> str:
    """A file's name without quantization, part, and the word mmproj.

    >>> _bare(Path("mmproj-Qwen2.5-VL-7B-f16.gguf")), _bare(Path("Qwen2.5-VL-7B-Q4_K_M.gguf"))
    ('qwen25vl7b', 'qwen25vl7b')
    """
    part = PartName.of(file.name)
    name = (part.stem if part else file.stem).casefold()
    name = _QUANTIZATION.sub("", name).replace("mmproj", "")
    return re.sub(r"[^a-z0-9]+", "", name)
