"""How a model was loaded, and what was done without because memory was short."""

import msgspec


class Step(msgspec.Struct, frozen=True):
    """One thing that was done without; windows have words of their own for each `code`."""

    code: str
    """`leave`, `kv_q8_0`, `context`, `pool`, `parallel`, `gpu_layers`, `cpu`, `projector` or
    `swap`."""
    text: str = ""
    numbers: dict[str, int] = {}


class Plan(msgspec.Struct, frozen=True):
    """As it was decided when the model was loaded."""

    context_tokens: int = 0
    parallel: int = 0
    kv_cache_type: str = ""
    gpu_layers: int | None = None
    steps: list[Step] = []

    def step(self, code: str) -> Step | None:
        return next((each for each in self.steps if each.code == code), None)
