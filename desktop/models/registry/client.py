"""A registry as one model sees it: its manifest, where its blobs are, and how to be let in.

Redirects are followed here for reading; the token stays with the server that it is for. Blocking:
for threads, several at once if need be.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

import httpx

from desktop.models.downloads.remote import RemoteFile
from desktop.models.manifests import MANIFEST_TYPE, MAX_MANIFEST_BYTES
from desktop.models.names import ModelName
from desktop.models.registry.endpoints import (
    DEFAULT_ENDPOINTS,
    HUB_HOSTS,
    Endpoints,
    is_same_server,
)
from desktop.models.registry.errors import (
    AccessDenied,
    NotInRegistry,
    RegistryAnswerInvalid,
    RegistryRefused,
    doing,
)
from desktop.models.registry.key import Key
from desktop.models.registry.token import Challenge, fetch_token
from desktop.models.registry.wire import address, read_within, send, shown, text_of

MAX_REDIRECTS = 10
_READING = frozenset({"GET", "HEAD"})
_HEAD_UNKNOWN = 405
_HUB_HINT = (
    "Hugging Face says this of a repository that does not exist, is private,"
    " or whose terms have to be accepted first"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One request. `body` is called for each try, as a token may be wanted first."""

    method: str
    url: httpx.URL
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Callable[[], Iterable[bytes]] | None = None
    follow: bool = True
    """Redirects, when reading; otherwise they are an answer."""


class Registry:
    """The registry that a name belongs to.

    Args:
        insecure: Speak http instead of https.
        http: Redirects must not be followed by it.
        endpoints: Where registries are reached.

    Raises:
        ModelNameInvalid: the name's host cannot be part of an address.
    """

    def __init__(
        self,
        name: ModelName,
        key: Key,
        *,
        insecure: bool,
        http: httpx.Client,
        endpoints: Endpoints = DEFAULT_ENDPOINTS,
    ) -> None:
        self.name = name
        self._key = key
        self._http = http
        self._base = endpoints.base(name.host, insecure=insecure)
        self._token = ""

    def url(self, place: str) -> httpx.URL:
        """Address of something of this model: `manifests/latest`, `blobs/sha256:…`."""
        root = self._base.path.rstrip("/")
        path = f"{root}/v2/{self.name.namespace}/{self.name.model}/{place}"
        return self._base.copy_with(path=path)

    def manifest(self) -> bytes:
        """The manifest as it was sent, unchecked.

        Raises:
            RegistryError: it could not be had; the text is Ollama's.
        """
        ask = Ask(
            method="GET",
            url=self.url(f"manifests/{self.name.tag}"),
            headers={"Accept": MANIFEST_TYPE},
        )
        with doing("pull model manifest"), self.answer(ask) as response:
            return read_within(response, MAX_MANIFEST_BYTES)

    def blob(self, digest: str, size: int) -> RemoteFile:
        """Where a blob can be fetched, after making sure that the registry lets us.

        Ask again when fetching is refused: the token may have become too old.

        Args:
            digest: `sha256:` and 64 hexadecimal digits, which was checked before.
            size: Bytes, as the manifest says.

        Raises:
            RegistryError: the blob is not there, or not for us, or nobody answers.
        """
        url = self.url(f"blobs/{digest}")
        try:
            with self.answer(Ask(method="HEAD", url=url, follow=False)):
                pass
        except RegistryRefused as error:
            if error.http_status != _HEAD_UNKNOWN:
                raise
        headers = {"Authorization": f"Bearer {self._token}"} if self._token else {}
        return RemoteFile(url=str(url), size=size, digest=digest, headers=headers)

    def content(self, digest: str, size: int) -> bytes:
        """A small blob's bytes.

        Raises:
            RegistryAnswerInvalid: they are not those of the digest.
            RegistryError: they could not be had.
        """
        with self.answer(Ask(method="GET", url=self.url(f"blobs/{digest}"))) as response:
            data = read_within(response, size)
        if f"sha256:{hashlib.sha256(data).hexdigest()}" != digest:
            raise RegistryAnswerInvalid(f"the registry's {digest} has another content")
        return data

    @contextmanager
    def answer(self, ask: Ask) -> Iterator[httpx.Response]:
        """The answer to a request, if it is one below 400; its body is not read yet.

        A 401 is met once with a token, which is kept for later requests.

        Raises:
            NotInRegistry: 404.
            AccessDenied: 401, although we have a token.
            RegistryRefused: any other status from 400 on.
            RegistryError: no answer, or one that cannot be right.
        """
        response = self._send(ask)
        try:
            if response.status_code == 401 and is_same_server(response.url, self._base):
                header = response.headers.get("WWW-Authenticate", "")
                if challenge := Challenge.parse(header):
                    response.close()
                    self._token = self._fetched_token(challenge)
                    response = self._send(ask)
                    if response.status_code == 401:
                        raise self._denied()
            if response.status_code == 404:
                raise NotInRegistry()
            if response.status_code >= 400:
                raise RegistryRefused(response.status_code, shown(text_of(response)))
            yield response
        finally:
            response.close()

    def _fetched_token(self, challenge: Challenge) -> str:
        try:
            return fetch_token(self._http, self._key, challenge, self._base)
        except AccessDenied as error:
            raise self._denied() from error

    def _denied(self) -> AccessDenied:
        return AccessDenied(_HUB_HINT if self.name.host.casefold() in HUB_HOSTS else "")

    def _send(self, ask: Ask) -> httpx.Response:
        url = ask.url
        for _ in range(MAX_REDIRECTS + 1):
            headers = {"Accept-Encoding": "identity", **ask.headers}
            if self._token and is_same_server(url, self._base):
                headers["Authorization"] = f"Bearer {self._token}"
            body = ask.body() if ask.body else None
            request = self._http.build_request(ask.method, url, headers=headers, content=body)
            response = send(self._http, request)
            if ask.method not in _READING or not ask.follow or not response.has_redirect_location:
                return response
            response.close()
            url = redirect_target(response)
        raise RegistryAnswerInvalid(f"stopped after {MAX_REDIRECTS} redirects")


def redirect_target(response: httpx.Response, header: str = "Location") -> httpx.URL:
    """Where an answer sends us.

    Raises:
        RegistryAnswerInvalid: to no address, or from an encrypted one to one that is not.
    """
    target = address(response.headers.get(header, ""), response.url)
    if target.scheme == "https" or target.scheme == response.url.scheme == "http":
        return target
    raise RegistryAnswerInvalid(f"the registry sent us to an unencrypted address: {target.host}")
