"""Finds models on Hugging Face: repositories by words, and what one of them holds.

Uses the Hub's public API without an account. Blocking; may be used by several threads.
"""

import re
import threading
import time
from collections import Counter, OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import parse_qs, quote, urlsplit

import httpx
import msgspec

from desktop.core.errors import AppError, ModelNameInvalid, RequestInvalid
from desktop.models.names import ModelName
from desktop.models.registry.endpoints import HUB_URL
from desktop.models.registry.file_names import FileName

MAX_ANSWER_BYTES = 2**24
KEPT_ANSWERS = 64
KEEP_S = 300.0
_EXPANDED = ("downloads", "likes", "lastModified", "gated", "private", "tags", "gguf")
_REPOSITORY = re.compile(r"[A-Za-z0-9][\w.-]{0,95}/[A-Za-z0-9][\w.-]{0,95}", re.ASCII)
_PROJECTORS = ("F16", "BF16", "F32", "Q8_0")

Found = TypeVar("Found")


class HubUnreachable(AppError):
    """No connection to Hugging Face, or it broke."""

    code = "hub_unreachable"
    status = 502


class HubBusy(AppError):
    """Hugging Face has been asked too often from here."""

    code = "hub_busy"
    status = 503


class HubRefused(AppError):
    """Hugging Face answered something that cannot be used."""

    code = "hub_refused"
    status = 502


class RepositoryNotFound(AppError):
    """There is no such repository, or only its owner may see it: the Hub does not say which."""

    code = "repository_not_found"
    status = 404


@dataclass(frozen=True, slots=True, kw_only=True)
class Repository:
    """A repository with GGUF files. What the Hub does not say is None or empty."""

    id: str  # user/name
    downloads: int
    likes: int
    updated_at: str  # RFC 3339
    license: str
    gated: bool
    """Its terms have to be accepted on the web site first."""
    private: bool
    parameters: int | None
    context_tokens: int | None
    architecture: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some of the repositories found; `cursor` asks for the next ones, None: there are no more."""

    repositories: tuple[Repository, ...]
    cursor: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantization:
    """One of a repository's models."""

    label: str
    """`Q4_K_M`…; empty if the file's name says none."""
    name: str | None
    """To pull it by; None if it has no name that could be one."""
    size_bytes: int | None
    parts: int
    complete: bool
    """Whether all parts of a split model are there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What a repository holds; the projector comes with every quantization."""

    repository: Repository
    quantizations: tuple[Quantization, ...]
    projector_bytes: int | None


class _Gguf(msgspec.Struct):
    total: int | None = None
    architecture: str | None = None
    context_length: int | None = None


class _File(msgspec.Struct):
    rfilename: str
    size: int | None = None


class _Model(msgspec.Struct):
    id: str
    downloads: int | None = None
    likes: int | None = None
    lastModified: str | None = None
    gated: bool | str | None = None
    private: bool | None = None
    tags: list[str] | None = None
    gguf: _Gguf | None = None
    siblings: list[_File] | None = None


class HubSearch:
    """Asks the Hub, and remembers its answers for some minutes.

    Args:
        open_client: Makes a client, which is closed after each question.
        clock: Seconds that never go back.
    """

    def __init__(
        self,
        open_client: Callable[[], httpx.Client],
        *,
        base_url: str = HUB_URL,
        clock: Callable[[], float] = time.monotonic,
        keep_s: float = KEEP_S,
    ) -> None:
        self._open_client, self._base_url = open_client, base_url.rstrip("/")
        self._clock, self._keep_s = clock, keep_s
        self._kept: OrderedDict[str, tuple[float, Any]] = OrderedDict()
        self._lock = threading.Lock()

    def search(self, words: str, *, limit: int = 20, cursor: str = "") -> Page:
        """The repositories that match, most downloaded first.

        Raises:
            AppError: one of those above.
        """
        wanted: dict[str, Any] = {"search": words, "filter": "gguf", "sort": "downloads"}
        wanted |= {"direction": "-1", "limit": limit, "expand": list(_EXPANDED)}
        if cursor:
            wanted["cursor"] = cursor
        return self._remembered(f"search {limit} {cursor} {words}", lambda: self._page(wanted))

    def contents(self, repository: str) -> Contents:
        """What a repository (`user/name`) holds.

        Raises:
            RequestInvalid: that cannot be the name of one.
            RepositoryNotFound: there is none of that name that may be seen.
            AppError: another one of those above.
        """
        if not _REPOSITORY.fullmatch(repository):
            raise RequestInvalid(f"{repository!r:.100} is not the name of a repository (user/name)")
        return self._remembered(f"contents {repository}", lambda: self._contents(repository))

    def _page(self, wanted: Mapping[str, Any]) -> Page:
        reply, body = self._ask("/api/models", wanted)
        raw = _decoded(body, list[Any])
        found = tuple(_repository(model) for each in raw if (model := _model(each)))
        following = reply.links.get("next", {}).get("url", "")
        cursor = parse_qs(urlsplit(following).query).get("cursor", [None])[0]
        return Page(repositories=found, cursor=cursor)

    def _contents(self, repository: str) -> Contents:
        _reply, body = self._ask(f"/api/models/{quote(repository)}", {"blobs": "true"})
        model = _model(_decoded(body, Any))
        if model is None:
            raise HubRefused(f"Hugging Face does not say what is in {repository}.")
        files = [(each, name) for each in model.siblings or [] if (name := _file_name(each))]
        projectors = [(each, name) for each, name in files if name.is_projector]
        models = [(each, name) for each, name in files if not name.is_projector]
        return Contents(
            repository=_repository(model),
            quantizations=_quantizations(model.id, models),
            projector_bytes=_projector_bytes(projectors),
        )

    def _ask(self, path: str, wanted: Mapping[str, Any]) -> tuple[httpx.Response, bytes]:
        url = f"{self._base_url}{path}"
        try:
            with (
                self._open_client() as client,
                client.stream("GET", url, params=wanted, follow_redirects=True) as reply,
            ):
                _check(reply, path)
                return reply, _read(reply)
        except httpx.TimeoutException as error:
            raise HubUnreachable("Hugging Face does not answer; try again later.") from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise HubUnreachable(
                "Hugging Face cannot be reached; this computer may be offline"
                f" ({error or type(error).__name__})."
            ) from error

    def _remembered(self, key: str, work: Callable[[], Found]) -> Found:
        now = self._clock()
        with self._lock:
            known = self._kept.get(key)
            if known and now < known[0]:
                found: Found = known[1]
                return found
        found = work()
        with self._lock:
            self._kept[key] = (now + self._keep_s, found)
            self._kept.move_to_end(key)
            while len(self._kept) > KEPT_ANSWERS:
                self._kept.popitem(last=False)
        return found


def _check(reply: httpx.Response, path: str) -> None:
    status = reply.status_code
    if status == httpx.codes.OK:
        return
    if status == httpx.codes.TOO_MANY_REQUESTS:
        wait = reply.headers.get("retry-after", "")
        when = f"in {wait} seconds" if wait.isascii() and wait.isdigit() else "in some minutes"
        raise HubBusy(f"Hugging Face has been asked too often from here; try again {when}.")
    if status in (401, 403, 404) and path != "/api/models":
        name = path.removeprefix("/api/models/")
        raise RepositoryNotFound(f"Hugging Face has no repository {name}, or it is private.")
    if status >= 500:
        raise HubUnreachable(f"Hugging Face has trouble of its own ({status}); try again later.")
    raise HubRefused(f"Hugging Face did not accept the question ({status}).")


def _read(reply: httpx.Response) -> bytes:
    body = bytearray()
    for piece in reply.iter_bytes():
        body += piece
        if len(body) > MAX_ANSWER_BYTES:
            raise HubRefused("Hugging Face sent an answer that is too long.")
    return bytes(body)


def _decoded(body: bytes, kind: type[Found]) -> Found:
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise HubRefused("Hugging Face sent an answer that cannot be understood.") from error


def _model(raw: Any) -> _Model | None:
    """None for what is not described as models are."""
    try:
        return msgspec.convert(raw, _Model)
    except msgspec.ValidationError:
        return None


def _repository(model: _Model) -> Repository:
    tags, gguf = model.tags or [], model.gguf or _Gguf()
    licenses = [tag.removeprefix("license:") for tag in tags if tag.startswith("license:")]
    return Repository(
        id=model.id,
        downloads=model.downloads or 0,
        likes=model.likes or 0,
        updated_at=model.lastModified or "",
        license=licenses[0] if licenses else "",
        gated=bool(model.gated),
        private=bool(model.private),
        parameters=gguf.total,
        context_tokens=gguf.context_length,
        architecture=gguf.architecture or "",
    )


def _file_name(file: _File) -> FileName | None:
    """None for what is not GGUF, or only helped to make one."""
    name = FileName.of(file.rfilename.rpartition("/")[2])
    return None if name is None or "imatrix" in name.stem.casefold() else name


def _quantizations(
    repository: str, files: Sequence[tuple[_File, FileName]]
) -> tuple[Quantization, ...]:
    """Smallest first; those of unknown size last."""
    groups: dict[tuple[str, str, int], list[tuple[_File, FileName]]] = {}
    for file, name in files:
        folder = file.rfilename.rpartition("/")[0]
        groups.setdefault((folder, name.stem, name.count), []).append((file, name))
    labels = Counter(group[0][1].quantization for group in groups.values())
    found = []
    for group in groups.values():
        name = group[0][1]
        plain = labels[name.quantization] == 1
        sizes = [file.size for file, _name in group]
        known = [size for size in sizes if size is not None]
        found.append(
            Quantization(
                label=name.quantization,
                name=_pull_name(repository, group[0], plain=plain, only=len(groups) == 1),
                size_bytes=sum(known) if len(known) == len(sizes) else None,
                parts=name.count,
                complete={each.number for _file, each in group} == set(range(1, name.count + 1)),
            )
        )
    return tuple(sorted(found, key=lambda each: (each.size_bytes is None, each.size_bytes or 0)))


def _pull_name(
    repository: str, first: tuple[_File, FileName], *, plain: bool, only: bool
) -> str | None:
    """By its label where that is plain, else by the file's name; a lone model needs neither."""
    file, name = first
    label = name.quantization if plain else ""
    tag = label or ("" if only else file.rfilename.rpartition("/")[2])
    text = f"hf.co/{repository}:{tag}" if tag else f"hf.co/{repository}"
    try:
        ModelName.parse(text)
    except ModelNameInvalid:
        return None
    return text


def _projector_bytes(files: Sequence[tuple[_File, FileName]]) -> int | None:
    """Of the projector that comes with a model, where there are several."""

    def rank(each: tuple[_File, FileName]) -> int:
        label = each[1].quantization.upper()
        return _PROJECTORS.index(label) if label in _PROJECTORS else len(_PROJECTORS)

    return min(files, key=rank)[0].size if files else None
