"""What the server answers, as far as the command line and the windows use it.

Fields that a server leaves out have their defaults; fields that we do not know are ignored.
"""

from datetime import datetime
from typing import Any

import msgspec

from desktop.client.plan import Plan


class Version(msgspec.Struct, frozen=True):
    """`puna` is empty when the server is another program that speaks Ollama's API."""

    version: str
    puna: str = ""


class Details(msgspec.Struct, frozen=True):
    """A model's kind, in words."""

    format: str = ""
    family: str = ""
    parameter_size: str = ""
    quantization_level: str = ""


class InstalledModel(msgspec.Struct, frozen=True):
    """One entry of `/api/tags`."""

    name: str
    modified_at: datetime
    size: int  # bytes on disk
    digest: str
    details: Details = Details()
    capabilities: list[str] = []


class Beside(msgspec.Struct, frozen=True):
    """What Puna tells of a loaded model besides what Ollama does."""

    plan: Plan | None = None


class LoadedModel(msgspec.Struct, frozen=True):
    """One entry of `/api/ps`."""

    name: str
    size: int  # bytes of memory: weights, context, compute buffers
    size_vram: int  # the part of `size` on graphics cards
    expires_at: datetime
    digest: str = ""
    context_length: int = 0
    details: Details = Details()
    puna: Beside = Beside()

    @property
    def is_ready(self) -> bool:
        """False while it is being loaded: then nobody knows yet what it will take."""
        return self.size > 0


class TransferLine(msgspec.Struct, frozen=True):
    """One line of `/api/pull`, `/api/push` and `/api/create`. Numbers are bytes, 0: not said."""

    status: str = ""
    digest: str = ""
    total: int = 0
    completed: int = 0


class ModelCard(msgspec.Struct, frozen=True):
    """The answer of `/api/show`."""

    modified_at: datetime
    details: Details = Details()
    model_info: dict[str, Any] = {}
    capabilities: list[str] = []
    parameters: str = ""
    template: str = ""
    system: str = ""
    license: str = ""


class Message(msgspec.Struct, frozen=True, omit_defaults=True):
    """One turn of a chat; `role` is `system`, `user` or `assistant`."""

    role: str
    content: str = ""
    thinking: str = ""


class Said(msgspec.Struct, frozen=True):
    """A piece of an answer; `tool_calls` are whole."""

    content: str = ""
    thinking: str = ""
    tool_calls: list[dict[str, Any]] = []


class Truncated(msgspec.Struct, frozen=True):
    """What was left out of a prompt: its oldest messages, or tokens of its middle."""

    messages: int = 0
    tokens: int = 0


class PunaFigures(msgspec.Struct, frozen=True):
    """What other servers of this API do not tell."""

    cached_tokens: int = 0
    truncated: Truncated | None = None


class AnswerLine(msgspec.Struct, frozen=True):
    """One line of a streamed answer; the durations (ns) and counts are on the last one."""

    done: bool = False
    message: Said = Said()  # of /api/chat
    response: str = ""  # of /api/generate, as is `thinking`
    thinking: str = ""
    done_reason: str = ""
    total_duration: int = 0
    load_duration: int = 0
    prompt_eval_count: int = 0
    prompt_eval_duration: int = 0
    eval_count: int = 0
    eval_duration: int = 0
    puna: PunaFigures = PunaFigures()

    @property
    def text(self) -> str:
        return self.message.content or self.response

    @property
    def thought(self) -> str:
        return self.message.thinking or self.thinking


class ImportProgress(msgspec.Struct, frozen=True):
    """One line of an import; `model` is the full name, on the last line."""

    status: str
    completed: int = 0
    total: int = 0
    model: str = ""


class Tags(msgspec.Struct, frozen=True):
    """Body of `/api/tags`."""

    models: list[InstalledModel]


class Running(msgspec.Struct, frozen=True):
    """Body of `/api/ps`."""

    models: list[LoadedModel]


class ErrorBody(msgspec.Struct, frozen=True):
    """Body of a failed request, and the line that ends a failed stream."""

    error: str = ""
    code: str = ""
