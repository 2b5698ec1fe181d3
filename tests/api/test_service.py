"""The socket, and an end that leaves nothing behind."""

import socket
from pathlib import Path

import pytest

from desktop.api.network.listeners import PortTaken, bind
from tests.api.conftest import Shelf
from tests.api.served import has_ended, serving


def test_small_writes_do_not_wait_for_acknowledgements() -> None:
    """asyncio sets TCP_NODELAY only on connections of a socket that names its protocol."""
    with bind("127.0.0.1", 0) as listener:
        assert listener.proto == socket.IPPROTO_TCP


def test_a_taken_port_is_named() -> None:
    with bind("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
        with pytest.raises(PortTaken, match=f"port {port} on 127.0.0.1 is already used"):
            bind("127.0.0.1", port)


@pytest.mark.slow
def test_the_end_of_the_service_ends_streams_and_workers(shelf: Shelf, tmp_path: Path) -> None:
    with serving(tmp_path, shelf.root) as served:
        worker = served.load("endless")
        with served.streaming("/api/generate", {"model": "endless", "prompt": "x"}) as lines:
            next(lines)
            assert (tmp_path / "puna.json").exists()
            served.stop()
            assert has_ended(worker)
            assert [line for line in lines if "error" in line] == [
                {"error": "the server is shutting down", "code": "request_canceled"}
            ]
    assert not (tmp_path / "puna.json").exists()
