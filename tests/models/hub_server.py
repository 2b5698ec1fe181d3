"""A small server that answers in the shapes of Hugging Face's API, as they were in 2025."""

import http.server
import json
import threading
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

LISTED: list[dict[str, Any]] = [
    {
        "_id": "66f6f5ae3b1f4e4b4b1f4e4b",
        "id": "bartowski/Llama-3.2-3B-Instruct-GGUF",
        "downloads": 123_456,
        "likes": 210,
        "lastModified": "2024-10-08T15:54:44.000Z",
        "gated": False,
        "private": False,
        "tags": ["gguf", "llama", "text-generation", "en", "de", "license:llama3.2", "region:us"],
        "gguf": {"total": 3_212_749_888, "architecture": "llama", "context_length": 131072},
    },
    {
        "_id": "66f6f5ae3b1f4e4b4b1f4e4c",
        "id": "google/gemma-3-4b-it-qat-q4_0-gguf",
        "downloads": 99,
        "likes": 3,
        "lastModified": "2025-04-03T00:00:00.000Z",
        "gated": "manual",
        "private": False,
        "tags": ["gguf", "license:gemma"],
    },
    {"id": 7, "downloads": "many"},
]


def file(name: str, size: int | None) -> dict[str, Any]:
    lfs = {"sha256": "0" * 64, "size": size, "pointerSize": 135}
    return {"rfilename": name, "blobId": "ab" * 20} | ({"size": size, "lfs": lfs} if size else {})


CONTENTS: dict[str, Any] = LISTED[0] | {
    "sha": "5ab33fa94d1d04e903623ae72c95d1696f09f9e8",
    "siblings": [
        file(".gitattributes", 2500),
        file("README.md", 14_000),
        file("Llama-3.2-3B-Instruct-Q8_0.gguf", 3_421_899_552),
        file("Llama-3.2-3B-Instruct-Q4_K_M.gguf", 2_019_377_696),
        file("Llama-3.2-3B-Instruct-UD-IQ2_XXS.gguf", 1_000_000_000),
        file("F16/Llama-3.2-3B-Instruct-F16-00001-of-00002.gguf", 4_000_000_000),
        file("F16/Llama-3.2-3B-Instruct-F16-00002-of-00002.gguf", 2_433_000_000),
        file("BF16/Llama-3.2-3B-Instruct-BF16-00002-of-00002.gguf", 2_433_000_000),
        file("Llama-3.2-3B-Instruct-Q5_K_M.gguf", None),
        file("Llama-3.2-3B-Instruct.imatrix.gguf", 3_000_000),
        file("mmproj-F32.gguf", 1_600_000_000),
        file("mmproj-F16.gguf", 800_000_000),
    ],
}


class HubServer(http.server.ThreadingHTTPServer):
    """Answers `/api/models…` in a `with` block.

    `answers` are taken by path, and may be changed, as `status` and `headers` of what is answered
    may; `asked` are the paths and queries that came.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.asked: list[tuple[str, dict[str, list[str]]]] = []
        self.status = 200
        self.headers: dict[str, str] = {}
        self.answers: dict[str, bytes] = {
            "/api/models": json.dumps(LISTED).encode(),
            "/api/models/bartowski/Llama-3.2-3B-Instruct-GGUF": json.dumps(CONTENTS).encode(),
        }

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self.serve_forever, args=(0.01,))
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()
        self._thread.join()


class _Handler(http.server.BaseHTTPRequestHandler):
    server: HubServer

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        self.server.asked.append((parts.path, parse_qs(parts.query)))
        body = self.server.answers.get(parts.path)
        status = self.server.status if body is not None else 404
        self.send_response(status)
        for name, value in self.server.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body or b'{"error":"Repository not found"}')
