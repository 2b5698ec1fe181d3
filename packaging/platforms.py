"""What Windows and macOS want to be told about the frozen programs. Read by `puna.spec`."""

from collections.abc import Mapping
from typing import Any

import macos_image
from icons import ROOT, icon
from release import VERSION
from windows_installer import version_resource

_BUILD = ROOT / "build"


def program(system: str, environ: Mapping[str, str]) -> dict[str, str]:
    """More arguments of PyInstaller's `EXE`. Writes the files that they name.

    Args:
        system: As `sys.platform`.
    """
    if system == "darwin":
        return macos_image.signing(environ)
    if system != "win32":
        return {}
    described = _BUILD / "version.txt"
    drawn = icon(_BUILD / "puna.ico")
    described.write_text(version_resource(VERSION), encoding="utf-8")
    return {"icon": str(drawn), "version": str(described)}


def bundle() -> dict[str, Any]:
    """More arguments of its `BUNDLE`. Writes the icon."""
    return {
        "icon": str(icon(_BUILD / "puna.icns")),
        "bundle_identifier": macos_image.BUNDLE_ID,
        "version": VERSION,
        "info_plist": macos_image.info_plist(VERSION),
    }
