"""What is learned when memory has run out all the same: the next plan for the model takes less.

Service loop only.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

from desktop.core.errors import ModelLoadFailed
from desktop.engine.ladder import Decision, Rooms
from desktop.engine.worker_log import Ending
from desktop.hardware.memory import oom_kills
from desktop.models.machine_memory import MachineMemory

_KILLED = -9  # SIGKILL; Windows has no signals
LESS = 0.98
"""Of what was needed, so that the next rung is another one."""
MORE = 1.1
"""With so many times as much free memory, what was learned no longer counts,"""
FORGET_S = 600.0
"""nor after this time: other programs come and go."""
FILLED = 0.8
"""Of free memory: a load beyond this that is killed was killed for it."""


@dataclass(frozen=True, slots=True)
class _Lesson:
    caps: Rooms
    free: Rooms
    at_s: float


class Shortages:
    """Remembers, for each model, how much was too much.

    Args:
        kills: How many processes the system has killed for want of memory so far.
    """

    def __init__(
        self,
        kills: Callable[[], int | None] = oom_kills,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._kills, self._clock = kills, clock
        self._lessons: dict[str, _Lesson] = {}

    def mark(self) -> int | None:
        """To be given to those who ask for the reason of an end."""
        return self._kills()

    def caps(self, digest: str, machine: MachineMemory) -> Rooms | None:
        """What the model may take at most; None: nothing is known against it."""
        lesson = self._lessons.get(digest)
        if lesson is None:
            return None
        free = Rooms.of(machine)
        is_roomier = free.main > lesson.free.main * MORE or any(
            now > then * MORE for now, then in zip(free.gpus, lesson.free.gpus, strict=False)
        )
        if is_roomier or self._clock() - lesson.at_s > FORGET_S:
            del self._lessons[digest]
            return None
        return lesson.caps

    def learn(
        self, digest: str, machine: MachineMemory, decision: Decision, words: str = ""
    ) -> Rooms:
        """It was too much. Returns what may be taken at most from now on.

        Args:
            machine: As it was when the decision was made.
            words: llama.cpp's, which may name the card.
        """
        free, needed = Rooms.of(machine), decision.needed
        named = [bool(gpu.device) and gpu.device in words for gpu in machine.gpus]
        gpus = tuple(
            int(size * LESS) if size and (it or not any(named)) else room
            for size, it, room in zip(needed.gpus, named, free.gpus, strict=True)
        )
        caps = Rooms(free.main if any(named) else int(needed.main * LESS), gpus)
        self._lessons[digest] = _Lesson(caps, free, self._clock())
        return caps

    def was_lack_of_memory(
        self, error: ModelLoadFailed, decision: Decision, machine: MachineMemory, mark: int | None
    ) -> bool:
        """Whether a load has failed for want of memory. llama.cpp gives figures; a process that was
        killed gives none, and may have been killed by anybody."""
        if error.reason != "out_of_memory":
            return False
        return bool(error.figures) or self._was_killed(decision, machine, mark)

    def was_death_of_it(
        self, ending: Ending, decision: Decision, machine: MachineMemory, mark: int | None
    ) -> bool:
        """Whether a worker has died for want of memory: it has said so, or the system has killed
        it.

        Args:
            mark: Of before its load.
        """
        if ending.by_us:
            return False
        is_killed = ending.code == _KILLED and self._was_killed(decision, machine, mark)
        return ending.short or is_killed

    def _was_killed(self, decision: Decision, machine: MachineMemory, mark: int | None) -> bool:
        """Whether it was the system who killed a process, and not somebody else."""
        kills = self._kills()
        if kills is not None and mark is not None and kills > mark:
            return True
        return decision.needed.main > machine.available_bytes * FILLED
