"""How a family of models marks what it thinks and what it wants called; the seam between the engine
and one parser per format."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from desktop.engine.events import Piece


class Parser(Protocol):
    """Takes one answer apart as it comes; no markup is ever part of a `Piece`."""

    def feed(self, text: str) -> Sequence[Piece]:
        """What became certain with this text, however it is cut."""

    def finish(self) -> Sequence[Piece]:
        """What was held back; the answer is over."""


@dataclass(frozen=True, slots=True)
class Situation:
    """What decides how an answer is to be read."""

    prompt_end: str
    """The last characters of the prompt: a template may open the thinking itself."""
    think: bool | str | None
    """Whether thinking was asked for; None: the model does as it likes."""
    tool_names: tuple[str, ...]
    """Functions that may be called; none: calls are not looked for."""
    tools: tuple[dict[str, Any], ...] = ()
    """The same with their schemas, as in `Ask.tools`: what formats without types need."""

    def schema(self, function: str, parameter: str) -> Any:
        """JSON schema of a parameter; None if none is stated."""
        for tool in self.tools:
            stated = tool.get("function")
            if isinstance(stated, dict) and stated.get("name") == function:
                parameters = stated.get("parameters")
                known = parameters.get("properties") if isinstance(parameters, dict) else None
                return known.get(parameter) if isinstance(known, dict) else None
        return None


class Format(Protocol):
    """One way of marking. Without state: `parser` makes what reads one answer."""

    @property
    def markers(self) -> tuple[str, ...]:
        """Control tokens that have to come as text."""

    @property
    def thinking(self) -> tuple[str, str]:
        """What opens and what ends the thinking; two empty texts where there is none."""

    def parser(self, situation: Situation) -> Parser: ...
