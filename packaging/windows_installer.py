"""Puts the frozen application into an installer for Windows, with Inno Setup 6.

Signs programs and installer if `PUNA_SIGN_COMMAND` says how: a command line with `$f` where the
file comes, and `$q` for a quotation mark, as Inno Setup has it.
"""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SCRIPT = ROOT / "packaging" / "windows" / "puna.iss"
PROGRAMS = ("puna.exe", "puna-tray.exe", "puna-worker.exe")
_SIGN = "PUNA_SIGN_COMMAND"


def installer(app: Path, version: str, target: Path) -> None:
    """Raises CalledProcessError: what failed has printed.

    Args:
        app: The frozen application.
        target: The installer, `….exe`.
    """
    for command in commands(app, version, target, os.environ):
        subprocess.run(command, check=True)


def commands(app: Path, version: str, target: Path, environ: Mapping[str, str]) -> list[str]:
    """Command lines, in their order."""
    sign = environ.get(_SIGN, "").strip()
    lines = [_filled(sign, app / name) for name in PROGRAMS] if sign else []
    compiler = Path(environ.get("ProgramFiles(x86)", ""), "Inno Setup 6", "ISCC.exe")
    words = [
        str(compiler),
        "/Qp",
        f"/DVersion={version}",
        f"/DApp={app}",
        f"/DIcon={ROOT / 'build' / 'puna.ico'}",
        f"/O{target.parent}",
        f"/F{target.stem}",
    ]
    if sign:
        words += ["/DSigned", f"/Spuna={sign}"]
    return [*lines, subprocess.list2cmdline([*words, str(SCRIPT)])]


def version_resource(version: str) -> str:
    """What Windows shows as a program's details, in PyInstaller's form."""
    numbers = tuple(([*map(int, version.split(".")), 0, 0, 0])[:4])
    told = {
        "CompanyName": "The Puna developers",
        "FileDescription": "Puna",
        "FileVersion": version,
        "InternalName": "puna",
        "LegalCopyright": "MIT licence",
        "ProductName": "Puna",
        "ProductVersion": version,
    }
    texts = ", ".join(f"StringStruct({name!r}, {text!r})" for name, text in told.items())
    return (
        f"VSVersionInfo(ffi=FixedFileInfo(filevers={numbers}, prodvers={numbers}, mask=0x3f,"
        " flags=0, OS=0x40004, fileType=1, subtype=0, date=(0, 0)),"
        f" kids=[StringFileInfo([StringTable('040904B0', [{texts}])]),"
        " VarFileInfo([VarStruct('Translation', [1033, 1200])])])\n"
    )


def _filled(command: str, file: Path) -> str:
    return command.replace("$f", f'"{file}"').replace("$q", '"')
