"""Facts about weights: found in the header, remembered until the file changes."""

import logging
from pathlib import Path

import pytest

from desktop.models.facts import FactsCache, WeightsFacts, template_thinks
from desktop.models.gguf import read_header
from tests import tiny_gguf
from tests.models.raw_gguf import BOOL, entry, entry_text, entry_u32, whole

ABILITIES = ("embeds", "sees", "hears", "calls_tools", "thinks")


def facts_of(folder: Path, *entries: bytes) -> WeightsFacts:
    (folder / "m").write_bytes(whole(list(entries)))
    return WeightsFacts.of(read_header(folder / "m"))


def test_facts_of_a_chat_model(tmp_path: Path) -> None:
    tiny_gguf.write_random_model(tmp_path / "m")
    facts = WeightsFacts.of(read_header(tmp_path / "m"))
    assert (facts.architecture, facts.quantization) == ("llama", "F32")
    assert (facts.context_length, facts.embedding_length, facts.block_count) == (2048, 64, 2)
    assert facts.has_template
    assert not any(getattr(facts, ability) for ability in ABILITIES)


@pytest.mark.parametrize(
    ("found", "entries"),
    [
        ("embeds", [entry_text("general.architecture", "b"), entry_u32("b.pooling_type", 0)]),
        ("sees", [entry_text("general.architecture", "b"), entry_u32("b.vision.block_count", 2)]),
        ("hears", [entry_text("general.architecture", "b"), entry_u32("b.audio.block_count", 2)]),
        ("hears", [entry("clip.has_audio_encoder", BOOL, b"\x01")]),
        ("calls_tools", [entry_text("tokenizer.chat_template", "{% if tools %}")]),
        ("calls_tools", [entry_text("tokenizer.chat_template", "{{ m.tool_calls }}")]),
        ("thinks", [entry_text("tokenizer.chat_template", "<think>{{ x }}</think>")]),
    ],
)
def test_abilities(tmp_path: Path, found: str, entries: list[bytes]) -> None:
    facts = facts_of(tmp_path, *entries)
    assert [name for name in ABILITIES if getattr(facts, name)] == [found]


def test_the_projector_whose_audio_does_not_count(tmp_path: Path) -> None:
    audio = entry("clip.has_audio_encoder", BOOL, b"\x01")
    assert not facts_of(tmp_path, audio, entry_text("clip.projector_type", "gemma3nv")).hears


def test_templates_that_cut_thoughts_off() -> None:
    cut = "{{ content.split('</think>')[-1] }}"
    assert template_thinks(cut)
    assert not template_thinks(cut + "{{ reasoning_content }}")
    assert not template_thinks("")


def test_a_changed_file_is_read_again(tmp_path: Path) -> None:
    cache, path = FactsCache(), tmp_path / "m"
    tiny_gguf.write_random_model(path)
    first = cache.of(path)
    assert first is not None
    assert cache.of(path) is first
    tiny_gguf.write_recurrent_model(path)
    second = cache.of(path)
    assert second is not None
    assert second.architecture == "mamba"


def test_a_bad_file_is_complained_of_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    cache, path = FactsCache(), tmp_path / "m"
    tiny_gguf.write_wrong_magic(path)
    with caplog.at_level(logging.WARNING):
        assert cache.of(path) is None
        assert cache.of(path) is None
    assert len(caplog.records) == 1
    assert cache.of(tmp_path / "nothing") is None
