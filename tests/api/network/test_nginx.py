"""The recipe of `resources/help/nginx.conf`, with a real nginx in front of a real service."""

import contextlib
import json
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from desktop.api.network.certificates import CertificateFiles, make_certificate
from desktop.core.resources import resource
from tests.api.conftest import Shelf
from tests.api.network.conftest import make_key
from tests.api.served import WAIT_S, Json, Served, serving

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(NGINX is None, reason="nginx is not installed"),
]
FRAME = """
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 64; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    {recipe}
}}
"""


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


@contextlib.contextmanager
def nginx(folder: Path, served: Served, files: CertificateFiles) -> Iterator[int]:
    """Runs the recipe; gives its port."""
    port, (host, own_port) = free_port(), served.address
    recipe = resource("help/nginx.conf").read_text(encoding="utf-8")
    for recipes, ours in (
        ("listen 443 ssl;", f"listen 127.0.0.1:{port} ssl;"),
        ("http://127.0.0.1:11434", f"http://{host}:{own_port}"),
        ("/etc/ssl/certs/puna.example.pem", str(files.certificate)),
        ("/etc/ssl/private/puna.example.key", str(files.key)),
    ):
        assert recipe.count(recipes) == 1
        recipe = recipe.replace(recipes, ours)
    config = folder / "nginx.conf"
    config.write_text(FRAME.format(folder=folder, recipe=recipe))
    assert NGINX
    command = [NGINX, "-e", str(folder / "error.log"), "-p", str(folder), "-c", str(config)]
    process = subprocess.Popen(command, stderr=subprocess.PIPE)
    try:
        deadline = time.monotonic() + WAIT_S
        while True:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                break
            assert process.poll() is None, process.communicate()
            assert time.monotonic() < deadline
        yield port
    finally:
        process.terminate()
        process.communicate(timeout=WAIT_S)


@pytest.fixture(scope="module")
def proxied(
    tmp_path_factory: pytest.TempPathFactory, shelf: Shelf
) -> Iterator[tuple[Served, httpx.Client]]:
    """A service and a client that reaches it through nginx, as another machine would."""
    folder = tmp_path_factory.mktemp("nginx")
    folder.chmod(0o755)
    files = CertificateFiles(folder / "puna.pem", folder / "puna.key")
    make_certificate(files, ["puna.example"])
    context = ssl.create_default_context(cafile=files.certificate)
    with (
        serving(folder / "home", shelf.root, trusted_proxies=["127.0.0.1"]) as served,
        nginx(folder, served, files) as port,
        httpx.Client(
            base_url=f"https://127.0.0.1:{port}",
            headers={"host": "puna.example"},
            verify=context,
            trust_env=False,
            timeout=WAIT_S,
        ) as http,
    ):
        yield served, http


def asked(key: str, **body: object) -> Json:
    return {
        "headers": {"authorization": f"Bearer {key}"},
        "json": {"model": "endless", "prompt": "x"} | body,
        "extensions": {"sni_hostname": "puna.example"},
    }


Proxied = tuple[Served, httpx.Client]


def test_the_key_passes_and_is_needed(proxied: Proxied) -> None:
    served, http = proxied
    sni = {"sni_hostname": "puna.example"}
    reply = http.get("/api/tags", extensions=sni)
    assert (reply.status_code, reply.json()["code"]) == (401, "key_required")
    key = make_key(served)
    for header, shown in (("authorization", f"Bearer {key}"), ("x-api-key", key)):
        reply = http.get("/api/tags", headers={header: shown}, extensions=sni)
        assert reply.status_code == 200
    spoofed = {"x-forwarded-for": "127.0.0.1"}
    assert http.get("/api/puna/settings", headers=spoofed, extensions=sni).status_code == 401


def test_words_come_when_they_are_said(proxied: Proxied) -> None:
    served, http = proxied
    with http.stream("POST", "/api/generate", **asked(make_key(served))) as reply:
        assert reply.status_code == 200
        lines = reply.iter_lines()  # of an answer that never ends by itself
        assert json.loads(next(lines))["done"] is False
        assert json.loads(next(lines))["done"] is False
    deadline = time.monotonic() + WAIT_S
    while served.http.get("/api/puna/activity/running").json()["requests"]:
        assert time.monotonic() < deadline  # nginx passes on that the client hung up


def test_100_mb_pass_and_no_more(proxied: Proxied) -> None:
    served, http = proxied
    key = make_key(served)

    def sent(size: int) -> httpx.Response:
        return http.post(
            "/api/blobs/sha256:" + "0" * 64,
            content=bytes(size),
            headers={"authorization": f"Bearer {key}"},
            extensions={"sni_hostname": "puna.example"},
        )

    reply = sent(100 * 2**20)
    assert (reply.status_code, reply.json()["code"]) == (400, "digest_mismatch")
    assert sent(100 * 2**20 + 1).status_code == 413
