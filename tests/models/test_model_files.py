"""Which files make up a model, by their names and headers."""

from pathlib import Path

import pytest

from desktop.models.model_files import MAX_PARTS, ModelFiles, PartName, models_among
from tests import tiny_gguf
from tests.models.raw_gguf import entry_text, entry_u32, tensor, whole
from tests.models.split_gguf import split

ONE_TENSOR = [tensor("t", (8,))]


def write(folder: Path, name: str, architecture: str = "llama", file_type: int = 0) -> Path:
    entries = [entry_text("general.architecture", architecture)]
    entries.append(entry_u32("general.file_type", file_type))
    (folder / name).write_bytes(whole(entries, ONE_TENSOR, data=bytes(32)))
    return folder / name


def among(folder: Path) -> dict[str, ModelFiles]:
    """By the first file's name."""
    found = models_among(folder.glob("*.gguf"))
    assert len({model.parts[0].name for model in found}) == len(found)
    return {model.parts[0].name: model for model in found}


def names(model: ModelFiles) -> list[str]:
    return [path.name for path in model.projectors]


@pytest.mark.parametrize(
    "name",
    [
        "m.gguf",
        "m-1-of-2.gguf",
        "m-00003-of-00002.gguf",
        "m-00000-of-00002.gguf",
        "-00001-of-00002.gguf",
        f"m-00001-of-{MAX_PARTS + 1:05}.gguf",
        "m-00001-of-00002.bin",
    ],
)
def test_names_that_are_not_of_parts(name: str) -> None:
    assert PartName.of(name) is None


def test_names_of_parts() -> None:
    part = PartName.of("a-b-00002-of-00003.GGUF")
    assert part
    assert part.all_names == [f"a-b-0000{number}-of-00003.GGUF" for number in (1, 2, 3)]


def test_every_quantization_gets_the_projector(tmp_path: Path) -> None:
    for name in ("Qwen-VL-7B-Q4_K_M.gguf", "Qwen-VL-7B-UD-Q8_K_XL.gguf", "Qwen-VL-7B-BF16.gguf"):
        write(tmp_path, name)
    write(tmp_path, "mmproj-F32.gguf", "clip", 0)
    write(tmp_path, "mmproj-F16.gguf", "clip", 1)
    found = among(tmp_path)
    assert len(found) == 3
    assert {tuple(names(model)) for model in found.values()} == {("mmproj-F16.gguf",)}
    assert not any(model.problem for model in found.values())


def test_among_several_models_the_name_decides(tmp_path: Path) -> None:
    write(tmp_path, "gemma-3-4b-it-Q4_0.gguf")
    write(tmp_path, "llama-3.2-1b-Q8_0.gguf")
    write(tmp_path, "mmproj-gemma-3-4b-it-f16.gguf", "clip")
    write(tmp_path, "mmproj-model-f16.gguf", "clip")
    found = among(tmp_path)
    assert names(found["gemma-3-4b-it-Q4_0.gguf"]) == ["mmproj-gemma-3-4b-it-f16.gguf"]
    assert names(found["llama-3.2-1b-Q8_0.gguf"]) == []
    assert "is a projector" in found["mmproj-model-f16.gguf"].problem


def test_problems_are_told_not_raised(tmp_path: Path) -> None:
    tiny_gguf.write_random_model(tmp_path / "good.gguf")
    parts = split(tmp_path / "good.gguf", tmp_path, "part", 9)
    parts[0].unlink()
    tiny_gguf.write_truncated(tmp_path / "cut.gguf")
    (tmp_path / "empty.gguf").write_bytes(b"")
    (tmp_path / "folder.gguf").mkdir()
    (tmp_path / "vocabulary.gguf").write_bytes(whole([entry_text("general.architecture", "llama")]))
    write(tmp_path, "lora.gguf", "llama")
    (tmp_path / "lora.gguf").write_bytes(whole([entry_text("adapter.type", "lora")], ONE_TENSOR))
    (tmp_path / "gone.gguf").symlink_to(tmp_path / "nothing")
    problems = {name: model.problem for name, model in among(tmp_path).items()}
    assert problems.pop("good.gguf") == ""
    assert "part is missing shard 1 of 3" in problems.pop(parts[1].name)
    assert "cut short" in problems.pop("cut.gguf")
    assert "not a GGUF file" in problems.pop("empty.gguf")
    assert "is a folder" in problems.pop("folder.gguf")
    assert "has no weights" in problems.pop("vocabulary.gguf")
    assert "cut short" in problems.pop("lora.gguf")
    assert "does not exist" in problems.pop("gone.gguf")
    assert not problems
