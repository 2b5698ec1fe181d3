"""Headers of files on a server: as little as possible is read, and nothing is believed."""

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from desktop.core.errors import AppError, ModelFileInvalid
from desktop.models import remote_header
from desktop.models.downloads.remote import RemoteFile
from desktop.models.gguf import read_header
from desktop.models.kv_cache import KvShape
from desktop.models.remote_header import RemoteHeaders, RemoteUnreadable
from tests import tiny_gguf
from tests.file_server import Fault, FileServer
from tests.models import layered_gguf, raw_gguf
from tests.tiny_gguf import Shape


def open_client() -> httpx.Client:
    return httpx.Client(trust_env=False, timeout=10)


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    """Some megabytes, of which the header is a small part."""
    path = tmp_path / "weights.gguf"
    tiny_gguf.write_random_model(path, shape=Shape(embed=512))
    assert path.stat().st_size > 10 * 2**20
    return path


@pytest.fixture
def server(weights: Path) -> Iterator[FileServer]:
    with FileServer({"/m.gguf": weights.read_bytes()}) as server:
        yield server


def remote(server: FileServer, path: str = "/m.gguf") -> RemoteFile:
    return RemoteFile(url=server.url + path)


def test_only_the_beginning_is_read(server: FileServer, weights: Path) -> None:
    found = RemoteHeaders(open_client).read(remote(server))
    assert found.size_bytes == weights.stat().st_size
    local = read_header(weights)
    assert found.header.metadata == local.metadata
    assert found.header.tensors == local.tensors
    assert server.sent_bytes <= 2**20
    assert found.header.path.name == "m.gguf"


def test_a_long_header_is_read_in_growing_pieces(tmp_path: Path) -> None:
    words = b"".join(raw_gguf.text(f"word {number:09}") for number in range(200_000))
    entries = [raw_gguf.entry_text("general.architecture", "llama")]
    entries.append(raw_gguf.entry("words", raw_gguf.ARRAY, raw_gguf.array_of(8, 200_000, words)))
    entries.append(raw_gguf.entry_u32("llama.block_count", 3))
    with FileServer({"/m": raw_gguf.whole(entries) + bytes(10**7)}) as server:
        headers = RemoteHeaders(open_client)
        assert headers.bytes_per_s is None
        found = headers.read(remote(server, "/m"))
        assert headers.bytes_per_s  # of this connection
        asked = [request.headers["range"] for request in server.requests]
    assert found.header.block_count == 3
    assert asked == ["bytes=0-1048575", "bytes=1048576-3145727", "bytes=3145728-7340031"]


def test_lists_of_each_layer_are_known_without_the_file(tmp_path: Path) -> None:
    layered_gguf.write_uneven(tmp_path / "m")
    with FileServer({"/m": (tmp_path / "m").read_bytes()}) as server:
        found = RemoteHeaders(open_client).read(remote(server, "/m"))
    assert KvShape.of(found.header) == KvShape.of(read_header(tmp_path / "m"))


def test_what_is_known_is_asked_for_only_whether_it_is_still_right(server: FileServer) -> None:
    headers = RemoteHeaders(open_client)
    first = headers.read(remote(server))
    server.fail(Fault(status=304), when=lambda asked: "if-none-match" in asked.headers)
    sent = server.sent_bytes
    assert headers.read(remote(server)) is first
    assert server.sent_bytes == sent


def test_a_new_version_is_read_again(server: FileServer) -> None:
    headers = RemoteHeaders(open_client)
    first = headers.read(remote(server))
    entries = [raw_gguf.entry_text("general.architecture", "other")]
    server.put("/m.gguf", raw_gguf.whole(entries))
    assert headers.read(remote(server)).header.architecture == "other"
    assert first.header.architecture == "llama"


def test_few_headers_are_kept(server: FileServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote_header, "KEPT_HEADERS", 1)
    headers = RemoteHeaders(open_client)
    small = raw_gguf.whole([raw_gguf.entry_text("general.architecture", "other")])
    server.put("/small", small)
    headers.read(remote(server))
    headers.read(remote(server, "/small"))
    headers.read(remote(server))
    assert [request.headers.get("if-none-match") for request in server.requests] == [None] * 3


def test_a_server_without_ranges_is_left_early(server: FileServer, weights: Path) -> None:
    server.ranges = False
    server.chunk_bytes = 2**16
    server.rate = 20 * 2**20
    found = RemoteHeaders(open_client).read(remote(server))
    assert found.header.architecture == "llama"
    assert found.size_bytes == weights.stat().st_size
    assert server.sent_bytes < weights.stat().st_size


def test_a_server_that_gives_no_length_is_fine(server: FileServer, weights: Path) -> None:
    server.fail(Fault(no_length=True, whole=True))
    found = RemoteHeaders(open_client).read(remote(server))
    assert found.header.architecture == "llama"
    assert found.size_bytes == pytest.approx(weights.stat().st_size, rel=0.01)


def test_secrets_go_to_the_first_host_only(server: FileServer) -> None:
    with FileServer({}) as first:
        first.redirects["/m.gguf"] = server.url + "/m.gguf"
        secret = {"Authorization": "Bearer secret"}
        RemoteHeaders(open_client).read(RemoteFile(url=first.url + "/m.gguf", headers=secret))
        assert first.requests[0].headers["authorization"] == "Bearer secret"
    assert all("authorization" not in request.headers for request in server.requests)


def test_secrets_stay_with_the_host_they_are_for(server: FileServer) -> None:
    server.redirects["/here"] = "/m.gguf"
    secret = {"Authorization": "Bearer secret"}
    RemoteHeaders(open_client).read(RemoteFile(url=server.url + "/here", headers=secret))
    assert all(
        request.headers["authorization"] == secret["Authorization"] for request in server.requests
    )


def other_version_later(server: FileServer) -> None:
    server.fail(Fault(headers={"ETag": '"other"'}), when=lambda a: a.headers["range"][6] != "0")


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda server: server.fail(Fault(status=404)), "has no such file"),
        (lambda server: server.fail(Fault(status=401)), "wants to know who asks"),
        (lambda server: server.fail(Fault(status=403)), "does not allow it"),
        (lambda server: server.fail(Fault(status=429)), "too often"),
        (lambda server: server.fail(Fault(status=500)), "answered 500"),
        (lambda server: server.fail(Fault(status=304)), "answered 304"),
        (lambda server: server.fail(Fault(cut_after=1000), times=9), "cannot be read"),
        (lambda server: server.fail(Fault(shift=1)), "another part"),
        (lambda server: server.redirects.update({"/m.gguf": "/m.gguf"}), "without end"),
        (other_version_later, "changed while it was being read"),
    ],
)
def test_each_failure_in_a_sentence(
    server: FileServer, spoil: Callable[[FileServer], None], words: str
) -> None:
    entries = [raw_gguf.entry_text("general.architecture", "llama")]
    entries.append(raw_gguf.entry_text("long", b"x" * 2**21))
    server.put("/m.gguf", raw_gguf.whole(entries))
    spoil(server)
    with pytest.raises(RemoteUnreadable, match=words) as failed:
        RemoteHeaders(open_client).read(RemoteFile(url=server.url + "/m.gguf?token=secret"))
    assert "127.0.0.1/m.gguf cannot be read" in str(failed.value)
    assert "secret" not in str(failed.value)


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/m", "ftp://x/m", "http://", "http://[/m"])
def test_nobody_there(url: str) -> None:
    with pytest.raises(AppError, match="cannot be read"):
        RemoteHeaders(open_client).read(RemoteFile(url=url))


def test_what_is_no_model(server: FileServer) -> None:
    server.put("/page", b"<!DOCTYPE html>" * 100)
    with pytest.raises(ModelFileInvalid, match=r"page is not a GGUF file"):
        RemoteHeaders(open_client).read(remote(server, "/page"))


def test_a_header_without_end_is_given_up(server: FileServer) -> None:
    items = 2**24  # of eight bytes: more than the whole file may have
    head = raw_gguf.entry("words", raw_gguf.ARRAY, raw_gguf.array_of(8, 2**17, b""))
    endless = raw_gguf.whole([head])[: 24 + len(head)] + bytes(items)
    server.put("/endless", endless)
    with pytest.raises(ModelFileInvalid):
        RemoteHeaders(open_client, max_bytes=2**20).read(remote(server, "/endless"))
    assert server.sent_bytes <= 2**20 + 2**16


def test_a_file_that_is_cut_short_is_told_by_its_size(server: FileServer, weights: Path) -> None:
    server.put("/cut", weights.read_bytes()[:-100])
    with pytest.raises(ModelFileInvalid, match="cut short"):
        RemoteHeaders(open_client).read(remote(server, "/cut"))


def test_the_other_parts_of_a_split_model_are_found_by_their_names() -> None:
    entries = [raw_gguf.entry_text("general.architecture", "llama")]
    files = {
        f"/m-0000{number}-of-00003.gguf": raw_gguf.whole(
            [*entries, raw_gguf.entry_u32("split.count", 3)],
            [raw_gguf.tensor(f"blk.{number}.x", (8,))],
            data=bytes(32),
        )
        for number in (1, 2, 3)
    }
    with FileServer(files) as server:
        found = RemoteHeaders(open_client).read_all([remote(server, "/m-00001-of-00003.gguf")])
    names = [each.header.tensors[0].name for each in found]
    assert names == ["blk.1.x", "blk.2.x", "blk.3.x"]
