"""The part of a model that sees and hears: files to vectors, through llama.cpp's libmtmd.

It is loaded when the first image or sound comes. One thread only, which is not the decode loop's:
to encode an image takes a second or a minute, and streams go on meanwhile.
"""

import ctypes
import hashlib
import os
import weakref
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desktop.core.errors import MediaInvalid, NotSupported, WorkerFailed
from desktop.worker.frames import pack
from desktop.worker.library import llama, open_mtmd
from desktop.worker.loglines import LogKeeper
from desktop.worker.media import Chunk, Grid, Item, chunk_ids
from desktop.worker.messages import Buffer, Held

CACHE_BYTES = 256 * 2**20  # of encoded images and sounds, kept for the next turn
_TEXT, _IMAGE = 0, 1  # mtmd_input_chunk_type


@dataclass(frozen=True, slots=True)
class ProjectorPlan:
    """How it is to be loaded; `path` is empty if the model has none."""

    path: str
    model: int
    threads: int
    use_gpu: bool
    batch_tokens: int
    """What the model reads at a time."""
    image_tokens: int
    """The least that an image is to take; 0: as the file says."""


class Projector:
    """Reads files; remembers the last ones, up to `CACHE_BYTES`.

    Args:
        send: Writes bytes to the parent.
    """

    def __init__(self, plan: ProjectorPlan, log: LogKeeper, send: Callable[[bytes], None]) -> None:
        self._plan = plan
        self._log = log
        self._send = send
        self._mtmd: Any = None
        self._context = 0
        self._width = int(llama.llama_model_n_embd_inp(plan.model))  # numbers in a vector
        self._items: OrderedDict[bytes, Item] = OrderedDict()  # least recently used first

    def read(self, data: bytes) -> Item:
        """A file as parts of a prompt, not encoded yet.

        Raises:
            NotSupported: the model cannot see, or hear, or not like this.
            MediaInvalid: the file is damaged.
            WorkerFailed: the projector is damaged, or not this model's.
        """
        self._check(data)
        digest = hashlib.sha256(data).digest()
        item = self._items.pop(digest, None) or self._parse(data, digest)
        self._items[digest] = item
        self._forget_oldest()
        return item

    def encode(self, chunk: Chunk) -> None:
        """Compute its vectors, unless they are there. Raises WorkerFailed."""
        if chunk.vectors is not None:
            return
        pointer, _owner = chunk.native
        code = self._mtmd.mtmd_encode_chunk(self._context, pointer)
        if code != 0:
            raise WorkerFailed(
                f"llama.cpp could not encode the image or sound (it returned {code})"
            )
        vectors = (ctypes.c_float * (self._width * chunk.cells))()
        found = self._mtmd.mtmd_get_output_embd(self._context)
        ctypes.memmove(vectors, found, ctypes.sizeof(vectors))
        chunk.vectors, chunk.native = vectors, None

    def _check(self, data: bytes) -> None:
        """Raises NotSupported, WorkerFailed."""
        sound = _is_sound(data)
        doing = "hear sounds" if sound else "read images"
        if not self._plan.path:
            raise NotSupported(f"this model cannot {doing}: it has no projector file")
        if not self._context:
            self._load()
        ask = self._mtmd.mtmd_support_audio if sound else self._mtmd.mtmd_support_vision
        if not ask(self._context):
            raise NotSupported(f"this model cannot {doing}")

    def _load(self) -> None:
        """Raises WorkerFailed."""
        path = Path(self._plan.path)
        if not path.is_file():
            raise WorkerFailed(f"the model file {path} does not exist")
        mtmd = open_mtmd()
        self._log.listen(mtmd.mtmd_helper_log_set)
        params = mtmd.mtmd_context_params_default()
        params.use_gpu = self._plan.use_gpu
        params.n_threads = self._plan.threads
        params.print_timings = params.warmup = False
        if self._plan.image_tokens:
            params.image_min_tokens = self._plan.image_tokens
        context = mtmd.mtmd_init_from_file(os.fsencode(path), self._plan.model, params)
        if not context:
            last = self._log.lines[-1].split(": ", 1)[-1].split("\n")[0]
            raise WorkerFailed(
                "the part of the model that reads images and sounds could not be loaded: its file"
                f" is damaged, or of another model ({last})"
            )
        self._mtmd, self._context = mtmd, int(context)
        # Its compute buffers grow with the images; nobody tells how large they are.
        weights = Buffer(self._log.projector_device, "weights", path.stat().st_size)
        self._send(pack(Held(part="projector", buffers=[weights])))

    def _parse(self, data: bytes, digest: bytes) -> Item:
        """Raises MediaInvalid, NotSupported."""
        mtmd = self._mtmd
        buffer = (ctypes.c_uint8 * len(data)).from_buffer_copy(data)
        options = mtmd.mtmd_helper_init_opt_default()
        made = mtmd.mtmd_helper_bitmap_init_from_buf_wrapper(
            self._context, buffer, len(data), False, options
        )
        if made.video_ctx:
            mtmd.mtmd_helper_video_free(made.video_ctx)
        if not made.bitmap:
            raise MediaInvalid("the image or sound is damaged, or of a kind that cannot be read")
        try:
            # A sound of one sample would end the process.
            if mtmd.mtmd_bitmap_is_audio(made.bitmap) and mtmd.mtmd_bitmap_get_nx(made.bitmap) < 2:
                raise MediaInvalid("there is nothing to hear in the sound")
            chunks = self._tokenize(made.bitmap)
        finally:
            mtmd.mtmd_bitmap_free(made.bitmap)
        return self._item(chunks, digest)

    def _tokenize(self, bitmap: int) -> "_Chunks":
        """Raises MediaInvalid."""
        mtmd = self._mtmd
        part = mtmd.mtmd_input_part(text=None, bitmap=bitmap)
        parts = (ctypes.POINTER(mtmd.mtmd_input_part) * 1)(ctypes.pointer(part))
        chunks = _Chunks(mtmd)
        code = mtmd.mtmd_tokenize_from_parts(self._context, chunks.handle, parts, 1, False)
        if code != 0:
            raise MediaInvalid("the image or sound cannot be prepared for this model")
        return chunks

    def _item(self, chunks: "_Chunks", digest: bytes) -> Item:
        mtmd = self._mtmd
        parts: list[Chunk | list[int]] = []
        for at in range(mtmd.mtmd_input_chunks_size(chunks.handle)):
            native = mtmd.mtmd_input_chunks_get(chunks.handle, at)
            if mtmd.mtmd_input_chunk_get_type(native) == _TEXT:
                count = ctypes.c_size_t()
                found = mtmd.mtmd_input_chunk_get_tokens_text(native, ctypes.byref(count))
                parts.append(found[: count.value])
                continue
            positions = int(mtmd.mtmd_input_chunk_get_n_pos(native))
            parts.append(self._chunk(native, chunk_ids(digest, at, positions), chunks))
        return Item(tuple(parts))

    def _chunk(self, native: int, ids: list[int], owner: "_Chunks") -> Chunk:
        """Raises NotSupported: the batch is too small for it."""
        mtmd = self._mtmd
        cells = int(mtmd.mtmd_input_chunk_get_n_tokens(native))
        causal = not mtmd.mtmd_decode_use_non_causal(self._context, native)
        if not causal and cells > self._plan.batch_tokens:
            raise NotSupported(
                f"an image takes {cells} tokens that this model has to read at once;"
                f" num_batch is {self._plan.batch_tokens}, raise it to {cells} or more"
            )
        grid: Grid = ()
        image = mtmd.mtmd_input_chunk_get_type(native) == _IMAGE
        if image and mtmd.mtmd_decode_use_mrope(self._context):
            grid = self._grid(native, cells)
        return Chunk(ids, cells, causal, grid, (native, owner))

    def _grid(self, native: int, cells: int) -> Grid:
        mtmd = self._mtmd
        image = mtmd.mtmd_input_chunk_get_tokens_image(native)

        def places(start: int) -> list[list[int]]:
            found = (
                mtmd.mtmd_image_tokens_get_decoder_pos(image, start, at) for at in range(cells)
            )
            rows = ((place.t, place.y, place.x, place.z) for place in found)  # llama.cpp's order
            return [list(section) for section in zip(*rows, strict=True)]

        return tuple(
            (first, [b - a for a, b in zip(first, second, strict=True)])
            for first, second in zip(places(0), places(1), strict=True)
        )

    def _forget_oldest(self) -> None:
        """Keep the memory bounded. Pixels that are not encoded yet take about as much as
        vectors."""
        sizes = {
            digest: sum(chunk.cells for chunk in item.chunks) * self._width * 4
            for digest, item in self._items.items()
        }
        while len(self._items) > 1 and sum(sizes.values()) > CACHE_BYTES:
            digest, _item = self._items.popitem(last=False)
            del sizes[digest]


class _Chunks:
    """libmtmd's list of chunks, with the pixels; gone when nobody needs it any more."""

    def __init__(self, mtmd: Any) -> None:
        self.handle = mtmd.mtmd_input_chunks_init()
        release = weakref.finalize(self, mtmd.mtmd_input_chunks_free, self.handle)
        release.atexit = False


def _is_sound(data: bytes) -> bool:
    """By the marks that libmtmd goes by."""
    wave = data[:4] == b"RIFF" and data[8:12] == b"WAVE"
    sync = len(data) > 1 and data[0] == 0xFF and data[1] & 0xE0 == 0xE0
    return wave or sync or data.startswith((b"ID3", b"fLaC"))
