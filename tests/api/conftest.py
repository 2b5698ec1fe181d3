"""The models and the service that most tests of the API share."""

import logging
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import tiny_gguf
from tests.api.served import Served, serving
from tests.models.stores import put_blob, put_json, put_manifest

THINKING_TEMPLATE = "{{ messages }}{% if tools %}{% endif %}<think></think>"
CALLING_TEMPLATE = (
    "{% if tools %}<tools>{% for tool in tools %}{{ tool | tojson }}{% endfor %}</tools>{% endif %}"
    "{% for m in messages %}<|im_start|>{{ m.role }}\n"
    "{% if m.reasoning_content %}<think>{{ m.reasoning_content }}</think>{% endif %}{{ m.content }}"
    "{% for call in m.tool_calls or [] %}<tool_call>{{ call.function.name }}"
    " {{ call.function.arguments | tojson }}</tool_call>{% endfor %}<|im_end|>\n{% endfor %}"
    "{{ '<|im_start|>assistant\n' }}"
)
CALLING_ANSWER = (
    "<think> Paris, then. </think> I look. <tool_call> "
    '{"name": "weather", "arguments": {"place": "Paris", "days": 2}} </tool_call>'
    ' <tool_call> {"name": "time", "arguments": {}} </tool_call>'
)
ADDED = 1_700_000_000.0  # seconds since 1970


class Shelf:
    """Puts models into a store; files are made once."""

    def __init__(self, root: Path, files: Path) -> None:
        self.root = root
        self._files = files

    def weights(self, file: str) -> dict[str, Any]:
        """Layer of one of the files of `_write_files`."""
        return put_blob(self.root, (self._files / file).read_bytes())

    def add(self, name: str, file: str, *layers: dict[str, Any], **parameters: Any) -> None:
        """One thread each: several models that wait for each other's threads take seconds."""
        params = put_json(self.root, {"num_thread": 1} | parameters, "params")
        put_manifest(self.root, name, [self.weights(file), *layers, params], modified=ADDED)


def _write_files(folder: Path) -> None:
    tiny_gguf.write_script_model(folder / "script", "Hello big world")
    tiny_gguf.write_script_model(folder / "endless", "a b c", eos=False, context=32768)
    tiny_gguf.write_random_model(folder / "random")
    tiny_gguf.write_random_model(folder / "embedder", extra={"llama.pooling_type": 1})
    tiny_gguf.write_script_model(folder / "thinker", "x", chat_template=THINKING_TEMPLATE)
    tiny_gguf.write_script_model(folder / "caller", CALLING_ANSWER, chat_template=CALLING_TEMPLATE)
    tiny_gguf.write_random_model(folder / "chooser", chat_template=CALLING_TEMPLATE)
    (folder / "garbage").write_bytes(b"GGUF\x03\0\0\0" + b"\xff" * 64)


@pytest.fixture(scope="session")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    """A store with everything a client can come across."""
    files = tmp_path_factory.mktemp("files")
    _write_files(files)
    root = tmp_path_factory.mktemp("store") / "models"
    shelf = Shelf(root, files)
    for name in ("script", "endless", "random", "thinker", "caller", "chooser", "garbage"):
        shelf.add(name, name)
    shelf.add("Team/Mixed-Case:V1", "script")
    put_manifest(root, "embedder", [shelf.weights("embedder")], modified=ADDED - 60)
    shelf.add(
        "layered",
        "random",
        put_blob(root, b"Be kind.", "system"),
        put_json(
            root,
            [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Ho"}],
            "messages",
        ),
        put_blob(root, b"Yours.", "license"),
        put_blob(root, b"Forever.", "license"),
        num_predict=3,
        temperature=0,
        stop=["no such text", "\n"],
    )
    (root / "manifests/registry.ollama.ai/library/damaged").mkdir()
    (root / "manifests/registry.ollama.ai/library/damaged/latest").write_text("{")
    lost = {"mediaType": "application/vnd.ollama.image.model", "digest": "sha256:" + "0" * 64}
    put_manifest(root, "lost", [lost])
    shelf.add("newest", "script")
    os.utime(root / "manifests/registry.ollama.ai/library/newest/latest", (ADDED + 60, ADDED + 60))
    return shelf


@pytest.fixture(scope="session")
def puna(shelf: Shelf, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A service that keeps every model it loads."""
    home = tmp_path_factory.mktemp("home")
    with serving(home, shelf.root, max_loaded_models=8, keep_alive=-1) as served:
        yield served


@pytest.fixture(autouse=True)
def _no_bug_was_logged(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Whatever a client does, it is answered on purpose and never by accident."""
    yield
    sources = ("desktop.api.replies", "uvicorn.error", "asyncio")
    found = [
        record.getMessage()
        for record in caplog.get_records("call")
        if record.levelno >= logging.ERROR and record.name in sources
        if not record.getMessage().startswith("Cancel ")  # requests that run when the server stops
    ]
    assert not found
