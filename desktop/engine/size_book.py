"""What models take: told by their headers, corrected by what they took here before.

What was measured is kept for each model, each manner of holding it, and each machine. The same load
then counts as measured; another one is corrected by the same factors. Service loop only.
"""

import asyncio
import logging
import time
from collections import OrderedDict
from pathlib import Path

import msgspec

from desktop.core.version import PUNA_VERSION
from desktop.core.whole_file import write_whole
from desktop.engine.ladder import Decision
from desktop.models.gguf import read_header
from desktop.models.installed import InstalledModel
from desktop.models.machine_memory import MachineMemory
from desktop.models.manner import Manner
from desktop.models.sizes import AS_ESTIMATED, Kinds, ModelSizes
from desktop.worker.messages import Buffer

log = logging.getLogger(__name__)

VERSION = 1
MAX_RECORDS = 256
MAX_FILE_BYTES = 2**20
MAX_HEADERS = 8
SAME = 0.01
"""A measurement that differs by less from the one before is not written down."""
DOUBT = 2.0
"""A factor beyond this, either way, is the mistake of whoever counted."""

Seen = tuple[tuple[Path, int, int], ...]
"""Files, when they were changed, and how large they are."""


class Record(msgspec.Struct, frozen=True):
    """One load. `estimated` and `measured`: bytes of weights, cache and compute buffers."""

    model: str
    machine: str
    manner: str
    estimated: tuple[float, float, float]
    measured: tuple[float, float, float]
    at: float
    """Seconds since 1970."""

    @property
    def factors(self) -> Kinds:
        pairs = zip(self.measured, self.estimated, strict=True)
        factors = [there / said if said and there else 1.0 for there, said in pairs]
        return Kinds(*(each if 1 / DOUBT <= each <= DOUBT else 1.0 for each in factors))


class Book(msgspec.Struct):
    """The file."""

    version: int
    records: list[Record]


class SizeBook:
    """Reads headers, and remembers.

    Args:
        path: Where measurements are kept for the next start; None: nowhere.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._records = _read(path) if path else []
        self._plain: OrderedDict[Seen, ModelSizes] = OrderedDict()

    async def sizes_of(self, model: InstalledModel, machine: MachineMemory) -> ModelSizes:
        """What a model takes on a machine.

        Raises:
            EstimateImpossible: its files do not tell.
            ModelFileInvalid: one of them cannot be read.
        """
        plain = await asyncio.to_thread(self._of_headers, model)
        where = _key(machine)
        records = [
            each for each in self._records if (each.model, each.machine) == (model.digest, where)
        ]
        if not records:
            return plain
        exact = {each.manner: each.factors for each in records}
        usual = max(records, key=lambda each: each.at).factors
        return plain.corrected(lambda manner: exact.get(_name(manner), usual))

    async def note(
        self,
        model: InstalledModel,
        machine: MachineMemory,
        decision: Decision,
        buffers: list[Buffer],
    ) -> None:
        """A load has ended well, and took this."""
        plain = await asyncio.to_thread(self._of_headers, model)
        said = plain.corrected(lambda _manner: AS_ESTIMATED).kinds(decision.manner, decision.spread)
        sums = dict.fromkeys(("weights", "kv", "compute"), 0.0)
        for buffer in buffers:
            sums[buffer.kind] = sums.get(buffer.kind, 0.0) + buffer.size_bytes
        record = Record(
            model=model.digest,
            machine=_key(machine),
            manner=_name(decision.manner),
            estimated=(said.weights, said.kv, said.compute),
            measured=(sums["weights"], sums["kv"], sums["compute"]),
            at=time.time(),
        )
        same = [each for each in self._records if _place(each) == _place(record)]
        if same and _alike(same[-1], record):
            return
        self._records = [each for each in self._records if each not in same][-MAX_RECORDS + 1 :]
        self._records.append(record)
        if self._path:
            await asyncio.to_thread(_write, self._path, self._records)

    def _of_headers(self, model: InstalledModel) -> ModelSizes:
        paths = (*model.weight_parts, *model.adapters, *model.projectors[:1])
        seen = tuple((path, (s := path.stat()).st_mtime_ns, s.st_size) for path in paths)
        if seen not in self._plain:
            self._plain[seen] = ModelSizes([read_header(path) for path in paths])
        while len(self._plain) > MAX_HEADERS:
            self._plain.popitem(last=False)
        return self._plain[seen]


def _place(record: Record) -> tuple[str, str, str]:
    return record.model, record.machine, record.manner


def _alike(one: Record, other: Record) -> bool:
    pairs = zip(one.measured, other.measured, strict=True)
    return all(abs(a - b) <= SAME * max(a, b) for a, b in pairs)


def _key(machine: MachineMemory) -> str:
    """Another machine, other cards, another llama.cpp: what was measured no longer counts."""
    cards = [f"{gpu.name} {gpu.total_bytes >> 20}" for gpu in machine.gpus]
    return " + ".join([PUNA_VERSION, f"{machine.total_bytes >> 20}", *cards])


def _name(manner: Manner) -> str:
    layout = manner.layout
    return (
        f"{manner.context_tokens} x {manner.parallel} in {layout.tokens} x {layout.sequences}"
        f" {'own' if layout.own_cells else 'shared'} {manner.cache_type} {manner.batch_tokens}"
    )


def _read(path: Path) -> list[Record]:
    """Nothing, if there is no file, or it is damaged or of another version."""
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            return []
        book = msgspec.json.decode(path.read_bytes(), type=Book)
    except (OSError, msgspec.MsgspecError, UnicodeError):
        return []
    return book.records[-MAX_RECORDS:] if book.version == VERSION else []


def _write(path: Path, records: list[Record]) -> None:
    try:
        write_whole(path, msgspec.json.encode(Book(VERSION, records)))
    except OSError as error:
        log.warning("%s cannot be written: %s", path, error.strerror or error)
