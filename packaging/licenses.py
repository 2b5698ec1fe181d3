"""Collects the licences of all that is in the frozen application into one text.

Python packages tell theirs in their metadata, Debian's libraries in `/usr/share/doc`. Elsewhere,
all other libraries are Python's.
"""

import ssl
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, distribution
from pathlib import Path

_LESSER = [Path(__file__).parent / "texts" / name for name in ("LGPL-3.txt", "GPL-3.txt")]
"""Of Qt, which is linked dynamically; its wheels have no text."""
_FILES = ("license", "licence", "copying", "notice", "copyright")


@dataclass(frozen=True)
class Component:
    """Something that others wrote and that is in the bundle."""

    name: str
    version: str
    license: str
    """An SPDX expression, or what its authors call it; "" if they only give the text."""
    text: str
    purl: str
    """Package URL."""


def components(found: dict[str, list[str]], llama: Path) -> list[Component]:
    """All of them, by name.

    Args:
        found: `packages` and `libraries`, as `bundle.note_found` wrote them.
        llama: Source of the llama-cpp-python that was built.
    """
    packages = [_package(distribution(name)) for name in found["packages"] if name != "puna"]
    parts = [*packages, _python(), _llama(llama)]
    if sys.platform == "linux":
        parts += _system(sorted(Path(path) for path in found["libraries"]))
    else:
        parts.append(_openssl())
    return sorted(parts, key=lambda part: part.name.lower())


def license_text(parts: list[Component], own: Path) -> str:
    """Puna's licence, then each part's."""
    lines = ["Puna", "=" * 78, own.read_text(encoding="utf-8").strip(), ""]
    lines += ["Puna is built from, and comes with:", ""]
    lines += [f"  {part.name} {part.version}: {part.license or 'see below'}" for part in parts]
    for part in parts:
        lines += ["", "", f"{part.name} {part.version}", "=" * 78, part.text.strip()]
    return "\n".join(lines) + "\n"


def _package(found: Distribution) -> Component:
    metadata = found.metadata
    name, version = metadata["Name"], found.version
    told = metadata.json
    licence = str(told.get("license_expression") or told.get("license") or "")
    named = [
        line.rpartition(" :: ")[2]
        for line in metadata.get_all("Classifier") or ()
        if line.startswith("License :: OSI Approved ::")
    ]
    short = licence.strip().splitlines()[0] if licence.strip() else " and ".join(named)
    text = "\n\n".join(_texts(found)) or licence or f"Licence: {short}"
    if "LGPL-3" in short:
        text += "".join(f"\n\n{file.read_text(encoding='utf-8')}" for file in _LESSER)
    return Component(name, version, short, text, f"pkg:pypi/{name.lower()}@{version}")


def _texts(found: Distribution) -> Iterator[str]:
    for file in found.files or ():
        if ".dist-info" in str(file) and file.name.lower().startswith(_FILES):
            yield Path(str(found.locate_file(file))).read_text(encoding="utf-8", errors="replace")


def _python() -> Component:
    version = ".".join(map(str, sys.version_info[:3]))
    places = (Path(sysconfig.get_path("stdlib")), Path(sys.base_prefix))  # the second: Windows
    files = [file for place in places if (file := place / "LICENSE.txt").is_file()]
    text = files[0].read_text(encoding="utf-8") if files else "https://docs.python.org/license"
    return Component("Python", version, "PSF-2.0", text, f"pkg:generic/python@{version}")


def _openssl() -> Component:
    """Comes with Python on Windows and macOS; its licence is one of cryptography's as well."""
    version = ssl.OPENSSL_VERSION.split()[1]
    text = next(text for text in _texts(distribution("cryptography")) if "Apache License" in text)
    return Component("OpenSSL", version, "Apache-2.0", text, f"pkg:generic/openssl@{version}")


def _llama(source: Path) -> Component:
    project = source / "vendor" / "llama.cpp"
    files = [project / "LICENSE", *sorted((project / "licenses").glob("*"))]
    text = "\n\n".join(file.read_text(encoding="utf-8", errors="replace") for file in files)
    purl = f"pkg:github/ggml-org/llama.cpp?bindings={source.name}"
    return Component("llama.cpp", f"of llama-cpp-python {source.name}", "MIT", text, purl)


def _system(libraries: list[Path]) -> Iterator[Component]:
    """Debian's packages of these files; of those that belong to none, the wheels above tell."""
    names = set()
    for path in libraries:
        merged = str(path).removeprefix("/usr")  # as dpkg knows some, of before /lib was a link
        command = ["dpkg-query", "--search", str(path), merged]
        if path.name.startswith("libgomp."):  # a copy of the compiler's
            command.append(f"*/{path.name}")
        told = subprocess.run(command, capture_output=True, text=True, check=False).stdout
        names |= {line.split(":")[0] for line in told.splitlines()}
    for name in sorted(names):
        shown = ["dpkg-query", "--show", "--showformat", "${Version}\n", name]
        version = subprocess.check_output(shown, text=True).splitlines()[0]
        file = Path("/usr/share/doc", name, "copyright")
        text = file.read_text(encoding="utf-8", errors="replace") if file.is_file() else ""
        yield Component(name, version, "", text, f"pkg:deb/debian/{name}@{version}")
