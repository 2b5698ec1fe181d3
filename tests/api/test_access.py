"""Which pages and which names may reach the server."""

import logging
import socket
from pathlib import Path
from typing import Any

import httpx
import pytest

from desktop.api.desk import make_desk
from desktop.api.routes import make_application
from desktop.core.paths import Paths
from desktop.core.preferences import Preferences
from desktop.models.found.places import Surroundings
from tests.api.conftest import Shelf
from tests.api.served import Served

FOREIGN = "https://evil.example"
METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"]


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def reach(shelf: Shelf, tmp_path: Path) -> Any:
    """Asks an application with these settings, without a socket, as anybody from anywhere."""

    async def ask(path: str = "/", method: str = "GET", **given: Any) -> httpx.Response:
        chosen = {"models_dir": str(shelf.root)} | given.pop("settings", {})
        preferences = Preferences(tmp_path / "settings.json", {}, chosen)
        machine = Surroundings(home=tmp_path, environ={}, platform="linux", system=tmp_path)
        desk = make_desk(preferences, Paths.of({"PUNA_HOME": str(tmp_path)}), machine)
        transport = httpx.ASGITransport(
            make_application(desk), client=given.pop("client", ("127.0.0.1", 5))
        )
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as http:
            return await http.request(method, path, **given)

    return ask


@pytest.mark.parametrize("method", METHODS)
def test_foreign_pages_are_refused_whatever_they_do(puna: Served, method: str) -> None:
    for origin in (FOREIGN, "null", "http://[::1]:3000", "chrome-extension://abc", "x"):
        reply = puna.http.request(method, "/", headers={"origin": origin})
        assert (reply.status_code, reply.content) == (403, b""), origin
        assert "access-control-allow-origin" not in reply.headers


@pytest.mark.parametrize(
    "origin",
    [
        "http://localhost",
        "https://localhost:3000",
        "http://127.0.0.1:8080",
        "http://0.0.0.0",
        "app://obsidian.md",
        "file://",
        "tauri://localhost",
        "vscode-webview://0a1b",
        "vscode-file://vscode-app",
    ],
)
def test_pages_of_this_machine_are_welcome(puna: Served, origin: str) -> None:
    reply = puna.http.get("/", headers={"origin": origin})
    assert reply.status_code == 200
    assert reply.headers["access-control-allow-origin"] == origin
    assert reply.headers["vary"] == "Origin"
    assert "access-control-allow-credentials" not in reply.headers


@pytest.mark.parametrize(
    "origin", ["http://localhost.evil.example", "http://evil.example:80", "ftp://localhost"]
)
def test_lookalikes_are_not(puna: Served, origin: str) -> None:
    assert puna.http.get("/", headers={"origin": origin}).status_code == 403


def test_errors_carry_the_headers_too(puna: Served) -> None:
    headers = {"origin": "http://localhost:3000"}
    for reply in (
        puna.http.get("/x", headers=headers),
        puna.http.get("/api/chat", headers=headers),
    ):
        assert reply.status_code in (404, 405)
        assert reply.headers["access-control-allow-origin"] == headers["origin"]


def test_preflight(puna: Served) -> None:
    origin = "http://localhost:3000"
    reply = puna.http.options("/api/chat", headers={"origin": origin})
    assert (reply.status_code, reply.content) == (204, b"")
    assert reply.headers["access-control-allow-origin"] == origin
    assert reply.headers["access-control-max-age"] == "43200"
    methods = reply.headers["access-control-allow-methods"]
    assert methods == "GET,POST,PUT,PATCH,DELETE,HEAD,OPTIONS"
    allowed = reply.headers["access-control-allow-headers"].split(",")
    for name in ("Authorization", "Content-Type", "OpenAI-Beta", "x-stainless-runtime-version"):
        assert name in allowed
    assert "content-length" not in reply.headers


def test_options_without_an_origin(puna: Served) -> None:
    assert puna.http.options("/").status_code == 405  # the host is an address
    assert puna.http.options("/", headers={"host": "localhost"}).status_code == 204


def test_an_empty_origin_is_none(puna: Served) -> None:
    assert puna.http.get("/", headers={"origin": ""}).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "8.8.8.8", "[2606:4700::1]:80", "local"]
)
@pytest.mark.parametrize("method", METHODS)
def test_rebound_names_are_refused(puna: Served, method: str, host: str) -> None:
    reply = puna.http.request(method, "/api/tags", headers={"host": host})
    assert (reply.status_code, reply.content) == (403, b"")


def test_a_rebound_page_has_its_own_origin_and_is_refused(puna: Served) -> None:
    headers = {"host": "evil.example:11434", "origin": "http://evil.example:11434"}
    assert puna.http.get("/", headers=headers).status_code == 403


@pytest.mark.parametrize(
    "host",
    ["localhost", "LocalHost:1", "a.localhost", "puna.local", "x.internal", "127.1.2.3", "[::1]:5",
     "192.168.1.5:11434", "0.0.0.0", "host.docker.internal", "localhost."],
)  # fmt: skip
def test_own_names_are_accepted(puna: Served, host: str) -> None:
    assert puna.http.get("/", headers={"host": host}).status_code == 200


def test_http_without_a_host(puna: Served) -> None:
    with socket.create_connection(puna.address) as connection:
        connection.sendall(b"GET / HTTP/1.0\r\n\r\n")
        assert b" 200 " in connection.makefile("rb").readline()


@pytest.mark.anyio
async def test_the_server_s_own_origin_is_not_foreign(reach: Any) -> None:
    headers = {"host": "puna.example:8080", "origin": "http://puna.example:8080"}
    reply = await reach(settings={"host": "0.0.0.0"}, headers=headers)
    assert reply.status_code == 200
    headers["origin"] = "http://puna.example:8081"
    assert (await reach(settings={"host": "0.0.0.0"}, headers=headers)).status_code == 403


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("address", "status"),
    [("127.0.0.1", 403), ("127.0.0.2", 403), ("::1", 403), ("localhost", 403),
     ("0.0.0.0", 200), ("::", 200), ("192.168.1.5", 200), ("", 200)],
)  # fmt: skip
async def test_hosts_are_checked_on_loopback_only(reach: Any, address: str, status: int) -> None:
    reply = await reach(settings={"host": address}, headers={"host": "puna.example"})
    assert reply.status_code == status


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("pattern", "origin", "status"),
    [
        ("https://chat.example", "https://chat.example", 200),
        ("https://chat.example", "https://chat.example:444", 403),
        ("https://chat.example", "https://chatxexample", 403),
        ("chrome-extension://*", "chrome-extension://abcdef", 200),
        ("http://*.lan:*", "http://puna.lan:3000", 200),
        ("http://[::1]:*", "http://[::1]:3000", 200),
        ("http://[::1]:*", "http://1:3000", 403),
        ("http://a?c", "http://abc", 403),
    ],
)
async def test_origins_of_the_settings(reach: Any, pattern: str, origin: str, status: int) -> None:
    reply = await reach(settings={"origins": (pattern,)}, headers={"origin": origin})
    assert reply.status_code == status
    assert reply.headers.get("access-control-allow-origin") == (origin if status == 200 else None)


@pytest.mark.anyio
async def test_everybody_is_welcome_with_a_star(reach: Any) -> None:
    for method in ("GET", "OPTIONS"):
        reply = await reach("/", method, settings={"origins": ("*",)}, headers={"origin": FOREIGN})
        assert reply.headers["access-control-allow-origin"] == "*"
        assert "vary" not in reply.headers


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("client", "status"),
    [("192.168.1.5", 401), ("8.8.8.8", 403), ("2606:4700::1", 403), ("testclient", 403)],
)
async def test_files_are_imported_for_this_machine_only(
    reach: Any, client: str, status: int
) -> None:
    everywhere = {"host": "0.0.0.0"}
    body = {"path": "/etc/passwd"}
    reply = await reach(
        "/api/puna/import", "POST", settings=everywhere, client=(client, 5), json=body
    )
    assert reply.status_code == status
    reply = await reach(
        "/api/puna/import", "POST", settings=everywhere, client=("::1", 5), json=body
    )
    assert reply.json()["error"] == "/etc/passwd is not a GGUF file."


def test_a_request_is_one_line_in_the_log(puna: Served, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "desktop.api.access_log")
    for _ in range(2):  # the first one's line is there when the second one is answered
        assert puna.http.get("/api/none%0A2026-01-01 I am another line").status_code == 404
    line = next(each.getMessage() for each in caplog.records if "none" in each.getMessage())
    assert line.startswith("GET /api/none%0A2026-01-01%20I%20am%20another%20line 404 ")
