"""Puna's own routes about who asks, described."""

from typing import Annotated, Any

from msgspec import UNSET, Struct, UnsetType

from desktop.api.apps.changes import AliasChange, AppChange
from desktop.api.description.operation import LINES, Operation, Parameter, Slashed, about

_PATH = "/api/puna"
_APP = Parameter("id", "Of an app.", "0123456789abcdef")
_REQUEST = Parameter("id", "Of a running request.", "0123456789abcdef")
_ALIAS = Parameter("name", "The alias; `*` stands for anything.", "default", type=Slashed)
MISSING = (403, 404, 500)


class KeyShown(Struct):
    id: str
    ending: str
    created_at: float


class AppShown(Struct):
    """Times are seconds since 1970."""

    id: str
    name: str
    automatic: Annotated[bool, about("Recognised by its program; nothing was decided yet.")]
    program: str
    address: str
    admin: bool
    blocked: bool
    models: Annotated[list[str], about("Those that it may use; none: all.")]
    aliases: dict[str, str]
    system: str
    options: dict[str, Any]
    requests_at_once: int
    tokens_per_minute: int
    log_content: bool
    created_at: float
    keys: list[KeyShown]
    seen_at: float | None


class AppWithKey(AppShown, kw_only=True):
    key: Annotated[str, about("Shown this once.")]


class AppsAnswer(Struct):
    apps: list[AppShown]


class AliasesAnswer(Struct):
    aliases: Annotated[dict[str, str], about("Name to model.")]


class Asker(Struct):
    id: str
    name: str
    address: str


class QueueShown(Struct, rename={"for_": "for"}):
    for_: Annotated[str, about("load: of its model; place: among those that the model answers.")]
    place: Annotated[int, about("1: it is the next.")]


class RequestShown(Struct):
    """Times are milliseconds; what is not known is not there."""

    id: str
    started_at: Annotated[float, about("Seconds since 1970.")]
    app: Asker
    route: str
    dialect: str
    model: Annotated[str, about("Empty if the request was refused before one began to work.")]
    asked: Annotated[str, about("The model's name in the request, as far as it was read.")]
    state: Annotated[str, about("waiting, reading, generating, done, failed or canceled.")]
    prompt_tokens: int
    cached_tokens: int
    output_tokens: int
    number: Annotated[int, about("Its place in the log.")] | UnsetType = UNSET
    elapsed_ms: int | UnsetType = UNSET
    waited_ms: int | UnsetType = UNSET
    first_token_ms: int | UnsetType = UNSET
    total_ms: int | UnsetType = UNSET
    read_percent: int | UnsetType = UNSET
    queue: Annotated[QueueShown, about("While it waits for others.")] | UnsetType = UNSET
    tokens_per_s: float | UnsetType = UNSET
    end_reason: str | UnsetType = UNSET
    status: int | UnsetType = UNSET
    code: str | UnsetType = UNSET
    truncated: dict[str, int] | UnsetType = UNSET
    prompt: str | UnsetType = UNSET
    answer: str | UnsetType = UNSET


class RequestsAnswer(Struct):
    requests: list[RequestShown]
    before: Annotated[int, about("Asks for the next page.")] | UnsetType = UNSET


class ActivityLine(Struct):
    requests: list[RequestShown]
    paused: Annotated[bool, about("Whether other programs are refused now.")]


APPS = (
    Operation(
        method="GET",
        path=f"{_PATH}/apps",
        summary="Programs and people that ask, the last ones first",
        answer=AppsAnswer,
        errors=(403, 500),
    ),
    Operation(
        method="POST",
        path=f"{_PATH}/apps",
        summary="A new app, with its first key",
        note="`name` is needed; the other fields may be set too.",
        body=AppChange,
        answer=AppWithKey,
        status=201,
        errors=(400, 403, 409, 500),
        example={"name": "Notebook"},
    ),
    Operation(
        method="GET",
        path=f"{_PATH}/apps/{{id}}",
        summary="One app",
        parameters=(_APP,),
        answer=AppShown,
        errors=MISSING,
    ),
    Operation(
        method="PATCH",
        path=f"{_PATH}/apps/{{id}}",
        summary="Change what an app may do",
        note="Lists and tables are replaced as a whole.",
        parameters=(_APP,),
        body=AppChange,
        answer=AppShown,
        errors=(400, *MISSING),
        example={"requests_at_once": 2},
    ),
    Operation(
        method="DELETE",
        path=f"{_PATH}/apps/{{id}}",
        summary="Forget an app and its keys",
        parameters=(_APP,),
        status=204,
        errors=MISSING,
    ),
    Operation(
        method="POST",
        path=f"{_PATH}/apps/{{id}}/keys",
        summary="Another key for an app",
        parameters=(_APP,),
        answer=AppWithKey,
        status=201,
        errors=(400, *MISSING),
    ),
    Operation(
        method="DELETE",
        path=f"{_PATH}/apps/{{id}}/keys/{{key}}",
        summary="A key is no longer good",
        parameters=(_APP, Parameter("key", "Its id.", "01234567")),
        answer=AppShown,
        errors=MISSING,
    ),
)

ALIASES = (
    Operation(
        method="GET",
        path=f"{_PATH}/aliases",
        summary="Other names of models, for everybody",
        answer=AliasesAnswer,
        errors=(403, 500),
    ),
    Operation(
        method="PUT",
        path=f"{_PATH}/aliases/{{name}}",
        summary="Set an alias",
        parameters=(_ALIAS,),
        body=AliasChange,
        answer=AliasesAnswer,
        errors=(400, 403, 500),
        example={"model": "llama3.2"},
    ),
    Operation(
        method="DELETE",
        path=f"{_PATH}/aliases/{{name}}",
        summary="Remove an alias",
        parameters=(_ALIAS,),
        answer=AliasesAnswer,
        errors=MISSING,
    ),
)

ACTIVITY = (
    Operation(
        method="GET",
        path=f"{_PATH}/activity",
        summary="Requests that are over, the newest first",
        parameters=(
            Parameter("limit", "1 to 1000.", "100", "query", int),
            Parameter("before", "`before` of the page before.", "0", "query", int),
            Parameter("app", "Only this app's, by its id.", "", "query"),
            Parameter("model", "Only this model's.", "", "query"),
        ),
        answer=RequestsAnswer,
        errors=(400, 403, 500),
    ),
    Operation(
        method="DELETE",
        path=f"{_PATH}/activity",
        summary="Forget all requests that are over",
        status=204,
        errors=(403, 500),
    ),
    Operation(
        method="GET",
        path=f"{_PATH}/activity/running",
        summary="Requests that are running, the oldest first",
        answer=RequestsAnswer,
        errors=(403, 500),
    ),
    Operation(
        method="GET",
        path=f"{_PATH}/activity/events",
        summary="What runs as a line of JSON, then what has changed",
        answer=ActivityLine,
        answer_type=LINES,
        errors=(403, 500),
    ),
    Operation(
        method="DELETE",
        path=f"{_PATH}/activity/{{id}}",
        summary="Cancel a running request; its client is told",
        parameters=(_REQUEST,),
        answer=RequestShown,
        errors=MISSING,
    ),
)
