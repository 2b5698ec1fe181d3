"""Puna's own routes about models on disk and on the way there, described."""

from typing import Annotated, Any

from msgspec import UNSET, Struct, UnsetType

from desktop.api.description.operation import LINES, Operation, Parameter, about
from desktop.api.description.puna_speed import SpeedShown

REFUSED = (400, 403, 404)


class EstimateRequest(Struct):
    """Exactly one of the first three."""

    model: Annotated[str | None, about("An installed model, or one to pull.", "llama3.2")] = None
    url: Annotated[str | None, about("Address of a GGUF file.")] = None
    id: Annotated[str | None, about("Of an entry of the catalog.")] = None
    num_ctx: Annotated[int | None, about("Context length in tokens.")] = None


class Verdict(Struct):
    key: str
    numbers: dict[str, int]


class Sizes(Struct):
    """Bytes."""

    weights: int
    kv_cache: int
    compute: int
    projector: int
    total: int


class MachineSeen(Struct):
    ram_total: int
    ram_available: int
    gpus: list[dict[str, Any]]


class EstimateAnswer(Struct):
    model: str
    installed: bool
    context_tokens: int
    parallel: int
    bytes: Sizes
    layers: int
    vram_bytes: int
    ram_bytes: int
    gpu_layers: int
    verdict: Annotated[str, about("What to expect, in a word.")]
    sentence: Annotated[str, about("The same for people.")]
    message: Verdict
    speed: SpeedShown
    machine: MachineSeen
    download_bytes: int
    disk_free_bytes: int
    fits_on_disk: bool
    download_bytes_per_s: Annotated[
        float | UnsetType, about("How fast the header came, where that was long enough to tell.")
    ] = UNSET


class CatalogAnswer(Struct):
    note: str
    models: list[dict[str, Any]]


class SearchAnswer(Struct):
    repositories: list[dict[str, Any]]
    cursor: Annotated[str | None, about("For the next page.")]


class RepositoryAnswer(Struct):
    repository: dict[str, Any] | UnsetType = UNSET
    quantizations: list[dict[str, Any]] | UnsetType = UNSET
    projector_bytes: int | UnsetType | None = UNSET


class ImportRequest(Struct):
    path: Annotated[str, about("Absolute path of a GGUF file, or of a folder with one model.")]
    name: Annotated[str | None, about("What to call it.")] = None


class ExportRequest(Struct):
    model: Annotated[str, about("An installed model.", "llama3.2")]
    folder: Annotated[str, about("Absolute path of a folder.")]
    link: Annotated[bool | None, about("Link the files instead of copying them.")] = False


class AdoptRequest(Struct):
    path: Annotated[str, about("The first file of a model that was found.")]
    model: Annotated[str | None, about("What to call it.")] = None


class WorkLine(Struct):
    """`status` of the last one is `success`, or there is an `error`."""

    status: str | UnsetType = UNSET
    completed: Annotated[int, about("Bytes so far.")] | UnsetType = UNSET
    total: Annotated[int, about("Bytes.")] | UnsetType = UNSET
    model: str | UnsetType = UNSET
    files: list[str] | UnsetType = UNSET
    error: str | UnsetType = UNSET
    code: str | UnsetType = UNSET


class FoundModel(Struct):
    title: str
    origin: Annotated[str, about("The program it belongs to.")]
    files: list[str]
    projectors: list[str]
    size: int
    quantization_level: str
    model: Annotated[str, about("What it would be called.")]
    installed: str | None
    problem: str | UnsetType = UNSET


class FoundAnswer(Struct):
    found: list[FoundModel]


class Problem(Struct):
    model: str
    path: str
    reason: str


class ProblemsAnswer(Struct):
    problems: list[Problem]


class Partial(Struct):
    name: str
    completed: int
    total: int
    size: int
    url: str
    digest: str
    modified_at: float


class PartialsAnswer(Struct):
    partials: list[Partial]
    size: int


class SizeAnswer(Struct):
    size: Annotated[int, about("Bytes that were freed.")]


class DownloadRequest(Struct):
    model: Annotated[str, about("A name, or an address.", "hf.co/user/repository:Q4_K_M")]
    insecure: Annotated[bool | None, about("Allow plain HTTP.")] = False


class DownloadChange(Struct):
    action: Annotated[str, about("pause, resume or move.", "pause")]
    position: Annotated[int | None, about("With move: the place in the list.")] = None


class DownloadFile(Struct):
    digest: str
    kind: str
    total: int
    completed: int


class Download(Struct):
    id: str
    source: str
    model: str
    state: str
    status: str
    completed: int
    total: int
    kept: bool
    files: list[DownloadFile]
    reason: str | UnsetType = UNSET
    code: str | UnsetType = UNSET
    bytes_per_s: float | UnsetType | None = UNSET
    seconds_left: float | UnsetType | None = UNSET


class DownloadsAnswer(Struct):
    downloads: list[Download]


_JOB = Parameter("id", "Of a download.", "0123456789abcdef")
_PATH = "/api/puna"
_FILE = "/home/me/model.gguf"


def _work(path: str, summary: str, body: Any, example: dict[str, str]) -> Operation:
    return Operation(
        method="POST",
        path=f"{_PATH}/{path}",
        summary=summary,
        body=body,
        answer=WorkLine,
        answer_type=LINES,
        errors=(*REFUSED, 409, 499, 500, 507),
        example=example,
    )


HUBS = (
    Operation(
        method="POST",
        path=f"{_PATH}/estimate",
        summary="Whether a model will run here, before it is downloaded",
        body=EstimateRequest,
        answer=EstimateAnswer,
        errors=(*REFUSED, 429, 499, 500, 502, 503),
        example={"model": "llama3.2"},
    ),
    Operation(
        method="GET",
        path=f"{_PATH}/catalog",
        summary="Well-known models, and which would run here",
        answer=CatalogAnswer,
        errors=(403,),
    ),
    Operation(
        method="GET",
        path=f"{_PATH}/search",
        summary="Models on Hugging Face",
        parameters=(
            Parameter("q", "Words.", "qwen", "query"),
            Parameter("limit", "1 to 100.", "20", "query", int),
            Parameter("cursor", "Of the page before.", "", "query"),
        ),
        answer=SearchAnswer,
        errors=(400, 403, 429, 502, 503),
    ),
    Operation(
        method="GET",
        path=f"{_PATH}/search/{{user}}/{{repository}}",
        summary="What a repository holds",
        parameters=(
            Parameter("user", "Its owner.", "user"),
            Parameter("repository", "Its name.", "repository"),
        ),
        answer=RepositoryAnswer,
        errors=(*REFUSED, 429, 502, 503),
    ),
)

FILES = (
    _work("import", "Take a GGUF file of this machine in", ImportRequest, {"path": _FILE}),
    _work(
        "export",
        "A model's files and a Modelfile, into a folder",
        ExportRequest,
        {"model": "llama3.2", "folder": "/home/me/llama"},
    ),
    Operation(
        method="GET",
        path=f"{_PATH}/found",
        summary="Models that other programs have on this machine",
        answer=FoundAnswer,
        errors=(403,),
    ),
    _work("found", "Take one of them in, without a copy", AdoptRequest, {"path": _FILE}),
    Operation(
        method="GET",
        path=f"{_PATH}/problems",
        summary="Installed models that cannot be used, and why",
        answer=ProblemsAnswer,
        errors=(403,),
    ),
    Operation(
        method="GET",
        path=f"{_PATH}/partials",
        summary="Files of downloads that are not complete",
        answer=PartialsAnswer,
        errors=(403,),
    ),
    Operation(
        method="DELETE",
        path=f"{_PATH}/partials/{{name}}",
        summary="Delete one of them",
        parameters=(Parameter("name", "Of the file.", "sha256-0000"),),
        answer=SizeAnswer,
        errors=(403, 404, 409),
    ),
)

DOWNLOADS = (
    Operation(
        method="GET",
        path=f"{_PATH}/downloads",
        summary="Downloads, in the order of the queue",
        answer=DownloadsAnswer,
        errors=(403,),
    ),
    Operation(
        method="POST",
        path=f"{_PATH}/downloads",
        summary="Start a download that goes on without the caller",
        body=DownloadRequest,
        answer=Download,
        errors=REFUSED,
        example={"model": "hf.co/user/repository:Q4_K_M"},
    ),
    Operation(
        method="GET",
        path=f"{_PATH}/downloads/events",
        summary="The list as a line of JSON, now and after every change",
        answer=DownloadsAnswer,
        answer_type=LINES,
        errors=(403,),
    ),
    Operation(
        method="POST",
        path=f"{_PATH}/downloads/{{id}}",
        summary="Pause, resume or move a download",
        parameters=(_JOB,),
        body=DownloadChange,
        answer=Download,
        errors=(*REFUSED, 409),
        example={"action": "pause"},
    ),
    Operation(
        method="DELETE",
        path=f"{_PATH}/downloads/{{id}}",
        summary="Take a download off the list; what has arrived stays",
        parameters=(_JOB,),
        answer=Download,
        errors=(403, 404, 409),
    ),
)
