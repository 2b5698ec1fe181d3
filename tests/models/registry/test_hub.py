"""Files of Hugging Face: which of them make up a model."""

from collections.abc import Iterable

import httpx
import pytest

from desktop.models.registry.errors import (
    AccessDenied,
    NotInRegistry,
    RegistryAnswerInvalid,
    RegistryRefused,
)
from desktop.models.registry.file_names import FileName
from desktop.models.registry.hub import Hub, HubFile, pick, with_file
from tests.registry_server import RegistryServer, digest_of

REPOSITORY = [
    "m-Q4_K_M.gguf",
    "m-Q8_0.gguf",
    "m-UD-Q4_K_XL.gguf",
    "BF16/m-BF16-00001-of-00002.gguf",
    "BF16/m-BF16-00002-of-00002.gguf",
    "odd/Q2_K/part-00001-of-00003.gguf",
    "odd/Q2_K/part-00003-of-00003.gguf",
    "mmproj-BF16.gguf",
    "mmproj-F16.gguf",
    "BF16/mmproj-Q8_0.gguf",
]


def listed(paths: Iterable[str]) -> list[HubFile]:
    found = []
    for size, path in enumerate(paths, 1):
        name = FileName.of(path.rpartition("/")[2])
        assert name
        found.append(HubFile(path=path, size=size, digest=None, name=name))
    return found


@pytest.mark.parametrize(
    ("tag", "paths", "projector"),
    [
        ("latest", ["m-Q4_K_M.gguf"], "mmproj-F16.gguf"),
        ("q4_k_m", ["m-Q4_K_M.gguf"], "mmproj-F16.gguf"),
        ("m-Q8_0.gguf", ["m-Q8_0.gguf"], "mmproj-F16.gguf"),
        ("m-Q8_0", ["m-Q8_0.gguf"], "mmproj-F16.gguf"),
        ("Q4_K_XL", ["m-UD-Q4_K_XL.gguf"], "mmproj-F16.gguf"),
        ("UD-Q4_K_XL", ["m-UD-Q4_K_XL.gguf"], "mmproj-F16.gguf"),
        ("BF16", REPOSITORY[3:5], "BF16/mmproj-Q8_0.gguf"),
        ("M-bf16-00001-of-00002.gguf", REPOSITORY[3:5], "BF16/mmproj-Q8_0.gguf"),
    ],
)
def test_pick(tag: str, paths: list[str], projector: str) -> None:
    model = pick(listed(REPOSITORY), tag)
    assert model
    assert [part.path for part in model.parts] == paths
    assert model.projector
    assert model.projector.path == projector


@pytest.mark.parametrize("tag", ["Q5_K_M", "K_M", "mmproj-F16.gguf", "m", "8_0"])
def test_no_such_quantization(tag: str) -> None:
    files = [file for file in listed(REPOSITORY) if tag != "8_0" or "Q8_0" not in file.path]
    assert pick(files, tag) is None


def test_a_part_is_missing() -> None:
    with pytest.raises(RegistryAnswerInvalid, match=r"lacks part-00002-of-00003\.gguf"):
        pick(listed(REPOSITORY), "Q2_K")
    with pytest.raises(RegistryAnswerInvalid, match=r"lacks part-00002-of-00003\.gguf"):
        with_file(listed(REPOSITORY), REPOSITORY[6])


def test_latest_without_a_usual_one_is_the_smallest() -> None:
    model = pick(listed(["b.gguf", "a.gguf"]), "latest")
    assert model
    assert (model.parts[0].path, model.projector, model.size) == ("b.gguf", None, 1)
    assert pick([], "latest") is None


def test_with_file() -> None:
    model = with_file(listed(REPOSITORY), REPOSITORY[4])
    assert model
    assert [part.path for part in model.parts] == REPOSITORY[3:5]
    assert with_file(listed(REPOSITORY), "other.gguf") is None


def test_the_list_of_files(server: RegistryServer, http: httpx.Client) -> None:
    content = {"m.gguf": b"GGUF", "a/n.gguf": b"GGUF2", "README.md": b"x", "o-\n.gguf": b"GGUF"}
    server.hub["user/repo"] = content
    server.hub_page_size = 1
    hub = Hub(http, server.url + "/", "secret")
    files = hub.files("user/repo")
    assert [(file.path, file.size, file.digest) for file in files] == [
        ("a/n.gguf", 5, digest_of(b"GGUF2")),
        ("m.gguf", 4, digest_of(b"GGUF")),
    ]
    assert len(server.requests) == 4
    assert {seen.headers["authorization"] for seen in server.requests} == {"Bearer secret"}
    assert hub.address("user/repo", "v/1", "a b/#.gguf") == (
        f"{server.url}/user/repo/resolve/v%2F1/a%20b/%23.gguf"
    )


def test_the_list_may_not_go_on_elsewhere(server: RegistryServer, http: httpx.Client) -> None:
    server.fail("/api/models", 200, "[]", Link=f'<{server.files.url}/x>; rel="next"')
    with pytest.raises(RegistryAnswerInvalid, match="on another host"):
        Hub(http, server.url, "secret").files("user/repo")
    assert server.files.requests == []


def test_a_list_without_end(server: RegistryServer, http: httpx.Client) -> None:
    link = f'<{server.url}/api/models/user/repo/tree/main>; rel="next"'
    server.fail("/api/models", 200, "[]", times=99, Link=link)
    assert Hub(http, server.url).files("user/repo") == []
    assert len(server.requests) == 20


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (401, "", AccessDenied),
        (403, "", AccessDenied),
        (404, "", NotInRegistry),
        (429, "slow", RegistryRefused),
        (302, "", RegistryRefused),
        (200, "{}", RegistryAnswerInvalid),
        (200, '[{"path":7}]', RegistryAnswerInvalid),
        (200, "[" * 9_000_000, RegistryAnswerInvalid),
    ],
    ids=range(8),
)
def test_failures(
    server: RegistryServer, http: httpx.Client, status: int, body: str, error: type[Exception]
) -> None:
    server.fail("/api/models", status, body)
    with pytest.raises(error):
        Hub(http, server.url).files("user/repo")


def test_entries_that_lie_are_passed_over(server: RegistryServer, http: httpx.Client) -> None:
    entries = (
        '[{"type":"file","path":"a.gguf","size":5,"lfs":{"oid":"../..","size":9}},'
        '{"type":"file","path":"b.gguf","size":-5},{"type":"file","path":"c\\u0000.gguf","size":1},'
        '{"type":"directory","path":"d.gguf","size":1},{}]'
    )
    server.fail("/api/models", 200, entries)
    (file,) = Hub(http, server.url).files("user/repo")
    assert (file.path, file.size, file.digest) == ("a.gguf", 5, None)
