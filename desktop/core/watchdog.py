"""Sees when a loop does not turn any more, and writes down where it stands.

On the loop something beats every two seconds, and a thread looks whether it does. Neither costs a
measurable part of the processor.
"""

import asyncio
import logging
import sys
import threading
import time
import traceback

log = logging.getLogger(__name__)

STALL_S = 5.0
MAX_TASKS = 40


async def watch_loop(stall_s: float = STALL_S) -> None:
    """Over the loop that this runs on, until cancelled. Each stall is told once in the log.

    Args:
        stall_s: A loop that has not turned for so long stands still.
    """
    watchdog = _Watchdog(asyncio.get_running_loop(), stall_s)
    watchdog.start()
    try:
        while True:
            watchdog.beat()
            await asyncio.sleep(stall_s * 0.4)
    finally:
        watchdog.stop()


class _Watchdog:
    """The thread, and what the loop tells it."""

    def __init__(self, loop: asyncio.AbstractEventLoop, stall_s: float) -> None:
        self._loop = loop
        self._watched = threading.get_ident()
        self._stall_s = stall_s
        self._beat_at = time.monotonic()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, name="watchdog", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._over.set()
        self._thread.join()

    def beat(self) -> None:
        """The loop turns."""
        self._beat_at = time.monotonic()

    def _look(self) -> None:
        """Twice in the time of a stall: a machine that slept misses one look, but not two."""
        seen, missed = 0.0, 0
        while not self._over.wait(self._stall_s / 2):
            beat_at = self._beat_at
            if beat_at == seen:
                missed += 1
                if missed == 2:
                    self._tell()
            else:
                if missed >= 2:
                    log.error("the service goes on; it stood still for %.0f s", beat_at - seen)
                seen, missed = beat_at, 0

    def _tell(self) -> None:
        frame = sys._current_frames().get(self._watched)
        stack = "".join(traceback.format_stack(frame)) if frame else "it has no stack\n"
        tasks = sorted(_described(task) for task in asyncio.all_tasks(self._loop))
        more = f" and {len(tasks) - MAX_TASKS} more" if len(tasks) > MAX_TASKS else ""
        log.error(
            "the service has stood still for %g s, here:\n%sIts tasks: %s%s",
            self._stall_s, stack, ", ".join(tasks[:MAX_TASKS]), more,
        )  # fmt: skip


def _described(task: "asyncio.Task[object]") -> str:
    """Its name, or the function that it runs if nobody gave it one."""
    name = task.get_name()
    return getattr(task.get_coro(), "__qualname__", name) if name.startswith("Task-") else name
