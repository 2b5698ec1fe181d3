"""Partial files are listed, and dropped when somebody says so."""

from pathlib import Path

import pytest

from desktop.core.errors import DraftBusy
from desktop.models.downloads.drafts import drafts_in, drop_draft
from desktop.models.downloads.remote import RemoteFile
from tests.file_server import FileServer
from tests.models.downloads.fetching import PATH, Fetching, digest_of


def test_list_and_drop(server: FileServer, fetching: Fetching, content: bytes) -> None:
    folder = fetching.draft.parent
    assert drafts_in(folder) == []

    def watch(progress: object) -> None:
        if server.sent_bytes > 100_000:
            with pytest.raises(DraftBusy):
                drop_draft(fetching.draft)
            raise InterruptedError

    server.rate = 1e6
    remote = RemoteFile(url=f"{server.url}{PATH}?secret=1", digest=digest_of(content))
    with pytest.raises(InterruptedError):
        fetching.run(lambda: remote, watch=watch)
    (folder / "unknown.part").write_bytes(b"x")
    (folder / "folder").mkdir()
    first, second = drafts_in(folder)
    assert (first.path, first.total_bytes) == (fetching.draft, len(content))
    assert 0 < first.done_bytes == fetching.kept_bytes < len(content) <= first.occupied_bytes
    assert (first.url, first.digest) == (server.url + PATH, digest_of(content))
    assert (second.total_bytes, second.url, second.done_bytes) == (None, "", 0)
    for draft in (first, second, first):
        drop_draft(draft.path)
    assert [path.name for path in folder.iterdir()] == ["folder"]


def test_no_folder(tmp_path: Path) -> None:
    assert drafts_in(tmp_path / "none") == []
