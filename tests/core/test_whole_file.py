"""Small files, written whole or not at all."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from desktop.core.whole_file import write_whole


def test_writing_is_whole_or_not_at_all(tmp_path: Path) -> None:
    target = tmp_path / "a" / "b" / "file"
    write_whole(target, b"one", scratch=tmp_path)
    write_whole(target, b"two")
    assert target.read_bytes() == b"two"
    (tmp_path / "folder" / "inside").mkdir(parents=True)
    with pytest.raises(OSError, match="folder"):
        write_whole(tmp_path / "folder", b"x")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "folder"]


def test_a_private_file_is_for_its_owner(tmp_path: Path) -> None:
    write_whole(tmp_path / "key", b"x", private=True)
    write_whole(tmp_path / "page", b"x")
    modes = [(tmp_path / name).stat().st_mode & 0o777 for name in ("key", "page")]
    assert modes[0] in (0o600, 0o666)  # Windows knows nothing of others
    assert modes[1] & 0o600 == 0o600


def test_threads_do_not_get_into_each_others_way(tmp_path: Path) -> None:
    target = tmp_path / "file"
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda number: write_whole(target, b"%d" % number), range(40)))
    assert 0 <= int(target.read_bytes()) < 40
    assert list(tmp_path.iterdir()) == [target]
