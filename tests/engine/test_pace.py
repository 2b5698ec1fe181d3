"""How fast models are: measured in answers, kept, and expected of others."""

import asyncio
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest

from desktop.engine.asks import Ask
from desktop.engine.events import Finished
from desktop.engine.pace import CPU, PARTLY, Trial, place_in, place_of, trial_of
from desktop.engine.pace_book import MAX_RECORDS, MAX_TRIALS, PaceBook, read_bytes_of
from desktop.engine.pace_company import Company
from desktop.models.machine_memory import GpuMemory, MachineMemory
from desktop.models.store import InstalledModel
from desktop.models.verdict import place_roughly
from desktop.worker.messages import Buffer
from tests.engine.models import install_script

GB = 10**9
S = 10**9  # nanoseconds


@pytest.fixture
def model(tmp_path: Path) -> InstalledModel:
    return install_script(tmp_path, "one", "a b c")


def finished(**more: int) -> Finished:
    figures = {"output_tokens": 41, "output_ns": 4 * S, "prompt_tokens": 10, "prompt_ns": S}
    return msgspec.convert(
        {"type": "finished", "id": 1, "reason": "stop"} | figures | more, Finished
    )


def test_an_answer_is_timed_from_its_first_token_on(model: InstalledModel) -> None:
    assert trial_of(Ask(model=model), finished(), alone=True) == Trial(10.0, True, None)
    long = finished(prompt_tokens=700, cached_tokens=200, prompt_ns=2 * S)
    assert trial_of(Ask(model=model), long, alone=False) == Trial(10.0, False, 250.0)


def test_short_answers_and_those_with_more_work_say_nothing(model: InstalledModel) -> None:
    assert trial_of(Ask(model=model), finished(output_tokens=31), alone=True) is None
    assert trial_of(Ask(model=model), finished(output_ns=0), alone=True) is None
    for ask in (
        Ask(model=model, schema={}),
        Ask(model=model, logprobs=0),
        Ask(model=model, logit_bias={1: 1.0}),
    ):
        assert trial_of(ask, finished(), alone=True) is None


def test_the_median_of_the_last_answers_that_were_alone(model: InstalledModel) -> None:
    book = PaceBook()
    assert book.measured(model) is None
    book.note(model, CPU, Trial(2.0, False))
    measured = book.measured(model)
    assert measured
    assert (measured.written, measured.alone, measured.answers) == (2.0, False, 1)
    for pace in (8.0, 10.0, 30.0):
        book.note(model, CPU, Trial(pace, True, 100.0))
    measured = book.measured(model)
    assert measured
    assert (measured.written, measured.alone, measured.answers) == (10.0, True, 3)
    assert (measured.kind, measured.place, measured.read) == ("measured", CPU, 100.0)
    for _ in range(MAX_TRIALS):
        book.note(model, CPU, Trial(50.0, True))
    assert len(book.records[0].trials) == MAX_TRIALS


def test_others_are_judged_by_the_largest_in_the_same_place(
    model: InstalledModel, tmp_path: Path
) -> None:
    large = install_script(tmp_path, "large", " ".join(f"w{number}" for number in range(400)))
    assert read_bytes_of(large) > read_bytes_of(model) > 0
    book = PaceBook()
    book.note(large, CPU, Trial(20.0, True))
    book.note(model, CPU, Trial(500.0, True))
    found = book.expected(4 * read_bytes_of(large), CPU)
    assert found
    assert (found.kind, found.written, found.by) == ("expected", 5.0, "large:latest")
    assert book.expected(10**9, "gpu Graphics") is None
    assert book.expected(10**9, PARTLY) is None


def test_what_was_measured_beside_others_tells_nothing_of_the_machine(
    model: InstalledModel,
) -> None:
    book = PaceBook()
    book.note(model, CPU, Trial(20.0, False))
    assert book.expected(10**9, CPU) is None
    assert not book.knows_machine


def test_it_is_kept_for_the_next_start(model: InstalledModel, tmp_path: Path) -> None:
    async def note() -> None:
        book = PaceBook(tmp_path / "paces.json")
        keeping = asyncio.create_task(book.keep())
        book.note(model, CPU, Trial(8.0, True, 90.0))
        async with asyncio.timeout(30):
            while not (tmp_path / "paces.json").exists():  # noqa: ASYNC110 - a thread's work
                await asyncio.sleep(0)
        book.note(model, CPU, Trial(9.0, True))
        keeping.cancel()
        book.save()

    asyncio.run(note())
    again = PaceBook(tmp_path / "paces.json").measured(model)
    assert again
    assert (again.written, again.read, again.answers) == (8.5, 90.0, 2)


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[1]", b'{"version": 99, "records": []}', b"\xff" * 100, b" " * 2**21],
)
def test_a_damaged_file_is_begun_anew(
    model: InstalledModel, tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "paces.json").write_bytes(content)
    book = PaceBook(tmp_path / "paces.json")
    assert not book.records
    book.note(model, CPU, Trial(8.0, True))
    book.save()
    assert PaceBook(tmp_path / "paces.json").records == book.records


def test_a_disk_that_cannot_be_written_is_done_without(
    model: InstalledModel, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    book = PaceBook(tmp_path / "file" / "paces.json")
    book.note(model, CPU, Trial(8.0, True))
    book.save()
    assert book.measured(model)


def test_old_models_make_room(model: InstalledModel) -> None:
    book = PaceBook()
    for number in range(MAX_RECORDS + 3):
        book.note(model, f"gpu {number}", Trial(8.0, True))
    assert len(book.records) == MAX_RECORDS
    assert book.records[-1].place == f"gpu {MAX_RECORDS + 2}"


def test_where_a_model_would_lie() -> None:
    card = GpuMemory("Graphics", 8 * GB, 7 * GB)
    laptop, player = MachineMemory(16 * GB, 12 * GB), MachineMemory(16 * GB, 12 * GB, (card, card))
    assert place_in(place_roughly(2 * GB, laptop), laptop) == CPU
    assert place_in(place_roughly(80 * GB, laptop), laptop) is None
    assert place_in(place_roughly(2 * GB, player), player) == "gpu Graphics"
    one = MachineMemory(32 * GB, 24 * GB, (card,))
    assert place_in(place_roughly(12 * GB, one), one) == PARTLY


@pytest.mark.parametrize(
    ("devices", "weights", "place"),
    [
        ([], {"CPU_Mapped": 900}, CPU),
        (["Graphics"], {"CPU": 900}, CPU),  # a card that has no layers
        (["Graphics"], {"CPU_Mapped": 100, "Vulkan0": 900}, "gpu Graphics"),
        (["Graphics"], {"CPU_Mapped": 400, "Vulkan0": 600}, PARTLY),
    ],
)
def test_where_a_loaded_model_lies(devices: list[str], weights: dict[str, int], place: str) -> None:
    buffers = [Buffer(device, "weights", size) for device, size in weights.items()]
    buffers.append(Buffer("CPU", "kv", 10_000))
    process = SimpleNamespace(loaded=SimpleNamespace(devices=devices), buffers=buffers)
    runner: Any = SimpleNamespace(process=process)
    assert place_of(runner, lookup_bytes=100) == place


def test_who_is_there_at_the_same_time() -> None:
    company, heard = Company(), list[str]()
    company.listen(heard.append)
    with company.join("a") as first:
        assert first.alone
        with company.join("b") as second:
            assert not second.alone
    assert not first.alone
    assert heard == ["a", "b"]
    assert company.is_empty
