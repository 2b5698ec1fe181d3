"""What goes into the frozen application, decided without freezing it."""

import json
import struct
import sys
from pathlib import Path

import bundle
import pytest
from icu_data import DataUnknown, cut
from shrink import _can_be_loaded

WINDOWS = r"""
    + PySide6\Qt6Core.dll
    + PySide6\Qt6Network.dll
    - PySide6\Qt6OpenGL.dll
    - PySide6\Qt6Pdf.dll
    - PySide6\Qt6Qml.dll
    - PySide6\Qt6QmlModels.dll
    - PySide6\Qt6Quick.dll
    - PySide6\Qt6VirtualKeyboard.dll
    + PySide6\QtWidgets.pyd
    - PySide6\opengl32sw.dll
    - PySide6\d3dcompiler_47.dll
    + PySide6\msvcp140.dll
    + PySide6\pyside6.abi3.dll
    - PySide6\plugins\generic\qtuiotouchplugin.dll
    + PySide6\plugins\iconengines\qsvgicon.dll
    + PySide6\plugins\imageformats\qgif.dll
    + PySide6\plugins\imageformats\qico.dll
    + PySide6\plugins\imageformats\qjpeg.dll
    + PySide6\plugins\imageformats\qsvg.dll
    + PySide6\plugins\imageformats\qtiff.dll
    + PySide6\plugins\imageformats\qwebp.dll
    - PySide6\plugins\networkinformation\qnetworklistmanager.dll
    - PySide6\plugins\platforminputcontexts\qtvirtualkeyboardplugin.dll
    - PySide6\plugins\platforms\qdirect2d.dll
    - PySide6\plugins\platforms\qminimal.dll
    + PySide6\plugins\platforms\qoffscreen.dll
    + PySide6\plugins\platforms\qwindows.dll
    + PySide6\plugins\styles\qmodernwindowsstyle.dll
    - PySide6\plugins\tls\qschannelbackend.dll
    - PySide6\qml\QtQuick\qmldir
    - PySide6\translations\qt_de.qm
    + PySide6\translations\qtbase_de.qm
    - PySide6\translations\qtbase_fr.qm
    + VCRUNTIME140.dll
    - docx\templates\default.docx
    - libcrypto-3-x64.dll
    + libcrypto-3.dll
    + llama_cpp\lib\ggml-vulkan.dll
    + python312.dll
    + vcomp140.dll
    - vulkan-1.dll
"""
MACOS = """
    + PySide6/Qt/lib/QtCore.framework/Versions/A/QtCore
    + PySide6/Qt/lib/QtDBus.framework/Versions/A/QtDBus
    - PySide6/Qt/lib/QtOpenGL.framework/Versions/A/QtOpenGL
    - PySide6/Qt/lib/QtQml.framework/Resources/Info.plist
    - PySide6/Qt/lib/QtQml.framework/Versions/A/QtQml
    - PySide6/Qt/lib/QtQuick.framework/Versions/A/QtQuick
    + PySide6/Qt/plugins/iconengines/libqsvgicon.dylib
    - PySide6/Qt/plugins/imageformats/libqicns.dylib
    + PySide6/Qt/plugins/imageformats/libqjpeg.dylib
    + PySide6/Qt/plugins/imageformats/libqwebp.dylib
    - PySide6/Qt/plugins/networkinformation/libqapplenetworkinformation.dylib
    - PySide6/Qt/plugins/platforminputcontexts/libqtvirtualkeyboardplugin.dylib
    + PySide6/Qt/plugins/platforms/libqcocoa.dylib
    - PySide6/Qt/plugins/platforms/libqminimal.dylib
    + PySide6/Qt/plugins/platforms/libqoffscreen.dylib
    + PySide6/Qt/plugins/styles/libqmacstyle.dylib
    - PySide6/Qt/plugins/tls/libqsecuretransportbackend.dylib
    - PySide6/Qt/translations/qtbase_fr.qm
    + PySide6/Qt/translations/qtbase_de.qm
    + PySide6/QtWidgets.abi3.so
    + libcrypto.3.dylib
    + llama_cpp/lib/libggml-metal.so
"""


def names(*entries: tuple[str, str, str]) -> list[str]:
    return [name for name, _, _ in bundle.kept(entries)]


@pytest.mark.parametrize(("system", "listed"), [("win32", WINDOWS), ("darwin", MACOS)])
def test_what_nobody_uses_stays_out_under_every_systems_names(system: str, listed: str) -> None:
    """Names as PyInstaller makes them of PySide6's wheels for that system."""
    lines = [line.split(maxsplit=1) for line in listed.splitlines() if line]
    entries = [(name, f"/source/{name}", "BINARY") for _, name in lines]
    assert [name for name, _, _ in bundle.kept(entries, system)] == [
        name for mark, name in lines if mark == "+"
    ]


def test_no_link_leads_to_what_stays_out() -> None:
    qml = "PySide6/Qt/lib/QtQml.framework"
    core = "PySide6/Qt/lib/QtCore.framework"
    entries = [
        ("QtQml", f"{qml}/Versions/A/QtQml", "SYMLINK"),
        (f"{qml}/Versions/Current", "A", "SYMLINK"),
        ("QtCore", f"{core}/Versions/A/QtCore", "SYMLINK"),
        (f"{core}/Versions/Current", "A", "SYMLINK"),
    ]
    assert bundle.kept(entries, "darwin") == entries[2:]


@pytest.mark.parametrize(
    ("system", "first", "loose"),
    [
        ("win32", ("llama_cpp\\lib\\ggml.dll", "/l/ggml.dll", "BINARY"), "ggml.dll"),
        ("darwin", ("llama_cpp/lib/libggml.dylib", "/l/libggml.dylib", "BINARY"), "libggml.dylib"),
    ],
)
def test_llama_cpp_is_there_once(system: str, first: tuple[str, str, str], loose: str) -> None:
    """A second copy would be loaded, and have no device."""
    place, source, kind = first
    link = [(loose, place, "SYMLINK")] if system == "darwin" else []
    assert bundle.kept([first, (loose, source, kind)], system) == [first, *link]


def test_what_nobody_uses_and_what_the_system_has_stays_out() -> None:
    plugins = "PySide6/Qt/plugins"
    kept = f"{plugins}/platforms/libqxcb.so"
    entries = [
        (f"{plugins}/platformthemes/libqgtk3.so", "", "DATA"),
        (f"{plugins}/platforms/libqvnc.so", "", "DATA"),
        (f"{plugins}/wayland-graphics-integration-client/libqt-plugin-wayland-egl.so", "", "DATA"),
        ("PySide6/Qt/translations/qtbase_fr.qm", "", "DATA"),
        ("docx/templates/default.docx", "", "DATA"),
        ("libGL.so.1", "", "DATA"),
        ("libvulkan.so.1", "", "DATA"),
        ("libstdc++.so.6", "", "DATA"),
        (kept, "", "DATA"),
        ("PySide6/Qt/translations/qtbase_de.qm", "", "DATA"),
        ("libxcb-cursor.so.0", "", "DATA"),
    ]
    assert names(*entries) == [kept, "PySide6/Qt/translations/qtbase_de.qm", "libxcb-cursor.so.0"]


@pytest.mark.skipif(sys.platform != "linux", reason="only there libraries come from the system")
def test_libraries_come_along_only_with_those_that_need_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    needs = {"a.so": ["liba.so.1"], "liba.so.1": ["libb.so.2"], "libgtk.so": ["libc.so.3"]}
    monkeypatch.setattr(bundle, "_needs", lambda path: needs.get(Path(path).name, []))
    entries = [
        ("pkg/a.so", "/s/a.so", "EXTENSION"),
        ("liba.so.1", "/u/liba.so.1", "BINARY"),
        ("libb.so.2", "/u/libb.so.2", "BINARY"),
        ("libd.so.3", "/u/libd.so.3", "BINARY"),
        ("llama_cpp/lib/libb.so.2", "/u/twin/libb.so.2", "BINARY"),
    ]
    assert names(*entries) == ["pkg/a.so", "liba.so.1", "libb.so.2", "llama_cpp/lib/libb.so.2"]


def test_no_program_loads_qt_before_it_opens_a_window() -> None:
    hooks = [
        ("pyi_rth_inspect", "/p/pyi_rth_inspect.py", "PYSOURCE"),
        ("pyi_rth_pyside6", "/p/pyi_rth_pyside6.py", "PYSOURCE"),
        ("__main__", "/p/__main__.py", "PYSOURCE"),
    ]
    assert [name for name, *_ in bundle.kept_hooks(hooks)] == ["pyi_rth_inspect", "__main__"]


def test_tools_for_tests_are_no_part_of_the_program() -> None:
    lacks = bundle.app_lacks()
    assert {"pytest", "openai", "mypy", "hypothesis"} <= set(lacks)
    assert not {"httpx", "starlette", "cryptography", "PIL", "typer"} & set(lacks)
    assert not {"jinja2", "numpy", "llguidance"} & set(bundle.worker_lacks())


def test_every_resource_goes_along_but_the_sources_of_translations() -> None:
    found = {Path(source).name: target for source, target in bundle.resources()}
    assert found["puna.svg"] == "resources"
    assert found["puna_de.qm"] == str(Path("resources", "i18n"))
    assert "puna_de.ts" not in found


def test_what_was_found_is_written_down(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundle, "FOUND_FILE", tmp_path / "build" / "bundled.json")
    libraries = [tmp_path / name for name in ("PYTHON.DLL", "libssl.3.dylib", "libx.so.1")]
    for library in libraries:
        library.touch()
    bundle.note_found(
        [
            *((library.name, str(library), "BINARY") for library in libraries),
            ("t", str(pytest.__file__), "PYMODULE"),
        ]
    )
    found = json.loads(bundle.FOUND_FILE.read_text())
    assert found == {"packages": ["pytest"], "libraries": [str(path) for path in libraries]}


def icu_library(items: dict[str, bytes]) -> bytes:
    """Something with ICU's data in the middle."""
    header = struct.pack("<H2sHHBBBB4s12x", 32, b"\xda\x27", 20, 0, 0, 0, 2, 0, b"CmnD")
    name_at, names_ = 4 + 8 * len(items), b""
    at = name_at + sum(len(name) + 1 for name in items)
    table = struct.pack("<I", len(items))
    for name, body in items.items():
        table += struct.pack("<II", name_at + len(names_), at)
        names_ += name.encode() + b"\0"
        at += len(body)
    return b"ELF " * 8 + header.ljust(32, b"\0") + table + names_ + b"".join(items.values())


def test_icu_keeps_what_qt_sorts_and_tells_time_with() -> None:
    used = {
        "icudt73l/coll/zh.res": b"order of signs",
        "icudt73l/de_AT.res": b"days",
        "icudt73l/root.res": b"root",
        "icudt73l/supplementalData.res": b"zones",
        "icudt73l/zone/en.res": b"Central European",
        "icudt73l/cnvalias.icu": b"names",
    }
    unused = {
        "icudt73l/brkitr/cjdict.dict": b"d" * 99,
        "icudt73l/curr/de.res": b"Euro",
        "icudt73l/fr.res": b"jours",
        "icudt73l/gb18030.cnv": b"c" * 99,
        "icudt73l/zone/fr.res": b"heure",
    }
    library = icu_library(dict(sorted((used | unused).items())))
    smaller = cut(library)
    for name, body in used.items():
        assert name.encode() in smaller
        assert body in smaller
    for name in unused:
        assert name.encode() not in smaller
    again = cut(smaller)
    assert again == smaller


def test_a_library_without_icu_data_is_left_alone() -> None:
    with pytest.raises(DataUnknown):
        cut(b"\x7fELF" + bytes(4096))
    with pytest.raises(DataUnknown):
        cut(icu_library({"icudt73l/curr/de.res": b"Euro"}))


def elf(offset: int, address: int) -> bytes:
    """Head of a 64-bit file with one part that is loaded."""
    head = bytearray(64)
    struct.pack_into("<Q", head, 32, 64)
    struct.pack_into("<HH", head, 54, 56, 1)
    return bytes(head) + struct.pack("<IIQQQQQQ", 1, 5, offset, address, 0, 16, 16, 4096)


def test_only_libraries_that_can_still_be_loaded_are_stripped() -> None:
    assert _can_be_loaded(elf(0x1000, 0x5000))
    assert not _can_be_loaded(elf(0x1040, 0x5000))
