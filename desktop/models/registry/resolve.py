"""From what somebody typed to the files that are to be fetched.

`sources.py` says what is meant, `client.py` and `hub.py` ask; this decides whom. Blocking.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import httpx

from desktop.core.errors import ModelNameInvalid
from desktop.models.downloads.remote import RemoteFile
from desktop.models.manifests import LAYER_TYPE, PART_TYPE, Layer
from desktop.models.names import ModelName
from desktop.models.registry.checking import blobs_of, read_manifest
from desktop.models.registry.client import Registry
from desktop.models.registry.endpoints import DEFAULT_ENDPOINTS, HUB_HOSTS, Endpoints
from desktop.models.registry.errors import (
    NotInRegistry,
    RegistryAnswerInvalid,
    RegistryError,
    RegistryRefused,
    doing,
)
from desktop.models.registry.hub import Hub, HubFile, HubModel, pick, with_file
from desktop.models.registry.key import Key
from desktop.models.registry.sources import (
    HubFilePage,
    NamedModel,
    PlainFile,
    read_source,
)

MODEL = LAYER_TYPE + "model"
PROJECTOR = LAYER_TYPE + "projector"


@dataclass(frozen=True, slots=True, kw_only=True)
class PullFile:
    """One file of a model.

    `size` (bytes) and `digest` (`sha256:…`) are None if nobody says them before the file is here.
    """

    media_type: str
    url: str
    size: int | None
    digest: str | None

    @property
    def kind(self) -> str:
        """`model`, `params`, `license`…; other media types as they are."""
        return self.media_type.removeprefix(LAYER_TYPE)


Locator: TypeAlias = Callable[[PullFile], RemoteFile]


@dataclass(frozen=True, kw_only=True)
class Pull:
    """A model to be fetched.

    Files stand in the order of the manifest, the config last. `manifest` are the registry's bytes,
    to be stored as they are, once all files are there; None: there is none, and the manifest is to
    be made of the files, with media types as they say and a config from the model's header.
    `locate` gives a file's address at the moment; it may raise any RegistryError, and is to be
    asked again when the address stops working. It may be called from several threads.
    """

    name: ModelName
    manifest: bytes | None
    files: tuple[PullFile, ...]
    locate: Locator


class Resolver:
    """Args:
    key: Shown to registries that want to know who we are.
    http: Redirects must not be followed by it.
    hub_token: The user's access token for Hugging Face, if there is one.
    """

    def __init__(
        self,
        key: Key,
        http: httpx.Client,
        *,
        endpoints: Endpoints = DEFAULT_ENDPOINTS,
        hub_token: str = "",
    ) -> None:
        self._key = key
        self._http = http
        self._endpoints = endpoints
        self._hub = Hub(http, endpoints.hub, hub_token)

    def registry(self, name: ModelName, *, insecure: bool) -> Registry:
        """The registry that a name belongs to; for pushing, too.

        Raises:
            ModelNameInvalid: the name's host cannot be part of an address.
        """
        return Registry(
            name, self._key, insecure=insecure, http=self._http, endpoints=self._endpoints
        )

    def resolve(self, text: str, *, insecure: bool = False) -> Pull:
        """What to fetch for a model's name or a web address.

        Args:
            insecure: Registries are spoken to by http, and http addresses are allowed.

        Raises:
            ModelNameInvalid: the text means nothing; no request was made.
            NotSupported: the model is of a kind that we cannot run.
            InsecureProtocol: an http address, without `insecure`.
            RegistryError: it could not be found; the texts are Ollama's.
        """
        source = read_source(text, insecure=insecure)
        if isinstance(source, NamedModel):
            return self._named(source.name, insecure=insecure)
        if isinstance(source, HubFilePage):
            return self._hub_page(source, insecure=insecure)
        return _plain(source)

    def _named(self, name: ModelName, *, insecure: bool) -> Pull:
        try:
            return self._from_registry(name, insecure=insecure)
        except (NotInRegistry, RegistryRefused) as refusal:
            if name.host.casefold() not in HUB_HOSTS or refusal.retryable:
                raise
            if pull := self._from_hub(name):
                return pull
            raise

    def _from_registry(self, name: ModelName, *, insecure: bool) -> Pull:
        registry = self.registry(name, insecure=insecure)
        data = registry.manifest()
        with doing("pull model manifest"):
            manifest = read_manifest(data, lambda layer: registry.content(layer.digest, layer.size))
        files = tuple(_blob(registry, layer) for layer in blobs_of(manifest))

        def locate(file: PullFile) -> RemoteFile:
            return registry.blob(file.digest or "", file.size or 0)

        return Pull(name=name, manifest=data, files=files, locate=locate)

    def _from_hub(self, name: ModelName) -> Pull | None:
        """What the Hub's registry refuses may be there as files: models in several parts.

        Returns:
            None if not, or if the Hub cannot be asked: then the registry's refusal counts.
        """
        repository = f"{name.namespace}/{name.model}"
        try:
            with doing("pull model manifest"):
                model = pick(self._hub.files(repository), name.tag)
        except RegistryAnswerInvalid:
            raise
        except RegistryError:
            return None
        return self._of_hub_model(name, repository, "main", model) if model else None

    def _hub_page(self, page: HubFilePage, *, insecure: bool) -> Pull:
        """A file of the Hub: by the registry where that serves single files, as it also has the
        model's template and projector; else as it is.
        """
        if page.revision == "main" and "/" not in page.path and page.file.count == 1:
            try:
                user, repo = page.repository.split("/")
                name = ModelName.of_parts("hf.co", user, repo, page.path)
                return self._from_registry(name, insecure=insecure)
            except (ModelNameInvalid, NotInRegistry):
                pass
            except RegistryRefused as refusal:
                if refusal.retryable:
                    raise
        with doing("pull model manifest"):
            files = self._hub.files(page.repository, page.revision)
            model = with_file(files, page.path)
            if model is None:
                raise NotInRegistry()
        return self._of_hub_model(page.name, page.repository, page.revision, model)

    def _of_hub_model(
        self, name: ModelName, repository: str, revision: str, model: HubModel
    ) -> Pull:
        def file(media_type: str, file: HubFile) -> PullFile:
            url = self._hub.address(repository, revision, file.path)
            return PullFile(media_type=media_type, url=url, size=file.size, digest=file.digest)

        files = [file(MODEL, model.parts[0])]
        files += [file(PART_TYPE, part) for part in model.parts[1:]]
        if model.projector:
            files.append(file(PROJECTOR, model.projector))

        def locate(file: PullFile) -> RemoteFile:
            return RemoteFile(
                url=file.url, size=file.size, digest=file.digest, headers=self._hub.headers
            )

        return Pull(name=name, manifest=None, files=tuple(files), locate=locate)


def _plain(source: PlainFile) -> Pull:
    """A file on the web; one of several parts stands for all of them."""
    urls = [source.url]
    if source.file.count > 1:
        head, own = source.url, source.file.part(source.file.number)
        start = head.rindex(own)
        urls = [
            head[:start] + source.file.part(number) + head[start + len(own) :]
            for number in range(1, source.file.count + 1)
        ]
    files = tuple(
        PullFile(media_type=PART_TYPE if number else MODEL, url=url, size=None, digest=None)
        for number, url in enumerate(urls)
    )
    return Pull(name=source.name, manifest=None, files=files, locate=_as_it_is)


def _as_it_is(file: PullFile) -> RemoteFile:
    return RemoteFile(url=file.url, size=file.size, digest=file.digest, headers={})


def _blob(registry: Registry, layer: Layer) -> PullFile:
    return PullFile(
        media_type=layer.media_type,
        url=str(registry.url(f"blobs/{layer.digest}")),
        size=layer.size,
        digest=layer.digest,
    )
