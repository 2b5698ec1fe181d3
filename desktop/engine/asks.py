"""What the API asks of a model."""

from dataclasses import dataclass, field
from typing import Any, Literal

from desktop.engine.asker import ANYBODY, Asker
from desktop.engine.options import Options
from desktop.models.store import InstalledModel


@dataclass(frozen=True, slots=True)
class ToolChoice:
    """Whether functions may or must be called."""

    kind: Literal["auto", "none", "required"] = "auto"
    name: str = ""
    """With `required`: this one."""


@dataclass(slots=True, kw_only=True)
class Ask:
    """One request to a model: `prompt` as it is, or `messages` for its chat template.

    `worker.messages.Generate` says what is in a message.
    """

    model: InstalledModel
    options: Options = field(default_factory=Options)
    keep_alive_s: float | None = None
    prompt: str | None = None
    messages: list[dict[str, Any]] | None = None
    media: list[bytes] = field(default_factory=list)
    """Images and sounds, as files, that messages refer to by their place here."""
    chat: bool = True
    template: str | None = None
    prefix: list[int] = field(default_factory=list)
    suffix: str = ""
    shift: bool = True
    truncate: bool = True
    want_tokens: bool = False
    tools: list[dict[str, Any]] = field(default_factory=list)
    """`{"type": "function", "function": {"name", "description", "parameters"}}`."""
    tool_choice: ToolChoice = ToolChoice()
    parallel_calls: bool = True
    """False: the answer ends with the first call."""
    think: bool | str | None = None
    schema: dict[str, Any] | None = None
    """JSON schema that the text of the answer follows."""
    logprobs: int = -1
    """How many of the most likely tokens to tell at each step; 0: the chosen one only; negative:
    none."""
    logit_bias: dict[int, float] = field(default_factory=dict)
    only: Literal["", "render", "count"] = ""
    """Only make the prompt: `Prepared` then has all of its text, or its length."""
    asker: Asker = ANYBODY
