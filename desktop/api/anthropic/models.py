"""What is installed, in Anthropic's words: for `GET /v1/models` of its clients."""

from datetime import UTC
from typing import Any

from starlette.requests import Request

from desktop.models.installed import InstalledModel
from desktop.models.store import Snapshot


def is_anthropic(request: Request) -> bool:
    """Its clients name the version of its API in every request; OpenAI's have the same path."""
    return "anthropic-version" in request.headers


def listed(snapshot: Snapshot) -> dict[str, Any]:
    """All models on one page."""
    entries = [entry(model, model.name.short) for model in snapshot.models]
    return {
        "data": entries,
        "has_more": False,
        "first_id": entries[0]["id"] if entries else None,
        "last_id": entries[-1]["id"] if entries else None,
    }


def entry(model: InstalledModel, name: str) -> dict[str, Any]:
    """One model, by the name that was asked for."""
    created = model.modified_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {
        "type": "model",
        "id": name,
        "display_name": model.name.short,
        "created_at": created,
        "lifecycle": "active",
    }
