"""All models of this machine: those of our own store, and those of other programs' stores.

The others' are used where they are and never written to. `found/ollama.py` finds them.
"""

import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from desktop.core.errors import ModelFileInvalid, ModelNotFound, RequestInvalid
from desktop.models.blobs import explained, has_blob, link_blob, put_blob, remove_leftovers
from desktop.models.facts import FactsCache
from desktop.models.installed import InstalledModel, newest_first
from desktop.models.manifests import Manifest, decode
from desktop.models.names import ModelName, without_source
from desktop.models.publishing import digests_of, publish
from desktop.models.removing import RemovalRefused, remove_model, remove_unused
from desktop.models.store import InstalledModels, ModelStore, Problem, Snapshot


class Library:
    """Reads like a `ModelStore`; of equal names, our own store's comes first. Thread-safe.

    Args:
        own: The only store that is written to.
        shared: Stores of other programs, in the order in which names are looked up.
    """

    def __init__(self, own: ModelStore, shared: Sequence[ModelStore] = ()) -> None:
        self.own = own
        self.shared = tuple(shared)
        self._lock = threading.Lock()
        self._parts: tuple[Snapshot, ...] = ()
        self._whole = Snapshot()

    @property
    def root(self) -> Path:
        return self.own.root

    @property
    def facts(self) -> FactsCache:
        return self.own.facts

    @property
    def stores(self) -> tuple[ModelStore, ...]:
        return (self.own, *self.shared)

    def snapshot(self) -> Snapshot:
        """What there is now; the same object for as long as nothing changes."""
        parts = tuple(store.snapshot() for store in self.stores)
        with self._lock:
            if len(parts) != len(self._parts) or any(
                new is not old for new, old in zip(parts, self._parts, strict=True)
            ):
                self._parts, self._whole = parts, _merged(parts)
            return self._whole

    def list(self) -> InstalledModels:
        """All models that are complete, the newest manifest first."""
        return list(self.snapshot().models)

    def problems(self) -> tuple[Problem, ...]:
        """Models that cannot be used, each with the reason in a sentence.

        Those that are whole, but whose files are damaged, are in `list` nevertheless. Reads the
        headers of files that were not read before.
        """
        snapshot = self.snapshot()
        found = list(snapshot.problems)
        for model in snapshot.models:
            if reason := model.problem:
                manifest = model.root / "manifests" / model.name.path
                found.append(Problem(model.name, manifest, reason))
        return tuple(found)

    def names(self) -> Iterator[ModelName]:
        """Every name once, in no order."""
        seen = set()
        for store in self.stores:
            for name in store.names():
                if name.folded not in seen:
                    seen.add(name.folded)
                    yield name

    def find(self, text: str) -> InstalledModel:
        """The model somebody means by `text`.

        Raises:
            ModelsMissing: it is in no store whose disk is there, and ours is not.
            NotSupported, and others: as `ModelStore.find` does.
        """
        for store in self.stores:
            try:
                return store.find(text)
            except ModelNotFound:
                continue
        self.own.check_disk()
        raise ModelNotFound(text)

    def load(self, name: ModelName) -> InstalledModel:
        """The model of exactly this name; raises as `ModelStore.load` does."""
        for store in self.stores:
            try:
                return store.load(name)
            except ModelNotFound:
                continue
        raise ModelNotFound(name.short)

    def named(self, text: str) -> ModelName:
        """The name that `text` means, in the spelling of an installed model, be it damaged.

        Raises:
            ModelNameInvalid, NotSupported: as `find`.
            ModelNotFound: no such model is installed.
        """
        wanted = ModelName.parse(without_source(text))
        found = self._holder(wanted)
        if found is None:
            raise ModelNotFound(text)
        return found[1]

    def manifest_path(self, name: ModelName) -> Path:
        """Where our own store has, or will have, a manifest."""
        return self.own.manifest_path(name)

    def blob_path(self, digest: str) -> Path:
        """Where the content of that digest is, in whichever store; if in none, where it belongs.

        Raises:
            ModelFileInvalid: it is not a digest.
        """
        for store in self.stores:
            if has_blob(store, digest):
                return store.blob_path(digest)
        return self.own.blob_path(digest)

    def has_blob(self, digest: str) -> bool:
        """Whether any store has it; raises RequestInvalid if `digest` is none."""
        try:
            return any(has_blob(store, digest) for store in self.stores)
        except ModelFileInvalid as error:
            raise RequestInvalid("invalid digest format") from error

    def put_blob(
        self, digest: str, chunks: Iterable[bytes], *, size_bytes: int | None = None
    ) -> bool:
        """Keep content that was sent, checked while it is written.

        Returns:
            False if it was there already; `chunks` are not touched then.

        Raises:
            RequestInvalid: `digest` is none.
            BlobMismatch: the content has another one; nothing is kept.
            DiskFull: there is no room for it.
        """
        if self.has_blob(digest):
            return False
        return put_blob(self.own, digest, chunks, size_bytes=size_bytes)

    def holding(self, *digests: str) -> AbstractContextManager[None]:
        """Keep blobs from being removed, for the block, as a manifest for them is on its way."""
        return self.own.holds.holding(*digests)

    def write_manifest(self, name: ModelName, data: bytes) -> ModelName:
        """Make blobs a model of our own store; a model of that name there is replaced.

        Blobs that only another program's store has are linked.

        Returns:
            The name, in the spelling that the store has already.

        Raises:
            ModelFileInvalid: it is not a manifest, or a file that it names is nowhere.
            DiskFull: there is no room for it.
        """
        digests = digests_of(decode(data, Manifest, self.own.manifest_path(name)))
        with self.holding(*digests):
            for digest in digests:
                self._bring(digest, name)
            return publish(self.own, name, data)

    def copy(self, source: ModelName, destination: ModelName) -> None:
        """Give a model a second name; a model that has it in our own store is replaced.

        Raises:
            ModelNotFound: there is no `source`.
            ModelFileInvalid: its manifest or a file is damaged or missing.
            DiskFull: there is no room for it.
        """
        found = self._holder(source)
        if found is None:
            raise ModelNotFound(source.short)
        store, name = found
        if name.folded == destination.folded:
            return
        with explained(self.own, f"The manifest of {name.short}"):
            data = store.manifest_path(name).read_bytes()
        self.write_manifest(destination, data)

    def remove(self, name: ModelName, *, from_shared: bool = False) -> int:
        """Remove a model, damaged or not; returns the bytes that became free.

        Args:
            from_shared: Somebody has asked for this very model of another program's store.

        Raises:
            ModelNotFound: there is no such model.
            RemovalRefused: only another program's store has it; or the system does not allow it.
        """
        found = self._holder(name)
        if found is None:
            raise ModelNotFound(name.short)
        store, spelled = found
        if store.shared and not from_shared:
            raise RemovalRefused(
                f"{spelled.short} belongs to another program: it is in {store.root}."
                " Remove it there, or ask for its removal from there explicitly."
            )
        return remove_model(store, spelled)

    def remove_unused(self, digests: Iterable[str]) -> int:
        """Remove those of our blobs that no manifest names; returns the bytes."""
        return remove_unused(self.own, digests)

    def prune(self) -> int:
        """Remove what killed processes have left half written; returns the bytes."""
        return remove_leftovers(self.own) if self.own.prunes else 0

    def _holder(self, name: ModelName) -> tuple[ModelStore, ModelName] | None:
        """The store that has the name, and the spelling there; the manifest may be damaged."""
        for store in self.stores:
            if spelled := store.locate(name):
                return store, spelled
        return None

    def _bring(self, digest: str, name: ModelName) -> None:
        """Have a blob in our own store."""
        if has_blob(self.own, digest):
            return
        file = self.blob_path(digest)
        if file == self.own.blob_path(digest):
            raise ModelFileInvalid(f"{name.short} lacks its file {file.name}.")
        with explained(self.own, str(file)):
            if not link_blob(self.own, file, digest):
                raise ModelFileInvalid(f"{file} cannot be linked into {self.own.root}.")


def _merged(parts: Sequence[Snapshot]) -> Snapshot:
    """Each name once: the first store's."""
    models: list[InstalledModel] = []
    problems: list[Problem] = []
    taken = set[tuple[str, ...]]()
    for part in parts:
        new = [model for model in part.models if model.name.folded not in taken]
        bad = [problem for problem in part.problems if problem.name.folded not in taken]
        taken |= {model.name.folded for model in new} | {each.name.folded for each in bad}
        models += new
        problems += bad
    return Snapshot(tuple(sorted(models, key=newest_first)), tuple(problems))
