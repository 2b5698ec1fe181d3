"""Who is at the other end of a connection: real processes, real sockets."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator

import pytest

from desktop.hardware.sockets import Peers

CONNECT = "import socket, sys; s = socket.create_connection((sys.argv[1], int(sys.argv[2])));"


@pytest.fixture(params=["127.0.0.1", "::1"])
def listener(request: pytest.FixtureRequest) -> Iterator[socket.socket]:
    family = socket.AF_INET6 if ":" in request.param else socket.AF_INET
    with socket.socket(family) as listening:
        try:
            listening.bind((request.param, 0))
        except OSError:
            pytest.skip("this machine has no IPv6")
        listening.listen()
        yield listening


def test_our_own_connections(listener: socket.socket) -> None:
    peers, own = Peers(), listener.getsockname()[:2]
    for _ in range(2):
        with socket.create_connection(own) as client:
            found = peers.program(client.getsockname()[:2], own)
            assert found is not None
            assert os.path.realpath(sys.executable) in found.path


def test_another_program(listener: socket.socket) -> None:
    host, port = listener.getsockname()[:2]
    command = [sys.executable, "-c", CONNECT + "sys.stdin.read()", host, str(port)]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as process:
        connection, peer = listener.accept()
        with connection:
            found = Peers().program(peer[:2], connection.getsockname()[:2])
        assert process.stdin
        process.stdin.close()
    assert found is not None
    assert found.name.startswith("python")


def test_a_connection_that_is_gone(listener: socket.socket) -> None:
    own = listener.getsockname()[:2]
    assert Peers().program((own[0], 1), own) is None
    assert Peers().program(("not an address", 1), own) is None


@pytest.mark.skipif(sys.platform != "linux", reason="a socket for both kinds of addresses")
def test_ipv4_through_a_socket_for_both() -> None:
    with (
        socket.create_server(("::", 0), family=socket.AF_INET6, dualstack_ipv6=True) as both,
        socket.create_connection(("127.0.0.1", both.getsockname()[1])),
    ):
        connection, peer = both.accept()
        with connection:
            assert peer[0] == "::ffff:127.0.0.1"
            assert Peers().program(peer[:2], connection.getsockname()[:2])
