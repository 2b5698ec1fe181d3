"""Stores put together by hand, as Ollama writes them."""

import hashlib
import json
import os
from pathlib import Path
from typing import Any

from desktop.models.names import ModelName
from tests import tiny_gguf

IMAGE = "application/vnd.ollama.image."


def put_blob(root: Path, content: bytes, kind: str = "model", **fields: str) -> dict[str, Any]:
    """Write a blob; returns its layer."""
    digest = hashlib.sha256(content).hexdigest()
    path = root / "blobs" / f"sha256-{digest}"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    layer = {"mediaType": IMAGE + kind, "digest": f"sha256:{digest}", "size": len(content)}
    return layer | fields


def put_json(root: Path, content: object, kind: str) -> dict[str, Any]:
    return put_blob(root, json.dumps(content).encode(), kind)


def put_manifest(
    root: Path,
    name: str,
    layers: list[dict[str, Any]],
    config: object = None,
    *,
    modified: float | None = None,
) -> Path:
    """Write a manifest, and its config blob; `modified` is in seconds since 1970."""
    content = {
        "schemaVersion": 2,
        "mediaType": "application/vnd.docker.distribution.manifest.v2+json",
        "config": put_json(root, config or {}, "config"),
        "layers": layers,
    }
    path = root / "manifests" / ModelName.parse(name).path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content) + "\n", encoding="utf-8")
    if modified is not None:
        os.utime(path, (modified, modified))
    return path


def random_weights(folder: Path, **options: Any) -> bytes:
    """Content of a random model."""
    path = folder / "weights.gguf"
    tiny_gguf.write_random_model(path, **options)
    return path.read_bytes()
