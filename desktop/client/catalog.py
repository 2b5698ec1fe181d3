"""Models that can be fetched, and whether they would run: catalogue, Hugging Face, estimates."""

from urllib.parse import quote

import msgspec

from desktop.client.speed import Speed
from desktop.client.wire import Wire


class Message(msgspec.Struct, frozen=True):
    """A verdict's sentence, as what a translation is made from. Numbers: bytes, or layers."""

    key: str
    numbers: dict[str, int] = {}


class Variant(msgspec.Struct, frozen=True):
    """A model of the catalogue at one precision. `verdict` is None where no size is known."""

    name: str
    quantization: str
    installed: bool = False
    approximate_bytes: int | None = None
    verdict: str | None = None
    message: Message | None = None
    speed: Speed | None = None


class Entry(msgspec.Struct, frozen=True):
    """One model of the catalogue. The first variant is the recommended one."""

    id: str
    title: str
    about: dict[str, str]
    """One sentence by language (`en`, `de`)."""
    license: str
    languages: list[str]
    """ISO 639 codes; `multi` for many more than are named."""
    parameters: int
    capabilities: list[str]
    variants: list[Variant]
    active_parameters: int | None = None
    context_tokens: int = 0
    installed: bool = False


class Entries(msgspec.Struct, frozen=True):
    """Body of `/api/puna/catalog`."""

    models: list[Entry]


class Repository(msgspec.Struct, frozen=True):
    """A repository on Hugging Face, `id` is `user/name`. What is not known is None or empty."""

    id: str
    downloads: int = 0
    likes: int = 0
    updated_at: str = ""
    license: str = ""
    gated: bool = False
    """Its terms have to be accepted on the web site first."""
    parameters: int | None = None
    context_tokens: int | None = None
    architecture: str = ""


class Page(msgspec.Struct, frozen=True):
    """Some of the repositories found; `cursor` asks for more, None: there are none."""

    repositories: list[Repository]
    cursor: str | None = None


class Quantization(msgspec.Struct, frozen=True):
    """One model of a repository; without a name it cannot be fetched."""

    label: str
    name: str | None
    size_bytes: int | None
    complete: bool = True
    verdict: str | None = None
    message: Message | None = None
    speed: Speed | None = None


class Contents(msgspec.Struct, frozen=True):
    """What a repository holds, smallest first; the projector comes with each of them."""

    id: str
    quantizations: list[Quantization]
    gated: bool = False
    projector_bytes: int | None = None


class Gpu(msgspec.Struct, frozen=True):
    """A graphics card with memory of its own; bytes."""

    name: str
    total: int
    free: int


class Machine(msgspec.Struct, frozen=True):
    """Memory of the server's machine, in bytes."""

    ram_total: int
    ram_available: int
    gpus: list[Gpu] = []


class Estimate(msgspec.Struct, frozen=True):
    """What a model would take here, told by the headers of its files. Sizes are bytes."""

    model: str
    installed: bool
    verdict: str
    message: Message
    machine: Machine
    context_tokens: int = 0
    download_bytes: int = 0
    download_bytes_per_s: float | None = None
    """How fast the header came; None: not known."""
    disk_free_bytes: int = 0
    fits_on_disk: bool = True
    speed: Speed | None = None

    @property
    def download_s(self) -> float | None:
        """How long the whole would take at that speed."""
        pace = self.download_bytes_per_s
        return self.download_bytes / pace if pace and self.download_bytes else None


class Catalog:
    """Every method may raise ServerUnreachable and RequestFailed."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def entries(self) -> list[Entry]:
        """The catalogue, in the order it is to be shown in; needs no internet."""
        return (await self._wire.ask("GET", "/api/puna/catalog", Entries)).models

    async def search(self, words: str, cursor: str = "", limit: int = 20) -> Page:
        """Repositories on Hugging Face with models in them, the most downloaded first."""
        asked = f"q={quote(words, safe='')}&cursor={quote(cursor, safe='')}&limit={limit}"
        return await self._wire.ask("GET", f"/api/puna/search?{asked}", Page)

    async def contents(self, repository: str) -> Contents:
        return await self._wire.ask("GET", f"/api/puna/search/{quote(repository)}", Contents)

    async def estimate(self, model: str) -> Estimate:
        """Reads only headers of what is not installed, from where it would be fetched.

        Args:
            model: A name, or the web address of a file.
        """
        asked = {"url" if "://" in model else "model": model}
        return await self._wire.ask("POST", "/api/puna/estimate", Estimate, asked)
