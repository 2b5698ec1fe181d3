"""A graphics processor in software: Mesa's lavapipe, which the Vulkan build of llama.cpp takes.

`packaging/build_llama.py` makes that build; `LLAMA_CPP_LIB_PATH` may name another one.
"""

import os
from pathlib import Path

import pytest

from tests.conftest import ROOT

DRIVERS = (Path("/usr/share/vulkan/icd.d"), Path("/etc/vulkan/icd.d"))


def vulkan_build() -> Path | None:
    """The folder of llama.cpp's libraries, Vulkan's among them; the newest one."""
    if named := os.environ.get("LLAMA_CPP_LIB_PATH"):
        folders = [Path(named)]
    else:
        built = (ROOT / ".cache" / "llama").glob("*/lib/manifest.json")
        folders = [file.parent for file in sorted(built, key=lambda file: file.stat().st_mtime)]
    return next((each for each in reversed(folders) if any(each.glob("*ggml-vulkan*"))), None)


def lavapipe() -> Path | None:
    """What tells Vulkan's loader of it."""
    return next((file for folder in DRIVERS for file in folder.glob("lvp_icd*.json")), None)


@pytest.fixture(autouse=True)
def _graphics_in_software(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every worker that is started sees this one device, and no other."""
    folder, driver = vulkan_build(), lavapipe()
    if folder is None:
        pytest.skip("llama.cpp is not built with Vulkan here (packaging/build_llama.py)")
    if driver is None:
        pytest.skip("there is no graphics processor in software here (mesa-vulkan-drivers)")
    monkeypatch.setenv("LLAMA_CPP_LIB_PATH", str(folder))
    monkeypatch.setenv("VK_DRIVER_FILES", str(driver))
    monkeypatch.setenv("VK_ICD_FILENAMES", str(driver))  # its name for older loaders
    monkeypatch.setenv("GGML_VK_VISIBLE_DEVICES", "0")  # or llama.cpp passes over such devices
