"""A registry with one model, and what is needed to ask it."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from desktop.models.hub_http import make_client
from desktop.models.names import DEFAULT_HOST, ModelName
from desktop.models.registry.client import Registry
from desktop.models.registry.endpoints import Endpoints
from desktop.models.registry.key import Key
from desktop.models.registry.resolve import Resolver
from tests.registry_server import RegistryServer

TINY = {
    "model": b"GGUF" + bytes(1000),
    "template": b"{{ .Prompt }}",
    "license": b"MIT",
    "config": b'{"model_format":"gguf"}',
}


@pytest.fixture
def server() -> Iterator[RegistryServer]:
    with RegistryServer({"library/tiny:latest": TINY}) as server:
        yield server


@pytest.fixture
def http() -> Iterator[httpx.Client]:
    with make_client(timeout=5.0) as client:
        yield client


@pytest.fixture
def key(tmp_path: Path) -> Key:
    return Key(tmp_path / "key")


@pytest.fixture
def endpoints(server: RegistryServer) -> Endpoints:
    """Ollama's registry and Hugging Face are both this server."""
    hosts = (DEFAULT_HOST, "hf.co", "huggingface.co")
    return Endpoints(bases=dict.fromkeys(hosts, server.url), hub=server.url)


@pytest.fixture
def tiny(server: RegistryServer, key: Key, http: httpx.Client, endpoints: Endpoints) -> Registry:
    """The registry, as the model in it sees it."""
    name = ModelName.parse("tiny")
    return Registry(name, key, insecure=False, http=http, endpoints=endpoints)


@pytest.fixture
def resolver(key: Key, http: httpx.Client, endpoints: Endpoints) -> Resolver:
    return Resolver(key, http, endpoints=endpoints)
