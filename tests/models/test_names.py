"""Names: what is one, how it is shown, which suffixes it may have."""

from pathlib import PurePosixPath

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.core.errors import ModelNameInvalid, NotSupported
from desktop.models.names import ModelName, without_source

GOOD = {
    "llama3.2": ("registry.ollama.ai", "library", "llama3.2", "latest"),
    "llama3.2:1b": ("registry.ollama.ai", "library", "llama3.2", "1b"),
    "me/m": ("registry.ollama.ai", "me", "m", "latest"),
    "hf.co/me/m:Q4_K_M": ("hf.co", "me", "m", "Q4_K_M"),
    "host:5000/ns/model": ("host:5000", "ns", "model", "latest"),
    "https://host/ns/model:x": ("host", "ns", "model", "x"),
    "_a": ("registry.ollama.ai", "library", "_a", "latest"),
    "m:" + "t" * 80: ("registry.ollama.ai", "library", "m", "t" * 80),
}
BAD = [
    "",
    ":",
    "m:",
    "/m",
    "hf.co/model",
    "a/b/c/d",
    "m@sha256:0",
    "../m",
    "..",
    ".hidden",
    "-m",
    "m m",
    "m\n",
    "ü",
    "a//b",
    "m:" + "t" * 81,
    "n" * 81 + "/m",
    "h" * 351 + "/n/m",
]


@pytest.mark.parametrize("text", GOOD)
def test_parts(text: str) -> None:
    assert ModelName.parse(text).parts == GOOD[text]


@pytest.mark.parametrize("text", BAD)
def test_no_name(text: str) -> None:
    with pytest.raises(ModelNameInvalid, match=r"^invalid model name$"):
        ModelName.parse(text)


@pytest.mark.slow
@settings(derandomize=True, database=None, deadline=None)
@given(st.text(max_size=30))
def test_any_text_is_a_name_or_refused(text: str) -> None:
    try:
        name = ModelName.parse(text)
    except ModelNameInvalid:
        return
    assert ModelName.parse(name.full) == name
    assert ModelName.parse(name.short).folded == name.folded


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("llama3.2", "llama3.2:latest"),
        ("Registry.Ollama.AI/Library/M:x", "M:x"),
        ("me/m", "me/m:latest"),
        ("hf.co/library/m", "hf.co/library/m:latest"),
    ],
)
def test_short_form(text: str, short: str) -> None:
    assert ModelName.parse(text).short == short


def test_path_below_the_manifests() -> None:
    path = PurePosixPath("registry.ollama.ai/library/m/latest")
    assert ModelName.parse("m").path == path


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("m", "m"),
        ("m:8b", "m:8b"),
        ("m:local", "m"),
        ("m:8b:local", "m:8b"),
        ("host:5000/n/m", "host:5000/n/m"),
        ("m:local-8b", "m:local-8b"),
        ("cloud", "cloud"),
        ("", ""),
    ],
)
def test_local_is_removed(text: str, rest: str) -> None:
    assert without_source(text) == rest


@pytest.mark.parametrize("text", ["m:cloud", "m:8b:cloud", "gpt-oss:20b-cloud", "n/m:CLOUD"])
def test_cloud_is_refused(text: str) -> None:
    with pytest.raises(NotSupported, match=r"^ollama cloud is disabled: remote model") as refused:
        without_source(text)
    assert refused.value.status == 403


@pytest.mark.parametrize("text", ["m:cloud:local", "m:local:cloud", "m:8b-cloud:local"])
def test_both_suffixes_are_refused(text: str) -> None:
    with pytest.raises(ModelNameInvalid, match=f'^use either .* not both: "{text}"$'):
        without_source(text)
