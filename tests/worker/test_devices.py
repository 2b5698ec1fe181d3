"""Which of the devices that backends offer llama.cpp would use, and in which order."""

import pytest

from desktop.worker.devices import Offered, chosen
from desktop.worker.errand_messages import DeviceSeen


def offered(name: str, kind: int, place: str = "") -> Offered:
    seen = DeviceSeen(
        name=name, description="", integrated=kind == 2, total_bytes=1, free_bytes=1, id=place
    )
    return Offered(name.rstrip("0123456789"), kind, seen)


@pytest.mark.parametrize(
    ("found", "names"),
    [
        ([], []),
        ([offered("CUDA0", 1), offered("CUDA1", 1)], ["CUDA0", "CUDA1"]),
        ([offered("Vulkan0", 2), offered("Vulkan1", 1)], ["Vulkan1"]),
        ([offered("Vulkan0", 2), offered("Vulkan1", 2)], ["Vulkan0", "Vulkan1"]),
        ([offered("SYCL0", 2), offered("Vulkan0", 2)], ["SYCL0"]),
        ([offered("CUDA0", 1, "1"), offered("Vulkan0", 1, "1")], ["CUDA0"]),
        ([offered("CUDA0", 1, "1"), offered("Vulkan0", 1, "2")], ["CUDA0", "Vulkan0"]),
    ],
)
def test_devices_in_llama_cpps_order(found: list[Offered], names: list[str]) -> None:
    assert [each.seen.name for each in chosen(found)] == names
