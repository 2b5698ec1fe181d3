"""What all tests share: no screen, and the small model files."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.protocol_server import ProtocolServer

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")  # without a display Qt aborts the process
for name in [name for name in os.environ if name.startswith(("OLLAMA_", "PUNA_"))]:
    del os.environ[name]  # the tests mean the defaults

ROOT = Path(__file__).resolve().parent.parent


def model_file(name: str) -> Path:
    path = ROOT / ".cache" / "models" / name
    if not path.exists():
        pytest.fail(f"{path} is missing; `make test` fetches it")
    return path


@pytest.fixture(scope="session")
def starter_model() -> Path:
    """SmolLM2 135M Instruct, Q4_1, with a chat template: 98 MB."""
    return model_file("SmolLM2-135M-Instruct.Q4_1.gguf")


@pytest.fixture(scope="session")
def gemma_model() -> Path:
    """Gemma 3 270M, Q4_K_M, with its vocabulary of 262 k tokens: 253 MB."""
    return model_file("gemma-3-270m-q4_k_m.gguf")


@pytest.fixture(scope="session")
def minilm_model() -> Path:
    """all-MiniLM-L6-v2, F16, which makes embeddings of 384 numbers: 46 MB."""
    return model_file("all-MiniLM-L6-v2-F16.gguf")


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Loop of the tests marked `anyio`."""
    return "asyncio"


@pytest.fixture
def protocol_server() -> Iterator[ProtocolServer]:
    with ProtocolServer() as server:
        yield server
