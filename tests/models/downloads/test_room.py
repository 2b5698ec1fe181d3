"""Too little room on the disk, before and during a download."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.core.errors import DiskFull, DownloadFailed
from desktop.models.downloads.draft import DraftFile
from desktop.models.downloads.room import occupied_bytes, write_failure
from tests.file_server import Fault, FileServer
from tests.models.downloads.fetching import PATH, Fetching, located, some_bytes


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 1 MiB."""
    mount, umount = shutil.which("mount"), shutil.which("umount")
    if not mount or not umount:
        pytest.skip("there is no mount command")
    folder = tmp_path / "small"
    folder.mkdir()
    command = [mount, "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    if subprocess.run(command, capture_output=True).returncode:
        pytest.skip("mounting is not allowed here")
    yield folder
    subprocess.run([umount, str(folder)], check=True)


def test_too_little_from_the_start(server: FileServer, fetching: Fetching) -> None:
    expected = r"not enough room in .*partial: 594 KB are needed, 500 KB are free"
    with pytest.raises(DiskFull, match=expected):
        fetching.run(located(server), free_bytes=lambda folder: 500_000, spare_bytes=0)
    assert list(fetching.draft.parent.iterdir()) == []


def test_what_is_there_counts(server: FileServer, fetching: Fetching, content: bytes) -> None:
    def watch(progress: object) -> None:
        if server.sent_bytes > 100_000:
            raise InterruptedError

    server.rate = 1e6
    with pytest.raises(InterruptedError):
        fetching.run(located(server), watch=watch)
    server.rate = None
    free = len(content) - occupied_bytes(fetching.draft)
    assert free <= 0  # it was reserved at once
    fetched = fetching.run(located(server), free_bytes=lambda folder: 0, spare_bytes=0)
    fetching.check(fetched, content)


def test_a_length_that_cannot_be(server: FileServer, fetching: Fetching) -> None:
    with pytest.raises(DownloadFailed, match="are expected"):
        fetching.run(located(server, size=2**62))


def test_a_disk_that_is_too_small(server: FileServer, fetching: Fetching, small_disk: Path) -> None:
    server.put(PATH, some_bytes(2**21))
    small = Fetching(small_disk / "model.part")
    with pytest.raises(DiskFull, match=r"2\.1 MB are needed, 1\.0 MB are free"):
        small.run(located(server), spare_bytes=0)
    assert list(small_disk.iterdir()) == []
    with pytest.raises(DiskFull):  # had it been filled between the look and the reservation
        small.run(located(server), spare_bytes=0, free_bytes=lambda folder: 2**30)
    assert occupied_bytes(small.draft) == 0


def test_a_disk_that_fills_up(server: FileServer, small_disk: Path) -> None:
    """A stream of unknown length cannot be checked before."""
    content = some_bytes(2**21)
    server.put(PATH, content)
    server.ranges = False
    server.fail(Fault(no_length=True))
    small = Fetching(small_disk / "model.part")
    with pytest.raises(DiskFull, match=r"no room left in .*: more is needed, 0 B are free"):
        small.run(located(server), spare_bytes=0)


def test_a_full_disk_in_mid_download_keeps_everything(
    server: FileServer, content: bytes, small_disk: Path
) -> None:
    """On file systems that cannot reserve: the same draft goes on when there is room."""
    small, filler = Fetching(small_disk / "model.part"), small_disk / "filler"

    class Sparse(DraftFile):
        def reserve(self, size: int, go_on: object) -> None:
            self.cut(size)

    filler.write_bytes(bytes(700_000))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("desktop.models.downloads.session.DraftFile", Sparse)
        with pytest.raises(DiskFull, match=r"no room left in .*: .* KB are needed"):
            small.run(located(server), spare_bytes=0, free_bytes=lambda folder: 2**30)
        kept = small.kept_bytes
        assert 0 < kept < len(content)
        filler.unlink()
        server.requests.clear()
        small.check(small.run(located(server), spare_bytes=0), content)
    assert server.sent_bytes == len(content) - kept


def test_a_folder_that_cannot_be_made(server: FileServer, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DownloadFailed, match="cannot be written to"):
        Fetching(tmp_path / "file" / "model.part").run(located(server))


def test_other_failures_are_told(tmp_path: Path) -> None:
    failure = write_failure(OSError(5, "Input/output error"), tmp_path / "x", 1, 1)
    assert isinstance(failure, DownloadFailed)
    assert str(failure).endswith("x cannot be written: Input/output error.")
