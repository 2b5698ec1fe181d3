"""Whether the settings let other machines in, and under which conditions."""

from desktop.api.network.addresses import is_loopback
from desktop.core.errors import AppError
from desktop.core.settings import Settings


class SharingRefused(AppError):
    """Other machines would get in without a key."""

    code = "sharing_refused"
    status = 400

    def __init__(self, host: str) -> None:
        super().__init__(
            f"Puna does not listen on {host} without keys, as everybody in the network could use"
            ' it then. Set "require_keys": true in settings.json and give each program a key, or'
            " listen on 127.0.0.1 (setting host, or OLLAMA_HOST)."
        )


def check_sharing(settings: Settings) -> None:
    """Raises SharingRefused."""
    if not is_loopback(settings.host) and not settings.require_keys:
        raise SharingRefused(settings.host)
