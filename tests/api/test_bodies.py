"""Bodies that are larger than any request needs."""

import asyncio
import socket

import pytest
from starlette.requests import Request
from starlette.types import Message

from desktop.api.bodies import MAX_BYTES, BodyTooLarge, body_of
from desktop.core.errors import RequestCanceled
from tests.api.served import Served

PIECE = bytes(2**20)


def asking(pieces: int, *, leaves: bool = False) -> Request:
    """A request whose body comes in pieces of a mebibyte, of which nothing tells the number."""
    left = pieces

    async def receive() -> Message:
        nonlocal left
        left -= 1
        if leaves and left < 0:
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": PIECE, "more_body": leaves or left > 0}

    return Request({"type": "http", "method": "POST", "headers": []}, receive)


def test_what_comes_in_pieces_is_put_together() -> None:
    assert asyncio.run(body_of(asking(3))) == PIECE * 3


def test_a_body_without_a_length_is_refused_when_it_is_too_large() -> None:
    with pytest.raises(BodyTooLarge):
        asyncio.run(body_of(asking(MAX_BYTES // len(PIECE) + 1)))


def test_a_client_that_leaves_in_between() -> None:
    with pytest.raises(RequestCanceled):
        asyncio.run(body_of(asking(2, leaves=True)))


@pytest.mark.parametrize("path", ["/api/chat", "/v1/chat/completions", "/api/copy"])
def test_one_that_tells_its_length_is_refused_at_once(puna: Served, path: str) -> None:
    url = puna.http.base_url
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {10**12}\r\n\r\n"
    with socket.create_connection((url.host, url.port or 80), timeout=5) as connection:
        connection.sendall(head.encode())
        reply = b""
        while b"body_too_large" not in reply and (piece := connection.recv(4096)):
            reply += piece
    assert reply.startswith(b"HTTP/1.1 413 ")
    assert b"body_too_large" in reply


@pytest.mark.parametrize(
    "body",
    [
        b"\xff\xfe",
        b"[]",
        b'{"model": "x"',
        b'{"options": ' + b'{"a":' * 5000 + b"1" + b"}" * 5000 + b"}",
    ],
)
def test_what_is_no_body_of_our_own_routes(puna: Served, body: bytes) -> None:
    for method, path in (("PUT", "aliases/x"), ("POST", "apps"), ("PATCH", "settings")):
        reply = puna.http.request(method, f"/api/puna/{path}", content=body)
        assert (reply.status_code, reply.json()["code"]) == (400, "invalid_request"), path
