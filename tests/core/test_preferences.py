"""Where settings come from, who wins, and how they are changed."""

import json
from pathlib import Path
from typing import Any

import pytest

from desktop.core.environment import VARIABLES
from desktop.core.errors import RequestInvalid, SettingInvalid
from desktop.core.preferences import Preferences
from desktop.core.settings import Settings


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "config" / "settings.json"


def write(file: Path, content: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(content)


def test_without_anything_the_defaults_hold(file: Path) -> None:
    preferences = Preferences(file, {})
    assert preferences.current == Settings()
    assert {preferences.source(name) for name in Settings.__struct_fields__} == {"default"}
    assert not file.parent.exists()


@pytest.mark.parametrize(
    ("variable", "text", "setting", "value"),
    [
        ("OLLAMA_HOST", "0.0.0.0:8080", "host", "0.0.0.0"),
        ("OLLAMA_HOST", ":8080", "port", 8080),
        ("OLLAMA_MODELS", "'/data/models'", "models_dir", "/data/models"),
        ("OLLAMA_ORIGINS", "https://a.example, https://b.example,", "origins",
         ("https://a.example", "https://b.example")),
        ("OLLAMA_KEEP_ALIVE", "10m", "keep_alive", 600.0),
        ("OLLAMA_KEEP_ALIVE", "-1", "keep_alive", -1.0),
        ("OLLAMA_NUM_PARALLEL", "2", "parallel", 2),
        ("OLLAMA_MAX_LOADED_MODELS", "5", "max_loaded_models", 5),
        ("OLLAMA_MAX_QUEUE", '"7"', "max_queue", 7),
        ("OLLAMA_CONTEXT_LENGTH", " 8192 ", "context_tokens", 8192),
        ("OLLAMA_FLASH_ATTENTION", "1", "flash_attention", "on"),
        ("OLLAMA_FLASH_ATTENTION", "false", "flash_attention", "off"),
        ("OLLAMA_FLASH_ATTENTION", "yes, please", "flash_attention", "on"),
        ("OLLAMA_KV_CACHE_TYPE", "Q8_0", "kv_cache_type", "q8_0"),
        ("OLLAMA_SCHED_SPREAD", "1", "spread_gpus", True),
        ("OLLAMA_GPU_OVERHEAD", "1500000001", "gpu_reserve_mb", 1501),
        ("OLLAMA_LOAD_TIMEOUT", "90s", "load_timeout_s", 90.0),
        ("OLLAMA_LOAD_TIMEOUT", "-1", "load_timeout_s", 0.0),
        ("OLLAMA_NOPRUNE", "true", "prune", False),
        ("OLLAMA_NOPRUNE", "0", "prune", True),
    ],
)  # fmt: skip
def test_each_variable_of_ollama_names_a_setting(
    file: Path, variable: str, text: str, setting: str, value: Any
) -> None:
    preferences = Preferences(file, {variable: text})
    assert getattr(preferences.current, setting) == value
    assert preferences.source(setting) == "environment"


def test_no_variable_is_left_out() -> None:
    found = {variable.name.removeprefix("OLLAMA_") for variable in VARIABLES}
    assert found == {
        *("HOST", "MODELS", "ORIGINS", "KEEP_ALIVE", "NUM_PARALLEL", "MAX_LOADED_MODELS"),
        *("MAX_QUEUE", "CONTEXT_LENGTH", "FLASH_ATTENTION", "KV_CACHE_TYPE", "LOAD_TIMEOUT"),
        *("NOPRUNE", "SCHED_SPREAD", "GPU_OVERHEAD"),
    }
    for variable in VARIABLES:
        assert set(variable.settings) <= set(Settings.__struct_fields__)


@pytest.mark.parametrize("text", ["", "many", "-3", "0", "1.5", "٣"])
def test_a_number_that_cannot_be_read_counts_as_none(file: Path, text: str) -> None:
    assert Preferences(file, {"OLLAMA_NUM_PARALLEL": text}).current.parallel == 8


def test_a_cache_type_that_nobody_knows_counts_as_none(file: Path) -> None:
    assert Preferences(file, {"OLLAMA_KV_CACHE_TYPE": "q3"}).current.kv_cache_type == "auto"


def test_the_file_wins_over_the_environment_and_the_command_line_over_both(file: Path) -> None:
    write(file, '{"port": 1000, "parallel": 2}')
    environ = {"OLLAMA_HOST": "127.0.0.1:2000", "OLLAMA_NUM_PARALLEL": "4"}
    preferences = Preferences(file, environ, {"port": 3000})
    assert (preferences.current.port, preferences.current.parallel) == (3000, 2)
    assert [preferences.source(name) for name in ("port", "parallel", "host", "tls")] == [
        "start", "file", "environment", "default",
    ]  # fmt: skip
    assert preferences.overruled("parallel") == (4, "OLLAMA_NUM_PARALLEL")
    assert preferences.overruled("host") is None
    assert preferences.overruled_variables == ["OLLAMA_HOST", "OLLAMA_NUM_PARALLEL"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ('{"port": 70000}', r"setting port is 70000; allowed: between 0 and 65535"),
        ('{"porte": 1}', r"setting porte \(in .*settings.json\) is 1; allowed: the keys host,"),
        ('{"port": "x"}', r"setting port is 'x'; allowed: a value of its kind: expected `int`"),
        ('{"context_tokens": 3}', r"context_tokens is 3; allowed: 0 \(automatic\), or at least 4"),
        ('{"tls": "on"}', r"setting tls is 'on'"),
        ('{"keep_alive": "soon"}', r"setting keep_alive is \'soon\'; allowed: seconds, or a dur"),
        ('{"trusted_proxies": ["me"]}', r"setting trusted_proxies is 'me'; allowed: addresses"),
        ('{"tls": "files"}', r"once tls_certificate and tls_key are set"),
        ('{"kv_cache_type": "q8_0", "flash_attention": "off"}', r"while flash_attention is off"),
        ("{", r"settings.json is '.*'; allowed: a JSON object"),
        ("[]", r"settings.json is '.*'; allowed: a JSON object"),
    ],
)
def test_a_file_that_cannot_be_used_says_where_and_why(
    file: Path, content: str, words: str
) -> None:
    write(file, content)
    with pytest.raises(SettingInvalid, match=words):
        Preferences(file, {})


def test_what_the_environment_asks_for_and_cannot_be_is_left_out(file: Path) -> None:
    both = {"OLLAMA_FLASH_ATTENTION": "0", "OLLAMA_KV_CACHE_TYPE": "q8_0"}
    assert Preferences(file, both).current.kv_cache_type == "auto"
    write(file, '{"kv_cache_type": "q4_0"}')
    assert Preferences(file, {"OLLAMA_FLASH_ATTENTION": "0"}).current.use_flash_attention is True


def test_a_change_is_followed_kept_and_told(file: Path) -> None:
    preferences = Preferences(file, {"OLLAMA_KEEP_ALIVE": "1h"})
    seen: list[Settings] = []
    preferences.listen(seen.append)
    preferences.change({"keep_alive": "10m", "port": 0})
    assert preferences.current.keep_alive_s == 600
    assert seen == [preferences.current]
    assert json.loads(file.read_text()) == {"keep_alive": "10m", "port": 0}
    assert preferences.restart_needed == ["port"]
    assert Preferences(file, {}).current == preferences.current
    preferences.change({"keep_alive": None, "port": None})
    assert preferences.current.keep_alive_s == 3600
    assert json.loads(file.read_text()) == {}
    assert preferences.restart_needed == []
    assert [path.name for path in file.parent.iterdir() if path.is_file()] == ["settings.json"]


@pytest.mark.parametrize(
    "values", [{"parallel": 0}, {"paralel": 1}, {"parallel": 1, "x": None}, {"parallel": "1"}]
)
def test_a_change_that_cannot_be_made_changes_nothing(file: Path, values: dict[str, Any]) -> None:
    preferences = Preferences(file, {})
    with pytest.raises(SettingInvalid):
        preferences.change(values)
    assert preferences.current == Settings()
    assert not file.exists()


def test_what_somebody_else_wrote_meanwhile_stays(file: Path) -> None:
    preferences = Preferences(file, {})
    write(file, '{"parallel": 3}')
    preferences.change({"port": 0})
    assert json.loads(file.read_text()) == {"parallel": 3, "port": 0}
    assert preferences.current.parallel == 3


def test_a_file_that_cannot_be_read_or_written_is_told(file: Path) -> None:
    preferences = Preferences(file, {})
    file.mkdir(parents=True)
    with pytest.raises(SettingInvalid, match=r"settings.json is 'Is a directory'"):
        Preferences(file, {})
    file.rmdir()
    file.parent.rmdir()
    file.parent.write_text("no folder")
    with pytest.raises((RequestInvalid, SettingInvalid), match=r"settings.json"):
        preferences.change({"port": 0})
