"""The machine, as far as models care: processor, memory, graphics, and what llama.cpp uses."""

import sys
from collections.abc import Iterator

from desktop.doctor.finding import Finding, gib
from desktop.hardware.cpu import compute_threads, describe_processor
from desktop.hardware.devices import Devices
from desktop.hardware.memory import available_bytes, total_bytes

LITTLE_BYTES = 2**30
_WANTED = ("AVX512", "AVX2", "AVX", "FMA", "F16C", "DOTPROD", "MATMUL_INT8")
"""What makes models much faster where the processor has it."""


def machine(devices: Devices) -> Iterator[Finding]:
    facts = describe_processor()
    yield Finding(name="processor", value=facts.name or "unknown")
    yield Finding(name="cores", value=_cores(facts.physical_cores, facts.performance_cores))
    yield Finding(name="threads of a model", value=str(compute_threads()))
    if facts.features:
        yield Finding(name="it knows", value=", ".join(facts.features))
    yield from _memory()
    yield from _llama(devices, facts.features)
    yield from _graphics(devices)


def _cores(physical: int | None, performance: int | None) -> str:
    if physical is None:
        return "unknown"
    if performance is None or performance == physical:
        return str(physical)
    return f"{physical}, {performance} of them for speed"


def _memory() -> Iterator[Finding]:
    free = available_bytes()
    is_short = free < LITTLE_BYTES
    yield Finding(
        name="memory",
        value=f"{gib(total_bytes())}, free {gib(free)}",
        problem="There is hardly any free memory, so models will be slow or not load."
        if is_short
        else "",
        remedy="Close other programs, or unload models." if is_short else "",
    )


def _llama(devices: Devices, features: tuple[str, ...]) -> Iterator[Finding]:
    if devices.backends:
        yield Finding(name="llama.cpp can use", value=", ".join(devices.backends))
    if not devices.cpu_features:
        return
    unused = [each for each in _WANTED if each in features and each not in devices.cpu_features]
    yield Finding(
        name="llama.cpp uses",
        value=", ".join(devices.cpu_features),
        problem=f"This llama.cpp was built without {', '.join(unused)}, which the processor has:"
        " models are slower than they could be."
        if unused
        else "",
        remedy=_missing_parts() if unused else "",
    )


def _missing_parts() -> str:
    if getattr(sys, "frozen", False):
        return "Parts of llama.cpp for this processor are missing. Install Puna again."
    return "Install Puna's own package, which has llama.cpp for every processor."


def _graphics(devices: Devices) -> Iterator[Finding]:
    if devices.problem:
        yield Finding(
            name="graphics",
            value="unknown",
            problem=f"{devices.problem.rstrip('.')}.",
            remedy="Update the graphics driver, or restart the computer; if a file of Puna's is"
            " missing, install Puna again.",
        )
    elif not devices.devices:
        yield Finding(name="graphics", value="none that llama.cpp can use")
    for each in devices.devices:
        memory = f"{gib(each.total_bytes)}, free {gib(each.free_bytes)}"
        yield Finding(name=each.name, value=f"{each.shown}, {memory}")
