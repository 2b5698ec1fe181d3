"""What the lists of models say about a file of weights, taken from its header and remembered."""

import logging
import re
from dataclasses import dataclass
from pathlib import Path

from desktop.core.errors import ModelFileInvalid
from desktop.models.gguf import GgufHeader, read_header
from desktop.models.kv_cache import kv_bytes_per_token

log = logging.getLogger(__name__)

_SPLITS_AT_THINK = re.compile(r"split\(\s*['\"]</think>['\"]")


@dataclass(frozen=True, slots=True)
class WeightsFacts:
    """A few lines out of a header, so that hundreds of models can be kept in memory."""

    architecture: str
    parameter_count: int
    quantization: str
    context_length: int | None
    embedding_length: int | None
    block_count: int | None
    kv_bytes_per_token: int | None
    embeds: bool
    sees: bool
    hears: bool
    has_template: bool
    calls_tools: bool
    thinks: bool

    @classmethod
    def of(cls, header: GgufHeader) -> "WeightsFacts":
        template = header.chat_template or ""
        hears = bool(header.number("audio.block_count")) or (
            header.metadata.get("clip.has_audio_encoder") is True
            and header.text("clip.projector_type") != "gemma3nv"
        )
        return cls(
            architecture=header.architecture,
            parameter_count=header.parameter_count,
            quantization=header.quantization,
            context_length=header.context_length,
            embedding_length=header.embedding_length,
            block_count=header.block_count,
            kv_bytes_per_token=kv_bytes_per_token(header),
            embeds=f"{header.architecture}.pooling_type" in header.metadata,
            sees=bool(header.number("vision.block_count")),
            hears=hears,
            has_template=bool(template),
            calls_tools="tools" in template or "tool_call" in template,
            thinks=template_thinks(template),
        )


def template_thinks(template: str) -> bool:
    """Whether a Jinja chat template is that of a model that thinks before it answers.

    >>> template_thinks("{{ '<think>' + m.thinking + '</think>' }}"), template_thinks("<think>")
    (True, False)
    """
    if "<think>" in template and "</think>" in template:
        return True
    splits = _SPLITS_AT_THINK.search(template) is not None
    return splits and "reasoning_content" not in template and "<SPECIAL_12>" not in template


class FactsCache:
    """Reads each header once, until its file changes."""

    def __init__(self) -> None:
        self._known: dict[Path, tuple[int, int, WeightsFacts | None]] = {}

    def of(self, weights: Path) -> WeightsFacts | None:
        """None if the header cannot be read; the reason is logged once."""
        try:
            stat = weights.stat()
        except OSError:
            return None
        known = self._known.get(weights)
        if known and known[:2] == (stat.st_mtime_ns, stat.st_size):
            return known[2]
        try:
            facts = WeightsFacts.of(read_header(weights))
        except ModelFileInvalid as error:
            log.warning("%s", error)
            facts = None
        self._known[weights] = (stat.st_mtime_ns, stat.st_size, facts)
        return facts
