"""How fast a model is here, in words."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QLocale

from desktop.client.speed import Speed
from desktop.ui.models.paces import pace_reason, pace_words


@pytest.fixture(autouse=True)
def locale() -> Iterator[None]:
    before = QLocale()
    QLocale.setDefault(QLocale("en"))
    yield
    QLocale.setDefault(before)


@pytest.mark.parametrize(
    ("tokens_per_s", "words"),
    [
        (10.9, "about 8 words a second here"),
        (33.0, "about 20 words a second here"),
        (1500.0, "about 1,000 words a second here"),
        (1.5, "about a word a second here"),
        (1.2, "less than a word a second here"),
        (0.0, ""),
        (None, ""),
    ],
)
def test_words_a_second(tokens_per_s: float | None, words: str) -> None:
    assert pace_words(Speed("expected", tokens_per_s, by="x")) == words


def test_how_it_is_known() -> None:
    assert pace_reason(Speed("expected", 9.0, by="a:latest")) == "Judged by how fast a runs here."
    assert "last answers" in pace_reason(Speed("measured", 9.0, by="a"))
    assert "busy with other things" in pace_reason(Speed("measured", 9.0, by="a", alone=False))
    assert "first answer of any model" in pace_reason(Speed(reason="nothing_measured"))
    assert "after its first answer" in pace_reason(Speed(reason="nothing_measured_there"))
    assert pace_reason(Speed(reason="too_large")) == pace_reason(None) == ""
