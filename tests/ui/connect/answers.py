"""Answers of the routes that the connect window asks."""

import time
from typing import Any

from tests.ui.status.snapshots import entry

KEY = "puna_Abcdefghijklmnopqrstuvwxyz0123456789_-ABCDE"
CODE = {
    "id": "app1",
    "name": "Visual Studio Code",
    "program": "/usr/share/code/code",
    "automatic": True,
    "keys": [],
    "seen_at": time.time(),
    "created_at": 1.0,
}
N8N = {
    "id": "app2",
    "name": "n8n",
    "keys": [{"id": "k1", "ending": "Xy3z", "created_at": 1.0}],
    "seen_at": time.time() - 630,
    "created_at": 1.0,
}
OLD = {"id": "app3", "name": "Old script", "blocked": True, "keys": [], "created_at": 1.0}


def setting(value: Any, source: str = "default") -> dict[str, Any]:
    return {"value": value, "source": source, "default": None, "variable": ""}


def settings(**values: Any) -> dict[str, Any]:
    """With these chosen in the file."""
    known = {"host": "127.0.0.1", "port": 11434, "require_keys": False, "tls": "off"}
    shown = {name: setting(value) for name, value in known.items()}
    shown |= {name: setting(value, "file") for name, value in values.items()}
    return {"settings": shown, "restart_needed": [], "certificate_sha256": ""}


def answers() -> dict[str, Any]:
    """All that is needed, by method and path."""
    model = {"modified_at": "2026-08-20T18:04:05Z", "size": 1, "digest": "0"}
    return {
        "GET /api/tags": {
            "models": [
                model | {"name": "minilm:latest", "capabilities": ["embedding"]},
                model | {"name": "qwen3:4b", "capabilities": ["completion", "tools"]},
            ]
        },
        "GET /api/puna/settings": settings(),
        "GET /api/puna/apps": {"apps": [CODE, N8N, OLD]},
        "GET /api/puna/activity/running": {"requests": [entry()]},
        "GET /api/puna/origins": {
            "asked": [
                {
                    "origin": "https://chat.example",
                    "first_seen": 1.0,
                    "last_seen": 2.0,
                    "count": 3,
                }
            ],
            "decided": [{"origin": "https://good.example", "answer": "always"}],
        },
    }
