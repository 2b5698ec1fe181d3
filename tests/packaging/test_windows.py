"""The installer for Windows, as far as it can be looked at without Windows."""

import ast
import math
import re
from collections import defaultdict
from pathlib import Path

import pytest
from PIL import Image
from windows_installer import PROGRAMS, SCRIPT, commands, installer, version_resource

from desktop.core.autostart import BEHIND

APP = Path("dist/puna").absolute()
TARGET = APP.parent / "puna-1.2.3-windows-x86_64.exe"
INNO = {"ProgramFiles(x86)": "C:/Program Files (x86)"}
ROOT = SCRIPT.parents[2]


@pytest.fixture
def script() -> dict[str, list[str]]:
    """Its lines by section, without comments and conditions."""
    sections: dict[str, list[str]] = defaultdict(list)
    name = ""
    for line in SCRIPT.read_text(encoding="utf-8-sig").splitlines():
        if found := re.fullmatch(r"\[(\w+)\]", line):
            name = found[1]
        elif line and line[0] not in ";#" and name:
            sections[name].append(line)
    return sections


def settings(lines: list[str]) -> dict[str, str]:
    return {name: value for name, _, value in (line.partition("=") for line in lines)}


def test_it_needs_no_administrator_and_takes_one_copy_per_user(
    script: dict[str, list[str]],
) -> None:
    setup = settings(script["Setup"])
    assert setup["PrivilegesRequired"] == "lowest"
    assert "PrivilegesRequiredOverridesAllowed" not in setup
    assert setup["DefaultDirName"].startswith("{autopf}")
    assert setup["AppId"].startswith("{{")
    assert not [line for line in script["Registry"] if "HKLM" in line or "HKCR" in line]


def test_it_leaves_the_firewall_alone() -> None:
    text = SCRIPT.read_text(encoding="utf-8-sig").casefold()
    assert not [word for word in ("firewall", "netsh", "sc.exe", "powershell") if word in text]


def test_what_it_installs_is_what_is_built(script: dict[str, list[str]]) -> None:
    sources = re.findall(r'Source: "([^"]+)"', "\n".join(script["Files"]))
    assert sources == [r"{#App}\*"]
    named = set(re.findall(r"\{app\}\\([\w-]+\.exe)", SCRIPT.read_text(encoding="utf-8-sig")))
    assert named <= set(PROGRAMS)
    spec = (ROOT / "packaging" / "puna.spec").read_text(encoding="utf-8")
    assert all(f'"{Path(name).stem}"' in spec for name in PROGRAMS)


def test_nothing_is_ticked_that_was_not_asked_for(script: dict[str, list[str]]) -> None:
    tasks = script["Tasks"]
    assert len(tasks) == 2
    assert all("Flags: unchecked" in line for line in tasks)
    assert settings(script["Setup"])["UsePreviousTasks"] == "no"


def test_start_at_login_is_the_value_that_puna_itself_writes(
    script: dict[str, list[str]],
) -> None:
    written, removed = script["Registry"]
    assert f'ValueData: """{{app}}\\puna-tray.exe"" tray {BEHIND}"; Tasks: autostart' in written
    assert "uninsdeletevalue" in removed
    assert all('ValueName: "Puna"' in line for line in script["Registry"])


def test_both_languages_have_every_sentence(script: dict[str, list[str]]) -> None:
    said = [line.partition("=")[0].split(".") for line in script["CustomMessages"]]
    english = {name for language, name in said if language == "en"}
    german = {name for language, name in said if language == "de"}
    assert english == german
    text = SCRIPT.read_text(encoding="utf-8-sig")
    used = {*re.findall(r"CustomMessage\('(\w+)'\)", text), "Autostart"}
    assert used == english


def test_a_byte_order_mark_says_that_it_is_utf_8() -> None:
    assert SCRIPT.read_bytes().startswith(b"\xef\xbb\xbf")


def test_code_asks_puna_to_end_and_keeps_what_is_the_users(script: dict[str, list[str]]) -> None:
    code = "\n".join(script["Code"])
    assert "'quit'" in code
    assert "MB_YESNO or MB_DEFBUTTON1, IDYES) = IDNO" in code  # keeping is the default
    assert len(re.findall(r"\bbegin\b", code)) == len(re.findall(r"\bend;", code))
    assert "UninstallDelete" not in script


def test_without_a_certificate_nothing_is_signed() -> None:
    (line,) = commands(APP, "1.2.3", TARGET, INNO)
    assert "ISCC.exe" in line
    assert "Signed" not in line
    assert f"/F{TARGET.stem}" in line


def test_with_a_certificate_programs_and_installer_are_signed() -> None:
    sign = "$qC:/a b/signtool$q sign /f x.pfx $f"
    *programs, compiling = commands(APP, "1.2.3", TARGET, INNO | {"PUNA_SIGN_COMMAND": sign})
    assert [line.rpartition("puna")[2].rstrip('"') for line in programs] == [
        ".exe",
        "-tray.exe",
        "-worker.exe",
    ]
    assert programs[0] == f'"C:/a b/signtool" sign /f x.pfx "{APP / "puna.exe"}"'
    assert f'"/Spuna={sign}"' in compiling
    assert "/DSigned" in compiling


def test_a_missing_compiler_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ProgramFiles(x86)", str(tmp_path))
    with pytest.raises(FileNotFoundError):
        installer(APP, "1.2.3", TARGET)


def test_the_version_is_told_in_the_form_that_pyinstaller_reads() -> None:
    told = ast.parse(version_resource("1.2.3"), mode="eval").body
    assert isinstance(told, ast.Call)
    fixed = told.keywords[0].value
    assert isinstance(fixed, ast.Call)
    assert ast.literal_eval(fixed.keywords[0].value) == (1, 2, 3, 0)
    calls = [node.func for node in ast.walk(told) if isinstance(node, ast.Call)]
    names = {function.id for function in calls if isinstance(function, ast.Name)}
    assert names == {
        "FixedFileInfo",
        "StringFileInfo",
        "StringStruct",
        "StringTable",
        "VSVersionInfo",
        "VarFileInfo",
        "VarStruct",
    }


@pytest.mark.slow
@pytest.mark.parametrize("name", ["puna.ico", "puna.icns"])
def test_the_icon_has_every_size_drawn(tmp_path: Path, name: str) -> None:
    from icons import SIZES, icon

    target = icon(tmp_path / "build" / name)
    with Image.open(target) as found:
        shown = [math.prod((size[0], *size[2:])) for size in found.info["sizes"]]
        assert max(shown) == max(SIZES[target.suffix])
        picture = found.convert("RGBA")
    assert picture.getpixel((0, 0)) == (0, 0, 0, 0)
    assert picture.getchannel("A").getextrema() == (0, 255)
