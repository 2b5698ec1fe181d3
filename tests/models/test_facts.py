"""Facts about weights: found in the header, remembered until the file changes."""

import logging
import os
from dataclasses import replace
from pathlib import Path

import pytest

from desktop.models.facts import MAX_FACTS_LINES, FactsCache, WeightsFacts, template_thinks
from desktop.models.gguf import read_header
from tests import tiny_gguf
from tests.models.raw_gguf import (
    ARRAY,
    BOOL,
    STRING,
    array_of,
    entry,
    entry_text,
    entry_u32,
    text,
    whole,
)
from tests.models.split_gguf import split

ABILITIES = ("embeds", "sees", "hears", "calls_tools", "thinks", "fills_in")

FILL_IN = array_of(STRING, 3, b"".join(map(text, ("<fim_middle>", "<fim_prefix>", "<fim_suffix>"))))


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
        ("calls_tools", [entry_text("tokenizer.chat_template.tool_use", "{% if tools %}")]),
        ("thinks", [entry_text("tokenizer.chat_template", "<think>{{ x }}</think>")]),
        ("thinks", [entry_text("tokenizer.chat_template", "[THINK]{{ x }}[/THINK]")]),
        ("thinks", [entry_text("tokenizer.chat_template", "<|channel>thought")]),
        ("fills_in", [entry("tokenizer.ggml.tokens", ARRAY, FILL_IN)]),
        (
            "fills_in",
            [
                entry_u32(f"tokenizer.ggml.fim_{part}_token_id", at)
                for at, part in enumerate(("pre", "suf", "mid"))
            ],
        ),
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


def test_facts_outlive_the_process(tmp_path: Path) -> None:
    path, folder = tmp_path / "m", tmp_path / "cache"
    tiny_gguf.write_random_model(path)
    known = FactsCache(folder).of(path)
    stat = path.stat()
    path.write_bytes(bytes(stat.st_size))  # so that it is plain who reads it
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert FactsCache(folder).of(path) == known
    os.utime(path, (1, 1))
    assert FactsCache(folder).of(path) is None


def test_a_damaged_memory_is_done_without(tmp_path: Path) -> None:
    path, folder = tmp_path / "m", tmp_path / "cache"
    tiny_gguf.write_random_model(path)
    known = FactsCache(folder).of(path)
    file = folder / "facts.jsonl"
    line = file.read_bytes()
    for content in (b"\xff\x00", line[:-9], b"[]", line.replace(b"version", b"verse")):
        file.write_bytes(content)
        assert FactsCache(folder).of(path) == known
        assert FactsCache(folder).of(path) == known
    (tmp_path / "file").write_text("")
    assert FactsCache(tmp_path / "file").of(path) == known  # no folder can be made there


def test_the_memory_stays_small(tmp_path: Path) -> None:
    path, folder = tmp_path / "m", tmp_path / "cache"
    tiny_gguf.write_random_model(path)
    known = FactsCache(folder).of(path)
    file = folder / "facts.jsonl"
    gone = file.read_bytes().replace(b"/m", b"/gone")
    file.write_bytes(file.read_bytes() * MAX_FACTS_LINES + gone)
    assert FactsCache(folder).of(path) == known
    assert file.read_bytes().count(b"\n") == 0


def test_facts_of_parts(tmp_path: Path) -> None:
    tiny_gguf.write_random_model(tmp_path / "m")
    whole_facts = FactsCache().of(tmp_path / "m")
    parts = split(tmp_path / "m", tmp_path, "p", 9)
    facts = FactsCache().of_parts(parts)
    assert len(parts) == 3
    assert whole_facts
    assert facts == replace(whole_facts, parts=3)


def test_the_reason_why_there_are_no_facts(tmp_path: Path) -> None:
    tiny_gguf.write_wrong_magic(tmp_path / "m")
    cache = FactsCache()
    assert "is not a GGUF file" in cache.problem_of(tmp_path / "m")
    assert "does not exist" in cache.problem_of(tmp_path / "none")
    tiny_gguf.write_random_model(tmp_path / "m")
    assert cache.problem_of(tmp_path / "m") == ""
