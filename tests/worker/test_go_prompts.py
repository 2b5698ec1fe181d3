"""Templates in Go's language all the way to the tokens of the prompt."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from desktop.core.errors import TemplateFailed
from tests.api.served import serving
from tests.models.stores import put_blob, put_manifest, random_weights
from tests.tiny_gguf import write_random_model, write_script_model
from tests.workers import ask, worker

pytestmark = pytest.mark.slow

TURNS = "{{ if .System }}[{{ .System }}]{{ end }}<{{ .Prompt }}>{{ .Response }};"
MESSAGES = "{{ range .Messages }}{{ .Role }}={{ .Content }};{{ end }}assistant="
CHAT = [
    {"role": "system", "content": "S"},
    {"role": "user", "content": "one"},
    {"role": "assistant", "content": "two"},
    {"role": "user", "content": "three"},
]
CASES = {
    "a manifest's turns": ({"manifest_template": TURNS}, "[S]<one>two;<three>"),
    "a manifest's messages": (
        {"manifest_template": MESSAGES},
        "system=S;user=one;assistant=two;user=three;assistant=",
    ),
    "a request's own": ({"template": TURNS, "manifest_template": MESSAGES}, "[S]<one>two;<three>"),
    "a request's own, Jinja": ({"template": "{{ messages[1].content }}"}, "one"),
    "a request's plain text": ({"template": "Say: "}, "Say: two" + "Say: "),
    "none, chat": (
        {},
        "".join(f"<|im_start|>{m['role']}\n{m['content']}<|im_end|>\n" for m in CHAT)
        + "<|im_start|>assistant\n",
    ),
    "none, generate": ({"chat": False}, "Sonetwothree"),
}


def prompts(path: Path, *fields: dict[str, Any]) -> list[list[int]]:
    """The tokens of each prompt; a field `prompt` is sent as it is, else the conversation."""

    async def run() -> list[list[int]]:
        found = []
        async with worker(path) as process:
            for each in fields:
                what = each.pop("prompt", None) or CHAT
                answer = await ask(process, what, predict_tokens=1, want_tokens=True, **each)
                found.append(answer.end.tokens[: answer.end.prompt_tokens])
        return found

    return asyncio.run(run())


@pytest.mark.parametrize(("fields", "text"), CASES.values(), ids=CASES)
def test_one_token_per_byte_of_the_rendered_text(
    tmp_path: Path, fields: dict[str, Any], text: str
) -> None:
    write_script_model(tmp_path / "m.gguf", "ok", chat_template=None)
    rendered, sent = prompts(tmp_path / "m.gguf", dict(fields), {"prompt": text})
    assert rendered == sent
    assert len(rendered) == len(text)


def test_the_template_in_the_weights_comes_before_the_manifest_s(tmp_path: Path) -> None:
    write_script_model(tmp_path / "m.gguf", "ok", chat_template="{{ messages[1].content }}")
    (own,) = prompts(tmp_path / "m.gguf", {"manifest_template": TURNS})
    assert len(own) == len("one")


def test_a_beginning_of_text_in_the_template_is_not_doubled(tmp_path: Path) -> None:
    write_random_model(tmp_path / "m.gguf", chat_template=None)
    with_bos, without, sent = prompts(
        tmp_path / "m.gguf",
        {"template": f"<s>{MESSAGES}"},
        {"manifest_template": MESSAGES},
        {"prompt": "system=S;user=one;assistant=two;user=three;assistant="},
    )
    assert with_bos == without == sent
    assert sent.count(1) == 1


def test_a_broken_template_fails_in_its_own_words(tmp_path: Path) -> None:
    write_script_model(tmp_path / "m.gguf", "ok", chat_template=None)
    with pytest.raises(TemplateFailed, match="line 2: unclosed action"):
        prompts(tmp_path / "m.gguf", {"template": "\n{{ .Prompt"})


def test_a_model_whose_only_template_is_in_its_manifest(tmp_path: Path) -> None:
    models = tmp_path / "models"
    layers = [
        put_blob(models, random_weights(tmp_path, chat_template=None)),
        put_blob(models, TURNS.encode(), "template"),
    ]
    put_manifest(models, "old", layers)
    options = {"num_predict": 1}
    with serving(tmp_path, models) as served:
        chat = served.chat("old", ("system", "S"), ("user", "one"), options=options)
        asked = served.generate("old", "one", system="S", options=options)
        other = served.generate(
            "old", "one", system="S", options=options, template="{{ .System }}{{ .Prompt }}!"
        )
        same = served.generate("old", "[S]<one>", raw=True, options=options)
        plain = served.generate("old", "Sone!", raw=True, options=options)
    counts = [each["prompt_eval_count"] for each in (chat, asked, same)]
    assert counts == [counts[0]] * 3
    assert other["prompt_eval_count"] == plain["prompt_eval_count"] != counts[0]
