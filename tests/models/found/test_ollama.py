"""Stores of Ollama that are on this machine."""

import logging
import os
from pathlib import Path

import pytest

from desktop.models.facts import FactsCache
from desktop.models.found.ollama import ollama_stores
from tests.models.found.machine import machine


def store(root: Path) -> Path:
    (root / "manifests").mkdir(parents=True)
    (root / "blobs").mkdir()
    return root


def found(root: Path, own: Path, platform: str = "linux", **environ: str) -> list[Path]:
    stores = ollama_stores(machine(root, platform, **environ), own, FactsCache())
    assert all(each.shared for each in stores)
    return [each.root for each in stores]


def test_all_that_are_there(tmp_path: Path) -> None:
    own = tmp_path / "own"
    assert found(tmp_path, own) == []
    user = store(tmp_path / "home/.ollama/models")
    service = store(tmp_path / "usr/share/ollama/.ollama/models")
    chosen = store(tmp_path / "chosen")
    assert found(tmp_path, own) == [user, service]
    assert found(tmp_path, own, OLLAMA_MODELS=str(chosen)) == [chosen, user, service]
    assert found(tmp_path, own, "win32") == [user]


def test_each_once_and_never_our_own(tmp_path: Path) -> None:
    user = store(tmp_path / "home/.ollama/models")
    (tmp_path / "link").symlink_to(user)
    assert found(tmp_path, tmp_path / "own", OLLAMA_MODELS=str(tmp_path / "link")) == [
        tmp_path / "link"
    ]
    assert found(tmp_path, user) == found(tmp_path, tmp_path / "link") == []


def test_one_that_cannot_be_read_is_skipped(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    user = tmp_path / "home/.ollama/models"
    (user / "manifests").mkdir(parents=True)
    with caplog.at_level(logging.INFO):
        assert found(tmp_path, tmp_path / "own") == []
    assert "blobs cannot be read" in caplog.text
    if os.geteuid() != 0:
        store(tmp_path / "usr/share/ollama/.ollama/models")
        (tmp_path / "usr/share/ollama").chmod(0)
        assert found(tmp_path, tmp_path / "own") == []
        (tmp_path / "usr/share/ollama").chmod(0o755)
