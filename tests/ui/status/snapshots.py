"""Answers of the status route for tests: a busy laptop with a graphics card."""

from typing import Any

NOW = 1_790_000_000.0
GB = 1_000_000_000


def model(name: str = "qwen3:4b", **fields: Any) -> dict[str, Any]:
    memory = {"weights_bytes": 2_600_000_000, "context_bytes": 600_000_000}
    return {
        "name": name,
        "state": "ready",
        "running": 0,
        "waiting": 0,
        "context_tokens": 8192,
        "parallel": 8,
        "kept": False,
        "expires_at": NOW + 242,
        "keep_alive_s": 300.0,
        "memory": memory | {"compute_bytes": 310_000_000},
        "gpu_bytes": 0,
    } | fields


def entry(request_id: str = "a1", **fields: Any) -> dict[str, Any]:
    return {
        "id": request_id,
        "app": {"id": "app1", "name": "Visual Studio Code", "address": "127.0.0.1"},
        "started_at": NOW - 12,
        "route": "/api/chat",
        "dialect": "ollama",
        "model": "qwen3:4b",
        "asked": "qwen3:4b",
        "state": "generating",
        "elapsed_ms": 12_300,
        "prompt_tokens": 812,
        "cached_tokens": 0,
        "output_tokens": 96,
        "tokens_per_s": 31.2,
    } | fields


def snapshot(**fields: Any) -> dict[str, Any]:
    return {
        "at": NOW,
        "keep_alive": "5m",
        "memory": {
            "total_bytes": 16 * GB,
            "available_bytes": 7 * GB,
            "workers_bytes": 3_400_000_000,
            "swap_total_bytes": 4 * GB,
            "swap_used_bytes": 0,
            "swap_bytes_per_s": 0,
        },
        "processor": {"cores": 8, "threads": 4, "load_percent": 47.5, "workers_percent": 41.0},
        "gpus": {"reason": "none_found"},
        "power": {"percent": 81, "plugged": True},
        "disk": {"path": "/models", "total_bytes": 500 * GB, "free_bytes": 121 * GB},
        "models": [],
        "requests": [],
    } | fields


CARD = {
    "name": "NVIDIA GeForce RTX 4060 Laptop GPU",
    "maker": "nvidia",
    "load_percent": 83,
    "memory_total_bytes": 8 * GB,
    "memory_used_bytes": 5 * GB,
}
