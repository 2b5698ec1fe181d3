"""The workflows name things that exist, and may do only what they must."""

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
ACTIONS = {"cache", "checkout", "download-artifact", "setup-python", "upload-artifact"}


@pytest.fixture(params=FILES, ids=lambda path: path.stem)
def workflow(request: pytest.FixtureRequest) -> dict[Any, Any]:
    found: dict[Any, Any] = yaml.safe_load(request.param.read_text(encoding="utf-8"))
    return found


def steps(workflow: dict[Any, Any]) -> list[dict[str, Any]]:
    return [step for job in workflow["jobs"].values() for step in job["steps"]]


def scripts(workflow: dict[Any, Any]) -> list[str]:
    """Of bash, with a word in the place of each expression."""
    bash = [step for step in steps(workflow) if "run" in step and step.get("shell") != "pwsh"]
    return [re.sub(r"\$\{\{.*?\}\}", "word", step["run"]) for step in bash]


def test_there_are_two() -> None:
    assert [path.stem for path in FILES] == ["ci", "release"]


def test_actions_are_of_one_maker_and_of_a_named_version(workflow: dict[Any, Any]) -> None:
    used = [step["uses"] for step in steps(workflow) if "uses" in step]
    assert used
    for name in used:
        found = re.fullmatch(r"actions/([\w-]+)@v\d+", name)
        assert found, name
        assert found[1] in ACTIONS


def test_they_may_read_only_and_one_job_writes_the_release(workflow: dict[Any, Any]) -> None:
    assert workflow["permissions"] == {"contents": "read"}
    more = {
        name: job["permissions"] for name, job in workflow["jobs"].items() if "permissions" in job
    }
    assert more in ({}, {"release": {"contents": "write"}})
    assert all(job["timeout-minutes"] for job in workflow["jobs"].values())
    checkouts = [step for step in steps(workflow) if "checkout" in step.get("uses", "")]
    assert all(step["with"]["persist-credentials"] is False for step in checkouts)


def test_nothing_from_outside_is_put_into_a_script(workflow: dict[Any, Any]) -> None:
    """Branch names and titles are anybody's; secrets would stand in logs."""
    for step in steps(workflow):
        for inside in re.findall(r"\$\{\{(.*?)\}\}", step.get("run", "")):
            assert inside.strip().startswith("matrix."), inside


def test_every_file_and_target_that_a_step_names_exists(workflow: dict[Any, Any]) -> None:
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    for script in scripts(workflow):
        for name in re.findall(r"\bpackaging/[\w/.-]+", script):
            assert (ROOT / name).is_file(), name
        assert set(re.findall(r"\bmake ([a-z-]+)", script)) <= set(targets)


def test_every_file_that_a_key_of_the_cache_is_made_of_exists(workflow: dict[Any, Any]) -> None:
    keys = [step["with"]["key"] for step in steps(workflow) if "cache" in step.get("uses", "")]
    named = [name for key in keys for name in re.findall(r"'([\w./*]+)'", key)]
    assert named
    for name in named:
        assert list(ROOT.glob(name)), name


def test_the_scripts_are_bash(workflow: dict[Any, Any]) -> None:
    for script in scripts(workflow):
        subprocess.run(["bash", "-n"], input=script, text=True, check=True)


@pytest.mark.slow
def test_actionlint_finds_nothing() -> None:
    lint = shutil.which(
        "actionlint", path=str(Path(sys.executable).parent)
    )  # not on everybody's path
    assert lint, f"actionlint is not installed beside {sys.executable}"
    subprocess.run([lint, *map(str, FILES)], check=True)
