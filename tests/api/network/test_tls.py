"""Encrypted for other machines, plain for this one: real certificates, real sockets."""

import datetime
import socket
import ssl
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

from desktop.api.network.certificates import (
    Certificate,
    CertificateFiles,
    CertificateUnusable,
    make_certificate,
    own_names,
)
from desktop.core.errors import SettingInvalid
from tests.api.conftest import Shelf
from tests.api.network.conftest import make_key
from tests.api.served import serving

pytestmark = pytest.mark.slow


def files_in(folder: Path) -> CertificateFiles:
    return CertificateFiles(folder / "tls" / "certificate.pem", folder / "tls" / "key.pem")


def test_other_machines_get_tls_and_this_one_does_not(
    tmp_path: Path, shelf: Shelf, own_address: str
) -> None:
    with serving(tmp_path, shelf.root, host="0.0.0.0", require_keys=True, tls="own") as served:
        key = make_key(served)
        port = served.address[1]
        fingerprint = served.http.get("/api/puna/settings").json()["certificate_sha256"]
        assert fingerprint == files_in(tmp_path).fingerprint
        context = ssl.create_default_context(cafile=files_in(tmp_path).certificate)
        headers = {"x-api-key": key}
        url = f"https://{own_address}:{port}"
        with httpx.Client(base_url=url, verify=context, headers=headers, trust_env=False) as http:
            assert http.get("/api/version").status_code == 200
            body = {"model": "script", "prompt": "x"}
            with http.stream("POST", "/api/generate", json=body, timeout=20) as reply:
                assert len(list(reply.iter_lines())) > 2
        with pytest.raises(httpx.HTTPError):
            httpx.get(f"http://{own_address}:{port}/", trust_env=False)
        with pytest.raises(httpx.ConnectError):
            httpx.get(f"https://127.0.0.1:{port}/", verify=context, trust_env=False)
        with socket.create_connection((own_address, port)) as silent:
            assert served.http.get("/api/version").status_code == 200  # nobody waits for it
            silent.close()


def test_streams_over_tls_end_with_the_service(
    tmp_path: Path, shelf: Shelf, own_address: str
) -> None:
    with serving(tmp_path, shelf.root, host=own_address, require_keys=True, tls="own") as served:
        context = ssl.create_default_context(cafile=files_in(tmp_path).certificate)
        url = f"https://{own_address}:{served.address[1]}/api/generate"
        body = {"model": "endless", "prompt": "x"}
        headers = {"x-api-key": make_key(served)}
        with (
            httpx.Client(verify=context, trust_env=False, timeout=20) as http,
            http.stream("POST", url, json=body, headers=headers) as reply,
        ):
            lines = reply.iter_lines()
            next(lines)
            served.stop()
            assert "the server is shutting down" in list(lines)[-1]


def test_a_given_certificate_is_used(tmp_path: Path, shelf: Shelf, own_address: str) -> None:
    files = CertificateFiles(tmp_path / "mine.pem", tmp_path / "mine.key")
    make_certificate(files, ["puna.example", own_address])
    settings: dict[str, Any] = {
        "tls": "files",
        "tls_certificate": str(files.certificate),
        "tls_key": str(files.key),
        "host": own_address,
        "require_keys": True,
    }
    with serving(tmp_path, shelf.root, **settings) as served:
        context = ssl.create_default_context(cafile=files.certificate)
        url = f"https://{own_address}:{served.address[1]}/api/version"
        assert httpx.get(url, verify=context, trust_env=False).status_code == 401


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_files_that_are_no_certificate_are_told(
    tmp_path: Path, shelf: Shelf, content: str | None, own_address: str
) -> None:
    path = tmp_path / "x.pem"
    if content:
        path.write_text(content)
    settings: dict[str, Any] = {"tls": "files", "tls_certificate": str(path), "tls_key": str(path)}
    with (
        pytest.raises(SettingInvalid, match=r"tls_certificate, tls_key is .*x\.pem"),
        serving(tmp_path, shelf.root, host=own_address, require_keys=True, **settings),
    ):
        pass


def test_our_certificate_is_renewed_with_its_key(tmp_path: Path) -> None:
    files = files_in(tmp_path)
    long_ago = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=380)
    make_certificate(files, own_names(), long_ago)
    old, key = files.fingerprint, files.key.read_bytes()
    certificate = Certificate(files, own=True)
    new = files.fingerprint
    assert new != old
    assert files.key.read_bytes() == key
    assert files.key.stat().st_mode & 0o077 == 0
    certificate.refresh()
    assert files.fingerprint == new


def test_our_certificate_has_all_our_names(tmp_path: Path) -> None:
    files = files_in(tmp_path)
    make_certificate(files, ["another-name"])
    old = files.fingerprint
    Certificate(files, own=True)
    assert files.fingerprint != old
    names = own_names()
    assert {"localhost", "127.0.0.1", socket.gethostname().lower()} <= set(names)


def test_a_key_that_is_damaged_is_told(tmp_path: Path) -> None:
    files = files_in(tmp_path)
    files.key.parent.mkdir()
    files.key.write_text("-----BEGIN NOTHING-----")
    with pytest.raises(CertificateUnusable, match="no certificate can be made"):
        Certificate(files, own=True)


def test_without_tls_nothing_of_it_is_loaded() -> None:
    code = "import sys, desktop.api.service; print('cryptography' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
