"""Sends a model to its registry: the blobs that it does not have yet, then the manifest.

Blocking, one part after another; `stop` may be called from another thread.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from desktop.core.errors import ModelFileInvalid, ModelNotFound
from desktop.models.manifests import (
    MANIFEST_TYPE,
    MAX_MANIFEST_BYTES,
    Layer,
    Manifest,
    decode,
    read_small,
)
from desktop.models.registry.checking import blobs_of
from desktop.models.registry.client import Ask, Registry
from desktop.models.registry.errors import NotInRegistry
from desktop.models.registry.upload import DEFAULT_LIMITS, Attempts, Upload, UploadLimits, answered


@dataclass(frozen=True, slots=True, kw_only=True)
class PushProgress:
    """A line of `/api/push`: what is being done, with the bytes of a blob if it is one."""

    status: str
    digest: str = ""
    total: int = 0
    done: int = 0


Watch = Callable[[PushProgress], None]


class Push:
    """One model on its way out.

    Args:
        manifest: The manifest's file.
        blob_path: Where the blob of a digest is.
    """

    def __init__(
        self,
        registry: Registry,
        manifest: Path,
        blob_path: Callable[[str], Path],
        *,
        limits: UploadLimits = DEFAULT_LIMITS,
    ) -> None:
        self._registry = registry
        self._manifest = manifest
        self._blob_path = blob_path
        self._limits = limits
        self._stopped = threading.Event()
        self._attempts = Attempts(limits, self._stopped)

    def stop(self) -> None:
        """Make `run` raise RequestCanceled soon; from any thread."""
        self._stopped.set()

    def run(self, watch: Watch) -> None:
        """Send everything; on return the registry has the model.

        Args:
            watch: Told of every step and, while a blob is sent, of every chunk; on this thread.

        Raises:
            ModelNotFound: there is no such manifest here.
            ModelFileInvalid: it, or a blob, is damaged or missing.
            RegistryError: the registry does not take it.
            RequestCanceled: `stop` was called.
        """
        watch(PushProgress(status="retrieving manifest"))
        try:
            data, blobs = self._read()
        except (ModelNotFound, ModelFileInvalid):
            watch(PushProgress(status="couldn't retrieve manifest"))
            raise
        for layer, file in blobs:
            self._send(layer, file, watch)
        watch(PushProgress(status="pushing manifest"))
        ask = Ask(
            method="PUT",
            url=self._registry.url(f"manifests/{self._registry.name.tag}"),
            headers={"Content-Type": MANIFEST_TYPE, "Content-Length": str(len(data))},
            body=lambda: [data],
        )
        self._attempts.of(lambda: answered(self._registry, ask))
        watch(PushProgress(status="success"))

    def _read(self) -> tuple[bytes, list[tuple[Layer, Path]]]:
        """The manifest's bytes, and its blobs with their files."""
        try:
            data = read_small(self._manifest, MAX_MANIFEST_BYTES)
        except FileNotFoundError as error:
            raise ModelNotFound(self._registry.name.short) from error
        manifest = decode(data, Manifest, self._manifest)
        return data, [(layer, self._file(layer)) for layer in blobs_of(manifest)]

    def _file(self, layer: Layer) -> Path:
        """The file of a blob; it must be as long as the manifest says."""
        path = self._blob_path(layer.digest)
        try:
            size = path.stat().st_size
        except OSError as error:
            reason = error.strerror or error
            raise ModelFileInvalid(f"{path} cannot be read: {reason}.") from error
        if size != layer.size:
            raise ModelFileInvalid(f"{path} has {size} bytes; its manifest says {layer.size}.")
        return path

    def _send(self, layer: Layer, file: Path, watch: Watch) -> None:
        def tell(done: int) -> None:
            status = f"pushing {layer.digest.removeprefix('sha256:')[:12]}"
            watch(PushProgress(status=status, digest=layer.digest, total=layer.size, done=done))

        if not self._is_there(layer):
            Upload(self._registry, layer, file, self._attempts, self._limits).run(tell)
        tell(layer.size)

    def _is_there(self, layer: Layer) -> bool:
        ask = Ask(method="HEAD", url=self._registry.url(f"blobs/{layer.digest}"))
        try:
            self._attempts.of(lambda: answered(self._registry, ask))
        except NotInRegistry:
            return False
        return True
