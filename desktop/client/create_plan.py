"""What a Modelfile asks of the disk: which of its words are files, and which name a model."""

import re
from dataclasses import dataclass, field
from pathlib import Path

from desktop.client.creating import FileUnusable
from desktop.client.modelfile import Modelfile, ModelfileInvalid

GGUF = b"GGUF"
_PART = re.compile(r"(.+)-([0-9]{5})-of-([0-9]{5})(\.gguf)", re.IGNORECASE)
_LOOKS_LIKE_A_PATH = re.compile(r"[./~\\]|[A-Za-z]:[/\\]|.*\.(?:gguf|safetensors|bin)$")


@dataclass(slots=True, kw_only=True)
class CreatePlan:
    """Files by the names the server will know them by; `source` names a model."""

    source: str = ""
    files: dict[str, Path] = field(default_factory=dict)
    adapters: dict[str, Path] = field(default_factory=dict)
    drafts: dict[str, Path] = field(default_factory=dict)

    @property
    def all_files(self) -> list[Path]:
        """Each once, in order."""
        every = (*self.files.values(), *self.adapters.values(), *self.drafts.values())
        return list(dict.fromkeys(every))


def make_plan(modelfile: Modelfile, folder: Path) -> CreatePlan:
    """Find the files of a Modelfile.

    Args:
        folder: Where the Modelfile is; its paths start there.

    Raises:
        FileUnusable: a file is not there.
        ModelfileInvalid: several models are named.
    """
    plan = CreatePlan()
    for word in modelfile.sources:
        path = _path(word, folder)
        if path.exists():
            for file in _files_of(path):
                _add(plan.files, file)
        elif _LOOKS_LIKE_A_PATH.match(word):
            raise FileUnusable(f"FROM {word}: there is no file {path}.")
        elif plan.source:
            raise ModelfileInvalid(f"FROM names two models: {plan.source} and {word}")
        else:
            plan.source = word
    for words, files in ((modelfile.adapters, plan.adapters), (modelfile.drafts, plan.drafts)):
        for word in words:
            path = _path(word, folder)
            if not path.exists():
                raise FileUnusable(f"There is no file {path}.")
            for file in _files_of(path):
                _add(files, file)
    return plan


def _path(word: str, folder: Path) -> Path:
    try:
        return folder / Path(word).expanduser()
    except RuntimeError as error:  # a home folder that is not known
        raise FileUnusable(f"There is no file {word}.") from error


def _files_of(path: Path) -> list[Path]:
    """The file, with the other parts if it is one of a split model; or what a folder holds."""
    if path.is_dir():
        found = sorted(each for each in path.iterdir() if each.suffix.lower() == ".gguf")
        if not found:
            raise FileUnusable(f"There is no GGUF file in {path}; Puna cannot convert other ones.")
        return found
    match = _PART.fullmatch(path.name)
    if match is None:
        return [path]
    stem, _, count, suffix = match.groups()
    return [
        path.with_name(f"{stem}-{number:05}-of-{count}{suffix}")
        for number in range(1, min(int(count), 1000) + 1)
    ]


def _add(files: dict[str, Path], path: Path) -> None:
    """Under its own name; with a folder before it if another file has that name."""
    if path in files.values():
        return
    name, number = path.name, 1
    while name in files:
        number += 1
        name = f"{number}/{path.name}"
    files[name] = path
