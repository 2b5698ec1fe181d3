"""Where the registries of names are reached."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import httpx

from desktop.core.errors import ModelNameInvalid

HUB_HOSTS = frozenset({"hf.co", "huggingface.co"})
HUB_URL = "https://huggingface.co"
# hf.co only forwards to huggingface.co, whose token server we may not use for another host
_ELSEWHERE = MappingProxyType({"hf.co": HUB_URL})


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoints:
    """Base addresses by the host of a name; any other host is reached at itself, by https."""

    bases: Mapping[str, str] = field(default_factory=lambda: _ELSEWHERE)
    hub: str = HUB_URL  # Hugging Face's own API and files

    def base(self, host: str, *, insecure: bool) -> httpx.URL:
        """Address of a registry's root; with `insecure` always http.

        Raises:
            ModelNameInvalid: the host cannot be part of an address.
        """
        text = self.bases.get(host.casefold(), f"https://{host}")
        try:
            url = httpx.URL(text)
            if not url.host:
                raise ModelNameInvalid()
        except (httpx.InvalidURL, ValueError) as error:
            raise ModelNameInvalid() from error
        return url.copy_with(scheme="http") if insecure else url


DEFAULT_ENDPOINTS = Endpoints()


def is_same_server(one: httpx.URL, other: httpx.URL) -> bool:
    """Whether both are reached over the same scheme, host and port: only then a secret for one
    may be sent to the other.

    >>> is_same_server(httpx.URL("https://a/x"), httpx.URL("https://A:443/y"))
    True
    >>> is_same_server(httpx.URL("https://a/x"), httpx.URL("http://a/x"))
    False
    """
    return (one.scheme, one.host, one.port) == (other.scheme, other.host, other.port)
