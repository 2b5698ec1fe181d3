"""What goes into the frozen application, and what PyInstaller would bring along for nothing.

Read by `puna.spec`. The app and the worker are analysed apart, because the worker must start in a
tenth of a second and has neither Qt nor a web server; they share one folder of libraries.
"""

import json
import os
import posixpath
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable
from importlib.metadata import (
    Distribution,
    distribution,
    distributions,
    packages_distributions,
)
from pathlib import Path
from typing import TypeAlias

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
FOUND_FILE = ROOT / "build" / "bundled.json"

Entry: TypeAlias = tuple[str, str, str]
"""As PyInstaller has it: name in the bundle, file on this disk, kind."""

APP_NEEDS = [
    "anyio._backends._asyncio",
    "uvicorn.lifespan.off",
    "uvicorn.loops.asyncio",
    "uvicorn.protocols.http.h11_impl",
]
WORKER_NEEDS = ["llguidance", "llguidance._lib", "llama_cpp.llama_cpp", "llama_cpp.mtmd_cpp"]

_NOBODY = ["PySide6.QtOpenGL", "PySide6.QtQml", "PySide6.QtQuick", "doctest", "lib2to3"]
_NOBODY += ["diskcache", "pkg_resources", "pydoc_data", "setuptools", "tkinter"]
_NO_APP = [
    "PIL.AvifImagePlugin",
    "PIL._avif",
    "PIL.ImageGrab",
    "PIL.ImageTk",
    "PIL._imagingcms",
    "PIL._imagingft",
    "docx.templates",
]
_NO_APP += ["llama_cpp", "llguidance", "lxml.html", "lxml.objectify", "numpy"]
_NO_WORKER = ["PIL", "PySide6", "cryptography", "httpx", "numpy.f2py", "numpy.fft", "numpy.random"]
_NO_WORKER += ["numpy.testing", "sqlite3", "starlette", "uvicorn"]

_NATIVE = ("BINARY", "EXTENSION")
_LIBRARY = re.compile(r"\.(?:so\b|dylib$|dll$|pyd$)", re.IGNORECASE)
_UNUSED = re.compile(
    r"""PySide6/(?:
        (?:Qt/)?plugins/(?:
            egldeviceintegrations | generic | networkinformation | tls
            | platforminputcontexts/(?:lib)?qtvirtualkeyboard
            | platforms/(?:lib)?q(?:direct2d|eglfs|linuxfb|minimal|minimalegl|vkkhrdisplay|vnc)
            | platformthemes/libqgtk3
            | imageformats/(?:lib)?q(?:icns|pdf|tga|wbmp)
            | xcbglintegrations/libqxcb-egl
            | wayland-graphics-integration-client  # for windows that draw by OpenGL
          )
        | (?:Qt/)?qml
        | (?:Qt/)?translations/(?!qtbase_(?:de|en))
        | (?:Qt/lib/libQt6|Qt/lib/Qt|Qt6)(?:Eglfs|OpenGL|Pdf|Qml|Quick|VirtualKeyboard)
        | (?:d3dcompiler_\d+ | opengl32sw)\.dll
      )
    | docx/templates/
    | lib(?:crypto|ssl)-3-x64\.dll  # for Qt's TLS; Python's have other names""",
    re.VERBOSE | re.IGNORECASE,
)
"""Names as Linux, macOS and Windows have them: "PySide6/Qt/lib/libQt6Qml.so.6",
"PySide6/Qt/lib/QtQml.framework/Versions/A/QtQml", "PySide6/Qt6Qml.dll"."""
_OF_THE_SYSTEM = re.compile(
    r"""lib(?:
        EGL | GL | GLX | GLdispatch | X11 | X11-xcb | Xau | Xdmcp | c | dbus-1 | drm | expat
        | fontconfig | freetype | gbm | gcc_s | glib-2\.0 | gssapi_krb5 | gthread-2\.0 | k5crypto
        | krb5 | krb5support | m | pthread | readline | stdc\+\+ | tinfo | uuid | vulkan | xkbcommon
        | xkbcommon-x11 | xcb | xcb-(?:glx|randr|render|shape|shm|sync|xfixes|xkb) | z | zstd
      )\.so
    | vulkan-1\.dll""",
    re.VERBOSE,
)
"""What every desktop has, and must come from there: graphics drivers are loaded into our processes,
and want these as new as they are themselves. (readline: its licence is not for us to pass on.)"""


def app_lacks() -> list[str]:
    """Modules that the app does without."""
    return sorted({*_NOBODY, *_NO_APP, *_strange_modules()})


def worker_lacks() -> list[str]:
    """Modules that the worker does without."""
    return sorted({*_NOBODY, *_NO_WORKER, *_strange_modules()})


def _strange_modules() -> set[str]:
    """What is installed here but is nothing that Puna depends on: tools for tests, for instance.
    Many libraries import such things if they are there."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    ours = {"puna", *_closure(project["dependencies"])}
    return {
        module
        for module, owners in packages_distributions().items()
        if not any(canonicalize_name(owner) in ours for owner in owners)
    }


def _closure(requirements: list[str]) -> set[str]:
    """Names of the installed packages that these ask for, and that those ask for in turn."""
    found: set[str] = set()
    wanted = list(requirements)
    while wanted:
        requirement = Requirement(wanted.pop())
        name = canonicalize_name(requirement.name)
        marker = requirement.marker
        if name in found or (marker and not marker.evaluate({"extra": ""})):
            continue
        found.add(name)
        wanted += distribution(name).requires or ()
    return found


def resources() -> list[tuple[str, str]]:
    """The files of `resources/` that the program reads."""
    folder = ROOT / "resources"
    return [
        (str(path), str(path.parent.relative_to(ROOT)))
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix != ".ts"
    ]


def llama_files(folder: Path) -> list[tuple[str, str]]:
    """The libraries of a flat folder, as `packaging/build_llama.py` makes it."""
    return [(str(path), "llama_cpp/lib") for path in sorted(folder.iterdir()) if path.is_file()]


def kept(entries: Iterable[Entry], system: str = sys.platform) -> list[Entry]:
    """Without what is never used, what must come from the system, and what only those needed.

    Args:
        system: As `sys.platform`.
    """
    wanted = [entry for entry in entries if not _stays_out(entry)]
    return _reached(wanted) if system == "linux" else _single(wanted, system)


def _stays_out(entry: Entry) -> bool:
    name, source, kind = entry
    names = [_slashed(name)]
    if kind == "SYMLINK":  # one that would lead to nothing breaks a signature on macOS
        folder = posixpath.dirname(names[0])
        names.append(posixpath.normpath(posixpath.join(folder, _slashed(source))))
    return any(_UNUSED.match(each) or _OF_THE_SYSTEM.match(each) for each in names)


def _single(entries: list[Entry], system: str) -> list[Entry]:
    """Each library once. What others of its folder need of llama.cpp, PyInstaller puts into the
    uppermost folder as well. Windows would load both, and one knows nothing of the other; there,
    `llama_cpp` tells the loader where its libraries are. On macOS, PyInstaller lets libraries look
    in the uppermost folder alone, so it has links."""
    places = {
        os.path.realpath(source): name
        for name, source, kind in entries
        if kind != "SYMLINK" and not _is_loose(name, kind)
    }
    result = []
    for name, source, kind in entries:
        place = places.get(os.path.realpath(source)) if _is_loose(name, kind) else None
        if place is None:
            result.append((name, source, kind))
        elif system == "darwin":
            result.append((name, place, "SYMLINK"))
    return result


def _reached(wanted: list[Entry]) -> list[Entry]:
    """Those of Linux: libraries of the system only where something asks for them."""
    wanted = [entry for entry in wanted if entry[2] != "SYMLINK"]  # nobody looks through them
    elsewhere = {os.path.realpath(source) for name, source, _ in wanted if "/" in name}
    loose = {name: source for name, source, kind in wanted if _is_loose(name, kind)}
    doubles = {name for name, source in loose.items() if os.path.realpath(source) in elsewhere}
    reached: set[str] = set()
    paths = [source for name, source, kind in wanted if kind in _NATIVE and name not in loose]
    while paths:
        for needed in _needs(paths.pop()):
            if needed in loose and needed not in reached | doubles:
                reached.add(needed)
                paths.append(loose[needed])
    return [entry for entry in wanted if entry[0] not in loose or entry[0] in reached]


def kept_hooks(scripts: Iterable[Entry]) -> list[Entry]:
    """Without PyInstaller's preparation of Qt: it would load Qt into every program, windows or not,
    and its variables would lead other programs that we start to our plugins. Qt as it is installed
    from wheels finds its own by itself."""
    return [entry for entry in scripts if entry[0] != "pyi_rth_pyside6"]


def _needs(library: str) -> list[str]:
    """Names of the libraries that one asks for itself."""
    told = subprocess.check_output(["objdump", "-p", library], text=True)
    return [line.split()[1] for line in told.splitlines() if line.startswith("  NEEDED")]


def _is_loose(name: str, kind: str) -> bool:
    """Whether a library was taken from the system because another one needs it."""
    return kind == "BINARY" and "/" not in _slashed(name) and not name.startswith("libpython")


def _slashed(name: str) -> str:
    """As it is called everywhere but on Windows."""
    return name.replace("\\", "/")


def note_found(entries: Iterable[Entry]) -> None:
    """Write down which installed packages, and which other libraries, went into the bundle."""
    sources = {
        Path(source).resolve() for _, source, kind in entries if source and kind != "SYMLINK"
    }
    owners = {path: each for each in distributions() for path in _files(each)}
    names = {owners[path].metadata["Name"] for path in sources if path in owners}
    strangers = [str(path) for path in sources - owners.keys() if _LIBRARY.search(path.name)]
    FOUND_FILE.parent.mkdir(exist_ok=True)
    found = {"packages": sorted(names), "libraries": sorted(strangers)}
    FOUND_FILE.write_text(json.dumps(found, indent=1))


def _files(distribution: Distribution) -> Iterable[Path]:
    for file in distribution.files or ():
        yield Path(str(distribution.locate_file(file))).resolve()
