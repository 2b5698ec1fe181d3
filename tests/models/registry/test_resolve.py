"""From what somebody typed to the files that are to be fetched."""

import json
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest

from desktop.core.errors import AppError, NotSupported
from desktop.models.downloads.transfer import Transfer
from desktop.models.manifests import PART_TYPE
from desktop.models.registry.endpoints import Endpoints
from desktop.models.registry.errors import (
    AccessDenied,
    InsecureProtocol,
    NotInRegistry,
    RegistryAnswerInvalid,
    RegistryRefused,
    RegistryUnreachable,
)
from desktop.models.registry.key import Key
from desktop.models.registry.resolve import MODEL, PROJECTOR, Resolver
from tests.models.registry.conftest import TINY
from tests.registry_server import RegistryServer, digest_of

SHARDED = '{"error":"The specified tag is a sharded GGUF. Ollama does not support this yet."}'
FILES = {
    "Q8_0/m-Q8_0-00001-of-00002.gguf": b"GGUF one",
    "Q8_0/m-Q8_0-00002-of-00002.gguf": b"GGUF two",
    "m-Q4_0.gguf": b"GGUF small",
    "mmproj-F16.gguf": b"GGUF eyes",
    "README.md": b"text",
}
PARTS = list(FILES)[:2]


def test_a_model_of_a_registry(server: RegistryServer, resolver: Resolver) -> None:
    pull = resolver.resolve("tiny")
    assert pull.name.short == "tiny:latest"
    assert pull.manifest == server.manifests["library/tiny:latest"]
    assert [file.kind for file in pull.files[:-1]] == ["model", "template", "license"]
    assert pull.files[-1].digest == digest_of(TINY["config"])
    weights = pull.files[0]
    assert (weights.size, weights.digest) == (len(TINY["model"]), digest_of(TINY["model"]))
    remote = pull.locate(weights)
    assert (remote.url, remote.size, remote.digest) == (weights.url, weights.size, weights.digest)


def test_the_token_stays_for_the_blobs(server: RegistryServer, resolver: Resolver) -> None:
    server.token_needed = True
    pull = resolver.resolve("tiny")
    assert [pull.locate(file).headers for file in pull.files] == [
        {"Authorization": "Bearer token-0"}
    ] * 4


def test_the_bytes_arrive_without_a_secret_for_who_sends_them(
    server: RegistryServer, resolver: Resolver, tmp_path: Path
) -> None:
    server.token_needed = server.blobs_elsewhere = True
    pull = resolver.resolve("tiny")
    for file in pull.files:
        transfer = Transfer(partial(pull.locate, file), tmp_path / file.kind.rpartition("/")[2])
        assert transfer.run(lambda _: None).digest == file.digest
    assert (tmp_path / "model").read_bytes() == TINY["model"]
    assert server.files.requests
    assert not any("authorization" in seen.headers for seen in server.files.requests)


def test_any_host_by_http(server: RegistryServer, resolver: Resolver) -> None:
    for text in (f"{server.host}/library/tiny", f"http://{server.host}/library/tiny:latest"):
        pull = resolver.resolve(text, insecure=True)
        assert pull.name.full == f"{server.host}/library/tiny:latest"
    with pytest.raises(InsecureProtocol):
        resolver.resolve(f"http://{server.host}/library/tiny")


@pytest.mark.parametrize(
    "text",
    ["../x", "m\0", "m" * 10_000, "模型", "a/../../b/c/d", "https://h/%2e%2e/x.gguf", "m:cloud"],
)
def test_bad_names_make_no_request(server: RegistryServer, resolver: Resolver, text: str) -> None:
    with pytest.raises(AppError) as caught:
        resolver.resolve(text)
    assert caught.value.status in (400, 403)
    assert server.requests == server.files.requests == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"layers": []}, "names no model"),
        ({"layers": [{"mediaType": MODEL, "digest": "sha256:x", "size": 1}]}, "bad digest"),
        ({"config": {"digest": "sha256:" + "1" * 64, "size": -5}}, "is damaged"),
    ],
)
def test_manifests_that_lie(
    server: RegistryServer, resolver: Resolver, change: dict[str, Any], said: str
) -> None:
    manifest = json.loads(server.manifests["library/tiny:latest"]) | change
    server.put_manifest("library/tiny:latest", json.dumps(manifest).encode())
    with pytest.raises(RegistryAnswerInvalid, match=f"^pull model manifest: .*{said}"):
        resolver.resolve("tiny")


def test_a_stub_of_the_cloud(server: RegistryServer, resolver: Resolver) -> None:
    server.put_model("library/big:latest", {"config": b'{"remote_host":"h","remote_model":"m"}'})
    with pytest.raises(NotSupported, match=r"^ollama cloud is disabled"):
        resolver.resolve("big")


def test_a_model_of_tensors(server: RegistryServer, resolver: Resolver) -> None:
    server.put_model("library/mlx:latest", {"tensor": b"x"})
    with pytest.raises(NotSupported, match=r"^this model requires MLX support"):
        resolver.resolve("mlx")


# ---- Hugging Face


def test_a_repository_that_its_registry_serves(server: RegistryServer, resolver: Resolver) -> None:
    server.put_model("user/repo:Q8_0", TINY)
    pull = resolver.resolve("hf.co/user/repo:Q8_0")
    assert pull.name.full == "hf.co/user/repo:Q8_0"
    assert pull.manifest == server.manifests["user/repo:Q8_0"]


@pytest.mark.parametrize("status", [400, 404])
def test_parts_come_from_the_hub(server: RegistryServer, resolver: Resolver, status: int) -> None:
    server.hub["user/repo"] = FILES
    server.fail("/v2/", status, SHARDED)
    pull = resolver.resolve("hf.co/user/repo:Q8_0")
    assert pull.name.full == "hf.co/user/repo:Q8_0"
    assert pull.manifest is None
    assert [(file.media_type, file.url) for file in pull.files] == [
        (MODEL, f"{server.url}/user/repo/resolve/main/{PARTS[0]}"),
        (PART_TYPE, f"{server.url}/user/repo/resolve/main/{PARTS[1]}"),
        (PROJECTOR, f"{server.url}/user/repo/resolve/main/mmproj-F16.gguf"),
    ]
    for file, content in zip(pull.files, [b"GGUF one", b"GGUF two", b"GGUF eyes"], strict=True):
        assert (file.size, file.digest) == (len(content), digest_of(content))
        assert httpx.get(pull.locate(file).url).content == content


def test_the_hubs_token_is_for_the_hub(
    server: RegistryServer, key: Key, http: httpx.Client, endpoints: Endpoints
) -> None:
    server.hub["user/repo"] = FILES
    resolver = Resolver(key, http, endpoints=endpoints, hub_token="hf_secret")
    pull = resolver.resolve("hf.co/user/repo:Q8_0")
    assert pull.locate(pull.files[0]).headers == {"Authorization": "Bearer hf_secret"}
    authorizations = [seen.headers.get("authorization") for seen in server.requests]
    assert authorizations == [None, "Bearer hf_secret"]
    plain = resolver.resolve("https://example.org/x.gguf")
    assert plain.locate(plain.files[0]).headers == {}


def test_the_registrys_reason_counts_if_the_hub_has_nothing(
    server: RegistryServer, resolver: Resolver
) -> None:
    server.hub["user/repo"] = FILES
    for text in ("hf.co/user/repo:Q2_K", "hf.co/user/none:Q8_0"):
        server.fail("/v2/", 400, SHARDED)
        with pytest.raises(RegistryRefused, match="sharded GGUF"):
            resolver.resolve(text)
    server.fail("/v2/", 400, SHARDED)
    server.fail("/api/", 0)
    with pytest.raises(RegistryRefused, match="sharded GGUF"):
        resolver.resolve("hf.co/user/repo:Q8_0")


def test_a_busy_registry_is_no_reason_to_ask_the_hub(
    server: RegistryServer, resolver: Resolver
) -> None:
    server.hub["user/repo"] = FILES
    server.fail("/v2/", 429, "slow down")
    with pytest.raises(RegistryRefused, match="429: slow down"):
        resolver.resolve("hf.co/user/repo:Q8_0")
    assert len(server.requests) == 1


def test_other_registries_have_no_hub(server: RegistryServer, resolver: Resolver) -> None:
    server.hub["library/none"] = FILES
    with pytest.raises(NotInRegistry, match=r"^pull model manifest: file does not exist$"):
        resolver.resolve("none:Q8_0")
    assert len(server.requests) == 1


def test_a_pasted_file_by_the_registry(server: RegistryServer, resolver: Resolver) -> None:
    server.put_model("user/repo:m-Q4_0.gguf", TINY)
    pull = resolver.resolve("https://huggingface.co/user/repo/blob/main/m-Q4_0.gguf")
    assert pull.name.full == "hf.co/user/repo:m-Q4_0.gguf"
    assert pull.manifest == server.manifests["user/repo:m-Q4_0.gguf"]


@pytest.mark.parametrize(
    ("path", "tag", "count"), [("m-Q4_0.gguf", "Q4_0", 2), (PARTS[1], "Q8_0", 3)]
)
def test_a_pasted_file_by_the_hub(
    server: RegistryServer, resolver: Resolver, path: str, tag: str, count: int
) -> None:
    server.hub["user/repo"] = FILES
    pull = resolver.resolve(f"https://huggingface.co/user/repo/resolve/main/{path}?download=true")
    assert pull.name.full == f"hf.co/user/repo:{tag}"
    assert (pull.manifest, len(pull.files)) == (None, count)
    assert pull.files[-1].kind == "projector"


def test_a_pasted_file_that_is_not_there(server: RegistryServer, resolver: Resolver) -> None:
    server.hub["user/repo"] = FILES
    with pytest.raises(NotInRegistry, match=r"^pull model manifest: file does not exist$"):
        resolver.resolve("https://huggingface.co/user/repo/blob/main/x.gguf")
    with pytest.raises(AccessDenied, match=r"^pull model manifest: unauthorized"):
        resolver.resolve("https://huggingface.co/user/none/blob/main/x.gguf")
    server.fail("/v2/", 503)
    with pytest.raises(RegistryRefused, match="503"):
        resolver.resolve("https://huggingface.co/user/repo/blob/main/m-Q4_0.gguf")


# ---- files anywhere


def test_a_file_anywhere(server: RegistryServer, resolver: Resolver) -> None:
    pull = resolver.resolve("https://example.org/a/Tiny-Q8_0.gguf?key=1")
    assert pull.name.short == "tiny:Q8_0"
    (file,) = pull.files
    assert (file.kind, file.size, file.digest, pull.manifest) == ("model", None, None, None)
    assert pull.locate(file).url == "https://example.org/a/Tiny-Q8_0.gguf?key=1"
    assert server.requests == []


def test_all_parts_of_a_file_anywhere(resolver: Resolver) -> None:
    text = "https://e.org/w-00002-of-00003.gguf/w-00002-of-00003.gguf?x=1"
    pull = resolver.resolve(text)
    assert [file.media_type for file in pull.files] == [MODEL, PART_TYPE, PART_TYPE]
    assert [file.url for file in pull.files] == [
        f"https://e.org/w-00002-of-00003.gguf/w-0000{number}-of-00003.gguf?x=1"
        for number in (1, 2, 3)
    ]


def test_nobody_there(key: Key, http: httpx.Client) -> None:
    endpoints = Endpoints(bases={"registry.ollama.ai": "http://127.0.0.1:1"})
    with pytest.raises(RegistryUnreachable, match=r"^pull model manifest: Get \"http"):
        Resolver(key, http, endpoints=endpoints).resolve("tiny")
