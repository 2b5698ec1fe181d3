"""Web pages that nobody knows are refused, and become questions."""

import json
from pathlib import Path
from typing import Any

import pytest

from desktop.api.network.origins import MAX_QUESTIONS, NEW_QUESTIONS, NEW_QUESTIONS_S, OriginBook
from desktop.core.errors import RequestInvalid
from desktop.core.settings import Settings
from desktop.core.troubles import Trouble
from tests.api.conftest import Shelf
from tests.api.served import Served, serving

PAGE = "https://chat.example"
ORIGINS = "/api/puna/origins"


class Clock:
    now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def book(tmp_path: Path, clock: Clock) -> OriginBook:
    return OriginBook(tmp_path / "config" / "origins.json", Settings, clock)


def asked(book: OriginBook) -> list[str]:
    return [each["origin"] for each in book.snapshot()["asked"]]


def visit(served: Served, page: str = PAGE, method: str = "GET", path: str = "/api/tags") -> int:
    return served.http.request(method, path, headers={"origin": page}).status_code


def decided(served: Served, answer: str) -> Any:
    return served.http.post(ORIGINS, json={"origin": PAGE, "answer": answer}).json()


def test_a_refused_page_becomes_a_question(tmp_path: Path, shelf: Shelf) -> None:
    with serving(tmp_path, shelf.root) as served:
        reply = served.http.get("/api/tags", headers={"origin": PAGE})
        assert (reply.status_code, reply.content) == (403, b"")
        assert visit(served, method="OPTIONS", path="/api/chat") == 403
        found = served.http.get(ORIGINS).json()
        assert found["decided"] == []
        (question,) = found["asked"]
        assert (question["origin"], question["count"]) == (PAGE, 2)
        assert question["first_seen"] <= question["last_seen"]
        assert decided(served, "always") == {
            "asked": [],
            "decided": [{"origin": PAGE, "answer": "always"}],
        }
        reply = served.http.get("/api/tags", headers={"origin": PAGE})
        assert reply.headers["access-control-allow-origin"] == PAGE
        assert visit(served, method="OPTIONS", path="/api/chat") == 204
        assert visit(served, path="/api/puna/settings") == 403  # whatever the answer


def test_answers_hold_for_as_long_as_they_say(tmp_path: Path, shelf: Shelf) -> None:
    file = tmp_path / "origins.json"
    with serving(tmp_path, shelf.root) as served:
        decided(served, "once")
        assert visit(served) == 200
        assert not file.exists()
    with serving(tmp_path, shelf.root) as served:
        assert visit(served) == 403
        decided(served, "never")
        assert json.loads(file.read_text()) == {"always": [], "never": [PAGE]}
    with serving(tmp_path, shelf.root) as served:
        assert visit(served) == 403
        assert served.http.get(ORIGINS).json()["asked"] == []
        decided(served, "always")
        assert visit(served) == 200
        reply = served.http.request("DELETE", ORIGINS, json={"origin": PAGE})
        assert reply.json() == {"asked": [], "decided": []}
        assert visit(served) == 403
        reply = served.http.request("DELETE", ORIGINS, json={"origin": "https://x.example"})
        assert (reply.status_code, reply.json()["code"]) == (404, "origin_not_found")


@pytest.mark.parametrize(
    "body",
    [
        {"origin": PAGE, "answer": "maybe"},
        {"origin": PAGE},
        {"answer": "always"},
        {"origin": "*", "answer": "always"},
        {"origin": "null", "answer": "always"},
        {"origin": f"{PAGE}/path", "answer": "always"},
        {"origin": 1, "answer": "always"},
    ],
)
def test_answers_that_are_none(puna: Served, body: dict[str, Any]) -> None:
    status, _ = puna.refusal(ORIGINS, body)
    assert status == 400


def test_windows_hear_of_a_question_at_once(tmp_path: Path, shelf: Shelf) -> None:
    with (
        serving(tmp_path, shelf.root) as served,
        served.http.stream("GET", f"{ORIGINS}/events") as reply,
    ):
        lines = map(json.loads, reply.iter_lines())
        assert next(lines) == {"asked": [], "decided": []}
        assert visit(served) == 403
        assert next(lines)["asked"][0]["origin"] == PAGE


def test_what_is_no_page_is_no_question(book: OriginBook) -> None:
    for origin in (
        "null",
        "",
        "x",
        "https://",
        "https://a b",
        "https://" + "a" * 300,
        "*",
        "a://*",
    ):
        book.ask(origin)
    assert asked(book) == []


def test_no_page_fills_the_list(book: OriginBook, clock: Clock) -> None:
    for number in range(NEW_QUESTIONS + 5):
        book.ask(f"https://{number}.example")
    assert len(asked(book)) == NEW_QUESTIONS
    for number in range(MAX_QUESTIONS + 5):
        clock.now_s += NEW_QUESTIONS_S
        book.ask(f"https://later-{number}.example")
    assert len(asked(book)) == MAX_QUESTIONS
    assert asked(book)[0] == f"https://later-{MAX_QUESTIONS + 4}.example"


def test_a_file_that_cannot_be_read_counts_as_none(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "origins.json"
    file.mkdir()
    book = OriginBook(file, Settings)
    assert "cannot be read" in caplog.text
    file.rmdir()
    book.answer(PAGE, "always")
    assert OriginBook(file, Settings).allows(PAGE)


def test_a_damaged_list_is_kept_and_its_last_good_copy_holds(
    book: OriginBook, tmp_path: Path
) -> None:
    told = list[Trouble]()
    file = tmp_path / "config" / "origins.json"
    book.answer(PAGE, "always")
    for code in ("origins_restored", "origins_damaged"):
        file.write_bytes(b'{"always": ["\xff"]}')
        again = OriginBook(file, Settings, tell=told.append)
        assert again.allows(PAGE) is (code == "origins_restored")
        assert told[-1].code == code
        (tmp_path / "config" / "backups" / "origins.json").unlink(missing_ok=True)
    assert len(list(file.parent.glob("origins.json.damaged-*"))) == 2


def test_an_answer_that_cannot_be_kept_is_not_followed(book: OriginBook, tmp_path: Path) -> None:
    (tmp_path / "config").write_text("no folder")
    with pytest.raises(RequestInvalid, match="cannot be written"):
        book.answer(PAGE, "always")
    assert not book.allows(PAGE)
