"""Names of GGUF files as they are found in the wild."""

import pytest

from desktop.models.names import ModelName
from desktop.models.registry.file_names import FileName

# name -> model, tag, is a projector
WILD = {
    "Llama-3.2-3B-Instruct-Q4_K_M.gguf": ("llama-3.2-3b-instruct", "Q4_K_M", False),
    "qwen2.5-7b-instruct-q4_k_m-00001-of-00002.gguf": ("qwen2.5-7b-instruct", "q4_k_m", False),
    "gemma-3-4b-it-UD-IQ2_XXS.gguf": ("gemma-3-4b-it", "UD-IQ2_XXS", False),
    "gpt-oss-20b-mxfp4.gguf": ("gpt-oss-20b", "mxfp4", False),
    "SmolLM2.Q8_0.gguf": ("smollm2", "Q8_0", False),
    "model.fp16.gguf": ("model", "fp16", False),
    "Q4_K_M.gguf": ("q4_k_m", "Q4_K_M", False),
    "plain.gguf": ("plain", "latest", False),
    "mmproj-model-f16.gguf": ("mmproj-model", "f16", True),
    "Qwen2-VL-7B.mmproj.gguf": ("qwen2-vl-7b.mmproj", "latest", True),
    "____.gguf": ("model", "latest", False),
    "é" * 50 + ".gguf": ("model", "latest", False),
    "a" * 300 + ".gguf": ("a" * 80, "latest", False),
}


@pytest.mark.parametrize("name", WILD)
def test_names_in_the_wild(name: str) -> None:
    file = FileName.of(name)
    assert file
    assert (file.model, file.tag, file.is_projector) == WILD[name]
    assert ModelName.parse(f"{file.model}:{file.tag}").model == file.model


@pytest.mark.parametrize("name", ["", "gguf", ".gguf", "a.gguf.part", "a-00000-of-00002.gguf"])
def test_not_a_model_file(name: str) -> None:
    assert FileName.of(name) is None
