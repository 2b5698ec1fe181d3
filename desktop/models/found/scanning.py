"""Lists the models that other programs have on this machine, from the headers of their files."""

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from desktop.core.errors import ModelNameInvalid
from desktop.models.found.jan import FILE_NAME, read_note
from desktop.models.found.places import Place
from desktop.models.found.walking import folders_with_models
from desktop.models.importing import plain_name
from desktop.models.library import Library
from desktop.models.model_files import ModelFiles, models_among
from desktop.models.names import DEFAULT_TAG, ModelName

_HUB_FOLDER = re.compile(r"models--([^/]{1,200})")
_HUB_BLOB = re.compile(r"[0-9a-f]{64}")  # the SHA-256 of large files, something else of small ones


@dataclass(frozen=True, kw_only=True)
class FoundModel:
    """A model in another program's folder."""

    title: str
    origin: str
    """The program."""
    files: tuple[Path, ...]
    """All parts in order; one, unless the weights are split."""
    projectors: tuple[Path, ...] = ()
    size_bytes: int
    """Of all files."""
    quantization: str
    suggested: ModelName
    """A name that no installed model has, and no other that was found."""
    problem: str = ""
    """Why it cannot be used, in a sentence; empty if nothing is known against it."""
    installed: ModelName | None = None
    """The model that has these very files already."""


def scan(places: Iterable[Place], library: Library) -> list[FoundModel]:
    """What there is now, each file once; in the order of the places, then of the paths."""
    installed = _Installed(library)
    taken = {name.folded for name in library.names()}
    seen = set[tuple[int, int]]()
    found = []
    for place in places:
        for model, title in _models_of(place):
            inode = _inode(model.parts[0])
            if inode is None or inode in seen:
                continue
            seen.add(inode)
            name = _free_name(model, taken)
            taken.add(name.folded)
            found.append(
                FoundModel(
                    title=title or model.name or model.parts[0].stem,
                    origin=place.origin,
                    files=model.parts,
                    projectors=model.projectors,
                    size_bytes=_size((*model.parts, *model.projectors)),
                    quantization=model.quantization,
                    suggested=name,
                    problem=model.problem,
                    installed=installed.as_name(model.parts[0]),
                )
            )
    return found


class _Installed:
    """Knows the files that installed models have, by inode and by digest."""

    def __init__(self, library: Library) -> None:
        self._by_inode: dict[tuple[int, int], ModelName] = {}
        self._by_digest: dict[str, ModelName] = {}
        for model in reversed(library.list()):
            if inode := _inode(model.weights):
                self._by_inode[inode] = model.name
            self._by_digest[model.weights.name] = model.name

    def as_name(self, file: Path) -> ModelName | None:
        inode, target = _inode(file), file.resolve().name
        if inode in self._by_inode:
            return self._by_inode[inode]
        if _HUB_BLOB.fullmatch(target):
            return self._by_digest.get(f"sha256-{target}")
        return None


def _models_of(place: Place) -> Iterator[tuple[ModelFiles, str]]:
    """Models with their titles; a title is empty where only the file knows it."""
    notes: list[Path] = []
    plain: list[tuple[list[Path], str]] = []
    for folder, files, own_notes in folders_with_models(place.folder, FILE_NAME):
        notes += own_notes
        plain.append((files, _title(place, folder)))
    for note in notes:
        if described := read_note(note, place.folder):
            for model in models_among(described.files):
                yield model, described.title
    for files, title in plain:
        for model in models_among(files):
            yield model, title


def _title(place: Place, folder: Path) -> str:
    """The repository that files come from, where a program's folders tell it."""
    inside = folder.relative_to(place.folder).parts
    if place.origin == "Hugging Face" and inside and (hub := _HUB_FOLDER.fullmatch(inside[0])):
        return hub[1].replace("--", "/")
    if place.origin == "LM Studio" and len(inside) >= 2:
        return "/".join(inside[:2])
    return ""


def _free_name(model: ModelFiles, taken: set[tuple[str, ...]]) -> ModelName:
    name = plain_name(model.parts[0], model.name)
    tag = DEFAULT_TAG if model.quantization == "unknown" else model.quantization.lower()
    with suppress(ModelNameInvalid):  # a tensor type that is not known here
        name = ModelName.of_parts(name.host, name.namespace, name.model, tag)
    free, number = name, 2
    while free.folded in taken:
        free, number = replace(name, model=f"{name.model[:74]}-{number}"), number + 1
    return free


def _inode(file: Path) -> tuple[int, int] | None:
    try:
        stat = file.stat()
    except OSError:
        return None
    return (stat.st_dev, stat.st_ino)


def _size(files: Sequence[Path]) -> int:
    """Of those that are there."""
    total = 0
    for file in files:
        try:
            total += file.stat().st_size
        except OSError:
            continue
    return total
