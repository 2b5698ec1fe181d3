"""Everything that reaches out to model hubs, made when it is first needed.

An HTTP client, its certificates and the key take 20 MB and a quarter of a second, which a server
that only answers questions does without.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.models.downloads.jobs import Job
from desktop.models.downloads.remote import RemoteFile
from desktop.models.library import Library
from desktop.models.manifests import LAYER_TYPE, PART_TYPE

if TYPE_CHECKING:
    from desktop.models.downloads.pulling import Pulling
    from desktop.models.registry.endpoints import Endpoints
    from desktop.models.registry.resolve import Resolver
    from desktop.models.remote_header import RemoteHeaders
    from desktop.models.search import HubSearch

_HEADED = (LAYER_TYPE + "model", PART_TYPE, LAYER_TYPE + "projector")
THREADS = 8  # three downloads and what others ask meanwhile


class Hubs:
    """Service loop only; what it gives works on threads.

    Args:
        library: Where downloads go.
        keys: Folder of the key that registries know us by.
        endpoints: Where registries are reached; None: where they are.
        hub_token: The user's access token for Hugging Face.
    """

    def __init__(
        self,
        library: Library,
        keys: Path,
        *,
        endpoints: "Endpoints | None" = None,
        hub_token: str = "",
    ) -> None:
        self._library = library
        self._keys = keys
        self._endpoints = endpoints
        self._hub_token = hub_token
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="hubs")
        self._opened = ExitStack()

    @cached_property
    def resolver(self) -> "Resolver":
        from desktop.models.hub_http import make_client
        from desktop.models.registry.endpoints import Endpoints
        from desktop.models.registry.key import Key
        from desktop.models.registry.resolve import Resolver

        http = self._opened.enter_context(make_client())
        return Resolver(
            Key(self._keys),
            http,
            endpoints=self._endpoints or Endpoints(),
            hub_token=self._hub_token,
        )

    @cached_property
    def headers(self) -> "RemoteHeaders":
        """Reads the headers of models that are not here."""
        from desktop.models.hub_http import make_client
        from desktop.models.remote_header import RemoteHeaders

        return RemoteHeaders(make_client)

    @cached_property
    def search(self) -> "HubSearch":
        from desktop.models.hub_http import make_client
        from desktop.models.search import HubSearch

        if self._endpoints:
            return HubSearch(make_client, base_url=self._endpoints.hub)
        return HubSearch(make_client)

    def locate(self, name: str) -> list[RemoteFile]:
        """The files that a model's name means, weights first; blocking.

        Raises:
            AppError: it means none, or nobody can be asked.
        """
        pull = self.resolver.resolve(name)
        return [pull.locate(file) for file in pull.files if file.media_type in _HEADED]

    async def run(self, job: Job, changed: Callable[[], None]) -> None:
        """The work of a download."""
        pulling = await asyncio.to_thread(lambda: self._pulling)
        await pulling.run(job, changed)

    async def check(self, source: str, *, insecure: bool) -> None:
        """Raises AppError if a text cannot mean a model; nobody is asked."""
        await asyncio.to_thread(_check, source, insecure=insecure)

    def close(self) -> None:
        """Returns when no thread works for us any more."""
        self._threads.shutdown(cancel_futures=True)
        self._opened.close()

    @cached_property
    def _pulling(self) -> "Pulling":
        from desktop.models.downloads.pulling import Pulling

        return Pulling(self._library, self.resolver, self._threads)


def _check(source: str, *, insecure: bool) -> None:
    from desktop.models.registry.sources import read_source

    read_source(source, insecure=insecure)
