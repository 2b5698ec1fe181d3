"""Puna's own routes about newer versions of Puna, described."""

from typing import Annotated, Literal

from msgspec import UNSET, Struct, UnsetType

from desktop.api.description.operation import LINES, Operation, about

_PATH = "/api/puna/update"


class UpdateShown(Struct):
    """Times are seconds since 1970, sizes bytes."""

    state: Literal["idle", "checking", "available", "downloading", "ready", "failed"]
    version: Annotated[str, about("The one that runs.")]
    has_feed: (
        Annotated[
            Literal[False],
            about("There if this build was not told where newer versions are announced."),
        ]
        | UnsetType
    ) = UNSET
    checked_at: float | UnsetType = UNSET
    reason: Annotated[str, about("What went wrong, in a sentence.")] | UnsetType = UNSET
    code: Annotated[str, about("The same, for programs.")] | UnsetType = UNSET
    newer: Annotated[str, about("A version that is newer.")] | UnsetType = UNSET
    notes: Annotated[dict[str, str], about("What is new, by language; Markdown.")] | UnsetType = (
        UNSET
    )
    published_at: float | UnsetType = UNSET
    kind: (
        Annotated[
            Literal["deb", "tar", "appimage", "exe", "dmg"],
            about("Of the file that can be fetched. Without it, one updates by hand."),
        ]
        | UnsetType
    ) = UNSET
    total: int | UnsetType = UNSET
    completed: int | UnsetType = UNSET


class InstallRequest(Struct):
    wait: Annotated[bool, about("Until no answer and no download goes on.")] | UnsetType = UNSET


class InstallAnswer(Struct):
    how: Annotated[
        Literal["opened", "replaced", "command"],
        about("An installer asks its user; it is done; or `command` has to be typed."),
    ]
    ends: Annotated[bool, about("Puna has to end now.")]
    restarts: Annotated[bool, about("And to start again.")]
    command: Annotated[str, about("Of a Debian package: also installs it, in a terminal.")]
    path: str


UPDATE = (
    Operation(
        method="GET",
        path=_PATH,
        summary="Whether a newer version of Puna is known",
        note="Nobody is asked.",
        answer=UpdateShown,
        errors=(403,),
    ),
    Operation(
        method="GET",
        path=f"{_PATH}/events",
        summary="The same as a line of JSON, now and after every change",
        answer=UpdateShown,
        answer_type=LINES,
        errors=(403,),
    ),
    Operation(
        method="POST",
        path=f"{_PATH}/check",
        summary="Ask whether there is a newer version",
        note="Its announcement has to be signed.",
        answer=UpdateShown,
        errors=(403, 409, 502),
    ),
    Operation(
        method="POST",
        path=f"{_PATH}/download",
        summary="Fetch the newer version, or go on with it",
        answer=UpdateShown,
        errors=(403, 409),
    ),
    Operation(
        method="DELETE",
        path=_PATH,
        summary="Stop fetching the newer version",
        note="What has arrived is kept.",
        answer=UpdateShown,
        errors=(403,),
    ),
    Operation(
        method="POST",
        path=f"{_PATH}/install",
        summary="Hand the newer version to what installs it",
        note="While answers or downloads go on it is refused, or waits for them.",
        body=InstallRequest,
        answer=InstallAnswer,
        errors=(400, 403, 409, 500),
        example={"wait": True},
    ),
)
