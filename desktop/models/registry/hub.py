"""Files of Hugging Face, for what its registry does not serve: models in several parts, files in
folders, other revisions.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

import httpx
import msgspec

from desktop.models.registry.endpoints import is_same_server
from desktop.models.registry.errors import (
    AccessDenied,
    NotInRegistry,
    RegistryAnswerInvalid,
    RegistryRefused,
)
from desktop.models.registry.file_names import FileName
from desktop.models.registry.wire import address, read_within, send, shown, text_of

MAX_PAGE_BYTES = 2**23
MAX_PAGES = 20
_LATEST = ("Q4_K_M", "UD-Q4_K_XL", "Q4_K_S", "Q4_0", "Q5_K_M", "Q8_0", "F16", "BF16")
_PROJECTORS = ("F16", "FP16", "BF16", "F32", "FP32", "Q8_0")
_OID = re.compile(r"[0-9a-f]{64}")


class _Lfs(msgspec.Struct):
    oid: str = ""
    size: int = 0


class _Entry(msgspec.Struct):
    type: str = ""
    path: str = ""
    size: int = 0
    lfs: _Lfs | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HubFile:
    """A GGUF file of a repository; `digest` is `sha256:…`, None if the Hub does not say."""

    path: str
    size: int
    digest: str | None
    name: FileName

    @property
    def folder(self) -> str:
        return self.path.rpartition("/")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class HubModel:
    """The files of one model: its parts in order, and its projector if there is one."""

    parts: tuple[HubFile, ...]
    projector: HubFile | None = None

    @property
    def size(self) -> int:
        return sum(part.size for part in self.parts)


class Hub:
    """Args:
    url: Base address of the Hub.
    token: An access token of the user's, for repositories that need one; sent to the Hub alone.
    """

    def __init__(self, http: httpx.Client, url: str, token: str = "") -> None:
        self._http = http
        self._base = httpx.URL(url.rstrip("/"))
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}

    def address(self, repository: str, revision: str, path: str) -> str:
        """Where a file's bytes are; it redirects."""
        return f"{self._base}/{repository}/resolve/{quote(revision, safe='')}/{quote(path)}"

    def files(self, repository: str, revision: str = "main") -> list[HubFile]:
        """All GGUF files of a repository.

        Raises:
            NotInRegistry: there is no such repository or revision.
            AccessDenied: it is private, or (as the Hub answers the same) does not exist.
            RegistryError: the Hub cannot be reached, or says what cannot be.
        """
        page = f"/api/models/{repository}/tree/{quote(revision, safe='')}?recursive=true"
        url: httpx.URL | None = httpx.URL(f"{self._base}{page}")
        found = []
        for _ in range(MAX_PAGES):
            if url is None:
                break
            entries, url = self._page(url)
            found += [file for entry in entries if (file := _file(entry))]
        return found

    def _page(self, url: httpx.URL) -> tuple[list[_Entry], httpx.URL | None]:
        """A page of the list, and where the next one is."""
        headers = {"Accept-Encoding": "identity", **self.headers}
        response = send(self._http, self._http.build_request("GET", url, headers=headers))
        try:
            if response.status_code in (401, 403):
                raise AccessDenied()
            if response.status_code == 404:
                raise NotInRegistry()
            if response.status_code != 200:
                raise RegistryRefused(response.status_code, shown(text_of(response)))
            data = read_within(response, MAX_PAGE_BYTES)
            following = response.links.get("next", {}).get("url")
        finally:
            response.close()
        try:
            entries = msgspec.json.decode(data, type=list[_Entry])
        except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
            raise RegistryAnswerInvalid("Hugging Face's list of files is damaged") from error
        after = address(following, url) if following else None
        if after and not is_same_server(after, self._base):
            raise RegistryAnswerInvalid("Hugging Face's list of files goes on on another host")
        return entries, after


def pick(files: Sequence[HubFile], tag: str) -> HubModel | None:
    """The model that a tag means: a quantization, a file's name, or `latest`; None if there is no
    such one. Of several that fit, the one whose name says it most plainly.

    Raises:
        RegistryAnswerInvalid: a part of it is missing.
    """
    models = _models(files)
    if tag.casefold() == "latest":
        found = _latest(models)
    else:
        ranked = [(rank, model) for model in models if (rank := _rank(model, tag)) is not None]
        ranked.sort(key=lambda item: (item[0], item[1].parts[0].path.count("/")))
        found = ranked[0][1] if ranked else None
    return _checked(found, files) if found else None


def with_file(files: Sequence[HubFile], path: str) -> HubModel | None:
    """The model that a file is, or is a part of.

    Raises:
        RegistryAnswerInvalid: another part of it is missing.
    """
    for model in _models(files):
        if any(part.path == path for part in model.parts):
            return _checked(model, files)
    return None


def _file(entry: _Entry) -> HubFile | None:
    name = FileName.of(entry.path.rpartition("/")[2])
    if entry.type != "file" or name is None or not entry.path.isprintable():
        return None
    size, digest = entry.size, None
    if entry.lfs and _OID.fullmatch(entry.lfs.oid):
        size, digest = entry.lfs.size, f"sha256:{entry.lfs.oid}"
    return HubFile(path=entry.path, size=size, digest=digest, name=name) if size > 0 else None


def _models(files: Sequence[HubFile]) -> list[HubModel]:
    """The files, parts of one model together, smallest path first."""
    groups: dict[tuple[str, str, int], dict[int, HubFile]] = {}
    for file in sorted(files, key=lambda file: file.path):
        if not file.name.is_projector:
            group = (file.folder, file.name.stem, file.name.count)
            groups.setdefault(group, {})[file.name.number] = file
    return [
        HubModel(parts=tuple(parts[number] for number in sorted(parts)))
        for parts in groups.values()
    ]


def _rank(model: HubModel, tag: str) -> int | None:
    """How plainly a model's file or folder says a tag: 0 most, None not at all."""
    first, tag = model.parts[0], tag.casefold()
    stem, folder = first.name.stem.casefold(), first.folder.rpartition("/")[2].casefold()
    if tag.removesuffix(".gguf") in (stem, first.path.rpartition("/")[2].casefold()[:-5]):
        return 0
    if tag == first.name.quantization.casefold():
        return 1
    if stem.endswith((f"-{tag}", f".{tag}")):
        return 2
    if folder == tag or folder.endswith((f"-{tag}", f".{tag}")):
        return 3
    return None


def _latest(models: list[HubModel]) -> HubModel | None:
    for label in _LATEST:
        for model in models:
            if model.parts[0].name.quantization.upper() == label:
                return model
    return min(models, key=lambda model: model.size, default=None)


def _checked(model: HubModel, files: Sequence[HubFile]) -> HubModel:
    """The model if it is complete, with its projector."""
    first = model.parts[0]
    missing = set(range(1, first.name.count + 1)) - {part.name.number for part in model.parts}
    if missing:
        raise RegistryAnswerInvalid(
            f"the repository lacks {first.name.part(min(missing))}, a part of the model"
        )
    return HubModel(parts=model.parts, projector=_projector(files, first.folder))


def _projector(files: Sequence[HubFile], folder: str) -> HubFile | None:
    """The one beside the model, else one at the top of the repository."""
    found = [file for file in files if file.name.is_projector and file.folder in (folder, "")]

    def rank(file: HubFile) -> tuple[bool, int, str]:
        label = file.name.quantization.upper()
        order = _PROJECTORS.index(label) if label in _PROJECTORS else len(_PROJECTORS)
        return (file.folder != folder, order, file.path)

    return min(found, key=rank, default=None)
