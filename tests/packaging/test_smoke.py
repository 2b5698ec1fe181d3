"""The trial of an installed Puna, with Puna's source in the place of an installed one."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.tiny_gguf import words, write_script_model

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[2]
BROKEN = '#!/bin/sh\ntest "$1" != --version || { echo puna 1.2.3; exit 0; }\necho no >&2\nexit 3\n'


@pytest.fixture
def model(tmp_path: Path) -> Path:
    path = tmp_path / "model.gguf"
    write_script_model(path, words("The sky is blue."))
    return path


def program(folder: Path, text: str) -> Path:
    path = folder / "puna"
    path.write_text(text)
    path.chmod(0o755)
    return path


def smoke(installed: Path, model: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "packaging" / "smoke.py"), str(installed)]
    return subprocess.run(
        [*command, "--model", str(model)], capture_output=True, text=True, check=False
    )


def test_a_puna_that_works(tmp_path: Path, model: Path) -> None:
    text = f'#!/bin/sh\ncd "{ROOT}" && exec "{sys.executable}" -m desktop "$@"\n'
    done = smoke(program(tmp_path, text), model)
    assert done.returncode == 0, done.stdout
    assert "'The sky is blue.'" in done.stdout
    assert done.stdout.endswith("Everything works.\n")


def test_a_puna_that_does_not(tmp_path: Path, model: Path) -> None:
    done = smoke(program(tmp_path, BROKEN), model)
    assert done.returncode == 1
    assert done.stdout.endswith("FAILED: import ended with exit code 3: no\n")
