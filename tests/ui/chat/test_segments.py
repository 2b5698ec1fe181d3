"""Answers divided into text and code, however they are cut while they come."""

import pytest

from desktop.ui.chat.segments import LONG_TEXT, Kind, Segmenter, segments_of

MIXED = """Before

1. Do this:
   ```bash
   npm install
     indented
   ```
2. Then that

````markdown
```inner
```
````
~~~
tilde
~~~
after"""


def shape(segmenter: Segmenter) -> list[tuple[str, str, str]]:
    return [(each.kind.value, each.language, each.text) for each in segmenter.segments]


def whole(text: str) -> Segmenter:
    segmenter = Segmenter()
    segmenter.feed(text)
    segmenter.finish()
    return segmenter


def test_text_and_code_alternate() -> None:
    assert shape(whole(MIXED)) == [
        ("text", "", "Before\n\n1. Do this:"),
        ("code", "bash", "npm install\n  indented"),
        ("text", "", "2. Then that\n"),
        ("code", "markdown", "```inner\n```"),
        ("code", "", "tilde"),
        ("text", "", "after"),
    ]


@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_the_pieces_it_comes_in_make_no_difference(size: int) -> None:
    segmenter = Segmenter()
    for at in range(0, len(MIXED), size):
        segmenter.feed(MIXED[at : at + size])
    segmenter.finish()
    assert shape(segmenter) == shape(whole(MIXED))


def test_an_open_fence_is_code_and_never_shown_as_backticks() -> None:
    segmenter = Segmenter()
    for piece in ("Look:\n", "``", "`py", "thon\nx", " = 1\n`", "`"):
        segmenter.feed(piece)
        assert all("`" not in each.text for each in segmenter.segments)
    last = segmenter.segments[-1]
    assert (last.kind, last.text, last.closed) == (Kind.CODE, "x = 1", False)


def test_what_is_closed_never_changes() -> None:
    segmenter = Segmenter()
    closed: dict[int, str] = {}
    for piece in MIXED:
        segmenter.feed(piece)
        for at, segment in enumerate(segmenter.segments):
            if segment.closed and segment.kind is Kind.CODE:
                assert closed.setdefault(at, segment.text) == segment.text


def test_long_text_is_closed_between_paragraphs_only() -> None:
    paragraph = "word " * (LONG_TEXT // 5 + 10)
    found = segments_of(f"{paragraph}\nstill the same\n\n- a list\n\nnew paragraph")
    assert [each.text.strip().split("\n")[-1] for each in found] == ["- a list", "new paragraph"]


def test_backticks_in_a_line_are_no_fence() -> None:
    assert len(segments_of("```not a fence``` in one line")) == 1


def test_windows_line_ends() -> None:
    assert shape(whole("```c\r\nx\r\n```\r\n")) == [("code", "c", "x")]
