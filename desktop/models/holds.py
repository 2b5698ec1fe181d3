"""Blobs that are spoken for: no manifest names them yet, and still nobody may remove them."""

import threading
from collections import Counter
from collections.abc import Iterator, Set
from contextlib import contextmanager

from desktop.models.manifests import digest_hex


class Holds:
    """Which digests this process is about to write manifests for. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._held: Counter[str] = Counter()

    @contextmanager
    def holding(self, *digests: str) -> Iterator[None]:
        """Keep blobs of these digests (those that are there, and those to come) for the block.

        Raises:
            ModelFileInvalid: one is not a digest.
        """
        wanted = [digest_hex(digest) for digest in digests]
        with self._lock:
            self._held.update(wanted)
        try:
            yield
        finally:
            with self._lock:
                self._held.subtract(wanted)
                self._held += Counter()

    @contextmanager
    def stopped(self) -> Iterator[Set[str]]:
        """What is held, in 64 digits each; nobody begins to hold anything during the block."""
        with self._lock:
            yield self._held.keys()
