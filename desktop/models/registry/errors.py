"""What can go wrong between us and a registry. The texts are Ollama's: programs match on them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar

from desktop.core.errors import AppError

UNREADY = frozenset({408, 425, 429})  # besides all from 500 on: the same may work later


class RegistryError(AppError):
    """Base of them. `retryable`: the same request may succeed later."""

    code = "registry_failed"
    has_prefix: ClassVar[bool] = True  # says what was being done, where Ollama says it
    retryable = False


class NotInRegistry(RegistryError):
    """The registry answers, and has no such model, tag or blob (404)."""

    code = "model_not_found_in_registry"

    def __init__(self) -> None:
        super().__init__("file does not exist")


class RegistryRefused(RegistryError):
    """Any other status from 400 on. `http_status` is the registry's, not ours."""

    code = "registry_refused"

    def __init__(self, http_status: int, body: str) -> None:
        super().__init__(f"{http_status}: {body}" if body else str(http_status))
        self.http_status = http_status
        self.retryable = http_status >= 500 or http_status in UNREADY


class AccessDenied(RegistryError):
    """401 although we have proven who we are. `hint` is for people."""

    code = "registry_access_denied"

    def __init__(self, hint: str = "") -> None:
        super().__init__("unauthorized: access denied" + (f" ({hint})" if hint else ""))


class RealmMismatch(RegistryError):
    """The registry wants us to prove who we are to somebody else."""

    code = "registry_realm_mismatch"
    has_prefix = False


class InsecureProtocol(RegistryError):
    """An address without encryption, and the caller did not allow that."""

    code = "insecure_protocol"
    status = 400
    has_prefix = False

    def __init__(self) -> None:
        super().__init__("insecure protocol http")


class RegistryUnreachable(RegistryError):
    """No connection, or it broke. The text names method, address and reason, as Go does."""

    code = "registry_unreachable"
    retryable = True


class RegistryAnswerInvalid(RegistryError):
    """The registry sent something that cannot be right; nothing of it is used."""

    code = "registry_answer_invalid"


class RetriesExceeded(RegistryError):
    """A step failed again and again; the text ends with the last reason."""

    code = "registry_retries_exceeded"
    retryable = True

    def __init__(self, cause: RegistryError) -> None:
        super().__init__(f"max retries exceeded: {cause}")


class KeyInvalid(RegistryError):
    """Our key file cannot be read, written or understood."""

    code = "registry_key_invalid"
    has_prefix = False


@contextmanager
def doing(what: str) -> Iterator[None]:
    """Put what is being done before the texts of errors raised inside: `what: text`."""
    try:
        yield
    except RegistryError as error:
        if error.has_prefix:
            error.args = (f"{what}: {error}",)
        raise
