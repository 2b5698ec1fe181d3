"""How a model is to be loaded, and whether one that is loaded already will do."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desktop.core.settings import Settings
from desktop.engine.ladder import Decision, Step, Wishes
from desktop.engine.machine import Machine
from desktop.engine.options import LoadOptions
from desktop.models.kv_cache import POOL_CONTEXTS
from desktop.models.manner import DEFAULT_BATCH_TOKENS, LEAST_CONTEXT, Asked
from desktop.models.store import InstalledModel
from desktop.worker.messages import Load

LEAST_CONTEXT_WITH_MEDIA = 2048  # tokens; what clients ask for is often less than one image takes
# With less, these do not find their way in an image: their own processors never give them less.
_QWEN_VL = {"qwen2vl_merger", "qwen2.5vl_merger", "qwen3vl_merger", "qwen2.5o"}
_QWEN_VL_IMAGE_TOKENS = 1024
_NO_GPU = -1


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
    projector_on_gpu: bool
    context_tokens: int
    cells: int
    parallel: int
    batch_tokens: int
    gpu_layers: int
    """llama.cpp's number: the output counts as one. Where there is no card, what was asked for."""
    main_gpu: int | None
    """The only card that is used, by llama.cpp's number; negative: none."""
    use_mmap: bool | None
    threads: int
    flash_attention: bool | None
    kv_cache_type: str
    wanted: LoadOptions
    """What requests have asked for by name."""
    decision: Decision | None
    """Why it is so; None: the file does not tell enough about the model."""

    @property
    def steps(self) -> tuple[Step, ...]:
        """What was done without because memory was short."""
        return self.decision.steps if self.decision else ()

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
            projector_on_gpu=self.projector_on_gpu,
            image_tokens=self.image_tokens,
            flash_attention=self.flash_attention,
            kv_cache_type=self.kv_cache_type,
        )

    def serves(self, wanted: LoadOptions, model: InstalledModel, trained_tokens: int) -> bool:
        """Whether these weights, loaded by this plan, can answer a request to `model`.

        A request that names no value takes what is there. A context that is larger than asked for
        serves too, the request's own limit is kept by the worker: clients with different `num_ctx`
        do not throw each other's model out. Who asks again for what memory was too short for takes
        what it got.
        """
        if (tuple(model.adapters), projector_of(model)) != (self.adapters, self.projector):
            return False
        asked = min(wanted.num_ctx or 0, trained_tokens) if trained_tokens else wanted.num_ctx or 0
        return (
            asked <= self.context_tokens
            and wanted.num_batch in (None, self.batch_tokens)
            and (wanted.num_gpu < 0 or wanted.num_gpu in (self.gpu_layers, self.wanted.num_gpu))
            and wanted.main_gpu in (None, self.main_gpu, self.wanted.main_gpu)
            and wanted.use_mmap in (None, self.use_mmap)
            and wanted.num_thread in (0, self.threads)
        )

    def view(self) -> dict[str, Any]:
        """As the API shows it."""
        steps = [
            {"code": step.code, "text": step.text, "numbers": step.numbers} for step in self.steps
        ]
        line: dict[str, Any] = {
            "context_tokens": self.context_tokens,
            "parallel": self.parallel,
            "cells": self.cells,
            "kv_cache_type": self.kv_cache_type,
            "threads": self.threads,
            "steps": steps,
        }
        if self.decision:
            line["gpu_layers"] = self.decision.spread.gpu_layers
        return line


def plan_of(
    model: InstalledModel,
    wanted: LoadOptions,
    settings: Settings,
    machine: Machine,
    decision: Decision | None,
) -> LoadPlan:
    """The plan for a fresh start."""
    asked = wishes_of(model, wanted, settings)
    context = asked.asked.context_tokens or LEAST_CONTEXT
    cells = context * min(settings.parallel, POOL_CONTEXTS)
    parallel, kind = settings.parallel, asked.asked.cache_type
    gpu_layers, main_gpu, projector_on_gpu = asked.gpu_layers, wanted.main_gpu, True
    if decision:
        manner, spread = decision.manner, decision.spread
        context, cells, parallel = manner.context_tokens, manner.layout.cells, manner.parallel
        kind = manner.cache_type
        if spread.device_bytes:
            gpu_layers, projector_on_gpu = spread.gpu_layers, spread.projector_on_gpu
            main_gpu = spread.main_gpu if gpu_layers else _NO_GPU
    plain = kind in ("f32", "f16", "bf16")
    return LoadPlan(
        weights=model.weight_parts,
        adapters=tuple(model.adapters),
        projector=projector_of(model),
        image_tokens=_image_tokens(model),
        projector_on_gpu=projector_on_gpu,
        context_tokens=context,
        cells=cells,
        parallel=parallel,
        batch_tokens=wanted.num_batch or DEFAULT_BATCH_TOKENS,
        gpu_layers=gpu_layers,
        main_gpu=main_gpu,
        use_mmap=wanted.use_mmap,
        threads=wanted.num_thread if wanted.num_thread > 0 else machine.threads,
        flash_attention=settings.use_flash_attention if plain else True,
        kv_cache_type=kind,
        wanted=wanted,
        decision=decision,
    )


def wishes_of(model: InstalledModel, wanted: LoadOptions, settings: Settings) -> Wishes:
    """What a load should be like, where memory allows."""
    context = context_of(model, wanted.num_ctx or settings.context_tokens)
    chosen = settings.kv_cache_type
    return Wishes(
        asked=Asked.by(settings, context, wanted.num_batch or 0),
        may_quantize=chosen == "auto" and settings.flash_attention != "off",
        gpu_layers=wanted.num_gpu if wanted.num_gpu >= 0 else settings.gpu_layers,
        main_gpu=wanted.main_gpu,
        scatter=settings.spread_gpus,
        allow_swap=settings.allow_swap,
    )


def context_of(model: InstalledModel, asked_tokens: int) -> int:
    """Tokens of context for a request that asks for so many; 0: it does not ask."""
    if not asked_tokens or not model.projectors:
        return asked_tokens
    return max(asked_tokens, LEAST_CONTEXT_WITH_MEDIA)


def projector_of(model: InstalledModel) -> Path | None:
    """Only the first one is used."""
    return model.projectors[0] if model.projectors else None


def _image_tokens(model: InstalledModel) -> int:
    projector = projector_of(model)
    facts = model.facts_cache.of(projector) if projector else None
    return _QWEN_VL_IMAGE_TOKENS if facts and facts.projector in _QWEN_VL else 0
