"""How the machine and the models are doing: `/api/puna/status`.

What is not known is None, and a `reason` (a code) says why.
"""

from urllib.parse import quote

import msgspec

from desktop.client.activity import Entry
from desktop.client.plan import Plan
from desktop.client.wire import Wire

FOREVER = -1


class Memory(msgspec.Struct, frozen=True):
    """Bytes of main memory."""

    total_bytes: int
    available_bytes: int
    workers_bytes: int = 0
    swap_total_bytes: int | None = None
    swap_used_bytes: int | None = None
    swap_bytes_per_s: int | None = None


class Processor(msgspec.Struct, frozen=True):
    """All cores together are 100 percent."""

    cores: int
    threads: int
    physical_cores: int | None = None
    performance_cores: int | None = None
    name: str = ""
    features: list[str] = []
    load_percent: float | None = None
    workers_percent: float | None = None
    reason: str = ""


class Gpu(msgspec.Struct, frozen=True):
    """One graphics card."""

    name: str
    maker: str = ""
    id: str = ""
    device: str = ""
    """llama.cpp's name for it; empty: it does not compute there."""
    shares_memory: bool = False
    """Its memory is a part of the machine's own."""
    load_percent: int | None = None
    workers_percent: int | None = None
    memory_total_bytes: int | None = None
    memory_used_bytes: int | None = None
    workers_bytes: int | None = None
    """What the models' processes have of it."""
    reason: str = ""
    """Why figures are missing: `no_driver`, `not_told`, `first_look`, `asleep`, `lost`."""


class Gpus(msgspec.Struct, frozen=True):
    """All graphics cards."""

    cards: list[Gpu] = []
    reason: str = ""


class Device(msgspec.Struct, frozen=True):
    """A graphics processor as llama.cpp lists it."""

    index: int
    name: str
    total_bytes: int
    description: str = ""
    kind: str = "gpu"
    """`gpu` or `igpu`."""
    id: str = ""


class Compute(msgspec.Struct, frozen=True):
    """What llama.cpp can compute on; `reason`: `not_asked_yet` or `failed`."""

    devices: list[Device] = []
    backends: list[str] = []
    cpu_features: list[str] = []
    reason: str = ""


class Power(msgspec.Struct, frozen=True):
    """Of the battery."""

    percent: int | None = None
    plugged: bool | None = None
    profile: str = ""
    reason: str = ""


class Disk(msgspec.Struct, frozen=True):
    """Where the models are."""

    path: str = ""
    total_bytes: int | None = None
    free_bytes: int | None = None
    reason: str = ""


class ModelMemory(msgspec.Struct, frozen=True):
    """Bytes, by what they are for."""

    weights_bytes: int = 0
    context_bytes: int = 0
    compute_bytes: int = 0

    @property
    def total_bytes(self) -> int:
        return self.weights_bytes + self.context_bytes + self.compute_bytes


class DeviceShare(msgspec.Struct, frozen=True):
    """What a model has of one memory; `CPU` is the machine's own."""

    name: str
    bytes: int


class Model(msgspec.Struct, frozen=True):
    """One that is in memory, or on its way there."""

    name: str
    state: str = "ready"
    """`loading`, `ready` or `leaving`."""
    running: int = 0
    waiting: int = 0
    context_tokens: int = 0
    kept: bool = False
    pinned: bool = False
    expires_at: float | None = None
    load_percent: int | None = None
    memory: ModelMemory | None = None
    gpu_bytes: int | None = None
    devices: list[DeviceShare] = []
    plan: Plan | None = None
    tokens_per_s: float | None = None
    last_tokens_per_s: float | None = None

    @property
    def gpu_share(self) -> float | None:
        """How much of it is on graphics cards, 0 to 1."""
        if self.memory is None or self.gpu_bytes is None or not self.memory.total_bytes:
            return None
        return min(self.gpu_bytes / self.memory.total_bytes, 1.0)


class Problem(msgspec.Struct, frozen=True):
    """What needs the user's attention; windows have words of their own for each `code`."""

    code: str
    text: str
    remedy: str = ""
    file: str = ""


class Status(msgspec.Struct, frozen=True):
    """One snapshot."""

    at: float
    """Seconds since 1970."""
    memory: Memory
    processor: Processor
    gpus: Gpus = Gpus()
    compute: Compute = Compute()
    power: Power = Power()
    disk: Disk = Disk()
    models: list[Model] = []
    requests: list[Entry] = []
    problems: list[Problem] = []


class StatusBoard:
    """Every method may raise ServerUnreachable and RequestFailed."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def now(self) -> Status:
        return await self._wire.ask("GET", "/api/puna/status", Status)

    async def keep(self, model: str) -> None:
        """It stays in memory until somebody unloads it."""
        await self._stay(model, {"keep_alive": FOREVER})

    async def let_go(self, model: str) -> None:
        """It leaves as the settings say, some time after its last answer."""
        await self._stay(model, {})

    async def unload(self, model: str) -> None:
        """It leaves as soon as nothing uses it any more."""
        await self._stay(model, {"keep_alive": 0})

    async def pin(self, model: str, pinned: bool) -> None:
        """Whether it is always ready: loaded at the start, and kept for good."""
        await self._wire.ask(
            "POST", f"/api/puna/models/{quote(model)}/pin", None, {"pinned": pinned}
        )

    async def pause_others(self, seconds: int) -> None:
        """For so long, serve nobody but Puna's own windows."""
        await self._wire.ask("POST", "/api/puna/pause", None, {"paused": True, "for_s": seconds})

    async def _stay(self, model: str, body: dict[str, int]) -> None:
        await self._wire.ask("POST", f"/api/puna/models/{quote(model)}/keep", None, body)
