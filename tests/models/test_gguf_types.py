"""The tables, compared with those of llama.cpp's own Python package."""

import gguf

from desktop.models.gguf_types import FILE_TYPES, TENSOR_TYPES

Q8_1 = 9  # the package says 40 bytes; llama.cpp stores 36, and no file has it


def test_tensor_types_agree() -> None:
    for kind, (values, size) in gguf.GGML_QUANT_SIZES.items():
        if kind != Q8_1:
            assert TENSOR_TYPES[int(kind)] == (kind.name, values, size)


def test_file_types_agree() -> None:
    for kind in gguf.LlamaFileType:
        name = kind.name.removeprefix("MOSTLY_").removeprefix("ALL_").removesuffix("_MOE")
        assert FILE_TYPES.get(int(kind), "GUESSED") == name
