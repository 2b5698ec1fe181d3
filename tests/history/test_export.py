"""Chats as files."""

import pytest

from desktop.history.errors import ChatNotFound
from desktop.history.history import History
from desktop.history.records import Medium, Turn
from tests.history.talk import talk

pytestmark = pytest.mark.anyio

CODE = "## So\n\nUse `x < 1` and **this**:\n\n```python\nif x < 1 & y:\n    pass\n```\n\nDone."


async def test_markdown(history: History) -> None:
    chat = await talk(history, "How?", CODE)
    await history.save_answer(
        chat.turns[1].id, content=CODE, thinking="Hm.\nSo", model="gemma", done_reason="stop"
    )
    await history.add_turn(chat.id, chat.turns[1].id, Turn(media=[Medium(name="a.png")]))
    text = await history.export(chat.id, "markdown")
    assert text.startswith("# How?\n")
    assert f"## You\n\nHow?\n\n## Assistant (gemma)\n\n> Hm.\n> So\n\n{CODE}" in text
    assert text.endswith("## You\n\n*Attached: a.png*\n")


async def test_html_is_a_whole_page_and_escapes(history: History) -> None:
    chat = await talk(history, "<script>alert(1)</script>", CODE)
    await history.rename(chat.id, "<b>")
    page = await history.export(chat.id, "html")
    assert "<title>&lt;b&gt;</title>" in page
    assert "<script" not in page
    assert "<pre><code>if x &lt; 1 &amp; y:\n    pass</code></pre>" in page
    assert "<p>Use <code>x &lt; 1</code> and <strong>this</strong>:</p>" in page
    assert "<h4>So</h4>" in page
    assert "http" not in page


async def test_only_what_is_there_can_be_exported(history: History) -> None:
    with pytest.raises(ChatNotFound):
        await history.export(1, "json")
    chat = await talk(history, "a")
    with pytest.raises(KeyError, match="docx"):
        await history.export(chat.id, "docx")
