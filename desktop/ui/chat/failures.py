"""Failures in words for people who do not know what a context or a port is."""

from PySide6.QtCore import QCoreApplication

from desktop.client.wire import RequestFailed
from desktop.core.errors import AppError, ServerUnreachable

translate = QCoreApplication.translate


def sentence(error: AppError) -> str:
    """One or two sentences; the server's own where we know nothing better."""
    if isinstance(error, ServerUnreachable):
        return translate(
            "Failures", "Puna's server does not answer. It may be starting: try again in a moment."
        )
    known = {
        "model_not_found": translate(
            "Failures", "This model is not on this computer any more. Choose another one."
        ),
        "context_exceeded": translate(
            "Failures",
            "The message is too long for this model. Shorten it, or give the model a longer"
            " memory for this chat (“context length”).",
        ),
        "out_of_memory": translate(
            "Failures",
            "There is not enough free memory for this model. Close other programs, or choose a"
            " smaller model.",
        ),
        "queue_full": translate(
            "Failures", "Too many requests wait for an answer. Try again in a moment."
        ),
        "worker_died": translate(
            "Failures", "The model stopped unexpectedly. Trying again starts it anew."
        ),
        "media_invalid": translate(
            "Failures", "An image or a sound cannot be read. PNG, JPEG, WebP, WAV and MP3 work."
        ),
        "file_damaged": translate(
            "Failures", "A file of this model is damaged. Delete the model and download it again."
        ),
        "file_missing": translate(
            "Failures", "A file of this model is not there any more. Download it again."
        ),
        "unsupported_arch": translate(
            "Failures", "Puna does not know this kind of model yet. Choose another one."
        ),
        "load_timeout": translate(
            "Failures", "Loading the model took too long. Try again, or choose a smaller one."
        ),
    }
    if isinstance(error, RequestFailed) and error.server_code in known:
        return known[error.server_code]
    return str(error)
