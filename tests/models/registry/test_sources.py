"""What people type and paste, and what is meant by it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.core.errors import AppError, ModelNameInvalid, NotSupported
from desktop.models.registry.errors import InsecureProtocol
from desktop.models.registry.sources import (
    HubFilePage,
    NamedModel,
    PlainFile,
    read_source,
)

NAMES = {
    "llama3.2": "registry.ollama.ai/library/llama3.2:latest",
    " me/m:x\n": "registry.ollama.ai/me/m:x",
    "qwen3:8b:local": "registry.ollama.ai/library/qwen3:8b",
    "host:5000/ns/model": "host:5000/ns/model:latest",
    "https://host:5000/ns/model:8b": "host:5000/ns/model:8b",
    "HTTPS://host/ns/model:a.gguf": "host/ns/model:a.gguf",
    "host/ns/x.gguf": "host/ns/x.gguf:latest",
    "hf.co/user/repo": "hf.co/user/repo:latest",
    "hf.co/user/repo:Q4_K_M": "hf.co/user/repo:Q4_K_M",
    "huggingface.co/user/repo:Q8_0": "huggingface.co/user/repo:Q8_0",
    "https://huggingface.co/user/repo": "huggingface.co/user/repo:latest",
    "https://www.huggingface.co/user/repo/": "huggingface.co/user/repo:latest",
    "https://hf.co/user/repo:Q8_0": "hf.co/user/repo:Q8_0",
    "https://huggingface.co/user/repo?local-app=x#files": "huggingface.co/user/repo:latest",
    "https://huggingface.co/user/repo/tree/main": "huggingface.co/user/repo:latest",
    "huggingface.co/user/repo/tree/main": "huggingface.co/user/repo:latest",
    "https://ollama.com/library/llama3.2": "registry.ollama.ai/library/llama3.2:latest",
    "https://ollama.com/library/llama3.2:1b/blobs/0": "registry.ollama.ai/library/llama3.2:1b",
    "https://ollama.com/library/llama3.2/tags": "registry.ollama.ai/library/llama3.2:latest",
    "ollama.com/me/m": "registry.ollama.ai/me/m:latest",
    "https://www.ollama.com/llama3.2": "registry.ollama.ai/library/llama3.2:latest",
}
FILES = {
    "https://huggingface.co/user/re.po/blob/main/x-Q8_0.gguf": (
        "user/re.po",
        "main",
        "x-Q8_0.gguf",
    ),
    "https://huggingface.co/user/repo/resolve/main/x.gguf?download=true": (
        "user/repo",
        "main",
        "x.gguf",
    ),
    "hf.co/user/repo/blob/v1.0/folder/x%20y.gguf": ("user/repo", "v1.0", "folder/x y.gguf"),
    "https://huggingface.co/user/repo?show_file_info=a%2Fx.gguf": ("user/repo", "main", "a/x.gguf"),
    "https://huggingface.co/user/repo/tree/main?show_file_info=x.gguf": (
        "user/repo",
        "main",
        "x.gguf",
    ),
}
PLAIN = {
    "https://example.org/Llama-3.2-1B-Q4_K_M.gguf?sig=a%3D#x": (
        "llama-3.2-1b:Q4_K_M",
        "https://example.org/Llama-3.2-1B-Q4_K_M.gguf?sig=a%3D",
    ),
    "https://127.0.0.1:99/a/b/c/d/My Model.GGUF": (
        "my-model:latest",
        "https://127.0.0.1:99/a/b/c/d/My Model.GGUF",
    ),
    "https://host/ns/x.gguf": ("x:latest", "https://host/ns/x.gguf"),
    "https://e.org/w-00002-of-00003.gguf": ("w:latest", "https://e.org/w-00002-of-00003.gguf"),
}
REFUSED = [
    "",
    " ",
    "..",
    "../m",
    "../../etc/passwd",
    "a/b/c/d",
    "m\0",
    "m\0.gguf",
    "x" * 10_000,
    "host/" * 2000 + "m",
    "https://" + "x" * 10_000 + "/a.gguf",
    "modèle",
    "モデル:latest",
    "m\u202eg",
    "hf.co/user/../x",
    "hf.co/user/repo/x/y",
    "https://",
    "https:///a.gguf",
    "https://host/../a.gguf",
    "https://host/%2e%2e/a.gguf",
    "https://host/a%00.gguf",
    "https://host/a\0b.gguf",
    "https://host/a%2Fb.gguf",
    "https://hôst/a.gguf",
    "https://me:secret@host/a.gguf",
    "https://host:port/a.gguf",
    "https://xn--0/a.gguf",
    "https://[/a.gguf",
    "https://host/a.bin",
    "https://host/.gguf",
    "https://host/a-00009-of-00002.gguf",
    "https://host/a-00001-of-99999.gguf",
    "https://huggingface.co/user",
    "https://huggingface.co/datasets/user/x",
    "https://huggingface.co/spaces/user/x",
    "https://huggingface.co/user/repo/blob/main/README.md",
    "https://huggingface.co/user/repo/blob/main/mmproj-F16.gguf",
    "https://huggingface.co/user/repo/blob/main/%2e%2e/x.gguf",
    "https://huggingface.co/user/repo/blob/../x.gguf",
    "https://huggingface.co/-/repo/blob/main/x.gguf",
    "https://huggingface.co/user/repo?show_file_info=..%2Fx.gguf",
    "https://huggingface.co/user/repo/settings/x",
    "https://ollama.com",
    "https://ollama.com/library/../x",
    "ftp://host/a.gguf",
    "file:///etc/a.gguf",
]


@pytest.mark.parametrize("text", NAMES)
def test_names(text: str) -> None:
    source = read_source(text, insecure=False)
    assert isinstance(source, NamedModel)
    assert source.name.full == NAMES[text]


@pytest.mark.parametrize("text", FILES)
def test_files_on_hugging_face(text: str) -> None:
    source = read_source(text, insecure=False)
    assert isinstance(source, HubFilePage)
    assert (source.repository, source.revision, source.path) == FILES[text]


@pytest.mark.parametrize("text", PLAIN)
def test_plain_files(text: str) -> None:
    source = read_source(text, insecure=False)
    assert isinstance(source, PlainFile)
    assert (source.name.short, source.url) == PLAIN[text]


@pytest.mark.parametrize("text", REFUSED, ids=range(len(REFUSED)))
def test_refused(text: str) -> None:
    with pytest.raises(ModelNameInvalid, match=r"^invalid model name") as caught:
        read_source(text, insecure=True)
    assert caught.value.status == 400


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("https://me:secret@host/a.gguf", "must not have a password"),
        ("https://huggingface.co/datasets/a/b", r"look like https://huggingface\.co/user/repo"),
        ("https://huggingface.co/u/r/blob/main/mmproj-a.gguf", "is a projector"),
        ("https://huggingface.co/u/r/blob/main/a.safetensors", r"only \.gguf files"),
    ],
)
def test_the_reason_is_given(text: str, why: str) -> None:
    with pytest.raises(ModelNameInvalid, match=why):
        read_source(text, insecure=False)


@pytest.mark.parametrize(
    "text",
    ["m:cloud", "m:8b-cloud", "https://ollama.com/library/m:8b-cloud", "https://h/n/m:cloud"],
)
def test_no_cloud(text: str) -> None:
    with pytest.raises(NotSupported, match=r"^ollama cloud is disabled"):
        read_source(text, insecure=False)


@pytest.mark.parametrize("text", ["http://host/ns/model", "HTTP://host/x.gguf"])
def test_http_must_be_allowed(text: str) -> None:
    with pytest.raises(InsecureProtocol, match=r"^insecure protocol http$"):
        read_source(text, insecure=False)
    assert read_source(text, insecure=True).name.tag == "latest"


@pytest.mark.slow
@settings(derandomize=True, database=None, deadline=None)
@given(
    st.sampled_from(["", "https://", "https://huggingface.co/", "hf.co/", "https://ollama.com/"]),
    st.text(alphabet=st.sampled_from("aZ0/:.-_%?#@&=[] \0é\\"), max_size=40),
    st.sampled_from(["", ".gguf", "/blob/main/x.gguf"]),
)
def test_any_text_means_something_or_is_refused(head: str, middle: str, tail: str) -> None:
    try:
        source = read_source(head + middle + tail, insecure=False)
    except AppError:
        return
    assert source.name.path.parts == source.name.parts
    assert not {".", "..", ""} & set(source.name.parts)
