"""The quantizer's process, without the engine around it."""

import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from desktop.worker.errand_messages import CheckTemplate, Done, Quantize, Step
from desktop.worker.frames import HEADER, body_length, pack, unpack_report
from desktop.worker.messages import Failed, Report
from tests.tiny_gguf import Shape, write_random_model, write_script_model

pytestmark = pytest.mark.slow

COMMAND = [sys.executable, "-P", "-m", "desktop.worker", "errand"]
ROOT = Path(__file__).parents[2]
Q8_0 = 7  # llama.cpp's number

PARENT = """
import subprocess, sys
from desktop.worker.frames import pack
from desktop.worker.errand_messages import Quantize
source, target = sys.argv[1:]
order = Quantize(source=source, target=target, file_type=30, threads=1, room_bytes=10**9)
child = subprocess.Popen([sys.executable, "-P", "-m", "desktop.worker", "errand"],
    stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
child.stdin.write(pack(order))
child.stdin.flush()
child.stdout.read(1)
print(child.pid, flush=True)
child.wait()
"""


def run(order: Quantize | CheckTemplate) -> list[Report]:
    """Everything the process says, from its start to its end."""
    with subprocess.Popen(
        COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=ROOT
    ) as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write(pack(order))
        process.stdin.flush()
        reports = []
        while header := process.stdout.read(HEADER.size):
            reports.append(unpack_report(process.stdout.read(body_length(header))))
    assert process.returncode == 0
    return reports


def quantization(source: Path, target: Path, room_bytes: int = 10**9) -> Quantize:
    return Quantize(
        source=str(source),
        target=str(target),
        file_type=Q8_0,
        threads=1,
        room_bytes=room_bytes,
    )


def test_each_tensor_is_told_once(tmp_path: Path) -> None:
    write_script_model(tmp_path / "m.gguf", "a b c")
    *steps, last = run(quantization(tmp_path / "m.gguf", tmp_path / "q.gguf"))
    assert last == Done()
    names = [step.tensor for step in steps if isinstance(step, Step)]
    assert len(names) == len(set(names)) == len(steps) == 12
    assert "token_embd.weight" in names
    assert (tmp_path / "q.gguf").stat().st_size < (tmp_path / "m.gguf").stat().st_size


def test_it_asks_for_room_first(tmp_path: Path) -> None:
    write_script_model(tmp_path / "m.gguf", "a b c")
    (report,) = run(quantization(tmp_path / "m.gguf", tmp_path / "q.gguf", room_bytes=1000))
    assert isinstance(report, Failed)
    assert report.code == "disk_full"
    assert "1.0 KB are free" in report.message
    assert not (tmp_path / "q.gguf").exists()


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    write_script_model(tmp_path / "m.gguf", "a b c")
    last = run(quantization(tmp_path / "m.gguf", tmp_path / "none" / "q.gguf"))[-1]
    assert isinstance(last, Failed)
    assert last.message.startswith("llama.cpp could not quantize the model: ")


def test_templates() -> None:
    assert run(CheckTemplate("{{ .Prompt }}")) == [Done()]
    (report,) = run(CheckTemplate("{{ .Prompt"))
    assert isinstance(report, Failed)
    assert report.code == "template_failed"


def test_kill_9_of_the_parent_ends_it(tmp_path: Path) -> None:
    write_random_model(tmp_path / "m.gguf", shape=Shape(embed=512, layers=24, floats="F16"))
    command = [sys.executable, "-c", PARENT, str(tmp_path / "m.gguf"), str(tmp_path / "q.gguf")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as parent:
        assert parent.stdout is not None
        child = psutil.Process(int(parent.stdout.readline()))
        parent.kill()
    child.wait(timeout=5)
