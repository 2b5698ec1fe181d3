"""Chat templates: the model's own Jinja text in a sandbox, with the extras Hugging Face's templates
expect; or one in Go's language, which `go_template.py` runs.

Jinja is imported when the first conversation comes. A template can loop for ever; it then hurts
only this worker.
"""

import datetime
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import jinja2
import jinja2.ext
import jinja2.nodes
import jinja2.parser
import jinja2.sandbox

from desktop.core.errors import TemplateFailed

CHATML = (
    "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n"
    "{% endfor %}{{ '<|im_start|>assistant\n' }}"  # Jinja drops a newline that ends the template
)
PLAIN = "{% for message in messages %}{{ message.content }}{% endfor %}"

_GO = re.compile(
    r"{{(?:-(?=\s))?\s*(?:/\*|\$|\.(?!\d)"
    r"|(?:if|with|else|end|break|continue|currentDate|yesterdayDate)\b|range\b(?!\()"
    r'|(?:define|template|block)\s*["`]'
    r'|(?:and|or|not|eq|ne|len|index|slice|json|printf?|println)\s+[.$"])'
)
_JINJA = re.compile(r"{%|{{|{#")


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
    return json.dumps(value, indent=indent, **kwargs)


def _now(form: str) -> str:
    return datetime.datetime.now().strftime(form)


@cache
def _compiled(source: str) -> jinja2.Template:
    environment = jinja2.sandbox.ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=[_Generation, "jinja2.ext.loopcontrols"]
    )
    environment.filters["tojson"] = _tojson
    environment.globals |= {"raise_exception": _raise, "strftime_now": _now}
    return environment.from_string(source)


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
        return _compiled(source).render(
            messages=conversation.messages,
            add_generation_prompt=True,
            bos_token=bos,
            eos_token=eos,
            tools=list(conversation.tools) or None,
        )
    except (jinja2.TemplateError, TypeError, ValueError, ArithmeticError, LookupError) as error:
        raise TemplateFailed(f"the model's chat template failed: {error}") from error
    except RecursionError as error:
        raise TemplateFailed("the model's chat template nests too deeply") from error


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
