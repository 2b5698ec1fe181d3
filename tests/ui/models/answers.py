"""What a scripted server answers to the models window and the first run."""

from typing import Any

GB = 10**9


def message(key: str, **numbers: int) -> dict[str, Any]:
    known = {"ram": 3 * GB, "ram_available": 12 * GB, "ram_total": 16 * GB, "vram": 0}
    return {"key": key, "numbers": known | {"vram_free": 0} | numbers}


def variant(name: str, size: int | None, verdict: str | None, **more: Any) -> dict[str, Any]:
    line = {"name": name, "quantization": "Q4_K_M", "approximate_bytes": size, "installed": False}
    said = message(verdict) if verdict else None
    return line | {"verdict": verdict, "message": said} | more


def entry(entry_id: str, parameters: int, *variants: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "id": entry_id,
        "title": entry_id.title(),
        "about": {"en": f"About {entry_id}.", "de": f"Über {entry_id}."},
        "license": "MIT",
        "languages": ["multi"],
        "parameters": parameters,
        "capabilities": ["chat"],
        "variants": list(variants),
        "installed": any(each["installed"] for each in variants),
    } | more


SMALL = entry("small", GB, variant("small:1b", GB, "fits_cpu"))
MIDDLE = entry(
    "middle",
    4 * GB,
    variant("middle:4b", 2_500_000_000, "fits_cpu"),
    variant("middle:4b-q8_0", 4_100_000_000, "tight", quantization="Q8_0"),
)
LARGE = entry("large", 70 * GB, variant("large:70b", 43 * GB, "too_large"))
CODER = entry(
    "coder", 7 * GB, variant("coder:7b", 3 * GB, "fits_cpu"), capabilities=["chat", "code"]
)
REPOSITORY = {
    "id": "maker/Nice-GGUF",
    "downloads": 1234,
    "likes": 1,
    "license": "mit",
    "parameters": 3_212_749_888,
}


def quantization(label: str, size: int | None, verdict: str | None) -> dict[str, Any]:
    name = f"hf.co/maker/Nice-GGUF:{label}"
    line = {"label": label, "name": name, "size_bytes": size, "parts": 1, "complete": True}
    return line | {"verdict": verdict, "message": message(verdict) if verdict else None}


CONTENTS = REPOSITORY | {
    "projector_bytes": GB,
    "quantizations": [
        quantization("Q2_K", GB, "fits_cpu"),
        quantization("Q4_K_M", 2 * GB, "fits_cpu"),
        quantization("F16", 6 * GB, "too_large"),
        quantization("Q5_K_M", None, None) | {"complete": False},
    ],
}
ESTIMATE = {
    "model": "middle:4b",
    "installed": False,
    "verdict": "fits_cpu",
    "message": message("fits_cpu"),
    "machine": {"ram_total": 16 * GB, "ram_available": 12 * GB, "gpus": []},
    "download_bytes": 2_600_000_000,
    "disk_free_bytes": 100 * GB,
    "fits_on_disk": True,
}
DETAILS = {"parameter_size": "1B", "quantization_level": "Q4_0", "family": "llama"}


def installed(name: str, digest: str = "a", **more: Any) -> dict[str, Any]:
    return {
        "name": name,
        "modified_at": "2026-08-20T18:04:05Z",
        "size": GB,
        "digest": digest,
        "details": DETAILS,
        "capabilities": ["completion", "tools"],
    } | more


def download(state: str, **more: Any) -> dict[str, Any]:
    line = {"id": "one", "source": "middle:4b", "model": "middle:4b", "state": state}
    return line | {"status": "pulling files", "completed": GB, "total": 2 * GB} | more


FOUND = {
    "title": "maker/Tiny",
    "origin": "LM Studio",
    "files": ["/lm/tiny.gguf"],
    "size": GB,
    "quantization_level": "Q4_0",
    "model": "tiny:q4_0",
    "installed": None,
}
STATUS = {
    "at": 1.0,
    "memory": {"total_bytes": 16 * 2**30, "available_bytes": 12 * 2**30},
    "processor": {"cores": 4, "threads": 8},
    "disk": {"path": "/puna/models", "total_bytes": 500 * GB, "free_bytes": 100 * GB},
}
UNREACHABLE = (502, {"error": "Hugging Face cannot be reached", "code": "hub_unreachable"})


def answers() -> dict[str, Any]:
    """Of a server with two models, on a laptop."""
    return {
        "GET /api/puna/catalog": {"note": "", "models": [SMALL, MIDDLE, LARGE, CODER]},
        "GET /api/puna/search": {"repositories": [REPOSITORY], "cursor": None},
        "GET /api/puna/search/maker/Nice-GGUF": CONTENTS,
        "POST /api/puna/estimate": ESTIMATE,
        "GET /api/tags": {"models": [installed("kept:1b"), installed("twin:latest")]},
        "GET /api/ps": {"models": []},
        "GET /api/puna/problems": {"problems": [{"model": "gone:1b", "reason": "A file is gone."}]},
        "GET /api/puna/partials": {"partials": [], "size": 0},
        "GET /api/puna/activity": {"requests": [{"model": "kept:1b", "started_at": 1.7e9}]},
        "GET /api/puna/settings": {"settings": {"models_dir": {"value": "", "source": "default"}}},
        "GET /api/puna/status": STATUS,
        "GET /api/puna/found": {"found": [FOUND]},
        "GET /api/puna/downloads/events": {"downloads": []},
        "POST /api/puna/downloads": download("queued"),
        "POST /api/show": {"modelfile": "FROM /puna/models/blobs/sha256-1\n", "license": "MIT"},
        "DELETE /api/delete": {},
    }
