"""Puna's own routes about what the user decides, described."""

from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from desktop.api.description.operation import LINES, Operation, about
from desktop.api.description.puna_status import ProblemSeen
from desktop.core.settings import Settings

_PATH = "/api/puna"


class Overruled(Struct):
    value: Any
    variable: str


class SettingShown(Struct):
    value: Any
    source: Annotated[str, about("start, file, environment or default.")]
    default: Any
    variable: Annotated[str, about("Of the environment; empty if there is none.")]
    least: int | UnsetType = UNSET
    most: int | UnsetType = UNSET
    choices: list[str] | UnsetType = UNSET
    overruled: Annotated[Overruled, about("Not followed: another place wins.")] | UnsetType = UNSET


class SettingsAnswer(Struct):
    settings: Annotated[dict[str, SettingShown], about("By name.")]
    file: str
    restart_needed: Annotated[list[str], about("Changed, and followed at the next start.")]
    notes: Annotated[list[str], about("Sentences for the user.")]
    problems: Annotated[list[ProblemSeen], about("The same as in /api/puna/status.")]
    certificate_sha256: str


class DiagnosticsAnswer(Struct):
    text: Annotated[str, about("For people. Without keys, prompts, and names of persons.")]


class OriginAnswer(Struct):
    origin: Annotated[str, about("Of a web page.", "https://example.org")]
    answer: Annotated[Literal["once", "always", "never"], about("Once: until the next start.")]


class OriginForgotten(Struct):
    origin: str


class OriginAsked(Struct):
    """Times are seconds since 1970."""

    origin: str
    first_seen: float
    last_seen: float
    count: int


class OriginsAnswer(Struct):
    asked: list[OriginAsked]
    decided: list[OriginAnswer]


class PauseChange(Struct):
    paused: bool
    for_s: (
        Annotated[int, about("Seconds; without it, until it is resumed."), Meta(ge=1, le=604800)]
        | UnsetType
    ) = UNSET


class PauseAnswer(Struct):
    paused: bool
    seconds_left: float | UnsetType = UNSET


PAUSE = (
    Operation(
        method="GET",
        path=f"{_PATH}/pause",
        summary="Whether other programs are refused now",
        answer=PauseAnswer,
        errors=(403,),
    ),
    Operation(
        method="POST",
        path=f"{_PATH}/pause",
        summary="Refuse other programs, or serve them again",
        note="Puna's own windows go on. Lasts until the service ends at most.",
        body=PauseChange,
        answer=PauseAnswer,
        errors=(400, 403),
        example={"paused": True, "for_s": 600},
    ),
)

SETTINGS = (
    Operation(
        method="GET",
        path=f"{_PATH}/settings",
        summary="The settings, and where each comes from",
        answer=SettingsAnswer,
        errors=(403,),
    ),
    Operation(
        method="PATCH",
        path=f"{_PATH}/settings",
        summary="Change settings",
        note="Only those that are named; null takes a choice back.",
        body=Settings,
        answer=SettingsAnswer,
        errors=(400, 403),
        example={"parallel": 4},
    ),
    Operation(
        method="GET",
        path=f"{_PATH}/diagnostics",
        summary="What helps somebody else to see what is wrong",
        answer=DiagnosticsAnswer,
        errors=(403,),
    ),
)

ORIGINS = (
    Operation(
        method="GET",
        path=f"{_PATH}/origins",
        summary="Web pages that asked to use the server, and what was decided",
        answer=OriginsAnswer,
        errors=(403,),
    ),
    Operation(
        method="POST",
        path=f"{_PATH}/origins",
        summary="Decide about a web page",
        body=OriginAnswer,
        answer=OriginsAnswer,
        errors=(400, 403),
        example={"origin": "https://example.org", "answer": "always"},
    ),
    Operation(
        method="DELETE",
        path=f"{_PATH}/origins",
        summary="Forget what was decided about a web page",
        note="The body names it.",
        body=OriginForgotten,
        answer=OriginsAnswer,
        errors=(400, 403, 404),
        example={"origin": "https://example.org"},
    ),
    Operation(
        method="GET",
        path=f"{_PATH}/origins/events",
        summary="The same as a line of JSON, now and after every change",
        answer=OriginsAnswer,
        answer_type=LINES,
        errors=(403,),
    ),
)
