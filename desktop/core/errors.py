"""Every failure we expect and can explain. Imports nothing of ours, so any room may raise these."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar


class AppError(Exception):
    """Base of all expected failures; `str(error)` is one sentence its reader can act on.

    `code` and `status` (HTTP) are public API: both are sent to clients, who match on `code`. The
    codes are listed in `resources/help/errors.md`. `figures` are sent beside them.
    """

    code: str = "internal"
    status: int = 500
    figures: Mapping[str, int] = MappingProxyType({})
    headers: Mapping[str, str] = {}
    """HTTP headers that go with it, in lower case."""


class RequestInvalid(AppError):
    """The request's body, or a field of it, is not what the route takes."""

    code = "invalid_request"
    status = 400


class OptionInvalid(AppError):
    """An entry of `options` has the wrong type. Ollama has the same text, with status 500."""

    code = "invalid_option"
    status = 400

    def __init__(self, name: str, expected: str) -> None:
        super().__init__(f'option "{name}" must be of {expected}')


class NotSupported(AppError):
    """A feature the model, or this version of Puna, does not have."""

    code = "not_supported"
    status = 400

    def __init__(self, message: str, *, status: int = 400) -> None:
        super().__init__(message)
        self.status = status


class ModelNameInvalid(AppError):
    """The text is not a model name."""

    code = "invalid_model_name"
    status = 400

    def __init__(self, message: str = "invalid model name") -> None:
        super().__init__(message)


class ModelNotFound(AppError):
    """No model of that name is installed. `name` is as the caller wrote it."""

    code = "model_not_found"
    status = 404

    def __init__(self, name: str) -> None:
        super().__init__(f"model '{name}' not found")


class ModelFileInvalid(AppError):
    """A model file is damaged, cut short, or of a kind that cannot be read."""

    code = "file_damaged"
    status = 500


class DiskFull(AppError):
    """There is not enough room for a file. The text names both sizes. Nothing of the file was kept,
    but for downloads that had begun: those go on when there is room."""

    code = "disk_full"
    status = 507


class ModelLoadFailed(AppError):
    """llama.cpp could not load a model. `reason` names the kind of failure, and decides `code`."""

    CODES: ClassVar[Mapping[str, str]] = {
        "out_of_memory": "out_of_memory",
        "unknown_architecture": "unsupported_arch",
        "damaged_file": "file_damaged",
        "file_not_found": "file_missing",
        "missing_cpu_feature": "unsupported_cpu",
        "kv_cache_type": "unsupported_kv_cache_type",
        "timeout": "load_timeout",
    }
    """By reason. Any other one means `model_load_failed`."""

    code = "model_load_failed"

    def __init__(
        self, message: str, *, reason: str, figures: Mapping[str, int] | None = None
    ) -> None:
        super().__init__(message)
        self.reason = reason
        self.code = self.CODES.get(reason, self.code)
        self.figures = figures or {}


class PromptTooLong(AppError):
    """The prompt alone does not fit into the context. Figures: `prompt_tokens`,
    `context_tokens`."""

    code = "context_exceeded"
    status = 400

    def __init__(self, message: str, **figures: int) -> None:
        super().__init__(message)
        self.figures = figures


class TemplateFailed(AppError):
    """The model's chat template refused the messages, or is itself broken."""

    code = "template_failed"
    status = 400


class WorkerDied(AppError):
    """The engine process ended by itself. Only if that was for want of memory is the request put to
    another one: else the prompt may be what kills it."""

    code = "worker_died"
    for_memory = False
    """A model that is loaded with less may do."""

    def __init__(self, model: str, ending: str, last_log: str = "") -> None:
        detail = f" Its last words: {last_log}" if last_log else ""
        super().__init__(
            f"model runner has unexpectedly stopped: the engine running {model} {ending}."
            f" The next request starts it again.{detail}"
        )


class WorkerFailed(AppError):
    """The engine process lives, but this request could not be answered."""

    code = "worker_failed"


class ServerBusy(AppError):
    """Too many requests already wait. Figure: `max_queue`."""

    code = "queue_full"
    status = 503
    headers: Mapping[str, str] = {"retry-after": "1"}

    def __init__(self, max_queue: int) -> None:
        super().__init__("server busy, please try again.  maximum pending requests exceeded")
        self.figures = {"max_queue": max_queue}


class RequestCanceled(AppError):
    """The client went away, or the server is shutting down."""

    code = "request_canceled"
    status = 499

    def __init__(self, message: str = "request canceled") -> None:
        super().__init__(message)


class SettingInvalid(AppError):
    """A setting, from the file or the environment, has a value we cannot use."""

    code = "setting_invalid"
    status = 400

    def __init__(self, name: str, value: Any, allowed: str) -> None:
        super().__init__(f"setting {name} is {value!r}; allowed: {allowed}")


class ServerUnreachable(AppError):
    """No Puna server answers where one is expected."""

    code = "server_unreachable"
    status = 503


class DownloadFailed(AppError):
    """A file could not be fetched. `retryable`: trying again later may help; all that has arrived
    is kept."""

    code = "download_failed"
    status = 502

    def __init__(self, message: str, *, retryable: bool = False) -> None:
        super().__init__(message)
        self.retryable = retryable


class DownloadStopped(AppError):
    """Somebody stopped a download; all that has arrived is kept."""

    code = "download_stopped"
    status = 499

    def __init__(self, message: str = "the download was stopped") -> None:
        super().__init__(message)


class DigestMismatch(AppError):
    """A file arrived twice with the same wrong content; nothing of it was kept."""

    code = "digest_mismatch"
    status = 502

    def __init__(self, want: str, got: str) -> None:
        super().__init__(f"digest mismatch, file must be downloaded again: want {want}, got {got}")


class DraftBusy(AppError):
    """A partial file is being written to by another download."""

    code = "draft_busy"
    status = 409


class KeyRequired(AppError):
    """Only apps with a key may ask, and this request has none that we know."""

    code = "key_required"
    status = 401
    headers: Mapping[str, str] = {"www-authenticate": 'Bearer realm="Puna"'}

    def __init__(
        self,
        message: str = "this needs a key of Puna's; send it as `Authorization: Bearer puna_...`",
    ) -> None:
        super().__init__(message)


class AppBlocked(AppError):
    """The user has blocked the app that asks."""

    code = "app_blocked"
    status = 403

    def __init__(self, app: str) -> None:
        super().__init__(f'"{app}" is blocked; its settings in Puna can change that')


class ModelNotAllowed(AppError):
    """The model is installed, but not for this app."""

    code = "model_not_allowed"
    status = 403

    def __init__(self, model: str, app: str) -> None:
        super().__init__(f"\"{app}\" may not use model '{model}'")


class RateLimited(AppError):
    """An app asks more than its limits allow."""

    code = "rate_limited"
    status = 429

    def __init__(self, message: str, *, retry_after_s: int) -> None:
        super().__init__(message)
        self.headers = {"retry-after": str(retry_after_s)}


class MediaInvalid(AppError):
    """An image or a sound is damaged, of an unknown kind, or too large."""

    code = "media_invalid"
    status = 400


class ResponseNotFound(AppError):
    """No response of that id is kept: it never was, or was forgotten since."""

    code = "response_not_found"
    status = 404

    def __init__(self, id_: str) -> None:
        super().__init__(f"Previous response with id '{id_}' not found.")


class OutOfMemory(AppError):
    """A request needs more memory than is free; `figures` say how much."""

    code = "out_of_memory"
    status = 500
    at_decode = False
    """It was llama.cpp that needed it, in mid answer: a model that is loaded with less may do."""


class ModelsMissing(AppError):
    """The folder of the models is on a disk that is not connected."""

    code = "models_missing"
    status = 500

    def __init__(self, folder: str) -> None:
        super().__init__(
            f"The folder of the models, {folder}, is not there: connect its disk, or choose another"
            " folder in the settings."
        )


class MemoryShort(ModelLoadFailed):
    """A model needs more memory than there is, whatever is done without. Figures: `needed_bytes`,
    `free_bytes`, `total_bytes`, and of each graphics card `gpu0_needed_bytes` and so on."""

    def __init__(self, message: str, figures: Mapping[str, int]) -> None:
        super().__init__(message, reason="out_of_memory", figures=figures)
