"""Makes models as `/api/create` does, and the files they are made of; for tests of several
rooms."""

import asyncio
import hashlib
import os
from collections.abc import AsyncGenerator
from contextlib import aclosing
from functools import partial
from pathlib import Path
from typing import Any

import gguf
import numpy as np

from desktop.core.errors import TemplateFailed
from desktop.engine.errand import check_template
from desktop.engine.quantizer import quantize
from desktop.models.creating.creation import Creation, Line, Tools
from desktop.models.creating.order import CreateOrder
from desktop.models.creating.quantization import Quantization
from desktop.models.creating.shelf import Shelf
from desktop.models.gguf import read_header
from desktop.models.installed import InstalledModel
from desktop.models.library import Library
from desktop.models.names import ModelName
from desktop.models.store import ModelStore
from tests.models.stores import put_blob, put_json, put_manifest, random_weights
from tests.tiny_gguf import Shape, write_random_model

WIDE = Shape(embed=256, floats="F16")  # rows of whole blocks, as K quantizations want them
TOOLS = Tools(quantize=partial(quantize, threads=1), check_template=check_template)


async def no_quantizer(work: Quantization) -> AsyncGenerator[tuple[int, int]]:
    raise AssertionError("nothing is to be quantized")
    yield 0, 0


async def any_template(source: str) -> None:
    if "broken" in source:
        raise TemplateFailed("unexpected broken")


PLAIN_TOOLS = Tools(quantize=no_quantizer, check_template=any_template)
"""For what needs no process."""


def library_with_base(tmp_path: Path) -> Library:
    """With one model, `base`, that has a layer of each kind."""
    root = tmp_path / "models"
    layers = [
        put_blob(root, random_weights(tmp_path)),
        put_blob(root, b"{{ .Prompt }}", "prompt"),
        put_blob(root, b"Be kind.", "system"),
        put_blob(root, b"Yours.", "license"),
        put_json(root, {"temperature": 0.5, "stop": ["a"]}, "params"),
        put_json(root, [{"role": "user", "content": "Hi"}], "messages"),
    ]
    config = {"renderer": "r", "parser": "p", "requires": "0.1", "capabilities": ["tools"]}
    put_manifest(root, "base", layers, config)
    return library_in(root)


def library_in(root: Path) -> Library:
    return Library(ModelStore(root))


def put(library: Library, file: Path) -> str:
    """Have a file's content in the store, as an upload does; returns its digest."""
    content = file.read_bytes()
    digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
    library.put_blob(digest, [content])
    return digest


async def lines_of(library: Library, name: str, tools: Tools = TOOLS, **fields: Any) -> list[Line]:
    """Every line of making a model."""
    order = CreateOrder(name=ModelName.parse(name), **fields)
    async with aclosing(Creation(order, Shelf(library), tools).lines()) as lines:
        return [line async for line in lines]


def create(library: Library, name: str, tools: Tools = TOOLS, **fields: Any) -> InstalledModel:
    """Make a model, and find it."""
    lines = asyncio.run(lines_of(library, name, tools, **fields))
    assert lines[-1] == {"status": "success"}
    return library.find(name)


def write_adapter(path: Path, *, base: Path) -> None:
    """A LoRA file for a random model that changes what it says."""
    header = read_header(base)
    embed = header.embedding_length or 0
    random = np.random.default_rng(1)
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_string("general.type", "adapter")
    writer.add_string("adapter.type", "lora")
    writer.add_float32("adapter.lora.alpha", 8.0)
    for layer in range(header.block_count or 0):
        for part, shape in (("lora_a", (4, embed)), ("lora_b", (embed, 4))):
            values = random.normal(0, 1.0, shape).astype(np.float32)
            writer.add_tensor(f"blk.{layer}.attn_v.weight.{part}", values)
    _finish(writer)


def write_projector(path: Path) -> None:
    """A file that says of itself that it sees; nothing can run it."""
    writer = gguf.GGUFWriter(path, "clip")
    writer.add_string("general.type", "mmproj")
    writer.add_bool("clip.has_vision_encoder", True)
    writer.add_tensor("mm.0.weight", np.zeros((4, 32), np.float32))
    _finish(writer)


def write_split_model(folder: Path, stem: str = "m", *, shape: Shape = WIDE) -> list[Path]:
    """A random model in two files, named as llama.cpp's `gguf-split` names them."""
    whole = folder / "whole.gguf"
    write_random_model(whole, shape=shape)
    reader = gguf.GGUFReader(whole)
    middle = len(reader.tensors) // 2
    parts = []
    for number, tensors in enumerate((reader.tensors[:middle], reader.tensors[middle:])):
        path = folder / f"{stem}-{number + 1:05}-of-00002.gguf"
        writer = gguf.GGUFWriter(path, "llama")
        for field in reader.fields.values() if number == 0 else ():
            if not field.name.startswith("GGUF.") and field.name != "general.architecture":
                kinds = field.types
                writer.add_key_value(
                    field.name, field.contents(), kinds[0], kinds[1] if len(kinds) > 1 else None
                )
        writer.add_uint16("split.no", number)
        writer.add_uint16("split.count", 2)
        writer.add_int32("split.tensors.count", len(reader.tensors))
        for tensor in tensors:
            writer.add_tensor(tensor.name, tensor.data)
        _finish(writer)
        parts.append(path)
    whole.unlink()
    return parts


def left_in(folder: Path) -> set[str]:
    """All files below a folder, by their paths in it; some may vanish meanwhile."""
    walk = os.walk(folder)
    return {
        os.path.relpath(os.path.join(top, name), folder) for top, _, names in walk for name in names
    }


def _finish(writer: gguf.GGUFWriter) -> None:
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
