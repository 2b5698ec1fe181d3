"""Failures as sentences in the reader's language, made of codes and figures: the one place for it.

The server's own sentences are English, and for people who write programs; they stand in only where
there is none of ours.
"""

from collections.abc import Mapping

from PySide6.QtCore import QCoreApplication, QLocale

from desktop.client.wire import RequestFailed
from desktop.core.errors import AppError, ServerUnreachable
from desktop.history.errors import ChatNotFound, HistoryFailed, HistoryTooNew
from desktop.ui.look.filled import filled
from desktop.ui.models.figures import memory_size

translate = QCoreApplication.translate
Figures = Mapping[str, int]

OFFLINE = ("hub_unreachable", "registry_unreachable", "registry_retries_exceeded")


def is_offline(error: AppError) -> bool:
    """Whether the internet, or the place in it, could not be reached."""
    return isinstance(error, RequestFailed) and error.server_code in OFFLINE


def failure_sentence(error: AppError) -> str:
    """One or two sentences."""
    if isinstance(error, ServerUnreachable):
        return translate(
            "Failure", "Puna's server does not answer. It may be starting: try again in a moment."
        )
    if isinstance(error, RequestFailed):
        return coded_sentence(error.server_code, str(error), error.figures)
    if isinstance(error, HistoryTooNew):
        return translate(
            "Failure", "Your chats were kept by a newer Puna, so this one does not open them."
        )
    if isinstance(error, HistoryFailed):
        return translate(
            "Failure",
            "The file of your chats cannot be used now. What was kept is still there: look whether"
            " the disk is full.",
        )
    if isinstance(error, ChatNotFound):
        return translate("Failure", "This chat has been deleted.")
    if error.code == AppError.code:  # its own words are all there is
        return str(error)
    return coded_sentence(error.code, str(error), error.figures)


def coded_sentence(code: str, told: str, figures: Figures | None = None) -> str:
    """A sentence for a code of the server's.

    Args:
        told: The server's own, for codes that we have none for, or that says more.
        figures: What was sent with it.
    """
    if figures and (text := _with_figures(code, figures)):
        return text
    for texts in (_asking, _loading, _allowed, _fetching, _sources, _keeping):
        if text := texts().get(code, ""):
            return filled(text, told)
    return told


def is_translated(code: str) -> bool:
    """Whether there is a sentence of ours."""
    return bool(coded_sentence(code, ""))


def _with_figures(code: str, figures: Figures) -> str:
    """Empty: the figures that belong to it are not there."""
    if code == "context_exceeded" and {"prompt_tokens", "context_tokens"} <= figures.keys():
        text = translate(
            "Failure",
            "The message is too long for this model: %1 tokens, and it remembers %2. Shorten it,"
            " or give the model a longer memory for this chat (“context length”).",
        )
        counts = (figures["prompt_tokens"], figures["context_tokens"])
        return filled(text, *map(QLocale().toString, counts))
    if code == "out_of_memory" and {"needed_bytes", "free_bytes"} <= figures.keys():
        text = translate(
            "Failure",
            "This model needs about %1 of memory, and %2 are free. Close other programs, or choose"
            " a smaller model.",
        )
        needed, free = figures["needed_bytes"], figures["free_bytes"]
        return filled(text, memory_size(needed), memory_size(free))
    return ""


def _asking() -> dict[str, str]:
    """While a model answers."""
    return {
        "model_not_found": translate(
            "Failure", "This model is not on this computer any more. Choose another one."
        ),
        "model_not_loaded": translate("Failure", "This model is not in memory any more."),
        "context_exceeded": translate(
            "Failure",
            "The message is too long for this model. Shorten it, or give the model a longer"
            " memory for this chat (“context length”).",
        ),
        "queue_full": translate(
            "Failure", "Too many requests wait for an answer. Try again in a moment."
        ),
        "worker_died": translate(
            "Failure", "The model stopped unexpectedly. Trying again starts it anew."
        ),
        "worker_failed": translate("Failure", "The model could not answer this: %1"),
        "program_replaced": translate(
            "Failure", "Puna was updated while it ran. Quit it and start it again to go on."
        ),
        "media_invalid": translate(
            "Failure", "An image or a sound cannot be read. PNG, JPEG, WebP, WAV and MP3 work."
        ),
        "body_too_large": translate(
            "Failure", "This is too much for one message: attach less, or smaller files."
        ),
        "template_failed": translate(
            "Failure", "This model cannot take the conversation as it is. Choose another one."
        ),
        "not_supported": translate("Failure", "This model cannot do that: %1"),
        "paused": translate(
            "Failure", "Puna makes a pause: nobody is answered until you go on in its menu."
        ),
        "request_canceled": translate("Failure", "The answer was cancelled."),
        "request_not_found": translate("Failure", "This request is already over."),
        "internal": translate(
            "Failure", "That is a mistake of Puna's. The log in the settings may help to find it."
        ),
    }


def _loading() -> dict[str, str]:
    """Before it can answer."""
    return {
        "out_of_memory": translate(
            "Failure",
            "There is not enough free memory for this model. Close other programs, or choose a"
            " smaller model.",
        ),
        "file_damaged": translate(
            "Failure", "A file of this model is damaged, or is no model. Fetch it once more."
        ),
        "file_missing": translate(
            "Failure", "A file of this model is not there any more. Download it again."
        ),
        "models_missing": translate(
            "Failure",
            "The folder of the models is not there. Connect its disk, or choose another folder in"
            " the settings.",
        ),
        "unsupported_arch": translate(
            "Failure", "Puna does not know this kind of model yet. A newer Puna may."
        ),
        "unsupported_cpu": translate(
            "Failure", "The processor of this computer is too old for this model's engine."
        ),
        "unsupported_kv_cache_type": translate(
            "Failure", "This model cannot remember in this way: choose f16 as its cache's type."
        ),
        "load_timeout": translate(
            "Failure", "Loading the model took too long. Try again, or choose a smaller one."
        ),
        "model_load_failed": translate("Failure", "The model cannot be loaded: %1"),
    }


def _allowed() -> dict[str, str]:
    """Who may ask, and where Puna listens."""
    return {
        "key_required": translate(
            "Failure", "Puna's server wants a key, and the windows have none. Start Puna again."
        ),
        "key_invalid": translate(
            "Failure", "Puna's server does not know the windows' key. Start Puna again."
        ),
        "this_machine_only": translate(
            "Failure", "Only windows on the server's own computer may do that."
        ),
        "rate_limited": translate("Failure", "That was asked too often. Try again in a moment."),
        "sharing_refused": translate(
            "Failure",
            "Not without keys: everybody in the network could use Puna then. The window “Connect"
            " programs” makes them.",
        ),
        "certificate_unusable": translate("Failure", "The certificate cannot be used: %1"),
        "port_taken": translate("Failure", "Another program listens there already."),
        "address_unusable": translate("Failure", "This computer has no such address."),
        "origin_not_found": translate("Failure", "This web page is not in the list any more."),
        "app_not_found": translate("Failure", "This program, or its key, is not there any more."),
        "too_many_apps": translate(
            "Failure", "The list of programs is full. Remove some that you do not use."
        ),
        "setting_invalid": translate("Failure", "This value cannot be used: %1"),
    }


def _fetching() -> dict[str, str]:
    """Downloads."""
    offline = translate("Failure", "The internet cannot be reached. This computer may be offline.")
    return dict.fromkeys(OFFLINE, offline) | {
        "disk_full": translate("Failure", "The disk is full: free some space."),
        "digest_mismatch": translate(
            "Failure", "A file arrived damaged. Trying again fetches it anew."
        ),
        "download_failed": translate("Failure", "The download did not work: %1"),
        "download_stopped": translate("Failure", "The download was stopped."),
        "interrupted": translate("Failure", "Puna was stopped before it was complete."),
        "abandoned": translate("Failure", "The program that asked for it went away."),
        "download_not_found": translate("Failure", "This download is not in the list any more."),
        "draft_busy": translate(
            "Failure", "Another download writes the same file. It goes on when that is done."
        ),
        "partial_not_found": translate("Failure", "This partial file is not there any more."),
        "proxy_unusable": translate(
            "Failure", "The proxy that this computer is set to cannot be used."
        ),
        "update_failed": translate("Failure", "Nothing could be learned about updates: %1"),
        "update_feed_invalid": translate(
            "Failure",
            "The news about updates is damaged or too old, and is not trusted. Look whether this"
            " computer has the right date.",
        ),
        "no_update_feed": translate(
            "Failure",
            "This Puna was not told where updates are announced. Look where you got it from.",
        ),
        "no_update": translate("Failure", "There is no update to fetch."),
        "install_failed": translate(
            "Failure", "The update could not be installed; nothing was changed: %1"
        ),
    }


def _sources() -> dict[str, str]:
    """Where models come from."""
    unclear = translate("Failure", "The place that has this model answers strangely. Try later.")
    return dict.fromkeys(("registry_answer_invalid", "remote_unreadable"), unclear) | {
        "hub_busy": translate(
            "Failure", "Hugging Face has been asked too often from here. Try again in a while."
        ),
        "hub_refused": translate("Failure", "Hugging Face refuses that: %1"),
        "repository_not_found": translate(
            "Failure", "Hugging Face has no such model, or it is private."
        ),
        "model_not_found_in_registry": translate(
            "Failure", "There is no model of this name to download."
        ),
        "registry_access_denied": translate(
            "Failure", "This model's owner lets only people with an account download it."
        ),
        "registry_failed": translate("Failure", "The place that has this model fails: %1"),
        "registry_refused": translate("Failure", "The place that has this model refuses: %1"),
        "registry_realm_mismatch": translate(
            "Failure", "This place sends Puna elsewhere to sign in, which is not to be trusted."
        ),
        "insecure_protocol": translate(
            "Failure", "This address is not encrypted, so nothing is fetched from it."
        ),
        "invalid_model_name": translate(
            "Failure", "This is no name of a model. Names look like llama3.2:1b."
        ),
        "catalog_invalid": translate(
            "Failure", "The list of suggestions is damaged. Installing Puna again mends it."
        ),
        "catalog_entry_unknown": translate("Failure", "This suggestion is not there any more."),
        "estimate_impossible": translate(
            "Failure", "The files of this model do not say how much memory they need."
        ),
    }


def _keeping() -> dict[str, str]:
    """What is kept on this computer."""
    return {
        "removal_refused": translate(
            "Failure", "This model belongs to another program, or its files are protected."
        ),
        "database_failed": translate("Failure", "A file of Puna's cannot be used: %1"),
        "autostart_failed": translate("Failure", "The system does not let Puna start at login: %1"),
    }
