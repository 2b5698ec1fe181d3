"""The tiny models, read back; that llama.cpp runs them is shown by the worker's tests."""

from pathlib import Path

import gguf
import pytest

from desktop.core.errors import ModelFileInvalid
from desktop.models.gguf import read_header
from tests import tiny_gguf
from tests.tiny_gguf import Shape


def decoded(spelling: str) -> bytes:
    """What llama.cpp makes of an escaped token text."""
    found, rest = bytearray(), spelling.encode()
    while len(rest) >= 4:
        assert rest[:2] == b"\\x"
        found.append((rest[2] - 0x30) % 16 * 16 + int(rest[3:4], 16))
        rest = rest[4:]
    return bytes(found)


def tokens(path: Path) -> list[str]:
    return [str(text) for text in read_header(path).array("tokenizer.ggml.tokens")]


def test_script_has_one_token_per_item_even_where_texts_repeat(tmp_path: Path) -> None:
    pieces = [b"la", b" la", b"la", b"\xc3", b"\xa9", b"la"]
    tiny_gguf.write_script_model(tmp_path / "m", pieces)
    texts = tokens(tmp_path / "m")
    assert [decoded(text) for text in texts[1:7]] == pieces
    assert len(set(texts)) == len(texts)


def test_the_last_spelling_of_each_piece_is_outside_the_script(tmp_path: Path) -> None:
    tiny_gguf.write_script_model(tmp_path / "m", "so so so")
    texts = [decoded(text) for text in tokens(tmp_path / "m")[1:]]
    last = {piece: number for number, piece in enumerate(texts)}
    assert all(number >= 3 for number in last.values())
    assert all(bytes([byte]) in last for byte in range(256))


def test_a_piece_may_occur_often_but_not_for_ever(tmp_path: Path) -> None:
    tiny_gguf.write_script_model(tmp_path / "m", ["a"] * 383)
    assert {decoded(text) for text in tokens(tmp_path / "m")[1:384]} == {b"a"}
    with pytest.raises(ValueError, match="too often"):
        tiny_gguf.write_script_model(tmp_path / "m", ["a"] * 384)


@pytest.mark.parametrize("script", [[], ["a", ""]])
def test_empty_scripts_are_refused(tmp_path: Path, script: list[str]) -> None:
    with pytest.raises(ValueError, match="needs"):
        tiny_gguf.write_script_model(tmp_path / "m", script)


def test_models_differ_by_seed_only(tmp_path: Path) -> None:
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        tiny_gguf.write_random_model(tmp_path / name, seed=seed)
    a, b, c = ((tmp_path / name).read_bytes() for name in "abc")
    assert a == b != c


def test_shape_and_extras_of_a_random_model(tmp_path: Path) -> None:
    shape = Shape(vocab=700, layers=3, embed=32, heads=2, context=128, floats="F16")
    extra = {"llama.pooling_type": 1}
    tiny_gguf.write_random_model(tmp_path / "m", shape=shape, chat_template=None, extra=extra)
    header = read_header(tmp_path / "m")
    assert (header.block_count, header.embedding_length, header.context_length) == (3, 32, 128)
    assert (header.quantization, header.chat_template) == ("F16", None)
    assert header.number("pooling_type") == 1
    assert len(tokens(tmp_path / "m")) == 700


def test_every_kind_is_small_and_agrees_with_the_gguf_package(tmp_path: Path) -> None:
    tiny_gguf.write_script_model(tmp_path / "script", "Hello", eos=False)
    tiny_gguf.write_random_model(tmp_path / "random")
    tiny_gguf.write_swa_model(tmp_path / "swa")
    tiny_gguf.write_recurrent_model(tmp_path / "recurrent")
    for path in tmp_path.iterdir():
        ours, theirs = read_header(path), gguf.GGUFReader(path)
        assert path.stat().st_size < 3_000_000
        assert [tensor.name for tensor in ours.tensors] == [one.name for one in theirs.tensors]
        assert set(ours.metadata) == {key for key in theirs.fields if not key.startswith("GGUF.")}
    assert read_header(tmp_path / "swa").number("attention.sliding_window") == 32
    assert read_header(tmp_path / "recurrent").architecture == "mamba"


def test_bad_files_are_bad_in_their_own_way(tmp_path: Path) -> None:
    path = tmp_path / "m"
    tiny_gguf.write_truncated(path)
    with pytest.raises(ModelFileInvalid, match="cut short"):
        read_header(path)
    tiny_gguf.write_wrong_magic(path)
    with pytest.raises(ModelFileInvalid, match="not a GGUF file"):
        read_header(path)
    tiny_gguf.write_unknown_architecture(path)
    assert read_header(path).architecture == "marsupial"
