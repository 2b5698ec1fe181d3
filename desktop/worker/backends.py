"""llama.cpp's own start, beside our imports: both take about as long, and neither needs the
other."""

import importlib
import threading

from desktop.worker.library import start_backends


class BackendStart(threading.Thread):
    """Runs from the moment it is made; then, while the weights are read, it imports what only the
    first prompt needs."""

    def __init__(self) -> None:
        super().__init__(name="backends", daemon=True)
        self._failure: Exception | None = None
        self._done = threading.Event()
        self.start()

    def run(self) -> None:
        try:
            start_backends()
        except Exception as error:  # for the thread that waits for it
            self._failure = error
        finally:
            self._done.set()
        importlib.import_module("desktop.worker.templates")

    def wait(self) -> None:
        """Until everything that can compute is known.

        Raises:
            ModelLoadFailed: nothing can compute on this processor.
            OSError, AttributeError: llama.cpp's files are not what they should be.
        """
        self._done.wait()
        if self._failure is not None:
            raise self._failure
