"""Why it is slow, out of the figures."""

from typing import Any

import msgspec
import pytest

from desktop.client.status import Status
from desktop.ui.status.reasons import Reason, Remedy, Why, reasons
from tests.ui.status.snapshots import CARD, GB, entry, model, snapshot

BUSY = {"models": [model(running=1, tokens_per_s=31.0)], "requests": [entry()]}
MEMORY = snapshot()["memory"]


def found(**fields: Any) -> list[Reason]:
    return reasons(msgspec.convert(snapshot(**(BUSY | fields)), Status))


def kinds(**fields: Any) -> list[Why]:
    return [reason.why for reason in found(**fields)]


def test_a_quick_answer_has_no_reason_to_be_slow() -> None:
    assert found() == []


def test_nothing_is_said_while_nothing_is_asked() -> None:
    assert found(requests=[], models=[], power={"percent": 5, "plugged": False}) == []


def test_swapping_comes_first_and_an_idle_model_may_go() -> None:
    memory = MEMORY | {"swap_bytes_per_s": 80_000_000}
    models = [model("idle:1b"), model(running=1)]
    (reason, *_) = found(memory=memory, models=models, power={"percent": 50, "plugged": False})
    assert (reason.why, reason.remedy, reason.target) == (Why.SWAPPING, Remedy.UNLOAD, "idle:1b")


def test_without_an_idle_model_a_smaller_one_helps() -> None:
    (reason,) = found(memory=MEMORY | {"available_bytes": GB // 4})
    assert (reason.why, reason.remedy) == (Why.SCARCE_MEMORY, Remedy.SMALLER_MODEL)


def test_a_long_question_can_be_cancelled() -> None:
    reading = entry(state="reading", prompt_tokens=11_840, read_percent=38)
    (reason,) = found(requests=[reading])
    assert (reason.why, reason.figure, reason.percent) == (Why.READING, 11_840, 38)
    assert (reason.remedy, reason.target) == (Remedy.CANCEL, "a1")


@pytest.mark.parametrize(("running", "waiting", "why"), [(2, 1, Why.WAITING), (3, 0, Why.SHARED)])
def test_others_take_their_part(running: int, waiting: int, why: Why) -> None:
    assert kinds(models=[model(running=running, waiting=waiting, tokens_per_s=40.0)]) == [why]


@pytest.mark.parametrize(
    ("gpu_bytes", "why"),
    [(0, [Why.NOT_ON_CARD]), (2_000_000_000, [Why.PARTLY_ON_CARD]), (3_510_000_000, [])],
)
def test_where_there_is_a_card(gpu_bytes: int, why: list[Why]) -> None:
    models = [model(running=1, gpu_bytes=gpu_bytes, tokens_per_s=3.0)]
    assert kinds(models=models, gpus={"cards": [CARD]}) == why


def test_without_a_card_only_a_slow_model_is_spoken_of() -> None:
    assert kinds(models=[model(running=1, tokens_per_s=4.0)]) == [Why.NO_CARD]


def test_a_large_context() -> None:
    memory = {"weights_bytes": GB, "context_bytes": 3 * GB, "compute_bytes": 0}
    models = [model(running=1, tokens_per_s=30.0, memory=memory)]
    assert kinds(models=models) == [Why.LARGE_CONTEXT]


def test_the_machine_itself() -> None:
    processor = {"cores": 8, "threads": 4, "load_percent": 98.0, "workers_percent": 30.0}
    assert kinds(processor=processor) == [Why.OTHER_PROGRAMS]
    assert kinds(power={"percent": 50, "plugged": False}) == [Why.BATTERY]
    assert kinds(power={"reason": "none_found", "profile": "low-power"}) == [Why.SAVING_POWER]


def test_loading_is_told_with_its_progress() -> None:
    models = [model(state="loading", load_percent=42, memory=None)]
    (reason,) = found(models=models, requests=[entry(state="waiting")])
    assert (reason.why, reason.percent) == (Why.LOADING, 42)


def plan(*codes: str, **numbers: int) -> dict[str, Any]:
    return {"steps": [{"code": code, "text": "…", "numbers": numbers} for code in codes]}


def test_a_model_that_is_too_large_for_the_memory() -> None:
    large = model(running=1, tokens_per_s=30.0, plan=plan("swap", short_bytes=3 * GB))
    (reason,) = found(models=[large])
    assert (reason.why, reason.figure) == (Why.SHORT_OF_MEMORY, 3 * GB)
    assert reason.remedy is Remedy.SMALLER_MODEL
    (reason,) = found(models=[large, model("idle:1b")])
    assert (reason.remedy, reason.target) == (Remedy.UNLOAD, "idle:1b")


@pytest.mark.parametrize("code", ["pool", "parallel"])
def test_a_small_cache_matters_to_several_requests(code: str) -> None:
    alone = model(running=1, tokens_per_s=30.0, plan=plan(code))
    assert kinds(models=[alone]) == []
    assert kinds(models=[alone | {"waiting": 2}]) == [Why.SMALL_CACHE, Why.WAITING]


def test_who_stands_in_line_for_a_load() -> None:
    first = entry(state="waiting", queue={"for": "load", "place": 1})
    second = entry("b2", state="waiting", queue={"for": "load", "place": 2})
    (reason,) = found(requests=[first, second])
    assert (reason.why, reason.figure) == (Why.IN_LINE, 2)
