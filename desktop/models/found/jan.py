"""Reads what Jan notes about a model in its `model.yml`: a name, and where the files are."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from desktop.models.model_files import PartName

FILE_NAME = "model.yml"
MAX_BYTES = 2**16


class Described(NamedTuple):
    """One note; the files are there, in all their parts."""

    title: str
    files: list[Path]


def read_note(note: Path, top: Path) -> Described | None:
    """What a `model.yml` says; None if it names no file that is there.

    Of YAML, only lines `key: value` at the top level are read, which is all that Jan writes for
    these keys.

    Args:
        top: Jan's folder of models, in which paths that are not absolute begin, or the data
            folder, which has it.
    """
    try:
        with note.open("rb") as file:
            text = file.read(MAX_BYTES).decode("utf-8")
    except (OSError, ValueError):
        return None
    values = dict(_values(text))
    model = _place(values.get("model_path", ""), top)
    if model is None:
        return None
    files = [model]
    if part := PartName.of(model.name):
        files = [model.with_name(name) for name in part.all_names]
    if projector := _place(values.get("mmproj_path", ""), top):
        files.append(projector)
    title = values.get("name") or note.parent.name
    return Described(title, [each for each in files if os.path.isfile(each)])


def _values(text: str) -> Iterator[tuple[str, str]]:
    for line in text.splitlines():
        key, colon, value = line.partition(":")
        if colon and key.strip() == key and not key.startswith(("#", "-")):
            yield key, value.strip().strip("\"'")


def _place(text: str, top: Path) -> Path | None:
    """The file of that path; Jan's own begin at its data folder."""
    if not text or "\0" in text:
        return None
    for base in (top, *top.parents[:2]):
        if os.path.isfile(base / text):
            return base / text
    return None
