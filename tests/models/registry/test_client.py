"""The registry protocol, with a real server: manifests, blobs, tokens, and every way to fail."""

import json
import socket

import httpx
import pytest

from desktop.core.errors import ModelNameInvalid
from desktop.models.manifests import MANIFEST_TYPE, MAX_MANIFEST_BYTES
from desktop.models.names import ModelName
from desktop.models.registry.client import Registry
from desktop.models.registry.endpoints import Endpoints
from desktop.models.registry.errors import (
    AccessDenied,
    NotInRegistry,
    RealmMismatch,
    RegistryAnswerInvalid,
    RegistryError,
    RegistryRefused,
    RegistryUnreachable,
)
from desktop.models.registry.key import Key
from tests.models.registry.conftest import TINY
from tests.registry_server import RegistryServer, digest_of

WEIGHTS = TINY["model"]
PLACE = "/v2/library/tiny/manifests/latest"


def registry(name: str, key: Key, http: httpx.Client, *, insecure: bool = True) -> Registry:
    return Registry(ModelName.parse(name), key, insecure=insecure, http=http)


def test_the_manifest_arrives_byte_for_byte(server: RegistryServer, tiny: Registry) -> None:
    server.put_manifest("library/tiny:latest", content := b' { "layers" :\n [ ] } \xff')
    assert tiny.manifest() == content
    (seen,) = server.requests
    assert seen.line == f"GET {PLACE}"
    assert seen.headers["accept"] == MANIFEST_TYPE
    assert seen.headers["accept-encoding"] == "identity"
    assert seen.headers["user-agent"].startswith("ollama/")
    assert "authorization" not in seen.headers


def test_a_blob_is_at_the_registry(server: RegistryServer, tiny: Registry) -> None:
    digest = digest_of(WEIGHTS)
    remote = tiny.blob(digest, len(WEIGHTS))
    assert remote.url == f"{server.url}/v2/library/tiny/blobs/{digest}"
    assert (remote.size, remote.digest, dict(remote.headers)) == (len(WEIGHTS), digest, {})
    server.blobs_elsewhere = True
    assert tiny.blob(digest, len(WEIGHTS)) == remote
    assert server.files.requests == []  # whoever fetches follows the redirect


def test_a_blob_that_is_missing(tiny: Registry) -> None:
    with pytest.raises(NotInRegistry, match=r"^file does not exist$"):
        tiny.blob("sha256:" + "0" * 64, 1)


def test_a_registry_without_head(server: RegistryServer, tiny: Registry) -> None:
    server.fail("HEAD", 405)
    assert tiny.blob(digest_of(WEIGHTS), 1).url.startswith(server.url)


def test_a_small_blob_by_redirect_and_without_the_token(
    server: RegistryServer, tiny: Registry
) -> None:
    server.token_needed = server.blobs_elsewhere = True
    assert tiny.content(digest_of(WEIGHTS), len(WEIGHTS)) == WEIGHTS
    (seen,) = server.files.requests
    assert "authorization" not in seen.headers
    assert "authorization" in server.requests[-1].headers


def test_a_small_blob_with_another_content(server: RegistryServer, tiny: Registry) -> None:
    server.blobs[digest_of(WEIGHTS)] = b"other"
    with pytest.raises(RegistryAnswerInvalid, match="has another content"):
        tiny.content(digest_of(WEIGHTS), len(WEIGHTS))
    server.blobs[digest_of(WEIGHTS)] = WEIGHTS + b"longer"
    with pytest.raises(RegistryAnswerInvalid, match=f"more than {len(WEIGHTS)} bytes"):
        tiny.content(digest_of(WEIGHTS), len(WEIGHTS))


# ---- tokens


def test_a_token_is_asked_for_once(server: RegistryServer, tiny: Registry, key: Key) -> None:
    server.token_needed = True
    server.tokens.known_keys = {key.public}
    assert json.loads(tiny.manifest())["schemaVersion"] == 2
    remote = tiny.blob(digest_of(WEIGHTS), 1)
    assert server.tokens.complaints == []
    assert dict(remote.headers) == {"Authorization": "Bearer token-0"}
    assert [line.split("/")[-1] for line in server.lines] == [
        "latest",
        "token",
        "latest",
        digest_of(WEIGHTS),
    ]


def test_a_token_too_old_is_replaced(server: RegistryServer, tiny: Registry) -> None:
    server.token_needed = True
    tiny.manifest()
    server.tokens.given = {"a", "b"}
    remote = tiny.blob(digest_of(WEIGHTS), 1)
    assert dict(remote.headers) == {"Authorization": "Bearer token-2"}


def test_a_key_that_is_not_known(server: RegistryServer, tiny: Registry) -> None:
    server.token_needed = True
    server.tokens.known_keys = set()
    with pytest.raises(
        AccessDenied, match=r"^pull model manifest: unauthorized: access denied$"
    ) as caught:
        tiny.manifest()
    assert caught.value.code == "registry_access_denied"
    assert server.tokens.complaints == ["the key is not known"]


def test_a_token_that_does_not_help(server: RegistryServer, tiny: Registry) -> None:
    server.token_needed = True
    server.tokens.answers_with = b'{"access_token":"useless"}'
    with pytest.raises(AccessDenied, match=r"^pull model manifest: unauthorized: access denied$"):
        tiny.manifest()
    assert server.requests[-1].headers["authorization"] == "Bearer useless"


def test_hugging_face_says_401_of_what_is_not_there(
    server: RegistryServer, key: Key, http: httpx.Client, endpoints: Endpoints
) -> None:
    server.token_needed = True
    server.tokens.known_keys = set()
    name = ModelName.parse("hf.co/user/none")
    hub = Registry(name, key, insecure=False, http=http, endpoints=endpoints)
    with pytest.raises(AccessDenied, match=r"access denied \(Hugging Face says this of a repo"):
        hub.manifest()


@pytest.mark.parametrize(
    "body", [b"", b"[]", b'{"token":""}', b'{"token":"a\\nb"}', b'{"token":7}']
)
def test_a_token_that_is_none(server: RegistryServer, tiny: Registry, body: bytes) -> None:
    server.token_needed = True
    server.tokens.answers_with = body
    with pytest.raises(RegistryAnswerInvalid, match=r"^pull model manifest: the registry"):
        tiny.manifest()


def test_the_realm_may_not_be_elsewhere(server: RegistryServer, tiny: Registry) -> None:
    server.token_needed = True
    server.tokens.realm = f"{server.files.url}/token"
    with pytest.raises(RealmMismatch) as caught:
        tiny.manifest()
    assert str(caught.value) == (
        f'realm host "{server.files.host}" does not match original host "{server.host}"'
    )
    assert caught.value.code == "registry_realm_mismatch"
    assert server.files.requests == []
    assert len(server.requests) == 1


@pytest.mark.parametrize("realm", ["", "Authentication required", "//", "http://[", "/token"])
def test_a_realm_that_is_no_address(server: RegistryServer, tiny: Registry, realm: str) -> None:
    server.token_needed = True
    server.tokens.realm = realm
    with pytest.raises((RealmMismatch, RegistryAnswerInvalid), match=r"realm|not an address"):
        tiny.manifest()
    assert len(server.requests) == 1


def test_a_401_that_asks_for_no_token(server: RegistryServer, tiny: Registry) -> None:
    server.fail(PLACE, 401, '{"error":"Invalid username or password."}')
    with pytest.raises(RegistryRefused) as caught:
        tiny.manifest()
    said = 'pull model manifest: 401: {"error":"Invalid username or password."}'
    assert str(caught.value) == said


def test_the_token_server_fails(server: RegistryServer, tiny: Registry) -> None:
    server.token_needed = True
    server.fail("/token", 500, "oops")
    with pytest.raises(RegistryRefused, match=r"^pull model manifest: 500: oops$"):
        tiny.manifest()


# ---- failures


def test_an_unknown_model(key: Key, http: httpx.Client, server: RegistryServer) -> None:
    with pytest.raises(
        NotInRegistry, match=r"^pull model manifest: file does not exist$"
    ) as caught:
        registry(f"{server.host}/library/none", key, http).manifest()
    assert caught.value.code == "model_not_found_in_registry"
    assert not caught.value.retryable


@pytest.mark.parametrize(
    ("status", "body", "said", "retryable"),
    [
        (429, "slow down", "429: slow down", True),
        (500, "", "500", True),
        (503, "a\r\n\x00b", "503: a b", True),
        (400, '{"error":"no"}', '400: {"error":"no"}', False),
        (418, "é" * 5000, "418: " + "é" * 1000, False),
    ],
)
def test_other_statuses(
    server: RegistryServer, tiny: Registry, status: int, body: str, said: str, retryable: bool
) -> None:
    server.fail(PLACE, status, body)
    with pytest.raises(RegistryRefused) as caught:
        tiny.manifest()
    assert str(caught.value) == f"pull model manifest: {said}"
    assert caught.value.code == "registry_refused"
    assert (caught.value.http_status, caught.value.retryable) == (status, retryable)
    assert caught.value.status == 500


def test_nobody_listens(key: Key, http: httpx.Client) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(RegistryUnreachable) as caught:
        registry(f"127.0.0.1:{port}/library/tiny", key, http).manifest()
    assert str(caught.value) == (
        f'pull model manifest: Get "http://127.0.0.1:{port}{PLACE}":'
        f" dial tcp 127.0.0.1:{port}: connect: connection refused"
    )
    assert caught.value.retryable


def test_no_such_host(key: Key, http: httpx.Client) -> None:
    with pytest.raises(RegistryUnreachable) as caught:
        registry("no-such-host.invalid/library/tiny", key, http, insecure=False).manifest()
    said = str(caught.value)
    assert said.startswith(f'pull model manifest: Get "https://no-such-host.invalid{PLACE}": ')
    assert "lookup no-such-host.invalid: " in said


def test_https_to_a_server_without_it(server: RegistryServer, key: Key, http: httpx.Client) -> None:
    with pytest.raises(RegistryUnreachable, match="server gave HTTP response to HTTPS client"):
        registry(f"{server.host}/library/tiny", key, http, insecure=False).manifest()
    assert registry(f"{server.host}/library/tiny", key, http).manifest()


def test_insecure_makes_http_of_a_given_address(key: Key, http: httpx.Client) -> None:
    endpoints = Endpoints(bases={"r": "https://other:5000/root/"})
    name = ModelName.parse("r/a/b")
    one = Registry(name, key, insecure=True, http=http, endpoints=endpoints)
    assert str(one.url("x")) == "http://other:5000/root/v2/a/b/x"


def test_the_connection_is_cut(server: RegistryServer, tiny: Registry) -> None:
    server.fail(PLACE, 0)
    with pytest.raises(RegistryUnreachable, match="unexpected EOF"):
        tiny.manifest()


def test_a_body_that_breaks_off(server: RegistryServer, tiny: Registry) -> None:
    server.fail(PLACE, 200, "{", Content_Length="2", Connection="close")
    with pytest.raises(RegistryUnreachable, match=r"^pull model manifest: Get .*unexpected EOF"):
        tiny.manifest()


def test_a_manifest_without_end(server: RegistryServer, tiny: Registry) -> None:
    server.put_manifest("library/tiny:latest", b" " * (MAX_MANIFEST_BYTES + 1))
    with pytest.raises(RegistryAnswerInvalid, match="more than 16777216 bytes"):
        tiny.manifest()


@pytest.mark.parametrize("host", ["a:b", "h:99999999", "xn--0", "a..b", "a.-b:1:2"])
def test_hosts_that_are_no_address(key: Key, http: httpx.Client, host: str) -> None:
    with pytest.raises((ModelNameInvalid, RegistryError)):
        registry(f"{host}/ns/model", key, http).manifest()


# ---- redirects of manifests


def test_a_manifest_by_redirect_gets_no_token(server: RegistryServer, tiny: Registry) -> None:
    server.token_needed = True
    tiny.manifest()
    server.files.fail("GET /moved", 200, "{}")
    server.fail(PLACE, 302, Location=f"{server.files.url}/moved")
    assert tiny.manifest() == b"{}"
    assert "authorization" in server.requests[-1].headers
    assert "authorization" not in server.files.requests[-1].headers


def test_a_401_of_a_redirect_target_gets_no_proof(server: RegistryServer, tiny: Registry) -> None:
    server.fail(PLACE, 302, Location=f"{server.files.url}/moved")
    challenge = f'Bearer realm="{server.files.url}/token"'
    server.files.fail("GET /moved", 401, "no", WWW_Authenticate=challenge)
    with pytest.raises(RegistryRefused, match=r"^pull model manifest: 401: no$"):
        tiny.manifest()
    assert len(server.files.requests) == 1


def test_redirects_without_end(server: RegistryServer, tiny: Registry) -> None:
    server.fail(PLACE, 307, Location=PLACE, times=99)
    with pytest.raises(RegistryAnswerInvalid, match="stopped after 10 redirects"):
        tiny.manifest()
    assert len(server.requests) == 11


@pytest.mark.parametrize(
    "target", ["ftp://127.0.0.1/x", "http://h:port/", "http://xn--0/", "file:///etc/passwd"]
)
def test_redirects_to_nowhere(server: RegistryServer, tiny: Registry, target: str) -> None:
    server.fail(PLACE, 307, Location=target)
    with pytest.raises(
        RegistryError, match=r"sent us to|no usable address|Invalid URL|not an address"
    ):
        tiny.manifest()
