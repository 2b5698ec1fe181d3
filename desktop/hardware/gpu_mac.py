"""Graphics processors as macOS tells of them.

How much memory one may take there is told by Metal (`recommendedMaxWorkingSetSize`): llama.cpp
lists it, and `with_devices` puts it in. What an administrator has set instead comes first.
"""

from collections.abc import Callable, Sequence

from desktop.hardware.cpu_mac import Read, mac_name, number_in, read_sysctl
from desktop.hardware.gpu import Gpu
from desktop.hardware.mac_registry import Statistics, accelerators

_LOAD = "Device Utilization %"
_USED_HERE = "In use system memory"
_USED_OWN = ("vramUsedBytes", "inUseVidMemoryBytes")
_MAKERS = {"AGX": "apple", "AMD": "amd", "Intel": "intel", "NV": "nvidia"}
_NAMES = {"apple": "Apple GPU", "amd": "AMD Radeon", "intel": "Intel", "nvidia": "NVIDIA"}


class MacCards:
    """Of Apple's own processors, and of Intel's Macs.

    Args:
        list_accelerators: Named here for tests, as is `read`.
    """

    def __init__(
        self,
        list_accelerators: Callable[[], list[tuple[str, Statistics]]] = accelerators,
        read: Read = read_sysctl,
    ) -> None:
        self._list = list_accelerators
        self._read = read
        self._name: str | None = None

    def look(self, pids: Sequence[int]) -> list[Gpu]:
        return [self._card(kind, figures) for kind, figures in self._list()]

    def _card(self, kind: str, figures: Statistics) -> Gpu:
        maker = next((maker for start, maker in _MAKERS.items() if kind.startswith(start)), "")
        shares = maker in ("apple", "intel")
        own = next((figures[name] for name in _USED_OWN if name in figures), None)
        used = figures.get(_USED_HERE) if shares else own
        load = figures.get(_LOAD)
        limit = number_in(self._read("iogpu.wired_limit_mb")) if maker == "apple" else None
        return Gpu(
            name=self._shown(maker),
            maker=maker,
            shares_memory=shares,
            load_percent=load,
            memory_total_bytes=limit * 2**20 if limit else None,
            memory_used_bytes=used,
            reason="" if None not in (load, used) else "not_told",
        )

    def _shown(self, maker: str) -> str:
        """Apple's processors and their graphics have one name."""
        if maker != "apple":
            return _NAMES.get(maker, "GPU")
        if self._name is None:
            self._name = mac_name(self._read) or _NAMES[maker]
        return self._name
