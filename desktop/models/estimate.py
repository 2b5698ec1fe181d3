"""How a model would be loaded on a machine, and whether that works out: before it is downloaded."""

from collections.abc import Sequence
from dataclasses import dataclass

from desktop.models.gguf import GgufHeader
from desktop.models.machine_memory import MachineMemory
from desktop.models.manner import Asked, usual_manner
from desktop.models.sizes import ModelSizes
from desktop.models.verdict import Placement, place


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """One model on one machine, in bytes."""

    context_tokens: int
    """What one request can use; no more than the model was trained for."""
    parallel: int
    own_cells: bool
    weights_bytes: int
    kv_bytes: int
    compute_bytes: int
    projector_bytes: int
    layers: int
    placement: Placement

    @property
    def total_bytes(self) -> int:
        return self.weights_bytes + self.kv_bytes + self.compute_bytes + self.projector_bytes


def estimate(headers: Sequence[GgufHeader], asked: Asked, machine: MachineMemory) -> Estimate:
    """What loading a model would take on this machine now.

    Args:
        headers: Of all its files: the parts of split weights, adapters, and projectors.

    Raises:
        EstimateImpossible: there is no language model among the files, or it hides its size.
    """
    sizes = ModelSizes(headers)
    manner = usual_manner(sizes, asked, machine)
    return Estimate(
        context_tokens=manner.context_tokens,
        parallel=manner.parallel,
        own_cells=manner.layout.own_cells,
        weights_bytes=sizes.weights_bytes,
        kv_bytes=sizes.kv_bytes(manner),
        compute_bytes=sizes.compute_bytes(manner),
        projector_bytes=sizes.projector_bytes,
        layers=sizes.layers,
        placement=place(sizes.burden(manner), machine),
    )
