"""What a model would take: beside what llama.cpp reports, and on machines of all sizes."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.models.estimate import estimate
from desktop.models.gguf import GgufArray, GgufHeader, read_header
from desktop.models.kv_cache import CacheLayout, KvShape
from desktop.models.machine_memory import GpuMemory, MachineMemory
from desktop.models.manner import Asked
from desktop.models.sizes import EstimateImpossible, compute_bytes
from desktop.models.spread import Burden
from desktop.models.verdict import Placement, place, place_roughly
from tests import tiny_gguf
from tests.models import layered_gguf, raw_gguf
from tests.models.layouts import loaded
from tests.tiny_gguf import Shape

GB = 10**9
LAPTOP = MachineMemory(16 * GB, 12 * GB)
GRAPHICS = GpuMemory("Graphics", 8 * GB, 7 * GB)


def asked(context_tokens: int, parallel: int) -> Asked:
    return Asked(context_tokens=context_tokens, parallel=parallel)


def reported(path: Path, parallel: int, layout: CacheLayout, batch: int) -> dict[str, int]:
    """Bytes by kind, as llama.cpp says after a load."""
    sums = dict.fromkeys(("weights", "kv", "compute"), 0)
    for buffer in loaded(path, layout, parallel, batch).buffers:
        sums[buffer.kind] += buffer.size_bytes
    return sums


@pytest.mark.slow
@pytest.mark.parametrize("model", ["starter_model", "gemma_model"])
@pytest.mark.parametrize(
    ("layout", "parallel", "batch"),
    [
        (CacheLayout(4096, 1, own_cells=True), 1, 512),
        (CacheLayout(2048, 8, own_cells=True), 8, 64),
        (CacheLayout(8192, 24, own_cells=False), 8, 512),
        (CacheLayout(8192, 24, own_cells=False), 8, 2048),
    ],
)
def test_compute_buffers_of_real_models(
    model: str, layout: CacheLayout, parallel: int, batch: int, request: pytest.FixtureRequest
) -> None:
    path: Path = request.getfixturevalue(model)
    header = read_header(path)
    shape = KvShape.of(header)
    assert shape is not None
    truth = reported(path, parallel, layout, batch)["compute"]
    found = compute_bytes(header, shape, layout, batch_tokens=batch)
    assert 0.9 * truth < found < 1.1 * truth


@pytest.mark.slow
@pytest.mark.parametrize("name", [*layered_gguf.WRITERS, "recurrent"])
def test_compute_buffers_of_other_architectures(name: str, tmp_path: Path) -> None:
    path, layout = tmp_path / "m.gguf", CacheLayout(2048, 4, own_cells=True)
    if name == "recurrent":
        tiny_gguf.write_recurrent_model(path, shape=Shape(embed=256))
    else:
        layered_gguf.WRITERS[name](path)
    header = read_header(path)
    shape = KvShape.of(header)
    assert shape is not None
    truth = reported(path, 4, layout, 512)["compute"]
    assert 0.8 * truth < compute_bytes(header, shape, layout, batch_tokens=512) < 1.25 * truth


@pytest.mark.slow
def test_a_whole_estimate_beside_a_load(starter_model: Path) -> None:
    found = estimate([read_header(starter_model)], asked(4096, 8), LAPTOP)
    assert found.own_cells
    truth = reported(starter_model, 8, CacheLayout(4096, 8, own_cells=True), 512)
    assert found.weights_bytes == pytest.approx(truth["weights"], rel=0.01)
    assert found.kv_bytes == pytest.approx(truth["kv"], rel=0.01)
    assert found.total_bytes == pytest.approx(sum(truth.values()), rel=0.05)
    assert found.placement.ram_bytes == found.total_bytes
    assert found.placement.verdict == "fits_cpu"


def test_a_short_memory_makes_a_pool(starter_model: Path) -> None:
    small = MachineMemory(4 * GB, 3 * GB)
    found = estimate([read_header(starter_model)], asked(4096, 8), small)
    assert not found.own_cells
    assert found.kv_bytes < estimate([read_header(starter_model)], asked(4096, 8), LAPTOP).kv_bytes


def test_the_context_is_that_of_the_training_at_most(starter_model: Path) -> None:
    assert (
        estimate([read_header(starter_model)], asked(1_000_000, 1), LAPTOP).context_tokens == 8192
    )


def test_parts_adapters_and_projectors_count(tmp_path: Path) -> None:
    tiny_gguf.write_random_model(tmp_path / "m")
    model = read_header(tmp_path / "m")
    (tmp_path / "part").write_bytes(
        raw_gguf.whole([], [raw_gguf.tensor("blk.1.more.weight", (64,))], data=bytes(256))
    )
    entries = [raw_gguf.entry_text("general.architecture", "clip")]
    (tmp_path / "eyes").write_bytes(
        raw_gguf.whole(entries, [raw_gguf.tensor("v.patch.weight", (32,))], data=bytes(128))
    )
    alone = estimate([model], asked(512, 1), LAPTOP)
    both = estimate(
        [model, read_header(tmp_path / "part"), read_header(tmp_path / "eyes")],
        asked(512, 1),
        LAPTOP,
    )
    assert both.weights_bytes == alone.weights_bytes + 256
    assert both.projector_bytes == 128
    assert both.placement.ram_bytes == alone.placement.ram_bytes + 256 + 128


def test_eyes_in_the_same_file_are_a_projector(tmp_path: Path) -> None:
    entries = [raw_gguf.entry_text("general.architecture", "llama")]
    facts = {"block_count": 1, "embedding_length": 8, "attention.head_count": 2}
    entries += [raw_gguf.entry_u32(f"llama.{key}", value) for key, value in facts.items()]
    tensors = [
        raw_gguf.tensor("blk.0.ffn_up.weight", (8,)),
        raw_gguf.tensor("v.blk.0.up.weight", (8,), offset=32),
        raw_gguf.tensor("token_embd.weight", (8,), offset=64),
    ]
    (tmp_path / "m").write_bytes(raw_gguf.whole(entries, tensors, data=bytes(96)))
    found = estimate([read_header(tmp_path / "m")], asked(512, 1), LAPTOP)
    assert (found.weights_bytes, found.projector_bytes) == (64, 32)


def test_what_is_no_language_model_is_refused(tmp_path: Path) -> None:
    entries = [raw_gguf.entry_text("general.architecture", "clip")]
    (tmp_path / "eyes.gguf").write_bytes(raw_gguf.whole(entries))
    with pytest.raises(EstimateImpossible, match=r"eyes\.gguf is not a language model"):
        estimate([read_header(tmp_path / "eyes.gguf")], asked(512, 1), LAPTOP)
    with pytest.raises(EstimateImpossible):
        estimate([], asked(512, 1), LAPTOP)


KEYS = (
    "block_count",
    "context_length",
    "embedding_length",
    "feed_forward_length",
    "nextn_predict_layers",
    "attention.head_count",
    "attention.head_count_kv",
    "attention.key_length",
    "attention.key_length_mla",
    "attention.value_length_mla",
    "attention.sliding_window",
    "attention.sliding_window_pattern",
    "attention.shared_kv_layers",
    "attention.recurrent_layers",
    "full_attention_interval",
    "expert_used_count",
    "shortconv.l_cache",
    "ssm.conv_kernel",
    "ssm.inner_size",
    "ssm.state_size",
    "kda.head_dim",
    "wkv.head_size",
)
NUMBERS = st.one_of(
    st.integers(0, 8), st.integers(-(2**63), 2**63 - 1), st.lists(st.integers(-9, 9), max_size=9)
)
ARCHITECTURES = ("llama", "gemma3", "gemma4", "lfm2", "jamba", "qwen35", "nemotron_h", "mamba")


@pytest.mark.slow
@given(
    arch=st.sampled_from((*ARCHITECTURES, "kimi-linear", "minimax-01", "rwkv7", "step35", "")),
    facts=st.dictionaries(st.sampled_from(KEYS), NUMBERS),
    layers=st.integers(1, 9),
)
def test_a_header_that_lies_gives_a_possible_figure_or_a_reason(
    arch: str, facts: dict[str, Any], layers: int
) -> None:
    lists = {key: value for key, value in facts.items() if isinstance(value, list)}
    metadata: dict[str, Any] = {"general.architecture": arch, f"{arch}.block_count": layers}
    metadata |= {f"{arch}.{key}": value for key, value in facts.items()}
    metadata |= {f"{arch}.{key}": GgufArray(5, len(value), 0) for key, value in lists.items()}
    short = {f"{arch}.{key}": value for key, value in lists.items()}
    header = GgufHeader(Path("liar"), 3, metadata, (), 0, short)
    try:
        found = estimate([header], asked(4096, 8), LAPTOP)
    except EstimateImpossible:
        return
    sizes = (found.kv_bytes, found.compute_bytes, found.weights_bytes, found.placement.ram_bytes)
    assert all(0 <= size < 2**62 for size in sizes)


def burden(*, layer: int = GB, layers: int = 4, projector: int = 0) -> Burden:
    return Burden(
        embedding_bytes=GB // 2,
        layers=(layer,) * layers,
        output_bytes=GB // 4,
        output_copy_bytes=GB // 4,
        compute_bytes=GB // 4,
        projector_bytes=projector,
    )


def test_without_a_graphics_card_everything_is_in_main_memory() -> None:
    found = place(burden(), LAPTOP)
    assert (found.vram_bytes, found.ram_bytes, found.gpu_layers) == (0, 5 * GB, 0)
    assert found.verdict == "fits_cpu"
    assert found.message.text == (
        "Fits, and runs on the processor: it takes about 5.0 GB of the 12 GB of memory that are"
        " free now."
    )
    assert found.message.numbers["ram"] == 5 * GB


def test_with_room_everything_but_the_embeddings_is_on_the_card() -> None:
    found = place(burden(), MachineMemory(16 * GB, 12 * GB, (GRAPHICS,)))
    assert found.vram_bytes == 4 * GB + 3 * GB // 4  # with the copy of the embeddings
    assert (found.ram_bytes, found.gpu_layers) == (GB // 2, 4)
    assert found.verdict == "fits_gpu"
    assert "4.8 GB of the 7.0 GB" in found.message.text


def test_a_card_that_is_too_small_takes_the_last_layers() -> None:
    layers = burden(layers=10)
    found = place(layers, MachineMemory(16 * GB, 12 * GB, (GRAPHICS,)))
    assert found.gpu_layers == 5  # half a gigabyte is left to the driver
    assert found.vram_bytes == 5 * GB + 3 * GB // 4
    assert found.ram_bytes == GB // 2 + 5 * GB + GB // 4
    assert found.verdict == "fits_partly"
    assert "5 of 10 layers" in found.message.text


def test_a_card_without_room_is_left_alone() -> None:
    full = GpuMemory("Graphics", 8 * GB, GB)
    found = place(burden(), MachineMemory(16 * GB, 12 * GB, (full,)))
    assert (found.vram_bytes, found.gpu_layers, found.verdict) == (0, 0, "fits_cpu")


def test_several_cards_share_and_each_needs_its_buffers() -> None:
    cards = (GpuMemory("A", 4 * GB, 4 * GB), GpuMemory("B", 4 * GB, 4 * GB))
    found = place(burden(), MachineMemory(16 * GB, 12 * GB, cards))
    assert found.vram_bytes == 5 * GB
    assert found.verdict == "fits_gpu"


def test_a_projector_finds_room_last() -> None:
    machine = MachineMemory(16 * GB, 12 * GB, (GRAPHICS,))
    there = place(burden(projector=GB), machine)
    assert (there.vram_bytes, there.ram_bytes) == (5 * GB + 3 * GB // 4, GB // 2)
    beside = place(burden(projector=3 * GB), machine)
    assert (beside.gpu_layers, beside.ram_bytes) == (4, GB // 2 + 3 * GB + GB // 4)


def judged(ram: int, total: int, available: int) -> Placement:
    return place(Burden(layers=(ram,)), MachineMemory(total * GB, available * GB))


def test_tight_and_too_large() -> None:
    key = {
        "fits": judged(8 * GB, 16, 12),
        "little left": judged(11 * GB, 16, 12),
        "others in the way": judged(13 * GB, 16, 12),
        "nothing helps": judged(16 * GB, 16, 16),
    }
    assert {name: (found.verdict, found.message.key) for name, found in key.items()} == {
        "fits": ("fits_cpu", "fits_cpu"),
        "little left": ("tight", "tight_spare"),
        "others in the way": ("tight", "tight_others"),
        "nothing helps": ("too_large", "too_large"),
    }


def test_a_card_that_is_filled_to_the_brim_is_tight() -> None:
    card = GpuMemory("Graphics", 16 * GB, 16 * GB)
    found = place(burden(layers=14), MachineMemory(16 * GB, 12 * GB, (card,)))
    assert (found.verdict, found.message.key) == ("tight", "tight_gpu")


@pytest.mark.parametrize(("size_gb", "verdict"), [(2, "fits_cpu"), (9, "tight"), (43, "too_large")])
def test_a_rough_verdict_by_size(size_gb: int, verdict: str) -> None:
    assert place_roughly(size_gb * GB, LAPTOP).verdict == verdict


def test_rough_and_exact_verdicts_are_near_each_other(gemma_model: Path) -> None:
    exact = estimate([read_header(gemma_model)], asked(4096, 8), LAPTOP).total_bytes
    rough = place_roughly(gemma_model.stat().st_size, LAPTOP).ram_bytes
    assert 0.5 * exact < rough < 2 * exact
