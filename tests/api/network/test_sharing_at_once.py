"""Sharing is switched on and off under the running server: real sockets, nothing interrupted."""

import contextlib
import ssl
from pathlib import Path
from typing import Any

import httpx
import pytest

from desktop.api.network.listeners import bind
from tests.api.conftest import Shelf
from tests.api.network.conftest import make_key
from tests.api.served import Served, serving

pytestmark = pytest.mark.slow
EVERYWHERE = {"host": "0.0.0.0", "require_keys": True}
PRIVATE = {"host": None, "require_keys": None, "tls": None}


def change(served: Served, **values: Any) -> httpx.Response:
    return served.http.patch("/api/puna/settings", json=values)


def changed(served: Served, values: dict[str, Any]) -> dict[str, Any]:
    reply = change(served, **values)
    assert reply.status_code == 200, reply.text
    assert reply.json()["restart_needed"] == []
    return dict(reply.json())


def far(served: Served, address: str, scheme: str = "http") -> str:
    return f"{scheme}://{address}:{served.address[1]}"


def is_open(url: str) -> bool:
    try:
        return httpx.get(f"{url}/api/version", trust_env=False).status_code == 401
    except httpx.ConnectError:
        return False


def test_on_and_off_while_answers_go_on(tmp_path: Path, shelf: Shelf, own_address: str) -> None:
    with serving(tmp_path, shelf.root) as served:
        url, key = far(served, own_address), make_key(served)
        body = {"model": "endless", "prompt": "x"}
        with contextlib.ExitStack() as streams:
            mine = streams.enter_context(served.streaming("/api/generate", body))
            next(mine)
            assert not is_open(url)
            seen = changed(served, EVERYWHERE)
            note = f"other machines reach it by http at 0.0.0.0, port {served.address[1]}"
            assert note in seen["notes"]
            assert is_open(url)
            http = streams.enter_context(httpx.Client(trust_env=False, timeout=20))
            reply = streams.enter_context(
                http.stream("POST", f"{url}/api/generate", json=body, headers={"x-api-key": key})
            )
            theirs = reply.iter_lines()
            next(theirs)
            assert note not in changed(served, PRIVATE)["notes"]
            assert not is_open(url)
            for lines in (mine, theirs):  # both go on
                for _ in range(20):
                    next(lines)
            assert served.http.get("/api/tags").status_code == 200


def test_an_idle_connection_ends_with_sharing(
    tmp_path: Path, shelf: Shelf, own_address: str
) -> None:
    with serving(tmp_path, shelf.root) as served:
        changed(served, EVERYWHERE)
        with httpx.Client(base_url=far(served, own_address), trust_env=False, timeout=20) as http:
            assert http.get("/api/version").status_code == 401
            changed(served, PRIVATE)
            with pytest.raises(httpx.TransportError):
                http.get("/api/version")


def test_encryption_comes_and_goes(tmp_path: Path, shelf: Shelf, own_address: str) -> None:
    with serving(tmp_path, shelf.root) as served:
        headers = {"x-api-key": make_key(served)}
        seen = changed(served, EVERYWHERE | {"tls": "own"})
        assert seen["certificate_sha256"]
        certificate = tmp_path / "tls" / "certificate.pem"
        context = ssl.create_default_context(cafile=certificate)
        url = far(served, own_address, "https")
        with httpx.Client(verify=context, trust_env=False, headers=headers) as http:
            assert http.get(f"{url}/api/version").status_code == 200
            changed(served, {"tls": "off"})
            assert is_open(far(served, own_address))
            assert http.get(f"{url}/api/version").status_code == 200  # it was there before


def test_started_shared_it_becomes_private_and_shared_again(
    tmp_path: Path, shelf: Shelf, own_address: str
) -> None:
    (tmp_path / "settings.json").write_text('{"host": "0.0.0.0", "require_keys": true}')
    with serving(tmp_path, shelf.root) as served:
        for _ in range(3):
            assert is_open(far(served, own_address))
            changed(served, PRIVATE)
            assert not is_open(far(served, own_address))
            changed(served, EVERYWHERE)
        changed(served, {"host": own_address})
        assert is_open(far(served, own_address))
        assert served.http.get("/api/version").status_code == 200


def test_what_cannot_be_opened_is_refused_and_nothing_changes(
    tmp_path: Path, shelf: Shelf, own_address: str
) -> None:
    with serving(tmp_path, shelf.root) as served, bind(own_address, served.address[1]):
        for values, status, code in (
            (EVERYWHERE, 409, "port_taken"),
            (EVERYWHERE | {"host": own_address}, 409, "port_taken"),
            (EVERYWHERE | {"host": "203.0.113.9"}, 400, "address_unusable"),
            ({"host": "0.0.0.0"}, 400, "sharing_refused"),
        ):
            reply = change(served, **values)
            assert (reply.status_code, reply.json()["code"]) == (status, code)
        assert not (tmp_path / "settings.json").exists()
        assert served.http.get("/api/tags").status_code == 200


def test_a_certificate_that_is_none_is_refused(tmp_path: Path, shelf: Shelf) -> None:
    nothing = str(tmp_path / "nothing.pem")
    files = {"tls": "files", "tls_certificate": nothing, "tls_key": nothing}
    with serving(tmp_path, shelf.root) as served:
        reply = change(served, **EVERYWHERE, **files)
        assert (reply.status_code, reply.json()["code"]) == (400, "setting_invalid")
        changed(served, EVERYWHERE)


def test_another_program_finds_the_port_taken_while_it_is_shared(
    tmp_path: Path, shelf: Shelf, own_address: str
) -> None:
    with serving(tmp_path, shelf.root) as served:
        changed(served, EVERYWHERE)
        for host in ("127.0.0.1", "0.0.0.0", own_address):
            reply = None
            with contextlib.suppress(Exception):
                reply = bind(host, served.address[1])
            assert reply is None, host
