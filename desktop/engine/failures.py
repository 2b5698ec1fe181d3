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
from desktop.hardware.memory import available_bytes
from desktop.worker.messages import Failed, LoadFailed

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
    return error


def load_failure(report: LoadFailed) -> ModelLoadFailed:
    return ModelLoadFailed(report.message, reason=report.reason, figures=figures_of(report))


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
