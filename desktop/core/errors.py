"""Every failure we expect and can explain. Imports nothing of ours, so any room may raise these."""

from typing import Any, ClassVar


class AppError(Exception):
    """Base of all expected failures; `str(error)` is one sentence its reader can act on.

    `code` and `status` (HTTP) are public API: both are sent to clients, who match on `code`.
    """

    code: ClassVar[str] = "internal"
    status: int = 500


class RequestInvalid(AppError):
    """The request's body, or a field of it, is not what the route takes."""

    code = "invalid_request"
    status = 400


class OptionInvalid(AppError):
    """An entry of `options` has the wrong type. Ollama answers this with 500; clients know it
    so."""

    code = "invalid_option"
    status = 500

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

    code = "model_file_invalid"
    status = 500


class DiskFull(AppError):
    """There is not enough room for a file. The text names both sizes. Nothing of the file was kept,
    but for downloads that had begun: those go on when there is room."""

    code = "disk_full"
    status = 507


class ModelLoadFailed(AppError):
    """llama.cpp could not load a model. `reason` names the kind of failure for programs.

    Reasons: `out_of_memory`, `unknown_architecture`, `damaged_file`, `file_not_found`,
    `missing_cpu_feature`, `timeout`, `unknown`.
    """

    code = "model_load_failed"

    def __init__(self, message: str, *, reason: str) -> None:
        super().__init__(message)
        self.reason = reason


class PromptTooLong(AppError):
    """The prompt alone does not fit into the context."""

    code = "prompt_too_long"
    status = 400


class TemplateFailed(AppError):
    """The model's chat template refused the messages, or is itself broken."""

    code = "template_failed"
    status = 500


class WorkerDied(AppError):
    """The engine process ended by itself. Never retried: the prompt may be what kills it."""

    code = "worker_died"

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
    """Too many requests already wait for a model to be loaded."""

    code = "server_busy"
    status = 503

    def __init__(self) -> None:
        super().__init__("server busy, please try again.  maximum pending requests exceeded")


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
