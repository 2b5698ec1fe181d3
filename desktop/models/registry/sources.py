"""What somebody may type or paste to get a model, and what is meant. No request is made here."""

import re
from dataclasses import dataclass
from typing import TypeAlias
from urllib.parse import SplitResult, unquote, urlsplit

import httpx

from desktop.core.errors import ModelNameInvalid
from desktop.models.names import DEFAULT_HOST, DEFAULT_NAMESPACE, ModelName, without_source
from desktop.models.registry.endpoints import HUB_HOSTS
from desktop.models.registry.errors import InsecureProtocol
from desktop.models.registry.file_names import FileName

MAX_CHARACTERS = 2048
_WEB_ADDRESS = re.compile(r"(?i)(https?)://")
_HUB_SITES = HUB_HOSTS | {"www.huggingface.co"}
_OLLAMA_SITES = frozenset({"ollama.com", "www.ollama.com", "ollama.ai", "www.ollama.ai"})
_HUB_OTHERS = frozenset({"datasets", "spaces", "collections", "docs", "papers", "models", "blog"})
_HUB_PART = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,95}")
_REVISION = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,199}")


@dataclass(frozen=True, slots=True)
class NamedModel:
    """A model of a registry."""

    name: ModelName


@dataclass(frozen=True, slots=True, kw_only=True)
class HubFilePage:
    """One file of a repository on Hugging Face."""

    repository: str  # user/repo
    revision: str
    path: str
    file: FileName

    @property
    def name(self) -> ModelName:
        """A name for it that can be pulled again, as far as there is one."""
        user, repo = self.repository.split("/")
        namespace = re.sub(r"[^A-Za-z0-9_-]+", "-", user)[:80]
        return ModelName.of_parts("hf.co", namespace, repo[:80], self.file.tag)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainFile:
    """A file anywhere on the web; `name` is made from the file's."""

    url: str
    name: ModelName
    file: FileName


Source: TypeAlias = NamedModel | HubFilePage | PlainFile


def read_source(text: str, *, insecure: bool) -> Source:
    """What is meant by a model's name or a web address.

    Args:
        insecure: http addresses are allowed.

    Raises:
        ModelNameInvalid: nothing is; the text says why where that is not plain to see.
        NotSupported: a model in Ollama's cloud.
        InsecureProtocol: an http address, and that is not allowed.

    >>> read_source("https://ollama.com/library/llama3.2:1b", insecure=False).name.short
    'llama3.2:1b'
    >>> read_source("https://example.org/a/Tiny-Q8_0.gguf", insecure=False).name.short
    'tiny:Q8_0'
    """
    text = text.strip(" \t\r\n")
    if len(text) > MAX_CHARACTERS:
        raise ModelNameInvalid()
    web = _WEB_ADDRESS.match(text)
    if web is None:
        if "://" in text:
            raise ModelNameInvalid("invalid model name: an address begins with https://")
        site, slash, rest = text.partition("/")
        if site.casefold() in _OLLAMA_SITES or (
            site.casefold() in _HUB_SITES and rest.count("/") > 1
        ):
            return _of_address(f"https://{site.casefold()}{slash}{rest}")
        return NamedModel(ModelName.parse(without_source(text)))
    if web[1].casefold() == "http" and not insecure:
        raise InsecureProtocol()
    return _of_address(text)


def _of_address(text: str) -> Source:
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname or "", parts.port
        httpx.URL(text).host.encode()  # as it will be asked; some hosts are only now found bad
    except (ValueError, httpx.InvalidURL) as error:
        raise ModelNameInvalid() from error
    if parts.username is not None or parts.password is not None:
        raise ModelNameInvalid("invalid model name: an address must not have a password in it")
    if not text.isprintable() or not host or not host.isascii():
        raise ModelNameInvalid()
    if host in _HUB_SITES:
        return _on_the_hub(text, parts)
    if host in _OLLAMA_SITES:
        return _on_ollamas_site(parts)
    if parts.path.casefold().endswith(".gguf") and not _is_name(text):
        return _plain(parts)
    if parts.path.count("/") != 2:
        raise ModelNameInvalid(
            "invalid model name: this is neither the address of a .gguf file nor of a model,"
            " which looks like https://host/namespace/model"
        )
    return NamedModel(ModelName.parse(without_source(text)))


def _on_ollamas_site(parts: SplitResult) -> NamedModel:
    steps = _steps(parts)
    if not steps:
        raise ModelNameInvalid("invalid model name: this address does not name a model")
    namespace, model = (DEFAULT_NAMESPACE, steps[0]) if len(steps) == 1 else steps[:2]
    return NamedModel(ModelName.parse(without_source(f"{DEFAULT_HOST}/{namespace}/{model}")))


def _on_the_hub(text: str, parts: SplitResult) -> Source:
    """`/user/repo`, with a tag or not, or the page or address of a file in it."""
    steps = _steps(parts)
    if len(steps) < 2 or steps[0].casefold() in _HUB_OTHERS:
        raise ModelNameInvalid(
            "invalid model name: this address does not name a model; those on Hugging Face"
            " look like https://huggingface.co/user/repo"
        )
    file = re.search(r"(?:^|&)show_file_info=([^&]+)", parts.query)
    if len(steps) > 4 and steps[2] in ("blob", "resolve", "raw"):
        return _hub_file(steps[:2], steps[3], steps[4:])
    if file:
        return _hub_file(steps[:2], "main", unquote(file[1]).split("/"))
    if len(steps) > 2 and steps[2] not in ("tree", "discussions", "blob", "resolve"):
        raise ModelNameInvalid()
    host = (parts.hostname or "").removeprefix("www.")
    return NamedModel(ModelName.parse(without_source(f"{host}/{steps[0]}/{steps[1]}")))


def _hub_file(repository: list[str], revision: str, steps: list[str]) -> HubFilePage:
    file = FileName.of(steps[-1])
    if file is None:
        raise ModelNameInvalid("invalid model name: only .gguf files can be fetched by address")
    if file.is_projector:
        raise ModelNameInvalid(
            "invalid model name: this file is a projector, the part of a model that sees or"
            " hears; give the address of the model's own file instead"
        )
    fine = all(_HUB_PART.fullmatch(part) for part in repository) and _REVISION.fullmatch(revision)
    if not fine or any(step in ("", ".", "..") or not step.isprintable() for step in steps):
        raise ModelNameInvalid()
    return HubFilePage(
        repository="/".join(repository), revision=revision, path="/".join(steps), file=file
    )


def _plain(parts: SplitResult) -> PlainFile:
    steps = _steps(parts)
    file = FileName.of(steps[-1])
    if file is None:
        raise ModelNameInvalid("invalid model name: this is not the address of a .gguf file")
    name = ModelName.of_parts(DEFAULT_HOST, DEFAULT_NAMESPACE, file.model, file.tag)
    return PlainFile(url=parts._replace(fragment="").geturl(), name=name, file=file)


def _steps(parts: SplitResult) -> list[str]:
    """Parts of the path, decoded.

    Raises:
        ModelNameInvalid: one could not be the name of anything.
    """
    steps = [unquote(step) for step in parts.path.strip("/").split("/") if step]
    if any(step in (".", "..") or not step.isprintable() or "/" in step for step in steps):
        raise ModelNameInvalid()
    return steps


def _is_name(text: str) -> bool:
    """Whether an address of a file would also be a model's name, with a tag that ends in .gguf."""
    try:
        return ModelName.parse(text).tag.casefold().endswith(".gguf")
    except ModelNameInvalid:
        return False
