"""Loads the model and makes its context, or says in one sentence why not."""

import ctypes
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desktop.core.errors import ModelLoadFailed
from desktop.worker.library import llama
from desktop.worker.loglines import LogKeeper
from desktop.worker.messages import Load
from desktop.worker.vocabulary import Vocabulary

# Sequences beyond those that run, in which answered conversations are kept for reuse, where
# all live in one pool of cells.
CACHED_SEQUENCES = 16
CACHED_STATES = 2  # of recurrent models: each costs a whole state in the context's own memory

FLASH_ATTENTION = {None: -1, False: 0, True: 1}  # llama_flash_attn_type
_CACHE_TYPES = {  # ggml_type
    "f32": 0,
    "f16": 1,
    "q4_0": 2,
    "q4_1": 3,
    "q5_0": 6,
    "q5_1": 7,
    "q8_0": 8,
    "iq4_nl": 20,
    "bf16": 30,
}
_LOAD_MODES = {None: -1, True: 1, False: 0}  # llama_load_mode: auto, mmap, none


@dataclass(frozen=True, slots=True)
class Weights:
    """A model without a context."""

    order: Load
    model: int
    """llama.cpp's handle (address)."""
    vocabulary: Vocabulary
    context_tokens: int
    trained_tokens: int
    pooling: int
    """How the vectors of a text's tokens become one (llama_pooling_type), as the file says."""


@dataclass(slots=True)
class LoadedModel:
    """llama.cpp's handles (addresses) and what everything else needs to know of them."""

    weights: Weights
    model: int
    context: int
    memory: int
    vocabulary: Vocabulary
    template: str | None
    tool_template: str | None
    """For requests with tools, where that is another one."""
    context_tokens: int
    trained_tokens: int
    cells: int
    batch_tokens: int
    sequences: int
    own_cells: bool
    """Each sequence has a whole context of cells for itself."""
    window: int
    """Sliding window in tokens; 0: attention sees everything."""
    recurrent: bool
    """Part of the past is a running state that cannot be cut."""
    abort_flag: "ctypes.Array[ctypes.c_char]"
    """Writing a byte other than 0 into it ends the decode that is running."""

    @property
    def memory_kind(self) -> str:
        if self.recurrent:
            return "recurrent"
        return "windowed" if self.window else "full"


@dataclass(frozen=True, slots=True)
class CacheShape:
    """Of the KV cache: cells in all, sequences, and whether each of these has its own cells."""

    cells: int
    sequences: int
    own: bool


def load(
    order: Load, log: LogKeeper, on_progress: Callable[[float], None]
) -> LoadedModel | Weights:
    """The model with a context to answer in, or without one if embeddings are all it can make.

    Raises ModelLoadFailed with a reason from llama.cpp's log.
    """
    for part in (order.path, *order.more_parts):
        _check_file(Path(part))
    model = _load_weights(order, log, on_progress)
    trained = int(llama.llama_model_n_ctx_train(model))
    context_tokens = min(order.context_tokens, trained) if trained > 0 else order.context_tokens
    pooling = _metadata(model, f"{_metadata(model, 'general.architecture')}.pooling_type")
    weights = Weights(
        order=order,
        model=model,
        vocabulary=Vocabulary(model),
        context_tokens=context_tokens,
        trained_tokens=trained,
        pooling=int(pooling) if pooling else llama.LLAMA_POOLING_TYPE_UNSPECIFIED,
    )
    if pooling or not llama.llama_model_has_decoder(model):
        return weights
    return _with_context(weights, log) or weights


def _metadata(model: int, key: str) -> str:
    """A value out of the file's header; empty if it has none."""
    buffer = ctypes.create_string_buffer(256)
    length = llama.llama_model_meta_val_str(model, key.encode(), buffer, len(buffer))
    return buffer.value.decode("utf-8", "replace") if length >= 0 else ""


def _with_context(weights: Weights, log: LogKeeper) -> LoadedModel | None:
    """None if a context of this model has no past: then it reads texts and writes none."""
    order, model = weights.order, weights.model
    context_tokens = weights.context_tokens
    recurrent = llama.llama_model_is_recurrent(model) or llama.llama_model_is_hybrid(model)
    cells = max(min(order.cells, context_tokens * order.parallel), context_tokens)
    own_cells = cells == context_tokens * order.parallel
    spare = 0 if own_cells else CACHED_STATES if recurrent else CACHED_SEQUENCES
    sequences = min(order.parallel + spare, int(llama.llama_max_parallel_sequences()))
    abort_flag = ctypes.create_string_buffer(2)
    shape = CacheShape(cells, sequences, own_cells)
    context = _make_context(order, log, model, shape, abort_flag)
    memory = llama.llama_get_memory(context)
    if not memory:
        llama.llama_free(context)
        return None
    return LoadedModel(
        weights=weights,
        model=model,
        context=context,
        memory=memory,
        vocabulary=weights.vocabulary,
        template=_template(model, None),
        tool_template=_template(model, b"tool_use"),
        context_tokens=context_tokens,
        trained_tokens=weights.trained_tokens,
        cells=int(llama.llama_n_ctx(context)),
        batch_tokens=int(llama.llama_n_ubatch(context)),
        sequences=sequences,
        own_cells=own_cells,
        window=int(llama.llama_model_n_swa(model)),
        recurrent=recurrent,
        abort_flag=abort_flag,
    )


def _template(model: int, name: bytes | None) -> str | None:
    """The chat template of that name, or the one without; None if there is none."""
    raw = llama.llama_model_chat_template(model, name)
    # For some models without one, llama.cpp gives the name of one that it has built in.
    return raw.decode("utf-8", "replace") if raw and b"{" in raw else None


def _check_file(path: Path) -> None:
    if not path.is_file():
        raise ModelLoadFailed(f"The model file {path} does not exist.", reason="file_not_found")
    if not os.access(path, os.R_OK):
        raise ModelLoadFailed(f"The model file {path} may not be read.", reason="file_not_found")


def _load_weights(order: Load, log: LogKeeper, on_progress: Callable[[float], None]) -> int:
    params = llama.llama_model_default_params()
    params.n_gpu_layers = order.gpu_layers
    params.load_mode = _LOAD_MODES[order.use_mmap]
    if order.main_gpu is not None:
        params.split_mode = llama.LLAMA_SPLIT_MODE_NONE
        params.main_gpu = order.main_gpu

    def progress(fraction: float, _user_data: int) -> bool:
        on_progress(fraction)
        return True

    params.progress_callback = llama.llama_progress_callback(progress)
    if order.more_parts:
        files = [os.fsencode(path) for path in (order.path, *order.more_parts)]
        paths = (ctypes.c_char_p * len(files))(*files)
        model = llama.llama_model_load_from_splits(paths, len(files), params)
    else:
        model = llama.llama_model_load_from_file(os.fsencode(order.path), params)
    if not model:
        reason, sentence = log.explain()
        raise ModelLoadFailed(sentence, reason=reason)
    if llama.llama_model_has_encoder(model) and llama.llama_model_has_decoder(model):
        raise ModelLoadFailed(
            "This model translates a whole text at a time (it has an encoder and a decoder);"
            " only models that continue a text, or embed one, can run here.",
            reason="unknown_architecture",
        )
    return int(model)


def _make_context(
    order: Load,
    log: LogKeeper,
    model: int,
    shape: CacheShape,
    abort_flag: "ctypes.Array[ctypes.c_char]",
) -> int:
    params = llama.llama_context_default_params()
    params.n_ctx = shape.cells
    params.n_batch = params.n_ubatch = max(order.batch_tokens, order.parallel)
    params.n_seq_max = shape.sequences
    params.n_outputs_max = shape.sequences  # else logits are reserved for every token of a batch
    params.n_threads = params.n_threads_batch = max(order.threads, 1)
    params.kv_unified = not shape.own
    params.swa_full = False
    params.flash_attn_type = FLASH_ATTENTION[order.flash_attention]
    params.type_k = params.type_v = _CACHE_TYPES[order.kv_cache_type]
    listen_for_abort(params, abort_flag)
    context = llama.llama_init_from_model(model, params)
    if not context:
        reason, sentence = log.explain()
        if reason == "unknown":
            reason = "out_of_memory"
            sentence = f"There is not enough memory for a context of {shape.cells} tokens."
        raise ModelLoadFailed(sentence, reason=reason)
    apply_adapters(order, model, int(context))
    return int(context)


def listen_for_abort(params: Any, abort_flag: "ctypes.Array[ctypes.c_char]") -> None:
    """A context made with these parameters breaks off its decode when the flag is set."""
    # llama.cpp asks this function after each node of the graph whether to stop. A Python function
    # would cost a millisecond a step; libc's strlen on our flag answers the same question (empty:
    # 0, else: 1) for nothing.
    strlen = ctypes.cast(_c_library().strlen, ctypes.c_void_p).value
    params.abort_callback = ctypes.cast(strlen or 0, type(params.abort_callback))
    params.abort_callback_data = ctypes.addressof(abort_flag)


def _c_library() -> ctypes.CDLL:
    """Windows finds it by its name only."""
    return ctypes.CDLL("msvcrt" if sys.platform == "win32" else None)


def apply_adapters(order: Load, model: int, context: int) -> None:
    """Put the LoRA adapters of a load onto a context. Raises ModelLoadFailed."""
    if not order.adapters:
        return
    adapters = []
    for path in order.adapters:
        adapter = llama.llama_adapter_lora_init(model, os.fsencode(path))
        if not adapter:
            raise ModelLoadFailed(f"The adapter {path} could not be loaded.", reason="damaged_file")
        adapters.append(adapter)
    handles = (llama.llama_adapter_lora_p_ctypes * len(adapters))(*adapters)
    scales = (ctypes.c_float * len(adapters))(*([1.0] * len(adapters)))
    llama.llama_set_adapters_lora(context, handles, len(adapters), scales)
