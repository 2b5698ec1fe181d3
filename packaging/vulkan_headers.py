"""Finds headers of Vulkan that are new enough for llama.cpp.

Debian 12 has some of 2023, which lack what llama.cpp needs (VK_EXT_layer_settings); then those of
Debian 13 are taken, from the archive that this machine uses, without installing them.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

_NEEDED = "LayerSettingEXT"
_NEWER = "trixie"
_KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")


class HeadersMissing(Exception):
    """Why llama.cpp cannot be built with Vulkan here."""


def vulkan_headers(cache: Path) -> Path:
    """A folder with `vulkan/vulkan.hpp`: of the SDK, of the system, or fetched into the cache.

    Raises:
        HeadersMissing: there is none that will do.
    """
    sdk = os.environ.get("VULKAN_SDK")
    places = [Path(sdk, "Include"), Path(sdk, "include")] if sdk else []
    if sys.platform == "linux":
        places += [Path("/usr/include"), cache / "include"]
    for place in places:
        if _will_do(place):
            return place
    if sys.platform != "linux" or not Path("/usr/include/vulkan").is_dir():
        raise HeadersMissing("Vulkan's SDK is not installed, or VULKAN_SDK does not name it")
    _fetch(cache)
    if not _will_do(cache / "include"):
        raise HeadersMissing("Vulkan's headers are too old; install a newer SDK")
    return cache / "include"


def _will_do(folder: Path) -> bool:
    header = folder / "vulkan" / "vulkan_structs.hpp"
    return header.is_file() and _NEEDED in header.read_text(encoding="utf-8", errors="replace")


def _fetch(cache: Path) -> None:
    """Unpack the headers of Debian's next release; nothing happens where there is no Debian."""
    if not (shutil.which("apt-get") and _KEYRING.is_file()):
        return
    listed = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(REPO_URI)", "Origin: Debian"],
        capture_output=True,
        text=True,
        check=False,
    )
    archive = next((line for line in listed.stdout.splitlines() if line.endswith("debian/")), "")
    if not archive:
        return
    apt = cache / "apt"
    (apt / "lists" / "partial").mkdir(parents=True, exist_ok=True)
    sources = apt / "sources.list"
    sources.write_text(f"deb [signed-by={_KEYRING}] {archive} {_NEWER} main\n")
    settings = {
        "Dir::Etc::SourceList": sources,
        "Dir::Etc::SourceParts": "-",
        "Dir::State::Lists": apt / "lists",
        "Dir::Cache": apt,
    }
    command = ["apt-get", *(f"-o{name}={value}" for name, value in settings.items())]
    subprocess.run([*command, "update"], capture_output=True, check=False)
    wanted = ["download", f"libvulkan-dev/{_NEWER}"]
    subprocess.run([*command, *wanted], cwd=apt, capture_output=True, check=False)
    for package in apt.glob("libvulkan-dev*.deb"):
        subprocess.run(["dpkg-deb", "-x", package, apt / "unpacked"], check=True)
        shutil.copytree(apt / "unpacked" / "usr" / "include", cache / "include", dirs_exist_ok=True)
    shutil.rmtree(apt)
