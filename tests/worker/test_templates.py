"""Which language a template is in."""

import pytest

from desktop.worker.templates import CHATML, PLAIN, Conversation, looks_like_go, render

GO = [
    "",
    "no action at all",
    "{{ .Prompt }}",
    "{{.Prompt}}",
    "{{-\n.Prompt }}",
    "{{ if (or .System .Tools) }}x{{ end }}",
    "{{ range .Messages }}{{ .Content }}{{ end }}",
    "{{ $.System }}",
    "{{/* nothing */}}",
    "{{ json .Messages }}",
    "{{ currentDate }}",
    '{{ template "turn" . }}',
    "{%}{{ .Prompt }}",
]
JINJA = [
    CHATML,
    PLAIN,
    "{{ messages[0].content }}",
    "{{- bos_token }}",
    "{{ range(3) }}",
    "{{ end_of_turn }}",
    "{# a comment #}",
    "{%- set x = 1 %}{{ .5 }}",
    "{% if x %}{{ .Prompt }}{% endif %}",
]


@pytest.mark.parametrize("source", GO)
def test_go(source: str) -> None:
    assert looks_like_go(source)


@pytest.mark.parametrize("source", JINJA)
def test_jinja(source: str) -> None:
    assert not looks_like_go(source)


def test_both_render_the_same_conversation() -> None:
    messages = [{"role": "user", "content": "A"}, {"role": "assistant", "content": "B"}]
    talk = Conversation(messages)
    go = (
        "{{ range .Messages }}<|im_start|>{{ .Role }}\n{{ .Content }}<|im_end|>\n{{ end }}"
        "<|im_start|>assistant\n"
    )
    assert render(go, talk, bos="", eos="") == render(CHATML, talk, bos="", eos="")
