"""Whose work is inside, and under which licence."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from licenses import Component, components, license_text

from tests.conftest import ROOT


@pytest.fixture
def llama(tmp_path: Path) -> Path:
    """A source of llama-cpp-python, as far as licences go."""
    project = tmp_path / "0.3.36" / "vendor" / "llama.cpp"
    (project / "licenses").mkdir(parents=True)
    (project / "LICENSE").write_text("of llama.cpp itself")
    (project / "licenses" / "LICENSE-jsonhpp").write_text("of what it brings")
    return tmp_path / "0.3.36"


def parts(llama: Path, *packages: str) -> dict[str, Component]:
    found = {"packages": ["puna", *packages], "libraries": []}
    return {each.name: each for each in components(found, llama)}


def test_every_part_has_a_name_a_version_and_a_text(llama: Path) -> None:
    found = parts(llama, "starlette", "jinja2")
    assert sorted(found) == ["Jinja2", "Python", "llama.cpp", "starlette"]
    assert all(part.text.strip() and part.version and part.purl for part in found.values())
    assert found["starlette"].license == "BSD-3-Clause"
    assert "of llama.cpp itself" in found["llama.cpp"].text
    assert "of what it brings" in found["llama.cpp"].text


def test_qt_comes_with_the_text_of_its_licence(llama: Path) -> None:
    text = parts(llama, "PySide6_Essentials")["PySide6_Essentials"].text
    assert "GNU LESSER GENERAL PUBLIC LICENSE" in text
    assert "GNU GENERAL PUBLIC LICENSE" in text


@pytest.mark.parametrize("system", ["darwin", "win32"])
def test_without_debian_the_other_libraries_are_pythons(
    llama: Path, monkeypatch: pytest.MonkeyPatch, system: str
) -> None:
    monkeypatch.setattr("sys.platform", system)
    monkeypatch.setenv("PATH", "")
    found = {"packages": [], "libraries": ["/python/libssl.3.dylib", "/llama/libggml-metal.so"]}
    openssl, *_ = [part for part in components(found, llama) if part.name == "OpenSSL"]
    assert openssl.purl == f"pkg:generic/openssl@{openssl.version}"
    assert "Apache License" in openssl.text


def test_all_are_in_one_text_after_our_own(llama: Path) -> None:
    found = list(parts(llama, "starlette").values())
    text = license_text(found, ROOT / "LICENSE")
    assert text.startswith("Puna\n")
    assert text.index("MIT License") < text.index("starlette")
    assert all(part.text.strip() in text for part in found)


@pytest.mark.slow
def test_the_bill_of_materials_is_what_the_standard_describes(llama: Path, tmp_path: Path) -> None:
    pytest.importorskip("cyclonedx", reason="comes with the tools for packages")
    code = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from pathlib import Path\n"
        "from bill_of_materials import write_bill\n"
        "from licenses import components\n"
        "found = {'packages': ['starlette'], 'libraries': []}\n"
        "write_bill(components(found, Path(sys.argv[2])), '1.2.3', Path(sys.argv[3]))\n"
    )
    target = tmp_path / "bill.json"
    command = [sys.executable, "-c", code, str(ROOT / "packaging"), str(llama), str(target)]
    subprocess.run(command, check=True, timeout=60)
    told = json.loads(target.read_text(encoding="utf-8"))
    assert told["specVersion"] == "1.6"
    assert told["metadata"]["component"]["version"] == "1.2.3"
    names = {each["name"]: each["purl"].split("@")[0] for each in told["components"]}
    assert names["starlette"] == "pkg:pypi/starlette"
    (ours,) = (each for each in told["dependencies"] if each["ref"] == "puna")
    assert len(ours["dependsOn"]) == len(names)
