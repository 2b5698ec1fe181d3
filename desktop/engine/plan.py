"""How a model is to be loaded, and whether one that is loaded already will do."""

from dataclasses import dataclass
from pathlib import Path

from desktop.core.settings import Settings
from desktop.engine.options import LoadOptions
from desktop.models.facts import WeightsFacts
from desktop.models.kv_cache import CELL_BYTES, POOL_CONTEXTS, lay_out
from desktop.models.store import InstalledModel
from desktop.worker.messages import Load

DEFAULT_BATCH_TOKENS = 512
LEAST_CONTEXT_WITH_MEDIA = 2048  # tokens; what clients ask for is often less than one image takes
# With less, these do not find their way in an image: their own processors never give them less.
_QWEN_VL = {"qwen2vl_merger", "qwen2.5vl_merger", "qwen3vl_merger", "qwen2.5o"}
_QWEN_VL_IMAGE_TOKENS = 1024


@dataclass(frozen=True, slots=True)
class LoadPlan:
    """Everything that decides how a worker is started. Equal plans give equal workers."""

    weights: tuple[Path, ...]
    """All files of them in order; a single one unless they are split."""
    adapters: tuple[Path, ...]
    projector: Path | None
    """What makes images and sounds readable."""
    image_tokens: int
    """The least that an image takes; 0: as the projector says."""
    context_tokens: int
    cells: int
    parallel: int
    batch_tokens: int
    gpu_layers: int
    main_gpu: int | None
    use_mmap: bool | None
    threads: int
    flash_attention: bool | None
    kv_cache_type: str

    def order(self) -> Load:
        return Load(
            path=str(self.weights[0]),
            more_parts=tuple(str(path) for path in self.weights[1:]),
            context_tokens=self.context_tokens,
            cells=self.cells,
            parallel=self.parallel,
            batch_tokens=self.batch_tokens,
            gpu_layers=self.gpu_layers,
            main_gpu=self.main_gpu,
            use_mmap=self.use_mmap,
            threads=self.threads,
            adapters=tuple(str(path) for path in self.adapters),
            projector=str(self.projector or ""),
            image_tokens=self.image_tokens,
            flash_attention=self.flash_attention,
            kv_cache_type=self.kv_cache_type,
        )

    def serves(self, wanted: LoadOptions, model: InstalledModel, trained_tokens: int) -> bool:
        """Whether these weights, loaded by this plan, can answer a request to `model`.

        A request that names no value takes what is there. A context that is larger than asked for
        serves too, the request's own limit is kept by the worker: clients with different `num_ctx`
        do not throw each other's model out.
        """
        if (tuple(model.adapters), projector_of(model)) != (self.adapters, self.projector):
            return False
        asked = min(wanted.num_ctx or 0, trained_tokens) if trained_tokens else wanted.num_ctx or 0
        return (
            asked <= self.context_tokens
            and wanted.num_batch in (None, self.batch_tokens)
            and (wanted.num_gpu < 0 or wanted.num_gpu == self.gpu_layers)
            and wanted.main_gpu in (None, self.main_gpu)
            and wanted.use_mmap in (None, self.use_mmap)
            and wanted.num_thread in (0, self.threads)
        )


@dataclass(frozen=True, slots=True)
class Machine:
    """What a plan may count on."""

    threads: int
    memory_bytes: int


def make_plan(
    model: InstalledModel, wanted: LoadOptions, settings: Settings, machine: Machine
) -> LoadPlan:
    """The plan for a fresh start."""
    context = context_of(model, wanted.num_ctx or settings.context_tokens)
    facts = model.facts
    return LoadPlan(
        weights=model.weight_parts,
        adapters=tuple(model.adapters),
        projector=projector_of(model),
        image_tokens=_image_tokens(model),
        context_tokens=context,
        cells=_cells(context, settings, facts, machine),
        parallel=settings.parallel,
        batch_tokens=wanted.num_batch or DEFAULT_BATCH_TOKENS,
        gpu_layers=wanted.num_gpu if wanted.num_gpu >= 0 else settings.gpu_layers,
        main_gpu=wanted.main_gpu,
        use_mmap=wanted.use_mmap,
        threads=wanted.num_thread if wanted.num_thread > 0 else machine.threads,
        flash_attention=settings.use_flash_attention,
        kv_cache_type=settings.kv_cache_type,
    )


def context_of(model: InstalledModel, asked_tokens: int) -> int:
    """Tokens of context for a request that asks for so many."""
    return max(asked_tokens, LEAST_CONTEXT_WITH_MEDIA) if model.projectors else asked_tokens


def projector_of(model: InstalledModel) -> Path | None:
    """Only the first one is used."""
    return model.projectors[0] if model.projectors else None


def _image_tokens(model: InstalledModel) -> int:
    projector = projector_of(model)
    facts = model.facts_cache.of(projector) if projector else None
    return _QWEN_VL_IMAGE_TOKENS if facts and facts.projector in _QWEN_VL else 0


def _cells(context: int, settings: Settings, facts: WeightsFacts | None, machine: Machine) -> int:
    """Length of the KV cache, in tokens."""
    parallel = settings.parallel
    if facts is None or facts.kv_shape is None:
        return context * min(parallel, POOL_CONTEXTS)
    return lay_out(
        facts.kv_shape,
        context_tokens=context,
        trained_tokens=facts.context_length,
        parallel=parallel,
        memory_bytes=machine.memory_bytes,
        cell_bytes=CELL_BYTES[settings.kv_cache_type],
    ).cells
