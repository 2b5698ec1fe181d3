"""What a Jinja chat template expects of messages, found out by letting it render small ones.

Templates agree on little: some refuse a system message, some want content in parts, arguments as
text, no content at all beside calls, ids of nine letters, or one call at a time.
"""

from collections.abc import Sequence
from functools import cached_property
from typing import Any, NamedTuple, Protocol

Message = dict[str, Any]

_USER = {"role": "user", "content": "probequestion"}
_TOOL = {
    "type": "function",
    "function": {
        "name": "probetool",
        "description": "Probe.",
        "parameters": {
            "type": "object",
            "properties": {"probekey": {"type": "string", "description": "Probe."}},
            "required": ["probekey"],
        },
    },
}
_WRITTEN = (  # sign in the template, what opens and what closes calls written as text
    ("<|tool_list_start|>", "<|tool_call_start|>[", "]<|tool_call_end|>"),
    ("List of tools: [", "<|tool_call_start|>[", "]<|tool_call_end|>"),
    ("<|start_of_role|>", "<|tool_call|>[", "]"),
    ("<tool_call>", "<tool_call>\n", "\n</tool_call>"),
)
_NO_THINKING = "/no_think"
_BROKEN = ("'probekey':", '\\"probekey')  # Python's own way, or JSON within JSON


class Attempt(Protocol):
    """Renders messages, with tools or without; an empty text if the template fails."""

    def __call__(
        self,
        messages: list[Message],
        tools: Sequence[dict[str, Any]] | None,
        think: bool | None = None,
    ) -> str: ...


class CallForm(NamedTuple):
    """How a message with calls has to look."""

    content: str | None = ""
    """If there is none."""
    text_arguments: bool = False
    short_ids: bool = False
    understood: bool = True
    """False: the template passes calls over, whatever they look like."""


class Habits:
    """Of one template. Each is tried when it is first asked for."""

    def __init__(self, source: str, attempt: Attempt) -> None:
        self._source = source
        self._attempt = attempt

    @property
    def written(self) -> tuple[str, str]:
        """What stands around calls, for a template that leaves writing them to others."""
        found = [(opening, closing) for sign, opening, closing in _WRITTEN if sign in self._source]
        return found[0] if found else ("", "")

    @cached_property
    def takes_system(self) -> bool:
        """Whether a system message comes through. True as well if nothing comes through."""
        system = self._said("system", "probesystem")
        question = self._said("user", "probequestion")
        told = self._attempt([system, question], None)
        return "probesystem" in told or not self._attempt([question], None)

    @cached_property
    def word_against_thinking(self) -> str:
        """What the system has to say so that the model does not think, for a template that looks
        for this word and knows no variable; else empty."""
        if _NO_THINKING not in self._source:
            return ""
        question = [self._said("user", "probequestion")]
        knows = self._attempt(question, None, False) != self._attempt(question, None, True)
        return "" if knows else _NO_THINKING

    @cached_property
    def wants_parts(self) -> bool:
        """Content is to be a list of parts instead of a text."""
        if "probequestion" in self._attempt([_USER], None):
            return False
        parts = [{"type": "text", "text": "probequestion"}]
        return "probequestion" in self._attempt([{"role": "user", "content": parts}], None)

    @cached_property
    def calls(self) -> CallForm:
        """The first form that comes through whole."""
        for short_ids in (False, True):
            for text_arguments in (False, True):
                for content in ("", None):
                    form = CallForm(content, text_arguments, short_ids)
                    if self._understands(form):
                        return form
        return CallForm(understood=False)

    @cached_property
    def takes_several_calls(self) -> bool:
        told = self._attempt(_conversation(self.calls, ("probetool", "probeother")), [_TOOL])
        return "probeother" in told

    @cached_property
    def takes_content(self) -> bool:
        """Whether a message with calls may have content, too."""
        return self._takes({"content": "probecontent"})

    @cached_property
    def takes_content_and_thoughts(self) -> bool:
        """Whether a message with calls may have both."""
        return self._takes({"content": "probecontent", "thinking": "probethought"})

    @cached_property
    def takes_answers(self) -> bool:
        """Whether what a tool answered comes through as a message of its own kind."""
        return "probeanswer" in self._attempt(_conversation(self.calls, ("probetool",)), [_TOOL])

    def _said(self, role: str, text: str) -> Message:
        return {
            "role": role,
            "content": [{"type": "text", "text": text}] if self.wants_parts else text,
        }

    def _takes(self, more: Message) -> bool:
        question, answer, *rest = _conversation(self.calls, ("probetool",))
        return "probevalue" in self._attempt([question, answer | more, *rest], [_TOOL])

    def _understands(self, form: CallForm) -> bool:
        told = self._attempt(_conversation(form, ("probetool",)), [_TOOL])
        _, _, calls = told.rpartition("probequestion")
        whole = "probetool" in calls and "probevalue" in calls
        return whole and not any(sign in calls for sign in _BROKEN)


def _conversation(form: CallForm, names: tuple[str, ...]) -> list[Message]:
    """A question, a message with calls, and the answers of the tools."""
    arguments = '{"probekey": "probevalue"}' if form.text_arguments else {"probekey": "probevalue"}
    ids = [f"{'probe' if form.short_ids else 'call_probe'}000{at}" for at in range(len(names))]
    calls = [
        {"id": id_, "type": "function", "function": {"name": name, "arguments": arguments}}
        for id_, name in zip(ids, names, strict=True)
    ]
    answers = [
        {"role": "tool", "name": name, "tool_call_id": id_, "content": "probeanswer"}
        for id_, name in zip(ids, names, strict=True)
    ]
    return [_USER, {"role": "assistant", "content": form.content, "tool_calls": calls}, *answers]
