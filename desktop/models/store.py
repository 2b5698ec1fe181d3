"""The models on disk, in Ollama's own layout, so that both can use one store.

`manifests/<host>/<namespace>/<model>/<tag>` names the files of a model, `blobs/sha256-<hex>` holds
them. Nothing is assumed to stay: every call looks at the disk again. This file reads; `blobs.py`
writes, `removing.py` deletes.
"""

import logging
import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator, Set
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple, TypeAlias

from desktop.core.errors import (
    ModelFileInvalid,
    ModelNameInvalid,
    ModelNotFound,
    ModelsMissing,
)
from desktop.core.paths import nearest_folder
from desktop.models.facts import FactsCache
from desktop.models.holds import Holds
from desktop.models.installed import InstalledModel as InstalledModel
from desktop.models.installed import Named, assemble, newest_first
from desktop.models.manifests import digest_hex, read_manifest
from desktop.models.names import ModelName, without_source
from desktop.models.watching import Stamp, Watch, stamp_of

log = logging.getLogger(__name__)

InstalledModels: TypeAlias = list[InstalledModel]  # `list` is a method of the store


class Problem(NamedTuple):
    """A model that is installed, and cannot be used."""

    name: ModelName
    path: Path
    reason: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a store holds; the same object for as long as nothing changes."""

    models: tuple[InstalledModel, ...] = ()
    """Those that are complete, the newest manifest first."""
    problems: tuple[Problem, ...] = ()
    """Manifests that are damaged, or whose files are missing."""


@dataclass(frozen=True, slots=True)
class _Parsed:
    """A manifest as it was read. `blobs` are names; `links` are those that lie elsewhere, too."""

    stamp: Stamp
    model: InstalledModel
    blobs: frozenset[str]
    links: tuple[tuple[str, Stamp | None], ...]


def free_bytes(folder: Path) -> int:
    """Room left on the disk that `folder` is, or will be, on."""
    return shutil.disk_usage(nearest_folder(folder)).free


class ModelStore:
    """A folder of models. Thread-safe.

    Args:
        root: Holds `manifests` and `blobs`; need not exist yet.
        shared: It belongs to another program.
        facts: Remembers what headers say.
        free_bytes: Tells how much room the disk of a folder has.
        clock: Nanoseconds since 1970.
    """

    def __init__(
        self,
        root: Path,
        *,
        shared: bool = False,
        facts: FactsCache | None = None,
        free_bytes: Callable[[Path], int] = free_bytes,
        clock: Callable[[], int] = time.time_ns,
    ) -> None:
        self.root = root
        self.shared = shared
        self.facts = facts or FactsCache()
        self.free_bytes = free_bytes
        self.holds = Holds()
        self.prunes = True
        """Whether files that no model needs any more are removed."""
        self._clock = clock
        self._lock = threading.RLock()
        self._watch = Watch(clock)
        self._snapshot = Snapshot()
        self._parsed: dict[str, _Parsed] = {}
        self._complained: set[tuple[Path, str]] = set()

    @property
    def manifests(self) -> Path:
        return self.root / "manifests"

    @property
    def blobs(self) -> Path:
        return self.root / "blobs"

    @property
    def partial(self) -> Path:
        """For files that are being written: nothing of ours but whole blobs goes into `blobs`."""
        return self.root / "partial"

    def check_disk(self) -> None:
        """Raises ModelsMissing: the folder that ours is to be in is not there. To make it would
        fill the disk that another one belongs to."""
        if not os.path.isdir(self.root.parent):
            raise ModelsMissing(str(self.root))

    def manifest_path(self, name: ModelName) -> Path:
        return self.manifests / name.path

    def blob_path(self, digest: str) -> Path:
        """Where the content of that digest (`sha256:…` or `sha256-…`) belongs.

        Raises:
            ModelFileInvalid: it is not a digest.
        """
        return self.blobs / f"sha256-{digest_hex(digest)}"

    def names(self) -> Iterator[ModelName]:
        """Every manifest's name, in no order; files that cannot be manifests are left out."""
        for _path, _base, parts in self._paths(Watch(self._clock)):
            with suppress(ModelNameInvalid):
                yield ModelName.of_parts(*parts)

    def list(self) -> InstalledModels:
        """All models that are complete, the newest manifest first.

        A manifest that is damaged, or whose files are missing, is logged once and left out.
        """
        return list(self.snapshot().models)

    def snapshot(self) -> Snapshot:
        """What is there now; next to nothing is read if nothing has changed."""
        with self._lock:
            if not self._watch.is_quiet():
                self._read()
            return self._snapshot

    def find(self, text: str) -> InstalledModel:
        """The model somebody means by `text`; upper and lower case make no difference.

        Raises:
            ModelNameInvalid: `text` is not a name.
            NotSupported: it names a model in Ollama's cloud.
            ModelNotFound: no such model is installed.
            ModelFileInvalid: it is, but a file of it is damaged or missing.
        """
        name = self.locate(ModelName.parse(without_source(text)))
        if name is None:
            raise ModelNotFound(text)
        return self.load(name)

    def locate(self, wanted: ModelName) -> ModelName | None:
        """The spelling of a name for which there is a manifest, be it damaged."""
        if os.path.isfile(self.manifest_path(wanted)):  # false, too, for a name that is too long
            return wanted
        return next((name for name in self.names() if name.folded == wanted.folded), None)

    def spelled(self, name: ModelName) -> ModelName:
        """A name to write to: each part in the spelling that is in the store already, if any."""
        folder, parts = self.manifests, []
        for part in name.parts:
            there = _entries(folder)
            alike = sorted(each for each in there if each.casefold() == part.casefold())
            parts.append(part if part in there or not alike else alike[0])
            folder = folder / parts[-1]
        return ModelName.of_parts(*parts)

    def load(self, name: ModelName) -> InstalledModel:
        """The model of exactly this name.

        Raises:
            ModelNotFound: there is no such manifest.
            ModelFileInvalid: the manifest, or a file it names, is damaged or missing.
        """
        path = str(self.manifest_path(name))
        with self._lock:
            watch = Watch(self._clock)
            stamp = watch.look(path)
            return self._known(path, stamp, watch, None) or self._load(name, path, stamp, watch)

    def _read(self) -> None:
        """Take a new snapshot."""
        watch = Watch(self._clock)
        watch.look(str(self.blobs))
        blobs = frozenset(_entries(self.blobs))
        models: list[InstalledModel] = []
        problems: list[Problem] = []
        for path, base, parts in self._paths(watch):
            stamp = watch.look(path, base)
            if model := self._known(path, stamp, watch, blobs):
                models.append(model)
                continue
            with suppress(ModelNotFound, ModelNameInvalid):  # just removed; not a manifest
                name = ModelName.of_parts(*parts)
                try:
                    models.append(self._load(name, path, stamp, watch))
                except ModelFileInvalid as error:
                    problems.append(Problem(name, Path(path), str(error)))
                    self._complain(problems[-1])
        models.sort(key=newest_first)
        same = len(models) == len(self._snapshot.models) and all(
            new is old for new, old in zip(models, self._snapshot.models, strict=True)
        )
        if not same or tuple(problems) != self._snapshot.problems:
            self._snapshot = Snapshot(tuple(models), tuple(problems))
            paths = {str(self.manifest_path(model.name)) for model in models}
            self._parsed = {path: self._parsed[path] for path in paths}
        self._watch = watch

    def _complain(self, problem: Problem) -> None:
        complaint = (problem.path, problem.reason)
        if complaint not in self._complained:
            self._complained.add(complaint)
            log.warning("%s is left out: %s", problem.name.short, problem.reason)

    def _paths(self, watch: Watch) -> Iterator[tuple[str, str, tuple[str, str, str, str]]]:
        """Of each manifest: its path, the folder two levels up, the parts of its name."""

        def entries(folder: str, base: str = "") -> list[str]:
            watch.look(folder, base)
            return _entries(folder)

        root = str(self.manifests)
        for host in entries(root):
            for namespace in entries(f"{root}/{host}"):
                base = f"{root}/{host}/{namespace}"
                for model in entries(base):
                    for tag in entries(f"{base}/{model}", base):
                        yield f"{base}/{model}/{tag}", base, (host, namespace, model, tag)

    def _known(
        self, path: str, stamp: Stamp | None, watch: Watch, blobs: Set[str] | None
    ) -> InstalledModel | None:
        """A manifest's model, if nothing has changed since it was read.

        Args:
            blobs: Names of those that are there; None: to be looked for.
        """
        known = self._parsed.get(path)
        if known is None or known.stamp != stamp:
            return None
        if blobs is None:
            there = all(os.path.isfile(self.blobs / name) for name in known.blobs)
        else:
            there = known.blobs <= blobs
        if not there or any(stamp_of(link) != before for link, before in known.links):
            return None
        if not watch.is_settled(known.stamp):
            try:
                if read_manifest(Path(path))[1] != known.model.digest:
                    return None
            except (OSError, ModelFileInvalid):
                return None
        for link, before in known.links:
            watch.add(link, before)
        return known.model

    def _load(
        self, name: ModelName, path: str, stamp: Stamp | None, watch: Watch
    ) -> InstalledModel:
        """Read a manifest and the small files; raises as `load` does."""
        self._parsed.pop(path, None)
        if stamp is None:
            raise ModelNotFound(name.short)
        try:
            manifest, digest = read_manifest(Path(path))
            modified_at = _local_time(stamp[0])
            model, files = assemble(self, Named(name, manifest, digest, modified_at))
            links = [str(file) for file in files if _lies_elsewhere(file)]
        except FileNotFoundError as error:
            if error.filename == path:
                raise ModelNotFound(name.short) from error
            watch.look(error.filename)
            missing = Path(error.filename).name
            raise ModelFileInvalid(f"{name.short} lacks its file {missing}.") from error
        except OSError as error:
            reason = error.strerror or error
            raise ModelFileInvalid(f"{name.short} cannot be read: {reason}.") from error
        stamps = tuple((link, watch.look(link)) for link in links)
        self._parsed[path] = _Parsed(stamp, model, frozenset(file.name for file in files), stamps)
        return model


def _local_time(mtime_ns: int) -> datetime:
    """A file's time of change; 1970 if it has one that no calendar knows."""
    try:
        return datetime.fromtimestamp(mtime_ns / 1e9, UTC).astimezone()
    except (OSError, OverflowError, ValueError):
        return datetime.fromtimestamp(0, UTC)


def _lies_elsewhere(file: Path) -> bool:
    """Whether a blob is a link, so that others can change it without touching the store."""
    return file.is_symlink() or file.stat().st_nlink > 1


def _entries(folder: Path | str) -> list[str]:
    """Names of what is in a folder; none if it has vanished, cannot be read, or is a file."""
    try:
        with os.scandir(folder) as entries:
            return [entry.name for entry in entries]
    except OSError:
        return []
