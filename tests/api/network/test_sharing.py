"""Puna on the network: who gets in, with which key, and how strangers are answered."""

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from desktop.api.network.addresses import is_near
from desktop.api.network.listeners import PortTaken, bind
from desktop.api.network.sharing import SharingRefused
from desktop.api.network.slowing import FIRST_DELAY_S
from desktop.core import discovery
from tests.api.conftest import Shelf
from tests.api.network.conftest import make_key
from tests.api.served import Served, serving

pytestmark = pytest.mark.slow
FOREIGN = "https://evil.example"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("shared")


@pytest.fixture(scope="module")
def shared(home: Path, shelf: Shelf) -> Iterator[Served]:
    with serving(home, shelf.root, host="0.0.0.0", require_keys=True) as served:
        yield served


@pytest.fixture(scope="module")
def stranger(shared: Served, own_address: str) -> Iterator[httpx.Client]:
    """A client that comes from elsewhere."""
    url = f"http://{own_address}:{shared.address[1]}"
    with httpx.Client(base_url=url, trust_env=False, timeout=20) as http:
        yield http


def bearer(key: str) -> dict[str, str]:
    return {"authorization": f"Bearer {key}"}


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "puna.example"])
def test_without_keys_nobody_else_gets_in(tmp_path: Path, shelf: Shelf, host: str) -> None:
    with (
        pytest.raises(SharingRefused, match=rf'{host} without keys.*"require_keys": true.*'),
        serving(tmp_path, shelf.root, host=host),
    ):
        pass
    assert not (tmp_path / "puna.json").exists()


def test_programs_of_this_machine_find_it_on_loopback(shared: Served) -> None:
    assert shared.url.startswith("http://127.0.0.1:")
    assert shared.http.get("/api/version").status_code == 200
    assert shared.http.get("/").status_code == 200


def test_where_keys_are_required_this_machine_shows_one_too(shared: Served) -> None:
    assert shared.http.get("/api/tags").status_code == 401
    assert shared.http.get("/api/puna/apps").status_code == 200
    key = make_key(shared)
    assert shared.http.get("/api/tags", headers=bearer(key)).status_code == 200


def test_our_own_programs_have_the_key_of_the_discovery_file(
    shared: Served, home: Path, stranger: httpx.Client
) -> None:
    found = discovery.read(home / "puna.json")
    assert found
    assert discovery.find_server(home / "puna.json", {}) == (shared.url, found.key)
    assert discovery.find_server(home / "puna.json", {"OLLAMA_HOST": "h:1"}) == ("http://h:1", "")
    assert shared.http.get("/api/tags", headers=bearer(found.key)).status_code == 200
    assert stranger.get("/api/tags", headers=bearer(found.key)).status_code == 401


def test_a_stranger_without_a_key_is_told_in_its_own_dialect(stranger: httpx.Client) -> None:
    for path in ("/", "/api/version", "/api/tags", "/api/puna/settings", "/nowhere"):
        reply = stranger.get(path)
        assert (reply.status_code, reply.json()["code"]) == (401, "key_required")
        assert isinstance(reply.json()["error"], str)
        assert reply.headers["www-authenticate"].startswith("Bearer")
    reply = stranger.post("/v1/chat/completions", json={})
    assert (reply.status_code, reply.json()["error"]["code"]) == (401, "key_required")
    reply = stranger.post("/v1/messages", json={})
    assert reply.status_code == 401
    assert reply.json()["error"]["type"] == "authentication_error"


@pytest.mark.parametrize("header", ["authorization", "x-api-key"])
def test_a_key_opens(shared: Served, stranger: httpx.Client, header: str) -> None:
    key = make_key(shared)
    shown = {header: f"Bearer {key}" if header == "authorization" else key}
    body = {"model": "script", "prompt": "x", "stream": False}
    reply = stranger.post("/api/generate", json=body, headers=shown)
    assert reply.json()["response"] == "Hello big world"
    assert stranger.get("/api/puna/settings", headers=shown).status_code == 403


@pytest.mark.parametrize("key", ["sk-made-up", "puna_" + "x" * 43, "\xff\xfe"])
def test_a_wrong_key_does_not(stranger: httpx.Client, key: str) -> None:
    shown = {b"x-api-key": key.encode("latin-1")}
    reply = stranger.get("/api/tags", headers=shown)
    assert (reply.status_code, reply.json()["code"]) == (401, "key_invalid")


def test_wrong_keys_wait_and_nobody_else(shared: Served, caplog: pytest.LogCaptureFixture) -> None:
    key = make_key(shared)
    guesser = httpx.HTTPTransport(local_address="127.0.0.9")
    with httpx.Client(base_url=shared.url, transport=guesser, timeout=20) as http:
        waits = []
        for _ in range(4):
            reply = http.get("/api/tags", headers=bearer("ollama"))
            assert reply.status_code == 401
            waits.append(reply.elapsed.total_seconds())
        right = http.get("/api/tags", headers=bearer(key))
    assert waits[3] > FIRST_DELAY_S > max(waits[:3])
    assert right.status_code == 200
    assert right.elapsed.total_seconds() < FIRST_DELAY_S
    told = [each for each in caplog.messages if "wrong key" in each]
    assert told == [f"127.0.0.9 shows a wrong key ({count} lately)" for count in (1, 2, 4)]


def test_an_admin_s_key_opens_puna_s_own_routes_but_to_no_page(
    shared: Served, stranger: httpx.Client
) -> None:
    shown = bearer(make_key(shared, admin=True))
    assert stranger.get("/api/puna/settings", headers=shown).status_code == 200
    page = {"origin": f"http://{stranger.base_url.host}:{stranger.base_url.port}"}
    assert stranger.get("/api/puna/settings", headers=shown | page).status_code == 403
    fetched = {"sec-fetch-site": "same-origin"}
    assert stranger.get("/api/puna/settings", headers=shown | fetched).status_code == 403


def test_puna_s_own_routes_are_closed_to_what_a_page_can_send(shared: Served) -> None:
    for headers in (
        {"origin": "http://localhost:3000"},
        {"host": "evil.example"},
        {"sec-fetch-site": "cross-site"},
        {"x-forwarded-for": "10.0.0.1"},
        {"forwarded": "for=10.0.0.1"},
    ):
        reply = shared.http.get("/api/puna/settings", headers=headers)
        assert reply.status_code == 403, headers


def test_strangers_do_not_become_local_by_a_header(stranger: httpx.Client) -> None:
    for name in ("x-forwarded-for", "x-real-ip", "forwarded"):
        reply = stranger.get("/api/tags", headers={name: "127.0.0.1"})
        assert reply.status_code == 401, name


def test_an_address_of_its_own_is_reached_by_this_machine_on_loopback(
    tmp_path: Path, shelf: Shelf, own_address: str
) -> None:
    with serving(tmp_path, shelf.root, host=own_address, require_keys=True) as served:
        assert served.url.startswith("http://127.0.0.1:")
        assert served.http.get("/api/version").status_code == 200
        far = f"http://{own_address}:{served.address[1]}/api/version"
        assert httpx.get(far, trust_env=False).status_code == 401


def test_a_port_that_is_taken_on_loopback_is_told(
    tmp_path: Path, shelf: Shelf, own_address: str
) -> None:
    with bind("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with (
            pytest.raises(PortTaken),
            serving(tmp_path, shelf.root, host=own_address, port=port, require_keys=True),
        ):
            pass
    bind(own_address, port).close()  # nothing was left behind


def test_a_proxy_that_is_trusted_speaks_for_its_clients(tmp_path: Path, shelf: Shelf) -> None:
    with serving(tmp_path, shelf.root, trusted_proxies=["127.0.0.0/8", "10.9.0.0/16"]) as served:
        key = make_key(served)

        def status(hops: str | None, **headers: str) -> int:
            shown = ({"x-forwarded-for": hops} if hops else {}) | headers
            return served.http.get("/api/tags", headers=shown | {"host": "ai.example"}).status_code

        assert status(None) == 403  # a page whose name was rebound would come like this
        assert served.http.get("/api/tags").status_code == 200
        for hops in (
            "192.168.1.9",
            "127.0.0.1",
            "192.168.1.9:555",
            "1.2.3.4, 192.168.1.9, 10.9.0.1",
        ):
            assert status(hops) == 401, hops
            assert status(hops, authorization=f"Bearer {key}") == 200, hops
        for hops in ("8.8.8.8", "192.168.1.9, 8.8.8.8", "[2606:4700::1]:1", "nonsense", "unknown"):
            assert status(hops, authorization=f"Bearer {key}") == 403, hops
        local = {"x-forwarded-for": "127.0.0.1"}
        assert served.http.get("/api/puna/settings", headers=local).status_code == 401
        found = discovery.read(tmp_path / "puna.json")
        assert found
        assert status("127.0.0.1", authorization=f"Bearer {found.key}") == 401
        served.http.patch("/api/puna/settings", json={"allow_public": True})
        assert status("8.8.8.8", authorization=f"Bearer {key}") == 200


def test_pages_behind_a_proxy_may_be_its_own(tmp_path: Path, shelf: Shelf) -> None:
    with serving(tmp_path, shelf.root, trusted_proxies=["127.0.0.1"]) as served:
        headers = {"x-forwarded-for": "192.168.1.9", "host": "ai.example"}
        headers |= bearer(make_key(served))
        own, other = {"origin": "https://ai.example"}, {"origin": FOREIGN}
        assert served.http.get("/api/tags", headers=headers | own).status_code == 200
        assert served.http.get("/api/tags", headers=headers | other).status_code == 403


def test_settings_that_would_let_everybody_in_are_refused(tmp_path: Path, shelf: Shelf) -> None:
    def change(served: Served, **values: object) -> int:
        return served.http.patch("/api/puna/settings", json=values).status_code

    with serving(tmp_path, shelf.root) as served:
        assert change(served, host="0.0.0.0") == 400
        assert not (tmp_path / "settings.json").exists()
        assert change(served, host="0.0.0.0", require_keys=True) == 200
        assert served.http.get("/api/tags").status_code == 401  # at once
        assert change(served, require_keys=False) == 400
        assert change(served, host=None, require_keys=None) == 200
        assert served.http.get("/api/tags").status_code == 200


def test_both_kinds_of_addresses_are_one(tmp_path: Path, shelf: Shelf) -> None:
    if not socket.has_dualstack_ipv6():
        pytest.skip("this system has no IPv6")
    with serving(tmp_path, shelf.root, host="::", require_keys=True) as served:
        assert served.http.get("/api/version").status_code == 200
        assert served.http.get("/api/puna/settings").status_code == 200


@pytest.mark.parametrize(
    ("address", "near"),
    [
        ("127.0.0.1", True), ("::1", True), ("::ffff:127.0.0.1", True), ("10.1.2.3", True),
        ("172.16.0.1", True), ("172.32.0.1", False), ("100.64.1.1", True), ("fd00::9", True),
        ("fe80::1%eth0", True), ("::ffff:8.8.8.8", False), ("2606:4700::1", False), ("", False),
    ],
)  # fmt: skip
def test_who_is_near(address: str, near: bool) -> None:
    assert is_near(address) is near


def test_settings_say_what_holds_and_change_it(tmp_path: Path, shelf: Shelf) -> None:
    (tmp_path / "settings.json").write_text('{"parallel": 2}')
    with serving(tmp_path, shelf.root) as served:
        shown = served.http.get("/api/puna/settings").json()
        assert shown["file"] == str(tmp_path / "settings.json")
        assert shown["settings"]["parallel"] == {
            "value": 2, "source": "file", "default": 8, "variable": "OLLAMA_NUM_PARALLEL",
            "least": 1, "most": 256,
        }  # fmt: skip
        assert shown["settings"]["tls"]["choices"] == ["off", "own", "files"]
        assert shown["settings"]["port"]["source"] == "start"
        change = {"default_stream": False, "share_ollama": False, "origins": [FOREIGN]}
        reply = served.http.patch("/api/puna/settings", json=change)
        assert reply.json()["restart_needed"] == ["share_ollama"]
        assert json.loads((tmp_path / "settings.json").read_text()) == {"parallel": 2} | change
        page = {"origin": FOREIGN}
        assert served.http.get("/api/tags", headers=page).status_code == 200
        whole = served.post("/api/generate", {"model": "script", "prompt": "x"})
        assert whole.json()["done"] is True
        for body, words in (
            (b'{"port": -1}', "setting port is -1; allowed: between 0 and 65535"),
            (b'{"bogus": 1}', "setting bogus (in the request) is 1; allowed: the keys host,"),
            (b"[]", "Expected `object`, got `array`"),
            (b"\xff", "JSON is malformed"),
            (b'{"port":' + b"[" * 5000 + b"]" * 5000 + b"}", "the body is nested too deeply"),
        ):
            reply = served.http.patch("/api/puna/settings", content=body)
            assert reply.status_code == 400
            assert words in reply.json()["error"]
