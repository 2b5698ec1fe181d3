"""Puna's own routes, described."""

from typing import Annotated

from msgspec import Struct

from desktop.api.description.ollama_answers import OllamaError
from desktop.api.description.operation import TEXT, Dialect, Operation, about
from desktop.api.description.puna_callers import ACTIVITY, ALIASES, APPS
from desktop.api.description.puna_choices import ORIGINS, PAUSE, SETTINGS
from desktop.api.description.puna_models import DOWNLOADS, FILES, HUBS
from desktop.api.description.puna_speed import SPEED
from desktop.api.description.puna_status import STATUS
from desktop.api.description.puna_update import UPDATE


class RouteListed(Struct):
    method: str
    path: str
    fields: Annotated[list[str], about("Of the body; an inner one as `outer.inner`.")]


class DialectListed(Struct):
    name: str
    routes: list[RouteListed]


class VariableListed(Struct):
    name: str
    settings: list[str]


class ConformanceAnswer(Struct):
    puna: str
    ollama_api: str
    openapi: Annotated[str, about("Where the whole description is.")]
    dialects: list[DialectListed]
    environment: Annotated[list[VariableListed], about("Ollama's variables that are followed.")]


ABOUT = (
    Operation(
        method="GET",
        path="/api/puna/conformance",
        summary="Which routes, fields and variables are supported",
        answer=ConformanceAnswer,
        errors=(403,),
    ),
    Operation(
        method="GET",
        path="/openapi.json",
        summary="This description, for programs",
        answer=dict,
    ),
    Operation(
        method="GET",
        path="/docs",
        summary="This description, for people",
        answer=str,
        answer_type="text/html",
    ),
    Operation(
        method="GET",
        path="/metrics",
        summary="Figures for Prometheus",
        note="Only if the setting `metrics` is on.",
        answer=str,
        answer_type=TEXT,
        errors=(404,),
    ),
)

PUNA = Dialect(
    name="Puna",
    text=(
        "What only Puna has. `/api/puna` is for programs of this machine, or with an admin's key;"
        " never for a web page."
    ),
    error=OllamaError,
    operations=(
        *(*HUBS, *FILES, *DOWNLOADS),
        *(*APPS, *ALIASES, *ACTIVITY, *SETTINGS, *ORIGINS, *PAUSE),
        *(*STATUS, *UPDATE),
        *SPEED,
        *ABOUT,
    ),
)
