"""What several tests of models begin with."""

from pathlib import Path

import pytest

from desktop.models.library import Library
from tests.creation import library_with_base
from tests.tiny_gguf import write_random_model


@pytest.fixture
def library(tmp_path: Path) -> Library:
    """With a model called `base`."""
    return library_with_base(tmp_path)


@pytest.fixture
def gguf_file(tmp_path: Path) -> Path:
    path = tmp_path / "m.gguf"
    write_random_model(path, seed=3)
    return path
