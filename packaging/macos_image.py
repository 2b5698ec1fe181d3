"""Puts `Puna.app` into a disk image, signs it and has it notarised where that is possible.

PyInstaller signs the application itself, with the identity of `PUNA_CODESIGN_IDENTITY`; without
one, for this machine only ("ad hoc"). Apple is asked if `PUNA_NOTARY_KEY` (a file),
`PUNA_NOTARY_KEY_ID` and `PUNA_NOTARY_ISSUER` are there too.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
ENTITLEMENTS = ROOT / "packaging" / "macos" / "entitlements.plist"
BUNDLE_ID = "org.puna.Puna"
OLDEST = "13.3"  # Qt wants 13.0, llama.cpp uses what Accelerate can do since
_IDENTITY = "PUNA_CODESIGN_IDENTITY"
_NOTARY = ("PUNA_NOTARY_KEY", "PUNA_NOTARY_KEY_ID", "PUNA_NOTARY_ISSUER")


def info_plist(version: str) -> dict[str, Any]:
    """What macOS is to know of the application, besides what PyInstaller tells it."""
    return {
        "CFBundleExecutable": "puna",
        "CFBundleVersion": version,
        "CFBundleDevelopmentRegion": "en",
        "CFBundleLocalizations": ["en", "de"],
        "LSApplicationCategoryType": "public.app-category.utilities",
        "LSBackgroundOnly": False,
        "LSMinimumSystemVersion": OLDEST,
        "LSUIElement": True,  # it lives in the menu bar
        "NSHighResolutionCapable": True,
        "NSHumanReadableCopyright": "MIT licence",
    }


def signing(environ: Mapping[str, str]) -> dict[str, str]:
    """Arguments of PyInstaller's programs; with them, it asks for the hardened runtime."""
    if identity := environ.get(_IDENTITY, "").strip():
        return {"codesign_identity": identity, "entitlements_file": str(ENTITLEMENTS)}
    return {}


def image(bundle: Path, licenses: Path, target: Path) -> None:
    """Raises CalledProcessError: what failed has printed.

    Args:
        bundle: `Puna.app`.
        target: The image, `….dmg`.
    """
    with tempfile.TemporaryDirectory() as name:
        stage = Path(name)
        shutil.copytree(bundle, stage / bundle.name, symlinks=True)
        shutil.copyfile(licenses, stage / licenses.name)
        (stage / "Applications").symlink_to("/Applications")
        for command in commands(stage, target, os.environ):
            subprocess.run(command, check=True)


def commands(stage: Path, target: Path, environ: Mapping[str, str]) -> list[list[str]]:
    """In their order.

    Args:
        stage: Folder with what the image shows.
    """
    making = ["hdiutil", "create", "-volname", "Puna", "-srcfolder", str(stage), "-ov"]
    steps = [[*making, "-format", "ULFO", str(target)]]
    identity = environ.get(_IDENTITY, "").strip()
    if not identity:
        return steps
    steps.append(["codesign", "--sign", identity, "--timestamp", str(target)])
    key, key_id, issuer = (environ.get(name, "").strip() for name in _NOTARY)
    if key and key_id and issuer:
        asking = ["xcrun", "notarytool", "submit", str(target), "--wait"]
        steps.append([*asking, "--key", key, "--key-id", key_id, "--issuer", issuer])
        steps.append(["xcrun", "stapler", "staple", str(target)])
    return steps
