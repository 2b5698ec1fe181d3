"""Which model and which size are recommended."""

from typing import Any

import msgspec
import pytest

from desktop.client.catalog import Contents, Entry, Message
from desktop.ui.look.theme import Tone
from desktop.ui.models.figures import data_size, memory_size, time_left
from desktop.ui.models.offers import (
    Offer,
    best_entry,
    offers_of,
    product_of,
    recommended,
    smaller_model,
)
from desktop.ui.models.verdicts import TONES, short_verdict, tone_of, verdict_sentence
from tests.ui.models.answers import (
    CODER,
    CONTENTS,
    GB,
    LARGE,
    MIDDLE,
    SMALL,
    entry,
    message,
    variant,
)

pytestmark = pytest.mark.usefixtures("qapp")


def entries(*lines: dict[str, Any]) -> list[Entry]:
    return msgspec.convert(list(lines), list[Entry])


def best(*lines: dict[str, Any]) -> str | None:
    found = best_entry(entries(*lines), "en")
    return found.id if found else None


def test_the_most_able_model_that_answers_quickly_is_the_first() -> None:
    assert best(SMALL, MIDDLE, LARGE, CODER) == "middle"


def test_a_processor_gets_no_model_that_it_would_be_slow_with() -> None:
    slow = entry("slow", 8 * GB, variant("slow:8b", 5 * GB, "fits_cpu"))
    assert best(SMALL, slow) == "small"
    quick = entry("quick", 8 * GB, variant("quick:8b", 5 * GB, "fits_gpu"))
    assert best(SMALL, quick) == "quick"


def test_a_model_of_which_only_a_part_works_on_each_word_is_quick() -> None:
    sparse = entry("sparse", 7 * GB, variant("x", 4 * GB, "fits_cpu"), active_parameters=GB)
    assert best(SMALL, sparse) == "sparse"


def test_the_readers_language_counts() -> None:
    french = entry("french", 8 * GB, variant("f", 2 * GB, "fits_cpu"), languages=["fr"])
    assert best(SMALL, french) == "small"
    assert best(LARGE) is None


def test_a_product_speaks_the_readers_language() -> None:
    (middle,) = entries(MIDDLE)
    assert product_of(middle, "de").sentence == "Über middle."
    product = product_of(middle, "fi")
    assert product.sentence == "About middle."
    assert [offer.name for offer in product.offers] == ["middle:4b", "middle:4b-q8_0"]


def test_the_usual_size_is_offered_first_with_its_projector() -> None:
    contents = msgspec.convert(CONTENTS, Contents)
    offers = offers_of(contents, frozenset(["hf.co/maker/nice-gguf:q2_k"]))
    assert [offer.label for offer in offers] == ["Q4_K_M", "Q2_K", "F16"]  # and no incomplete one
    assert offers[0].size_bytes == 3 * GB
    assert [offer.installed for offer in offers] == [False, True, False]


@pytest.mark.parametrize(
    ("verdicts", "expected"),
    [
        (("fits_cpu", "fits_cpu", "fits_cpu"), "Q4_K_M"),
        (("fits_cpu", "tight", "too_large"), "Q2_K"),
        (("too_large", "too_large", "too_large"), "Q2_K"),
        ((None, None, None), "Q2_K"),
    ],
)
def test_the_size_that_runs_is_recommended(verdicts: tuple[str | None, ...], expected: str) -> None:
    labels = ("Q2_K", "Q4_K_M", "F16")
    offers = [
        Offer(name=label, label=label, size_bytes=(place + 1) * GB, verdict=verdict)
        for place, (label, verdict) in enumerate(zip(labels, verdicts, strict=True))
    ]
    chosen = recommended(offers)
    assert chosen is not None
    assert chosen.label == expected


def test_nothing_is_recommended_where_nothing_is() -> None:
    assert recommended([]) is None


@pytest.mark.parametrize("key", ["too_large", "tight_others", "tight_spare", "tight_gpu"])
def test_every_verdict_has_a_sentence_with_its_figures(key: str) -> None:
    numbers = message(key, vram=GB, vram_free=2 * GB)
    sentence = verdict_sentence(msgspec.convert(numbers, Message))
    assert "%" not in sentence
    assert "GB" in sentence


def test_verdicts_differ_in_words_as_in_colour() -> None:
    assert len({short_verdict(verdict) for verdict in (*TONES, None)}) == len(TONES) + 1
    assert tone_of("too_large") is Tone.BAD
    assert tone_of(None) is Tone.QUIET
    assert verdict_sentence(None) == ""
    assert verdict_sentence(Message("of a newer server")) == ""


def test_figures_are_short() -> None:
    assert data_size(2_500_000_000) == "2.5 GB"
    assert data_size(43 * GB) == "43 GB"
    assert data_size(500) == "500 bytes"
    assert memory_size(16 * 2**30) == "16 GB"
    assert [time_left(each) for each in (0.2, 42, 200, 7300)] == [
        "1 s left",
        "42 s left",
        "3 min left",
        "2 h 2 min left",
    ]


def test_what_runs_instead_of_a_model_that_is_too_large() -> None:
    entries = [msgspec.convert(each, Entry) for each in (SMALL, MIDDLE, LARGE)]
    assert smaller_model(entries, "Middle:4b-q8_0", "de") == "middle:4b"
    assert smaller_model(entries, "unknown:70b", "de") == "middle:4b"
    assert smaller_model(entries, "large:70b", "de") == "middle:4b"
    assert smaller_model(entries[2:], "large:70b", "de") == ""
