"""What is installed, and how it is set."""

import os
import platform
import sys
from collections.abc import Callable, Iterator, Mapping
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from desktop.core.errors import AppError, SettingInvalid
from desktop.core.kept_file import FileDamaged
from desktop.core.paths import Paths
from desktop.core.preferences import Preferences
from desktop.core.settings import Settings
from desktop.core.version import OLLAMA_API_VERSION, PUNA_VERSION
from desktop.doctor.finding import Finding

COUNTED = ("origins", "trusted_proxies")
"""Settings of which only the number is told: they name other people's machines and pages."""
_LIBRARY = "LLAMA_CPP_LIB_PATH"


def program(environ: Mapping[str, str]) -> Iterator[Finding]:
    kind = "packaged" if getattr(sys, "frozen", False) else "from source"
    yield Finding(name="Puna", value=f"{PUNA_VERSION} ({kind})")
    yield Finding(name="speaks Ollama's API", value=OLLAMA_API_VERSION)
    yield Finding(name="Python", value=platform.python_version())
    try:
        yield Finding(name="llama.cpp", value=f"llama-cpp-python {version('llama-cpp-python')}")
    except PackageNotFoundError:
        yield Finding(name="llama.cpp", value="with Puna")
    if folder := environ.get(_LIBRARY, ""):
        missing = not os.path.isdir(folder)
        yield Finding(
            name=_LIBRARY,
            value=folder,
            problem="The folder of llama.cpp's libraries is not there." if missing else "",
            remedy=f"Correct the variable {_LIBRARY}, or remove it." if missing else "",
        )
    yield Finding(name="system", value=f"{platform.system()} {platform.release()}")


def settings(
    paths: Paths, environ: Mapping[str, str], check: Callable[[Settings], None]
) -> Iterator[Finding]:
    """Those that differ from the defaults.

    Args:
        check: Raises AppError: the server does not start with them.
    """
    try:
        preferences = Preferences(paths.settings_file, environ)
    except SettingInvalid as error:
        yield Finding(
            name=str(paths.settings_file),
            value="cannot be used",
            problem=f"{paths.settings_file} cannot be used: {error}.",
            remedy=_remedy(error),
        )
        return
    try:
        check(preferences.current)
    except AppError as error:
        yield Finding(
            name="sharing",
            value="refused",
            problem=str(error),
            remedy="Or share Puna by the window Connect programs, which does all that is needed.",
        )
    chosen = [name for name in Settings.__struct_fields__ if preferences.source(name) != "default"]
    for name in chosen:
        value: Any = getattr(preferences.current, name)
        shown = f"{len(value)} of them" if name in COUNTED else str(value)
        yield Finding(name=name, value=f"{shown} (from: {preferences.source(name)})")
    if not chosen:
        yield Finding(name="settings", value="as at first")
    if variables := preferences.overruled_variables:
        yield Finding(name="not followed", value=", ".join(variables))


def _remedy(error: SettingInvalid) -> str:
    if isinstance(error.__cause__, FileDamaged):
        return "Start Puna: the file is kept aside, and the last good settings take its place."
    if isinstance(error.__cause__, OSError):
        return "Give yourself the right to read this file."
    return "Correct it, or move the file away to begin with the defaults."
