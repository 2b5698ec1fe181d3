"""`puna create`, `puna export` and the texts of `puna show`, against a real service."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.cli import creating, exporting
from desktop.client.client import Client, RequestFailed
from desktop.core.errors import AppError
from tests.api.served import Served, serving
from tests.creation import left_in
from tests.tiny_gguf import write_script_model

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    home = tmp_path_factory.mktemp("home")
    with serving(home, home / "models") as served:
        yield served


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """With a Modelfile and what it names."""
    write_script_model(tmp_path / "m.gguf", "Hello big world")
    (tmp_path / "Modelfile").write_text(
        'FROM ./m.gguf\nPARAMETER num_predict 2\nPARAMETER mirostat 1\nSYSTEM """Be\nkind."""\n'
        "LICENSE MIT"
    )
    return tmp_path


def connect_to(service: Served) -> Client:
    return Client(service.url)


def test_create_sends_the_files(
    service: Served, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    creating.run(lambda: connect_to(service), "hello", folder / "Modelfile")
    err = capsys.readouterr().err
    assert "(line 3): the parameter mirostat is deprecated and left out" in err
    assert "writing manifest" in err
    assert err.rstrip().endswith("success")
    assert service.generate("hello", "Hi")["response"] == "Hello big"
    blobs = left_in(service.models / "blobs")
    creating.run(lambda: connect_to(service), "again", folder / "Modelfile")
    assert left_in(service.models / "blobs") == blobs


def test_create_and_quantize(service: Served, folder: Path) -> None:
    creating.run(lambda: connect_to(service), "small", folder / "Modelfile", quantize="q8_0")
    details = service.whole("/api/show", {"model": "small"})["details"]
    assert details["quantization_level"] == "Q8_0"
    assert service.generate("small", "Hi")["response"] == "Hello big"


def test_a_file_that_is_no_model(service: Served, folder: Path) -> None:
    (folder / "m.gguf").write_text("hello")
    with pytest.raises(RequestFailed, match="supplied file was not in GGUF format"):
        creating.run(lambda: connect_to(service), "bad", folder / "Modelfile")


def test_a_modelfile_that_is_not_there(service: Served, tmp_path: Path) -> None:
    with pytest.raises(AppError, match="cannot be read"):
        creating.run(lambda: connect_to(service), "bad", tmp_path / "Modelfile")


def test_export_and_create_again(service: Served, folder: Path, tmp_path: Path) -> None:
    creating.run(lambda: connect_to(service), "first", folder / "Modelfile")
    files = exporting.run(lambda: connect_to(service), "first", tmp_path / "out")
    assert [Path(file).name for file in files] == ["first-latest.gguf", "Modelfile"]
    creating.run(lambda: connect_to(service), "second", tmp_path / "out" / "Modelfile")
    assert service.generate("second", "Hi")["response"] == "Hello big"
    with pytest.raises(RequestFailed, match="exists already"):
        exporting.run(lambda: connect_to(service), "first", tmp_path / "out")


@pytest.mark.parametrize(
    ("which", "text"),
    [
        ("parameters", "num_predict                    2\n"),
        ("system", "Be\nkind.\n"),
        ("license", "MIT\n"),
    ],
)
def test_show_one_text(
    service: Served, folder: Path, capsys: pytest.CaptureFixture[str], which: str, text: str
) -> None:
    creating.run(lambda: connect_to(service), "shown", folder / "Modelfile")
    capsys.readouterr()
    exporting.show_text(lambda: connect_to(service), "shown", which)
    assert capsys.readouterr().out == text


def test_show_the_modelfile(
    service: Served, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    creating.run(lambda: connect_to(service), "whole", folder / "Modelfile")
    capsys.readouterr()
    exporting.show_text(lambda: connect_to(service), "whole", "modelfile")
    assert "\nFROM " in capsys.readouterr().out
