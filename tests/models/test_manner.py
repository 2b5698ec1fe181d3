"""How long a context is that nobody has chosen, and how requests share it."""

import pytest

from desktop.core.settings import Settings
from desktop.models.kv_cache import KvShape
from desktop.models.machine_memory import GpuMemory, MachineMemory
from desktop.models.manner import Asked, Manner, smaller_contexts, usual_manner

GIB, MIB, KIB = 2**30, 2**20, 2**10


class Model:
    """Of 2 KiB of cache for each token, where nothing else is said."""

    def __init__(
        self,
        weights_bytes: int = GIB,
        trained_tokens: int | None = 131_072,
        values: int = 1024,
        embeds: bool = False,
    ) -> None:
        self.shape = KvShape(full_values=values, windowed_values=0, window=0, state_values=0)
        self.weights_bytes = weights_bytes
        self.trained_tokens = trained_tokens
        self.embeds = embeds


def manner(model: Model, total_bytes: int, context: int = 0, parallel: int = 8) -> Manner:
    machine = MachineMemory(total_bytes, total_bytes // 2)
    return usual_manner(model, Asked(context_tokens=context, parallel=parallel), machine)


@pytest.mark.parametrize(
    ("total_bytes", "context", "own"),
    [
        (GIB // 2, 16_384, False),  # two of them take an eighth of it
        (8 * GIB, 131_072, False),
        (64 * GIB, 131_072, False),  # the weights' size is the limit now
    ],
)
def test_it_takes_no_more_than_is_comfortable(total_bytes: int, context: int, own: bool) -> None:
    found = manner(Model(), total_bytes)
    assert found.context_tokens == context
    assert found.layout.own_cells == own
    taken = Model().shape.of_layout(found.layout)
    assert taken <= min(total_bytes // 8, GIB)


def test_requests_have_contexts_of_their_own_if_none_gets_shorter_by_that() -> None:
    found = manner(Model(trained_tokens=8192), 8 * GIB)
    assert (found.context_tokens, found.layout.own_cells, found.layout.cells) == (
        8192,
        True,
        8 * 8192,
    )


def test_it_is_as_long_as_the_training_at_most_and_never_very_short() -> None:
    assert manner(Model(trained_tokens=40_960), 64 * GIB).context_tokens == 40_960
    assert manner(Model(trained_tokens=512), 64 * GIB).context_tokens == 512
    assert manner(Model(trained_tokens=None), 64 * GIB).context_tokens == 4096
    assert manner(Model(values=64 * KIB), GIB).context_tokens == 4096
    assert manner(Model(trained_tokens=2**20, values=2), 64 * GIB).context_tokens == 2**17


def test_what_is_asked_for_is_what_there_is() -> None:
    assert manner(Model(values=64 * KIB), GIB, context=10_000).context_tokens == 10_000
    assert manner(Model(), GIB, context=10**6).context_tokens == 131_072


def test_a_card_counts_where_the_model_has_room_there() -> None:
    asked = Asked(parallel=1)
    card = GpuMemory("Graphics", 4 * GIB, GIB)
    machine = MachineMemory(64 * GIB, 64 * GIB, (card,))
    model = Model(weights_bytes=3 * GIB, values=8 * KIB)  # 16 KiB a token
    assert usual_manner(model, asked, machine).context_tokens == 32_768  # 512 MiB of 4 GiB
    larger = Model(weights_bytes=5 * GIB, values=8 * KIB)
    assert usual_manner(larger, asked, machine).context_tokens == 131_072


def test_models_that_embed_read_as_much_as_they_were_trained_for() -> None:
    found = manner(Model(trained_tokens=8192, embeds=True), GIB)
    assert (found.context_tokens, found.layout.cells, found.parallel) == (8192, 8192, 8)


def test_what_the_settings_say() -> None:
    settings = Settings(parallel=3, kv_cache_type="q4_0", context_tokens=5000)
    assert Asked.by(settings) == Asked(context_tokens=5000, parallel=3, cache_type="q4_0")
    assert Asked.by(Settings(), 7, 9) == Asked(context_tokens=7, parallel=8, batch_tokens=9)


def test_steps_down() -> None:
    assert smaller_contexts(131_072, 131_072, 4096) == [65_536, 32_768, 16_384, 8192, 4096]
    assert smaller_contexts(4096, 131_072, 4096) == []
    assert smaller_contexts(2048, 2048, 2048) == []
