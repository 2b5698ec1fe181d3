"""Addresses, redirects, headers, proxies and certificates."""

import datetime
import ipaddress
import ssl
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from desktop.core.errors import DownloadFailed, DownloadStopped
from desktop.models.downloads.dialer import Dialer
from desktop.models.downloads.remote import RemoteFile
from desktop.models.hub_http import ProxyUnusable, make_client, user_agent
from tests.file_server import Fault, FileServer
from tests.models.downloads.fetching import PATH, Fetching, located


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Key and certificate of 127.0.0.1, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    now = datetime.datetime.now(datetime.UTC)
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(pem + signed.public_bytes(Encoding.PEM))
    return path


@pytest.fixture
def tls_server(certificate: Path, content: bytes) -> Iterator[FileServer]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with FileServer({PATH: content}, tls=context) as server:
        yield server


def test_headers_stay_with_their_host(
    server: FileServer, fetching: Fetching, content: bytes
) -> None:
    secret = {"Authorization": "Bearer x"}
    with FileServer({}) as registry:
        registry.redirects = {"/blob": "/again", "/again": server.url + PATH}
        fetched = fetching.run(lambda: RemoteFile(url=registry.url + "/blob", headers=secret))
        assert [asked.path for asked in registry.requests] == ["/blob", "/again"]
        assert {asked.headers.get("authorization") for asked in registry.requests} == {"Bearer x"}
    fetching.check(fetched, content)
    assert {asked.headers.get("authorization") for asked in server.requests} == {None}
    assert {asked.headers["user-agent"] for asked in server.requests} == {user_agent()}


def test_redirects_without_end(server: FileServer, fetching: Fetching) -> None:
    server.redirects[PATH] = PATH
    with pytest.raises(DownloadFailed, match="redirects more than 10 times"):
        fetching.run(located(server))
    assert len(server.requests) == 11


@pytest.mark.parametrize("target", ["ftp://host/x", "http://[", "http://host:x/"])
def test_redirects_to_nowhere(server: FileServer, fetching: Fetching, target: str) -> None:
    server.redirects[PATH] = target
    with pytest.raises(DownloadFailed, match="is not a web address"):
        fetching.run(located(server))


def test_an_expired_redirect_is_asked_for_again(
    server: FileServer, fetching: Fetching, content: bytes
) -> None:
    with FileServer({}) as registry:
        registry.redirects["/blob"] = server.url + PATH
        expired = Fault(status=403, body=b"expired")
        server.fail(expired, when=lambda asked: len(server.requests) > 4)
        remote = RemoteFile(url=registry.url + "/blob")
        fetching.check(fetching.run(lambda: remote), content)
        assert 2 <= len(registry.requests) <= 8


def test_by_a_proxy(server: FileServer, fetching: Fetching, content: bytes) -> None:
    dialer = Dialer(proxies={"http": server.url.replace("//", "//me:secret@")})
    remote = RemoteFile(url="http://models.example" + PATH)
    fetching.check(fetching.run(lambda: remote, http=dialer), content)
    assert all(asked.by_proxy for asked in server.requests)
    assert {asked.headers["host"] for asked in server.requests} == {"models.example"}
    assert server.requests[0].headers["proxy-authorization"] == "Basic bWU6c2VjcmV0"


def test_a_proxy_of_another_kind(server: FileServer, fetching: Fetching) -> None:
    dialer = Dialer(proxies={"http": "socks5://127.0.0.1:1"})
    with pytest.raises(ProxyUnusable, match="of the kind socks5"):
        fetching.run(lambda: RemoteFile(url="http://models.example/x"), http=dialer)


def test_no_proxy_for_this_machine(server: FileServer, fetching: Fetching, content: bytes) -> None:
    dialer = Dialer(proxies={"http": "http://127.0.0.1:1"})
    fetching.check(fetching.run(located(server), http=dialer), content)


def test_tls(tls_server: FileServer, fetching: Fetching, content: bytes, certificate: Path) -> None:
    dialer = Dialer(ssl.create_default_context(cafile=certificate))
    tls_server.fail(Fault(cut_after=20_000), times=3)
    fetching.check(fetching.run(located(tls_server, content), http=dialer), content)
    assert tls_server.sent_bytes == len(content)


def test_a_stopped_tls_connection_keeps_only_what_is_true(
    tls_server: FileServer, fetching: Fetching, content: bytes, certificate: Path
) -> None:
    dialer = Dialer(ssl.create_default_context(cafile=certificate))
    tls_server.rate = 1e5

    def watch(progress: object) -> None:
        if tls_server.sent_bytes > 100_000 and fetching.transfer:
            began_s.append(time.monotonic())
            fetching.transfer.stop()

    began_s: list[float] = []
    with pytest.raises(DownloadStopped):
        fetching.run(located(tls_server), http=dialer, watch=watch)
    assert time.monotonic() - began_s[0] < 3  # all of it takes six
    tls_server.rate = None
    tls_server.requests.clear()
    kept = fetching.kept_bytes
    fetching.check(fetching.run(located(tls_server, content), http=dialer), content)
    assert tls_server.sent_bytes == len(content) - kept


def test_a_certificate_that_nobody_knows(tls_server: FileServer, fetching: Fetching) -> None:
    with pytest.raises(DownloadFailed, match=r"^127\.0\.0\.1 cannot be trusted: ") as failed:
        fetching.run(located(tls_server))
    assert not failed.value.retryable


def test_https_never_becomes_http(
    tls_server: FileServer, server: FileServer, fetching: Fetching, certificate: Path
) -> None:
    dialer = Dialer(ssl.create_default_context(cafile=certificate))
    tls_server.redirects[PATH] = server.url + PATH
    with pytest.raises(DownloadFailed, match="redirects from https to an unprotected address"):
        fetching.run(located(tls_server), http=dialer)
    assert server.requests == []


def test_the_client_for_questions(server: FileServer, content: bytes) -> None:
    server.redirects["/old"] = PATH
    with make_client(headers={"X-Test": "1"}) as client:
        assert client.get(server.url + PATH).content == content
        assert client.get(server.url + "/old").status_code == 307
    assert server.requests[0].headers["user-agent"] == user_agent()
    assert server.requests[0].headers["x-test"] == "1"
    assert user_agent().startswith("ollama/")


def test_the_client_and_proxies(
    server: FileServer, content: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    with make_client() as client:
        assert client.get(server.url + PATH).content == content
    monkeypatch.setenv("all_proxy", "gopher://127.0.0.1:1")
    with pytest.raises(ProxyUnusable, match="of the kind"):
        make_client()
    monkeypatch.setenv("http_proxy", "http://[::1")
    monkeypatch.delenv("all_proxy")
    with pytest.raises(ProxyUnusable, match="an address that cannot be right"):
        make_client()
    monkeypatch.setenv("http_proxy", "proxy.example:many")
    with pytest.raises(ProxyUnusable, match="an address that cannot be right"):
        make_client()
    with pytest.raises(ProxyUnusable, match="an address that cannot be right"):
        Dialer().dial("http://models.example/m", 1.0)
