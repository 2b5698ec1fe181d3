"""Embeddings with the clients that people have, of a model that people have."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import ollama
import openai
import pytest
from langchain_ollama import OllamaEmbeddings

from tests.api.conftest import Shelf
from tests.api.served import Served, serving
from tests.vectors import cosine

pytestmark = pytest.mark.slow

CATS = ["A cat sleeps on the sofa.", "A kitten naps on the couch."]
TAXES = "The tax return is due in July."


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, minilm_model: Path) -> Iterator[Served]:
    home = tmp_path_factory.mktemp("home")
    shelf = Shelf(home / "models", minilm_model.parent)
    shelf.add("all-minilm", minilm_model.name)
    with serving(home, shelf.root) as served:
        yield served


def test_ollama(served: Served) -> None:
    with ollama.Client(served.url) as client:
        found = client.embed("all-minilm", [*CATS, TAXES])
        assert found.prompt_eval_count == 9 + 10 + 10
        cat, kitten, taxes = found.embeddings
        assert len(cat) == 384
        assert cosine(cat, kitten) > 0.6 > 0.3 > cosine(cat, taxes)
        older = client.embeddings("all-minilm", CATS[0])
        assert cosine(older.embedding, cat) > 0.99999
        short = client.embed("all-minilm", CATS[0], dimensions=64, truncate=False)
        assert len(short.embeddings[0]) == 64


def test_openai(served: Served) -> None:
    with openai.OpenAI(base_url=f"{served.url}/v1", api_key="ollama") as client:
        packed = client.embeddings.create(model="all-minilm", input=[*CATS, TAXES])
        plain = client.embeddings.create(model="all-minilm", input=CATS[0], encoding_format="float")
    cat, kitten, taxes = (each.embedding for each in packed.data)
    assert cosine(cat, kitten) > 0.6 > 0.3 > cosine(cat, taxes)
    assert plain.data[0].embedding == pytest.approx(cat, abs=1e-3)
    assert packed.usage.total_tokens == 29


def test_langchain(served: Served) -> None:
    model = OllamaEmbeddings(model="all-minilm", base_url=served.url)
    try:
        question = model.embed_query("Where is the cat?")
        texts = model.embed_documents([*CATS, TAXES])
    finally:
        _close(model)
    assert max(texts, key=lambda text: cosine(text, question)) in texts[:2]


def _close(model: OllamaEmbeddings) -> None:
    """It has no way to say that it is no longer needed, and two clients inside."""
    sync, async_ = model._client, model._async_client
    assert sync
    assert async_
    sync.close()  # type: ignore[no-untyped-call]
    asyncio.run(async_.close())  # type: ignore[no-untyped-call]
