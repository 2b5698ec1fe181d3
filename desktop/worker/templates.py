"""Chat templates: the model's own Jinja text in a sandbox, with the extras Hugging Face's templates
expect; or one in Go's language, which `go_template.py` runs.

Jinja is imported when the first conversation comes. A template that does not come to an end is
broken off in its loops and calls.
"""

import copy
import datetime
import json
import re
import time
import types
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import jinja2
import jinja2.ext
import jinja2.nodes
import jinja2.parser
import jinja2.runtime
import jinja2.sandbox

from desktop.core.errors import TemplateFailed
from desktop.worker.template_habits import Habits
from desktop.worker.template_messages import described, tamed, told, with_system_word

CHATML = (
    "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n"
    "{% endfor %}{{ '<|im_start|>assistant\n' }}"  # Jinja drops a newline that ends the template
)
PLAIN = "{% for message in messages %}{{ message.content }}{% endfor %}"

RENDER_S = 20.0
"""The longest that one run of a template may take. A parent that cancels it waits for longer."""
_DEADLINE, _BOUNDED = "the deadline", "each in time"  # no template can write such names

_GO = re.compile(
    r"{{(?:-(?=\s))?\s*(?:/\*|\$|\.(?!\d)"
    r"|(?:if|with|else|end|break|continue|currentDate|yesterdayDate)\b|range\b(?!\()"
    r'|(?:define|template|block)\s*["`]'
    r'|(?:and|or|not|eq|ne|len|index|slice|json|printf?|println)\s+[.$"])'
)
_JINJA = re.compile(r"{%|{{|{#")
_FAILURES = (jinja2.TemplateError, TypeError, ValueError, ArithmeticError, LookupError)


class _TooLong(Exception):
    """A template has been running for too long."""


def _check_time(context: jinja2.runtime.Context) -> None:
    if time.monotonic() > context[_DEADLINE]:
        raise _TooLong


@jinja2.pass_context
def _bounded(context: jinja2.runtime.Context, items: Iterable[Any]) -> Iterator[Any]:
    for item in items:
        _check_time(context)
        yield item


class _Sandbox(jinja2.sandbox.SandboxedEnvironment):
    """What loops in it, or calls itself, is broken off in time."""

    def call(self, context: jinja2.runtime.Context, obj: Any, /, *args: Any, **kwargs: Any) -> Any:
        _check_time(context)
        return super().call(context, obj, *args, **kwargs)

    def bounded(self, source: str) -> jinja2.Template:
        tree = self.parse(source)
        for loop in tree.find_all(jinja2.nodes.For):
            line = loop.lineno
            loop.iter = jinja2.nodes.Filter(loop.iter, _BOUNDED, [], [], None, None, lineno=line)
        return self.from_string(tree)


class _Generation(jinja2.ext.Extension):
    """`{% generation %}`: marks the assistant's text for training; here it is just its content."""

    tags = {"generation"}  # noqa: RUF012 - Jinja's own way of naming them

    def parse(self, parser: jinja2.parser.Parser) -> list[jinja2.nodes.Node]:
        next(parser.stream)
        return parser.parse_statements(("name:endgeneration",), drop_needle=True)


def _raise(message: str) -> None:
    raise jinja2.TemplateError(message)


def _tojson(value: Any, indent: int | None = None, **kwargs: Any) -> str:
    """Unlike Jinja's own, without HTML escapes: the text goes to a model, not to a page."""
    kwargs.setdefault("ensure_ascii", False)
    return json.dumps(value, indent=indent, default=_listed, **kwargs)


def _listed(value: Any) -> Any:
    """What filters such as `map` give is a list to whoever writes templates."""
    if isinstance(value, types.GeneratorType):
        return list(value)
    raise TypeError(f"Object of type {type(value).__name__} is not JSON serializable")


def _now(form: str) -> str:
    return datetime.datetime.now().strftime(form)


@lru_cache(maxsize=8)
def _compiled(source: str) -> jinja2.Template:
    environment = _Sandbox(  # not an immutable one: some templates append to lists
        trim_blocks=True, lstrip_blocks=True, extensions=[_Generation, "jinja2.ext.loopcontrols"]
    )
    environment.filters |= {"tojson": _tojson, _BOUNDED: _bounded}
    environment.globals |= {"raise_exception": _raise, "strftime_now": _now}
    return environment.bounded(source)


def _run(template: jinja2.Template, names: Mapping[str, Any], **others: Any) -> str:
    return template.render(names, **others | {_DEADLINE: time.monotonic() + RENDER_S})


def looks_like_go(source: str) -> bool:
    """Whether a template is in Go's language rather than Jinja; plain text counts as Go's.

    >>> looks_like_go("{{- if .System }}{{ .System }}{{ end }}"), looks_like_go("Be brief.")
    (True, True)
    >>> looks_like_go("{% if system %}{{ system }}{% endif %}"), looks_like_go("{{ messages }}")
    (False, False)
    """
    if re.search(r"{%-?\s*[a-z]", source):
        return False
    return _GO.search(source) is not None or _JINJA.search(source) is None


@dataclass(frozen=True, slots=True)
class Conversation:
    """What a template is given; `messages.Generate` says what is in it."""

    messages: list[dict[str, Any]]
    tools: Sequence[dict[str, Any]] = ()
    think: bool | str | None = None
    suffix: str = ""


def has_suffix(source: str) -> bool:
    """Whether a template can fill in the middle of a text."""
    return looks_like_go(source) and ".Suffix" in source


def render(source: str, conversation: Conversation, *, bos: str, eos: str) -> str:
    """The prompt for a conversation, ready for the assistant's answer.

    Raises:
        TemplateFailed: the template is broken, or refuses these messages; in its own words.
    """
    if looks_like_go(source):
        from desktop.worker import go_template

        return go_template.render(
            source,
            conversation.messages,
            tools=conversation.tools,
            think=conversation.think,
            suffix=conversation.suffix,
        )
    try:
        return _render(source, conversation, {"bos_token": bos, "eos_token": eos})
    except _FAILURES as error:
        raise TemplateFailed(f"the model's chat template failed: {error}") from error
    except RecursionError as error:
        raise TemplateFailed("the model's chat template nests too deeply") from error
    except _TooLong as error:
        text = f"the model's chat template did not come to an end in {RENDER_S:g} s"
        raise TemplateFailed(text) from error


def _render(source: str, conversation: Conversation, tokens: dict[str, str]) -> str:
    """As the conversation is, else as tame as it can be made; the first failure counts."""
    template, habits = _compiled(source), _habits(source)
    messages, tools = conversation.messages, conversation.tools
    if conversation.think is False and (word := habits.word_against_thinking):
        messages = with_system_word(messages, word)
    names = tokens | _thinking(source, conversation.think)
    names["add_generation_prompt"] = True
    try:
        return _run(
            template, names, messages=told(messages, habits), **_tools(copy.deepcopy(list(tools)))
        )
    except _FAILURES as error:
        try:
            return _run(
                template, names, messages=tamed(messages, habits), **_tools(described(tools))
            )
        except _FAILURES:
            raise error from None


def _tools(tools: list[dict[str, Any]]) -> dict[str, Any]:
    """The variables for tools; SmolLM has a name of its own for them."""
    return {"tools": tools, "xml_tools": tools} if tools else {"tools": None}


@lru_cache(maxsize=8)
def _habits(source: str) -> Habits:
    template = _compiled(source)

    def attempt(
        messages: list[dict[str, Any]],
        tools: Sequence[dict[str, Any]] | None,
        think: bool | None = None,
    ) -> str:
        try:
            return _run(
                template,
                _thinking(source, think),
                messages=copy.deepcopy(messages),
                tools=copy.deepcopy(tools),
                add_generation_prompt=True,
                bos_token="",
                eos_token="",
            )
        except (*_FAILURES, RecursionError):
            return ""

    return Habits(source, attempt)


def _thinking(source: str, think: bool | str | None) -> dict[str, Any]:
    """The variables by which templates are told whether to think, under all their names."""
    if think is None:
        return {}
    thinks = bool(think)
    names: dict[str, Any] = {
        "enable_thinking": thinks,
        "thinking": thinks,
        "reasoning": thinks,
        "thinking_mode": "enabled" if thinks else "disabled",
        "thinking_option": "on" if thinks else "off",
    }
    if not thinks:
        names["thinking_budget"] = 0
    if effort := _effort(source, think):
        names["reasoning_effort"] = effort
    return names


def _effort(source: str, think: bool | str) -> str:
    """How much to think, in words this template knows; empty: as it likes."""
    if "no_think'" in source and "reasoning_effort" in source:  # the others are low and high
        return "no_think" if not think else "low" if think == "low" else "high"
    if "<|channel|>" in source:  # gpt-oss always thinks, and knows three levels
        return "low" if not think else {True: "medium", "max": "high"}.get(think, str(think))
    return think if isinstance(think, str) else ""


def check(source: str) -> None:
    """See whether a template can be read.

    Raises:
        TemplateFailed: with the line and the reason.
    """
    if looks_like_go(source):
        from desktop.worker import go_template

        go_template.check(source)
        return
    try:
        _compiled(source)
    except jinja2.TemplateError as error:
        raise TemplateFailed(f"the model's chat template failed: {error}") from error
    except RecursionError as error:
        raise TemplateFailed("the model's chat template nests too deeply") from error
