"""Writes a model into a folder as other programs take it: GGUF files, and a Modelfile."""

import errno
import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from desktop.core.errors import AppError, DiskFull
from desktop.core.sizes import human_bytes
from desktop.models.installed import InstalledModel
from desktop.models.modelfile import modelfile_text
from desktop.models.store import free_bytes

CHUNK_BYTES = 2**22
SPARE_BYTES = 2**24  # never fill a disk to the last byte
MODELFILE = "Modelfile"

Progress = Callable[[int, int], None]  # bytes done, bytes in all


class ExportRefused(AppError):
    """The folder cannot take the model."""

    code = "export_refused"
    status = 400


def file_names(model: InstalledModel) -> dict[Path, str]:
    """What the model's files are called outside of the store."""
    name = model.name
    stem = re.sub(r"[^A-Za-z0-9._-]", "-", f"{name.model}-{name.tag}")
    parts = model.weight_parts
    names = {parts[0]: f"{stem}.gguf"}
    if len(parts) > 1:
        total = len(parts)
        names = {
            part: f"{stem}-{number:05}-of-{total:05}.gguf" for number, part in enumerate(parts, 1)
        }
    for prefix, files in (
        ("mmproj", model.projectors),
        ("adapter", model.adapters),
        ("draft", model.drafts),
    ):
        for number, file in enumerate(files, 1):
            nth = f"-{number}" if number > 1 else ""
            names.setdefault(file, f"{prefix}-{stem}{nth}.gguf")
    return names


def export_model(
    model: InstalledModel,
    folder: Path,
    *,
    copy: bool = False,
    progress: Progress = lambda done, total: None,
) -> list[Path]:
    """Write the model's files and a Modelfile that names them; returns their paths.

    Bytes are shared with the store where the disk allows it.

    Args:
        folder: Made if it is not there; nothing in it is overwritten.
        copy: Never share; for files that somebody is going to change.
        progress: Called after each piece with bytes done and bytes in all. What it raises stops
            the export.

    Raises:
        ExportRefused: a file of that name is there already, or cannot be written.
        DiskFull: there is no room. Nothing stays behind, as after every other failure.
    """
    names = file_names(model)
    written: list[Path] = []
    total = sum(path.stat().st_size for path in names if path.exists())
    with _failures_explained(folder, total):
        missing = [each for each in (folder, *folder.parents) if not each.exists()]
        for name in (*names.values(), MODELFILE):
            if os.path.lexists(folder / name):
                raise ExportRefused(f"{folder / name} exists already; nothing was written.")
        try:
            folder.mkdir(parents=True, exist_ok=True)
            done = 0
            for source, name in names.items():
                target = folder / name
                written.append(target)
                if copy or not _linked(source, target):
                    _copy(source, target, lambda part, done=done: progress(done + part, total))  # type: ignore[misc]
                done += source.stat().st_size
                progress(done, total)
            written.append(folder / MODELFILE)
            text = modelfile_text(model, names)
            with written[-1].open("x", encoding="utf-8", newline="\n") as file:
                file.write(text)
        except BaseException:
            _take_back(written, missing)
            raise
    return written


def _linked(source: Path, target: Path) -> bool:
    try:
        os.link(source.resolve(), target)
    except OSError:  # another disk, or one without hard links
        return False
    return True


def _copy(source: Path, target: Path, progress: Callable[[int], None]) -> None:
    size, done = source.stat().st_size, 0
    if free_bytes(target.parent) < size + SPARE_BYTES:
        raise OSError(errno.ENOSPC, "No space left on device")
    with source.open("rb") as reader, target.open("xb") as writer:
        while chunk := reader.read(CHUNK_BYTES):
            writer.write(chunk)
            done += len(chunk)
            progress(done)
    shutil.copystat(source, target)


def _take_back(written: list[Path], folders: list[Path]) -> None:
    """Remove the files, then the folders that were made for them, innermost first."""
    for path in written:
        with suppress(OSError):
            path.unlink()
    for folder in folders:
        with suppress(OSError):
            folder.rmdir()


@contextmanager
def _failures_explained(folder: Path, needed: int) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            free = human_bytes(free_bytes(folder))
            raise DiskFull(
                f"There is not enough room in {folder}:"
                f" {human_bytes(needed + SPARE_BYTES)} are needed, {free} are free."
            ) from error
        reason = error.strerror or error
        raise ExportRefused(f"{folder} cannot take the model: {reason}.") from error
