"""What went wrong, as a sentence in the reader's language where we have one."""

from PySide6.QtCore import QCoreApplication

from desktop.client.wire import RequestFailed
from desktop.core.errors import AppError, ServerUnreachable

translate = QCoreApplication.translate

OFFLINE = ("hub_unreachable", "registry_unreachable", "registry_retries_exceeded")


def is_offline(error: AppError) -> bool:
    """Whether the internet, or the place in it, could not be reached."""
    return isinstance(error, RequestFailed) and error.server_code in OFFLINE


def failure_sentence(error: AppError) -> str:
    """The server's own sentence where we have none of our own."""
    if isinstance(error, ServerUnreachable):
        return translate("Failure", "Puna's server does not answer at the moment.")
    if not isinstance(error, RequestFailed):
        return str(error)
    return coded_sentence(error.server_code, str(error))


def coded_sentence(code: str, sentence: str) -> str:
    """A sentence of our own for a code of the server's; else the server's."""
    if code in OFFLINE:
        return translate("Failure", "The internet cannot be reached. This computer may be offline.")
    own = {
        "hub_busy": translate(
            "Failure", "Hugging Face has been asked too often from here. Try again in a while."
        ),
        "model_not_found_in_registry": translate(
            "Failure", "There is no model of this name to download."
        ),
        "registry_access_denied": translate(
            "Failure", "This model's owner lets only people with an account download it."
        ),
        "repository_not_found": translate(
            "Failure", "Hugging Face has no such model, or it is private."
        ),
        "model_not_found": translate("Failure", "This model is no longer there."),
        "disk_full": translate("Failure", "The disk is full: free some space."),
        "digest_mismatch": translate(
            "Failure", "A file arrived damaged. Trying again fetches it anew."
        ),
        "file_damaged": translate("Failure", "A file of this model is damaged, or is no model."),
        "file_missing": translate(
            "Failure", "A file of this model is not there, or may not be read."
        ),
        "unsupported_arch": translate(
            "Failure", "Puna does not know this kind of model yet. A newer Puna may."
        ),
    }
    return own.get(code, sentence)
