"""Whether the program on the disk is still the one that runs: a real process, whose file is
replaced as installers of packages do it.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.api.replies import unexpected
from desktop.core.errors import AppError
from desktop.core.program import ProgramReplaced, is_another, was_replaced
from desktop.engine.child import start_child

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux lets it happen")


@pytest.fixture
def program(tmp_path: Path) -> Path:
    path = tmp_path / "puna"
    shutil.copy(shutil.which("cat") or "", path)
    return path


@pytest.fixture
def running(program: Path) -> Iterator[str]:
    """Names the file of the process."""
    with subprocess.Popen([program], stdin=subprocess.PIPE) as process:
        yield f"/proc/{process.pid}/exe"
        process.communicate()


def test_a_replaced_program_is_another(program: Path, running: str) -> None:
    assert not is_another(str(program), running)
    new = program.with_name("puna.dpkg-new")
    shutil.copy(program, new)
    new.replace(program)
    assert is_another(str(program), running)


def test_a_removed_program_is_not_replaced(program: Path, running: str) -> None:
    program.unlink()
    assert not is_another(str(program), running)


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("qemu-x86_64"), reason="needs qemu-user")
def test_an_emulated_program_was_not_replaced() -> None:
    code = "import os, sys; from desktop.core.program import RUNNING, is_another\n"
    code += "path = os.path.realpath(sys.executable)\n"
    code += "print(os.path.samefile(path, RUNNING), is_another(path, RUNNING))"
    command = ["qemu-x86_64", os.path.realpath(sys.executable), "-c", code]
    assert subprocess.check_output(command, text=True).split() == ["False", "False"]


@pytest.mark.anyio
async def test_no_model_is_loaded_by_another_version(
    program: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not was_replaced()  # from source, nothing is looked at
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert not was_replaced()
    monkeypatch.setattr(sys, "executable", str(program))
    assert was_replaced()
    with pytest.raises(ProgramReplaced, match="Start it again") as refused:
        await start_child()
    assert isinstance(refused.value, AppError)


def test_what_fails_for_want_of_its_own_code_says_so(
    program: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    lost = ImportError("no module")
    assert unexpected(lost).code == "internal"
    monkeypatch.setattr(sys, "executable", str(program))
    assert unexpected(lost).code == "program_replaced"
