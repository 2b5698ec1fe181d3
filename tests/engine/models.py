"""Installed tiny models for the tests of the engine."""

from pathlib import Path
from typing import Any

from desktop.models.importing import import_gguf
from desktop.models.names import ModelName
from desktop.models.store import InstalledModel, ModelStore
from tests.tiny_gguf import write_script_model


def install_script(folder: Path, name: str, script: str, **options: Any) -> InstalledModel:
    """A model that says `script`, in the store under `folder`."""
    file = folder / f"{name}.gguf"
    write_script_model(file, script, name=name, **options)
    return import_gguf(ModelStore(folder / "models"), file, ModelName.parse(name))
