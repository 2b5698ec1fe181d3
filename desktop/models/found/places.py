"""Where other programs keep models on Linux, macOS and Windows."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

MAX_SETTINGS_BYTES = 2**20


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """The machine, as far as it says where things are.

    Args:
        platform: As in `sys.platform`.
        system: The top of the file system; for tests.
    """

    home: Path
    environ: Mapping[str, str]
    platform: str
    system: Path = Path("/")

    def folder(self, variable: str) -> Path | None:
        """The folder that a variable names; None if it names none."""
        text = self.environ.get(variable, "").strip().strip("\"'").strip()
        return self.expanded(text) if text else None

    def expanded(self, text: str) -> Path:
        """A path, with `~` for the home folder; relative ones count from there, too."""
        if text == "~" or text.startswith(("~/", "~\\")):
            text = text[2:]
        return self.home / text

    @property
    def data(self) -> Path:
        """Where programs keep data that they do not share between machines."""
        if self.platform == "win32":
            return self.folder("LOCALAPPDATA") or self.home / "AppData" / "Local"
        if self.platform == "darwin":
            return self.home / "Library" / "Application Support"
        return self.folder("XDG_DATA_HOME") or self.home / ".local" / "share"

    @property
    def roaming(self) -> Path:
        """As `data`; Windows has a second place."""
        if self.platform == "win32":
            return self.folder("APPDATA") or self.home / "AppData" / "Roaming"
        return self.data

    @property
    def config(self) -> Path:
        if self.platform in ("win32", "darwin"):
            return self.roaming
        return self.folder("XDG_CONFIG_HOME") or self.home / ".config"

    @property
    def cache(self) -> Path:
        if self.platform == "win32":
            return self.data
        if self.platform == "darwin":
            return self.home / "Library" / "Caches"
        return self.folder("XDG_CACHE_HOME") or self.home / ".cache"


class Place(NamedTuple):
    """A folder in which a program keeps GGUF files; it need not exist."""

    origin: str
    folder: Path


def places_of(machine: Surroundings) -> list[Place]:
    """Each folder once, programs in alphabetical order."""
    places = []
    for origin, folders in (
        ("GPT4All", _gpt4all(machine)),
        ("Hugging Face", _hugging_face(machine)),
        ("Jan", _jan(machine)),
        ("llama.cpp", _llama_cpp(machine)),
        ("LM Studio", _lm_studio(machine)),
    ):
        places += [Place(origin, folder) for folder in dict.fromkeys(folders)]
    return places


def jan_data(machine: Surroundings) -> list[Path]:
    """Jan's data folders; the first is the one it was told to use, if it was."""
    folders = []
    for home in dict.fromkeys((machine.roaming / "Jan", machine.config / "Jan")):
        chosen = _json_of(home / "settings.json").get("data_folder")
        if isinstance(chosen, str) and chosen:
            folders.append(machine.expanded(chosen))
        folders.append(home / "data")
    return [*folders, machine.home / "jan"]


def _jan(machine: Surroundings) -> Iterator[Path]:
    for data in jan_data(machine):
        yield data / "llamacpp" / "models"
        yield data / "models"


def _gpt4all(machine: Surroundings) -> Iterator[Path]:
    yield machine.data / "nomic.ai" / "GPT4All"


def _hugging_face(machine: Surroundings) -> Iterator[Path]:
    for variable in ("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE"):
        if folder := machine.folder(variable):
            yield folder
    if folder := machine.folder("HF_HOME"):
        yield folder / "hub"
    if folder := machine.folder("XDG_CACHE_HOME"):
        yield folder / "huggingface" / "hub"
    yield machine.home / ".cache" / "huggingface" / "hub"


def _llama_cpp(machine: Surroundings) -> Iterator[Path]:
    if folder := machine.folder("LLAMA_CACHE"):
        yield folder
    yield machine.cache / "llama.cpp"


def _lm_studio(machine: Surroundings) -> Iterator[Path]:
    homes = [machine.home / ".lmstudio", machine.home / ".cache" / "lm-studio"]
    pointer = _text_of(machine.home / ".lmstudio-home-pointer").strip()
    if pointer:
        homes.insert(0, machine.expanded(pointer))
    for home in homes:
        chosen = _json_of(home / "settings.json").get("downloadsFolder")
        if isinstance(chosen, str) and chosen:
            yield machine.expanded(chosen)
        yield home / "models"


def _text_of(file: Path) -> str:
    """A small file's text; empty if it cannot be read, or is no text."""
    try:
        if not file.is_file():
            return ""
        with file.open("rb") as opened:
            return opened.read(MAX_SETTINGS_BYTES).decode("utf-8")
    except (OSError, ValueError):
        return ""


def _json_of(file: Path) -> dict[str, Any]:
    """A settings file's content; empty if it is not a JSON object."""
    try:
        content = json.loads(_text_of(file))
    except (ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}
