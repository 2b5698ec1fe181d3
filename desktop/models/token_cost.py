"""What a model reads of its weights to write one token: memory sets the pace of nearly every
machine, so a model that reads twice as much writes half as fast."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from desktop.models.gguf import GgufHeader, TensorInfo
from desktop.models.layers import MAX_LAYERS, count_of

_EXPERTS = re.compile(r"blk\.\d{1,4}\.ffn_(gate|up|down|gate_up)_exps\.")
_LAYER = re.compile(r"blk\.(\d{1,4})\.")
_OTHERS = re.compile(r"(v|mm|a)\.")  # what sees and hears, in files that hold everything
# Every weight of these works on every token; nearly all of a file is read then.
_DENSE = frozenset(
    {"llama", "qwen2", "qwen3", "qwen2vl", "qwen3vl", "gemma", "gemma2", "gemma3", "phi2", "phi3"}
    | {"granite", "olmo2", "smollm3", "command-r", "cohere2", "starcoder2", "exaone", "exaone4"}
    | {
        "stablelm",
        "glm4",
        "internlm2",
        "minicpm",
        "minicpm3",
        "nemotron",
        "lfm2",
        "falcon",
        "mistral3",
    }
)
_MIXED_NAME = re.compile(r"\d+x\d|moe|-a\d+(\.\d+)?b\b|mixtral", re.IGNORECASE)
_LOOKED_UP = re.compile(r"(per_layer_)?token_embd\.")
_WORDS = "token_embd.weight"


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenCost:
    """Bytes of a model's weights, by how much of them one token needs."""

    always_bytes: int = 0
    experts_bytes: int = 0
    """Of all experts together; a token is worked on by a part of them."""
    experts_share: float = 1.0
    words_bytes: int = 0
    """The table of words: a single line of it is read at the beginning."""
    lookup_bytes: int = 0
    """All such tables. They lie in main memory, wherever the layers are."""
    has_output: bool = False
    """There is an output of its own; else the table of words serves as output, and is read whole
    once more."""

    @classmethod
    def of(cls, header: GgufHeader) -> Self:
        """Of one file. The share of the experts is that of the first part of split weights."""
        sums = dict.fromkeys(("always", "experts", "words", "lookup"), 0)
        last = _layers_in_use(header)
        for tensor in header.tensors:
            size = tensor.size_bytes or 0
            if _EXPERTS.match(tensor.name) and _number(tensor) < last:
                sums["experts"] += size
            elif _LOOKED_UP.match(tensor.name):
                sums["lookup"] += size
                sums["words"] += size if tensor.name == _WORDS else 0
            elif not _OTHERS.match(tensor.name) and _number(tensor) < last:
                sums["always"] += size
        return cls(
            always_bytes=sums["always"],
            experts_bytes=sums["experts"],
            experts_share=_share(header),
            words_bytes=sums["words"],
            lookup_bytes=sums["lookup"],
            has_output=any(tensor.name == "output.weight" for tensor in header.tensors),
        )

    @property
    def read_bytes(self) -> int:
        """Of one token."""
        output = 0 if self.has_output else self.words_bytes
        return self.always_bytes + int(self.experts_bytes * self.experts_share) + output


NO_COST = TokenCost()
"""Of what writes nothing."""


def cost_of_parts(parts: Iterable[TokenCost]) -> TokenCost:
    """Of split weights, whose first part tells about the experts."""
    costs = list(parts)
    return TokenCost(
        always_bytes=sum(each.always_bytes for each in costs),
        experts_bytes=sum(each.experts_bytes for each in costs),
        experts_share=costs[0].experts_share,
        words_bytes=sum(each.words_bytes for each in costs),
        lookup_bytes=sum(each.lookup_bytes for each in costs),
        has_output=any(each.has_output for each in costs),
    )


def is_dense(architecture: str, name: str) -> bool:
    """Whether all of a model surely works on each token, as far as its name tells.

    >>> is_dense("llama", "Llama-3.2-3B"), is_dense("llama", "Mixtral-8x7B"), is_dense("new", "x")
    (True, False, False)
    """
    return architecture in _DENSE and not _MIXED_NAME.search(name)


def _share(header: GgufHeader) -> float:
    """Of the experts that work on a token."""
    count, used = count_of(header, "expert_count"), count_of(header, "expert_used_count")
    return min(used / count, 1.0) if count and used else 1.0


def _layers_in_use(header: GgufHeader) -> int:
    """Layers that only guess further tokens ahead stand last, and are not asked."""
    count = header.block_count or MAX_LAYERS
    return max(count - (count_of(header, "nextn_predict_layers") or 0), 1)


def _number(tensor: TensorInfo) -> int:
    """Of its layer; -1: it belongs to none."""
    found = _LAYER.match(tensor.name)
    return int(found.group(1)) if found else -1
