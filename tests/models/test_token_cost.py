"""What of a model's weights one token needs, told by names of tensors."""

from pathlib import Path

from desktop.models.facts import FactsCache
from desktop.models.gguf import read_header
from desktop.models.token_cost import TokenCost
from tests import tiny_gguf
from tests.models.layered_gguf import VOCAB, write_layered
from tests.models.split_gguf import split

EMBED, WIDE = 64, 128
TABLE = 4 * EMBED * VOCAB
NORM = 4 * EMBED
FACTS = {"block_count": 2, "embedding_length": EMBED, "expert_count": 8, "expert_used_count": 2}


def cost(path: Path, shapes: dict[str, tuple[int, ...]], **facts: int) -> TokenCost:
    write_layered(path, "qwen3moe", FACTS | facts, shapes)
    return TokenCost.of(read_header(path))


def test_a_table_that_is_the_output_too_is_read_once(tmp_path: Path) -> None:
    found = cost(tmp_path / "m", {"blk.0.ffn_up.weight": (EMBED, WIDE)})
    assert found.read_bytes == 4 * EMBED * WIDE + NORM + TABLE
    assert found.lookup_bytes == TABLE


def test_with_an_output_of_its_own_the_table_is_only_looked_up(tmp_path: Path) -> None:
    found = cost(tmp_path / "m", {"output.weight": (EMBED, VOCAB)})
    assert found.read_bytes == TABLE + NORM


def test_of_experts_only_those_that_are_asked(tmp_path: Path) -> None:
    experts = {
        "blk.0.ffn_up_exps.weight": (EMBED, WIDE, 8),
        "blk.1.ffn_down_exps.weight": (WIDE, EMBED, 8),
        "blk.1.ffn_up_shexp.weight": (EMBED, WIDE),
    }
    one = 4 * EMBED * WIDE
    assert cost(tmp_path / "m", experts).read_bytes == 2 * 2 * one + one + NORM + TABLE


def test_what_is_never_asked_for_words(tmp_path: Path) -> None:
    others: dict[str, tuple[int, ...]] = {
        "v.blk.0.ffn_up.weight": (EMBED, WIDE),
        "mm.0.weight": (EMBED, EMBED),
        "blk.1.ffn_up.weight": (EMBED, WIDE),  # guesses further tokens ahead
        "per_layer_token_embd.weight": (EMBED, WIDE),
    }
    found = cost(tmp_path / "m", others, nextn_predict_layers=1)
    assert found.read_bytes == NORM + TABLE
    assert found.lookup_bytes == TABLE + 4 * EMBED * WIDE


def test_split_weights_are_counted_together(tmp_path: Path) -> None:
    whole = tmp_path / "whole.gguf"
    tiny_gguf.write_random_model(whole)
    parts = split(whole, tmp_path, "m", 3)
    facts = FactsCache().of_parts(parts)
    assert facts
    assert facts.cost == TokenCost.of(read_header(whole))
