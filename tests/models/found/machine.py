"""A home folder in which other programs keep models."""

from pathlib import Path
from typing import Any

from desktop.models.found.places import Surroundings
from tests import tiny_gguf
from tests.models.raw_gguf import entry_text, tensor, whole

PROJECTOR = whole([entry_text("general.architecture", "clip")], [tensor("t", (8,))], data=bytes(32))


def machine(root: Path, platform: str = "linux", **environ: str) -> Surroundings:
    return Surroundings(home=root / "home", environ=environ, platform=platform, system=root)


def write_model(path: Path, **options: Any) -> Path:
    """A random model; the folders are made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    tiny_gguf.write_random_model(path, **options)
    return path


def write_projector(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(PROJECTOR)
    return path
