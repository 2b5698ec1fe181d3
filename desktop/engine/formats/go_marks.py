"""What a template in Go's language tells about marks: the texts around its variables."""

import re

_ACTION = r"\{\{-?\s*%s\s*-?\}\}"
_THINKING = re.compile(
    r"(?:\A|\}\})([^{}]*)" + _ACTION % r"\$?[\w.]*\.Thinking" + r"([^{}]*)(?=\{\{|\Z)"
)
_CALLS = re.compile(
    r"\{\{-?\s*(?:else\s+)?(?:if|with)\b[^}]*\.ToolCalls\b[^}]*\}\}"
    r"(?:\s*\{\{[^}]*\}\})*\s*([^{}]*)"
)


def thinking_tags(template: str) -> tuple[str, str]:
    """What stands right before and right after the thoughts of earlier answers; empty texts if
    nothing does.

    >>> thinking_tags("{{ if .Thinking }}<think>{{ .Thinking }}</think>{{ end }}")
    ('<think>', '</think>')
    """
    for found in _THINKING.finditer(template):
        opening, closing = found[1].strip(), found[2].strip()
        if opening and closing:
            return opening, closing
    return "", ""


def call_prefix(template: str) -> str:
    """What stands before the first call of an earlier answer; empty if that is a bracket.

    >>> call_prefix('{{ if .ToolCalls }}<call>{{ range .ToolCalls }}{"name": {{ .Name }}}')
    '<call>'
    """
    found = _CALLS.search(template)
    return found[1].strip().removesuffix("[").rstrip() if found else ""
