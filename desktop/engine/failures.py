"""A worker's refusals as errors that everybody understands."""

import re

from desktop.core.errors import (
    AppError,
    MediaInvalid,
    ModelLoadFailed,
    NotSupported,
    OutOfMemory,
    PromptTooLong,
    RequestInvalid,
    TemplateFailed,
    WorkerFailed,
)
from desktop.engine.worker_log import Ending
from desktop.hardware.memory import available_bytes
from desktop.worker.messages import Failed, LoadFailed

_KILLED = -9  # SIGKILL, which Windows does not have
_ASKED = re.compile(r"buffer of size (\d+)")

_ERRORS: dict[str, type[AppError]] = {
    kind.code: kind
    for kind in (
        MediaInvalid,
        NotSupported,
        OutOfMemory,
        PromptTooLong,
        RequestInvalid,
        TemplateFailed,
        WorkerFailed,
    )
}


def failure(report: Failed) -> AppError:
    """Of one request."""
    error = _ERRORS.get(report.code, WorkerFailed)(report.message)
    error.figures = report.figures
    if isinstance(error, OutOfMemory):
        error.at_decode = report.at_decode
    return error


def load_failure(report: LoadFailed) -> ModelLoadFailed:
    return ModelLoadFailed(report.message, reason=report.reason, figures=figures_of(report))


def start_failure(name: str, ending: Ending, how: str, complaint: str) -> ModelLoadFailed:
    """Of a process that has ended while it loaded a model.

    Args:
        how: It ended, as the middle of a sentence.
        complaint: The last line of its log that tells of trouble.
    """
    if ending.by_us:
        return ModelLoadFailed(f"The engine {how} while it loaded {name}.", reason="unknown")
    if ending.by_instruction:
        sentence = "This processor lacks an instruction that this build of llama.cpp needs."
        return ModelLoadFailed(sentence, reason="missing_cpu_feature")
    sentence = f"The engine {how} while it loaded {name}. {complaint}".strip()
    lacked_memory = ending.code == _KILLED or ending.short
    return ModelLoadFailed(sentence, reason="out_of_memory" if lacked_memory else "unknown")


def figures_of(failure: LoadFailed) -> dict[str, int]:
    """Of a load for which memory was lacking: what llama.cpp asked for in vain, and what is free.

    >>> figures_of(LoadFailed("damaged_file", "…"))
    {}
    """
    if failure.reason != "out_of_memory":
        return {}
    asked = _ASKED.search(failure.message)
    needed = {"needed_bytes": int(asked.group(1))} if asked else {}
    return needed | {"free_bytes": available_bytes()}
