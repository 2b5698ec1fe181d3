"""Where programs keep models, on each platform and as they were told."""

import json
from pathlib import Path

import pytest

from desktop.models.found.places import places_of
from tests.models.found.machine import machine


def folders(root: Path, origin: str, platform: str = "linux", **environ: str) -> list[str]:
    """Relative to the home folder, if in there."""
    home = root / "home"
    return [
        folder.relative_to(home).as_posix() if folder.is_relative_to(home) else str(folder)
        for name, folder in places_of(machine(root, platform, **environ))
        if name == origin
    ]


@pytest.mark.parametrize(
    ("origin", "platform", "expected"),
    [
        ("LM Studio", "linux", [".lmstudio/models", ".cache/lm-studio/models"]),
        ("LM Studio", "win32", [".lmstudio/models", ".cache/lm-studio/models"]),
        ("GPT4All", "linux", [".local/share/nomic.ai/GPT4All"]),
        ("GPT4All", "darwin", ["Library/Application Support/nomic.ai/GPT4All"]),
        ("GPT4All", "win32", ["AppData/Local/nomic.ai/GPT4All"]),
        ("Hugging Face", "linux", [".cache/huggingface/hub"]),
        ("Hugging Face", "win32", [".cache/huggingface/hub"]),
        ("llama.cpp", "linux", [".cache/llama.cpp"]),
        ("llama.cpp", "darwin", ["Library/Caches/llama.cpp"]),
        ("llama.cpp", "win32", ["AppData/Local/llama.cpp"]),
        (
            "Jan",
            "linux",
            [
                ".local/share/Jan/data/llamacpp/models",
                ".local/share/Jan/data/models",
                ".config/Jan/data/llamacpp/models",
                ".config/Jan/data/models",
                "jan/llamacpp/models",
                "jan/models",
            ],
        ),
        (
            "Jan",
            "darwin",
            [
                "Library/Application Support/Jan/data/llamacpp/models",
                "Library/Application Support/Jan/data/models",
                "jan/llamacpp/models",
                "jan/models",
            ],
        ),
        (
            "Jan",
            "win32",
            [
                "AppData/Roaming/Jan/data/llamacpp/models",
                "AppData/Roaming/Jan/data/models",
                "jan/llamacpp/models",
                "jan/models",
            ],
        ),
    ],
)
def test_usual_places(tmp_path: Path, origin: str, platform: str, expected: list[str]) -> None:
    assert folders(tmp_path, origin, platform) == expected


def test_variables(tmp_path: Path) -> None:
    assert folders(tmp_path, "llama.cpp", LLAMA_CACHE="/x/y")[0] == "/x/y"
    assert folders(tmp_path, "llama.cpp", XDG_CACHE_HOME="~/c") == ["c/llama.cpp"]
    hub = folders(tmp_path, "Hugging Face", HF_HUB_CACHE="/a", HF_HOME=' "/b" ')
    assert hub == ["/a", "/b/hub", ".cache/huggingface/hub"]
    assert folders(tmp_path, "GPT4All", XDG_DATA_HOME="/d") == ["/d/nomic.ai/GPT4All"]
    assert folders(tmp_path, "GPT4All", "win32", LOCALAPPDATA="/l") == ["/l/nomic.ai/GPT4All"]


def test_programs_that_were_told_another_place(tmp_path: Path) -> None:
    home = tmp_path / "home"
    (tmp_path / "elsewhere").mkdir(parents=True)
    home.mkdir()
    (home / ".lmstudio-home-pointer").write_text(f"{tmp_path}/elsewhere\n")
    settings = tmp_path / "elsewhere" / "settings.json"
    settings.write_text(json.dumps({"downloadsFolder": "/big/models"}))
    assert folders(tmp_path, "LM Studio")[:2] == ["/big/models", f"{tmp_path}/elsewhere/models"]
    jan = home / ".local" / "share" / "Jan" / "settings.json"
    jan.parent.mkdir(parents=True)
    jan.write_text(json.dumps({"data_folder": "/jan"}))
    assert folders(tmp_path, "Jan")[0] == "/jan/llamacpp/models"


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe", b'{"downloadsFolder": 5}'])
def test_settings_that_cannot_be_read(tmp_path: Path, content: bytes) -> None:
    settings = tmp_path / "home" / ".lmstudio" / "settings.json"
    settings.parent.mkdir(parents=True)
    settings.write_bytes(content)
    assert folders(tmp_path, "LM Studio")[0] == ".lmstudio/models"
