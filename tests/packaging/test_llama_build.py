"""llama.cpp for any processor: what is asked for, and when a build counts as done."""

import hashlib
import json
from pathlib import Path

import build_llama
import pytest
import vulkan_headers
from build_llama import MANIFEST, BuildFailed, Recipe, is_whole, loaded_from
from macos_image import OLDEST


def test_a_build_is_for_any_machine_of_its_kind() -> None:
    options = Recipe("0.3.36", "linux", vulkan=True).options
    assert {
        "GGML_BACKEND_DL=ON",
        "GGML_CPU_ALL_VARIANTS=ON",
        "GGML_NATIVE=OFF",
        "GGML_VULKAN=ON",
        "CMAKE_INSTALL_RPATH=$ORIGIN",
    } <= set(options)


def test_macos_has_its_shaders_inside() -> None:
    options = Recipe("0.3.36", "darwin", vulkan=False, machine="arm64").options
    assert {"GGML_METAL_EMBED_LIBRARY=ON", "CMAKE_INSTALL_RPATH=@loader_path"} <= set(options)


@pytest.mark.parametrize("machine", ["arm64", "x86_64"])
def test_a_build_for_macos_runs_on_the_oldest_that_is_promised(machine: str) -> None:
    options = Recipe("0.3.36", "darwin", vulkan=False, machine=machine).options
    assert f"CMAKE_OSX_DEPLOYMENT_TARGET={OLDEST}" in options
    assert "GGML_OPENMP=OFF" in options  # a library that only the building machine may have


def test_graphics_of_intels_macs_are_left_alone() -> None:
    options = Recipe("0.3.36", "darwin", vulkan=False, machine="x86_64").options
    assert "GGML_METAL=OFF" in options


def test_each_version_and_each_choice_has_a_folder() -> None:
    recipes = [
        Recipe(version, system, vulkan)
        for version in ("0.3.36", "0.3.37")
        for system in ("linux", "darwin", "win32")
        for vulkan in (True, False)
    ]
    assert len({recipe.folder for recipe in recipes}) == len(recipes)
    assert recipes[0].folder == Recipe("0.3.36", "linux", vulkan=True).folder


def test_a_build_counts_only_while_every_file_is_as_it_was(tmp_path: Path) -> None:
    assert not is_whole(tmp_path)
    (tmp_path / "libllama.so").write_bytes(b"code")
    digest = hashlib.sha256(b"code").hexdigest()
    (tmp_path / MANIFEST).write_text(json.dumps({"files": {"libllama.so": digest}}))
    assert is_whole(tmp_path)
    (tmp_path / "libllama.so").write_bytes(b"other")
    assert not is_whole(tmp_path)
    (tmp_path / "libllama.so").unlink()
    assert not is_whole(tmp_path)


def test_a_failed_step_tells_its_last_lines(tmp_path: Path) -> None:
    with pytest.raises(BuildFailed, match="this is why"):
        build_llama._run(["sh", "-c", "echo this is why; exit 3"], tmp_path / "log")


@pytest.mark.slow
def test_what_cannot_be_loaded_is_no_build(tmp_path: Path) -> None:
    (tmp_path / "libllama.so").write_bytes(b"no library")
    with pytest.raises(BuildFailed, match="cannot be loaded"):
        loaded_from(tmp_path)


def test_old_headers_will_not_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    header = tmp_path / "Include" / "vulkan" / "vulkan_structs.hpp"
    header.parent.mkdir(parents=True)
    header.write_text("struct LayerSettingEXT {};")
    monkeypatch.setenv("VULKAN_SDK", str(tmp_path))
    assert vulkan_headers.vulkan_headers(tmp_path / "cache") == tmp_path / "Include"
    header.write_text("struct Other {};")
    monkeypatch.setattr("sys.platform", "win32")
    with pytest.raises(vulkan_headers.HeadersMissing):
        vulkan_headers.vulkan_headers(tmp_path / "cache")
