"""What cannot be made into a model, and in which words that is told."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from desktop.core.errors import AppError
from desktop.models.library import Library
from tests.creation import (
    PLAIN_TOOLS,
    left_in,
    lines_of,
    put,
    write_projector,
    write_split_model,
)
from tests.tiny_gguf import Shape, write_truncated


def refusal(library: Library, **fields: Any) -> tuple[int, str]:
    """Status and text of the error; nothing may have been written."""
    before = left_in(library.root)
    with pytest.raises(AppError) as caught:
        asyncio.run(lines_of(library, "new", PLAIN_TOOLS, **fields))
    assert left_in(library.root) == before
    return caught.value.status, str(caught.value)


@pytest.mark.parametrize(
    ("fields", "status", "text"),
    [
        ({}, 400, "neither 'from' or 'files' was specified"),
        ({"files": {}}, 400, "no files provided to convert"),
        ({"source": "a b"}, 400, "invalid model name"),
        ({"source": "nix"}, 404, "model 'nix' not found"),
        ({"source": "base", "template": "broken"}, 400, "template error: unexpected broken"),
        (
            {"source": "base", "info": {"base_name": 1}},
            400,
            'info field "base_name" must be a string',
        ),
        (
            {"source": "base", "info": {"context_length": "1"}},
            400,
            'info field "context_length" must be a number',
        ),
        (
            {"source": "base", "info": {"embedding_length": -1}},
            400,
            'info field "embedding_length" must be a non-negative integer',
        ),
        (
            {"source": "base", "info": {"embedding_length": float("inf")}},
            400,
            'info field "embedding_length" must be a non-negative integer',
        ),
        (
            {"source": "base", "draft_quantize": "Q8_0"},
            400,
            "--draft-quantize requires a DRAFT model",
        ),
        ({"files": {"m.gguf": ""}}, 400, "invalid digest format"),
        ({"files": {"m.gguf": "sha256:12"}}, 400, "invalid digest format"),
        *(
            ({"files": {path: "sha256:" + "0" * 64}}, 400, "file path must be relative")
            for path in ("/m.gguf", "../m.gguf", "a/../m.gguf", "a//m.gguf", "./m", "m/", "")
        ),
    ],
)
def test_refusals(library: Library, fields: dict[str, Any], status: int, text: str) -> None:
    assert refusal(library, **fields) == (status, text)


def test_files_that_are_no_models(library: Library, gguf_file: Path, tmp_path: Path) -> None:
    (tmp_path / "text").write_text("hello")
    text = put(library, tmp_path / "text")
    assert refusal(library, files={"m.gguf": text}) == (
        400,
        "supplied file was not in GGUF format",
    )
    assert refusal(library, files={"m.txt": text}) == (400, "unknown type")
    status, words = refusal(library, files={"model.safetensors": text})
    assert status == 400
    assert "GGUF files only" in words
    write_truncated(tmp_path / "cut")
    status, words = refusal(library, files={"cut.gguf": put(library, tmp_path / "cut")})
    assert status == 400
    assert words.startswith("cut.gguf is cut short")
    write_projector(tmp_path / "p.gguf")
    projector = put(library, tmp_path / "p.gguf")
    assert refusal(library, files={"p.gguf": projector}) == (400, "no base model was found")
    whole = put(library, gguf_file)
    two = {"a.gguf": whole, "b.gguf": whole}
    assert refusal(library, files=two)[0] == 400
    assert refusal(library, source="base", adapters=two) == (
        400,
        "only one adapter is currently supported",
    )
    assert refusal(library, source="base", adapters={"m.gguf": whole}) == (
        400,
        "m.gguf is no adapter (LoRA)",
    )
    assert refusal(library, source="base", drafts={"p.gguf": projector})[0] == 400


def test_a_blob_that_was_never_sent(library: Library) -> None:
    digest = "sha256:" + "0" * 64
    status, text = refusal(library, files={"m.gguf": digest})
    assert status == 400
    assert f"/api/blobs/{digest}" in text


@pytest.mark.parametrize(
    ("names", "status", "text"),
    [
        (
            ("a.gguf", "b.gguf"),
            400,
            'split GGUF "a.gguf" must use llama.cpp split filename pattern',
        ),
        (("m-00001-of-00002.gguf",), 400, 'split GGUF "m" is missing shard 2'),
    ],
)
def test_split_files_that_are_not_whole(
    library: Library, tmp_path: Path, names: tuple[str, ...], status: int, text: str
) -> None:
    parts = write_split_model(tmp_path, shape=Shape())
    files = {name: put(library, part) for name, part in zip(names, parts, strict=False)}
    assert refusal(library, files=files) == (status, text)
