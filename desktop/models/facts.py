"""What the lists of models say about a file of weights, taken from its header and remembered."""

import logging
import re
import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from desktop.core.errors import ModelFileInvalid
from desktop.core.whole_file import write_whole
from desktop.models.fill_in import fills_in
from desktop.models.gguf import GgufHeader, read_header
from desktop.models.kv_cache import KvShape
from desktop.models.token_cost import NO_COST, TokenCost, cost_of_parts

log = logging.getLogger(__name__)

FACTS_VERSION = 5  # of `WeightsFacts`: another one makes remembered facts worthless
MAX_FACTS_LINES = 4096

_THINKING_MARKS = (  # of models that do not write `<think>`
    "<|channel>",
    "[THINK]",
    "<|START_THINKING|>",
    "<seed:think>",
    "<mm:think>",
    "<|tool_call:begin|>",
    "<|inner_prefix|>",
    "[BEGIN FINAL RESPONSE]",
    "Here is my response:",
)
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
    kv_shape: KvShape | None
    embeds: bool
    sees: bool
    hears: bool
    has_template: bool
    calls_tools: bool
    thinks: bool
    fills_in: bool
    parts: int = 1
    """Files that the weights are split into."""
    projector: str = ""
    """Of a file that sees: which kind of projector it is, in llama.cpp's words."""
    cost: TokenCost = NO_COST

    @classmethod
    def of(cls, header: GgufHeader) -> "WeightsFacts":
        template = header.chat_template or ""
        templates = template + (header.tool_template or "")
        parts = header.metadata.get("split.count")
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
            kv_shape=KvShape.of(header),
            embeds=f"{header.architecture}.pooling_type" in header.metadata,
            sees=bool(header.number("vision.block_count")),
            hears=hears,
            has_template=bool(template),
            calls_tools="tools" in templates or "tool_call" in templates,
            thinks=template_thinks(templates),
            fills_in=fills_in(header),
            parts=parts if isinstance(parts, int) and parts > 1 else 1,
            projector=header.text("clip.vision.projector_type")
            or header.text("clip.projector_type"),
            cost=TokenCost.of(header),
        )


def template_thinks(template: str) -> bool:
    """Whether a Jinja chat template is that of a model that thinks before it answers.

    >>> template_thinks("{{ '<think>' + m.thinking + '</think>' }}"), template_thinks("<think>")
    (True, False)
    """
    if "<think>" in template and "</think>" in template:
        return True
    if any(mark in template for mark in _THINKING_MARKS):
        return True
    splits = _SPLITS_AT_THINK.search(template) is not None
    return splits and "reasoning_content" not in template and "<SPECIAL_12>" not in template


class Known(msgspec.Struct, frozen=True):
    """A line of the facts' file: what was read from a file that looked so."""

    version: int
    path: str
    mtime_ns: int
    size_bytes: int
    facts: WeightsFacts | None
    problem: str = ""  # why there are no facts


class FactsFile:
    """Facts that outlive the process: a line of JSON for each, the last one about a path counts.

    Lines that cannot be read are passed over; a disk that cannot be written is done without.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._works = True

    def read(self) -> dict[Path, Known]:
        """All that is remembered; a file that has grown long is written anew."""
        try:
            lines = self._path.read_bytes().splitlines()
        except OSError:
            return {}
        known = {}
        for line in lines:
            try:
                entry = msgspec.json.decode(line, type=Known)
            except (msgspec.MsgspecError, UnicodeError):
                continue
            if entry.version == FACTS_VERSION:
                known[Path(entry.path)] = entry
        if len(lines) > MAX_FACTS_LINES:
            known = {path: entry for path, entry in known.items() if path.exists()}
            self._rewrite(known)
        return known

    def add(self, entry: Known) -> None:
        with self._lock:
            if not self._works:
                return
            try:
                self._path.parent.mkdir(parents=True, exist_ok=True)
                with self._path.open("ab") as file:
                    file.write(b"\n" + msgspec.json.encode(entry))  # a line cut short ends here
            except UnicodeError:  # its path is no text, and is read again each time
                return
            except OSError as error:
                self._works = False
                log.warning("%s cannot be written: %s", self._path, error.strerror or error)

    def _rewrite(self, known: dict[Path, Known]) -> None:
        content = b"\n".join(msgspec.json.encode(entry) for entry in known.values())
        try:
            write_whole(self._path, content)
        except OSError as error:
            log.warning("%s cannot be written: %s", self._path, error.strerror or error)


class FactsCache:
    """Reads each header once, until its file changes.

    Args:
        folder: Where facts are kept for the next start; None: nowhere.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._file = FactsFile(folder / "facts.jsonl") if folder else None
        self._known = self._file.read() if self._file else {}

    def of(self, weights: Path) -> WeightsFacts | None:
        """None if the header cannot be read; the reason is logged once."""
        known = self._look(weights)
        return known.facts if known else None

    def of_parts(self, parts: Sequence[Path]) -> WeightsFacts | None:
        """Facts of split weights, whose first part says all but how large the others are."""
        first = self.of(parts[0])
        if first is None or len(parts) == 1:
            return first
        others = [facts for facts in map(self.of, parts[1:]) if facts]
        stated = [facts.quantization for facts in (first, *others)]
        costs = [facts.cost for facts in (first, *others)]
        return replace(
            first,
            parameter_count=sum(facts.parameter_count for facts in (first, *others)),
            quantization=next((each for each in stated if each != "unknown"), "unknown"),
            cost=cost_of_parts(costs),
        )

    def problem_of(self, weights: Path) -> str:
        """Why a file has no facts, in a sentence; empty if it has."""
        known = self._look(weights)
        return known.problem if known else f"{weights} does not exist."

    def _look(self, weights: Path) -> Known | None:
        try:
            stat = weights.stat()
        except OSError:
            return None
        known = self._known.get(weights)
        if known and (known.mtime_ns, known.size_bytes) == (stat.st_mtime_ns, stat.st_size):
            return known
        facts, problem = None, ""
        try:
            facts = WeightsFacts.of(read_header(weights))
        except ModelFileInvalid as error:
            log.warning("%s", error)
            problem = str(error)
        known = Known(FACTS_VERSION, str(weights), stat.st_mtime_ns, stat.st_size, facts, problem)
        self._known[weights] = known
        if self._file and facts:
            self._file.add(known)
        return known
