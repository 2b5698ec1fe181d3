"""What models do and did for whom."""

import contextlib
import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from desktop.api.activity.entry import Entry, State
from desktop.api.activity.journal import MAX_AGE_S, SCHEMA, Journal
from desktop.api.database import Database
from desktop.engine.events import Piece
from tests.api.callers import ACTIVITY, history, known, running, until
from tests.api.conftest import Shelf
from tests.api.served import WAIT_S, Json, Served, serving

ENDLESS: Json = {"model": "endless", "prompt": "x"}
CANCELED = {"error": "request canceled by the user", "code": "request_canceled"}


@contextlib.contextmanager
def events(puna: Served) -> Iterator[Iterator[list[Json]]]:
    with (
        httpx.Client(base_url=puna.url, trust_env=False, timeout=WAIT_S) as http,
        http.stream("GET", f"{ACTIVITY}/events") as reply,
    ):
        yield (json.loads(line)["requests"] for line in reply.iter_lines())


@pytest.fixture(scope="module")
def long(shelf: Shelf, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A service whose answers need not end."""
    home = tmp_path_factory.mktemp("long")
    with serving(home, shelf.root, context_tokens=32768, keep_alive=-1) as served:
        yield served


def test_a_request_leaves_its_figures_and_no_content(puna: Served) -> None:
    with known(puna) as app:
        reply = app.ask()
        (entry,) = history(puna, app=app.id)
    assert entry["id"] == reply.headers["x-puna-request-id"]
    assert entry["app"] == {"id": app.id, "name": "Tester", "address": "127.0.0.1"}
    assert (entry["route"], entry["dialect"]) == ("/api/generate", "ollama")
    assert (entry["asked"], entry["model"]) == ("script", "script:latest")
    assert (entry["state"], entry["status"]) == ("done", 200)
    told = reply.json()
    assert entry["prompt_tokens"] == told["prompt_eval_count"]
    assert entry["output_tokens"] == told["eval_count"]
    assert entry["cached_tokens"] == told["puna"]["cached_tokens"]
    assert 0 <= entry["waited_ms"] <= entry["first_token_ms"] <= entry["total_ms"]
    assert entry["tokens_per_s"] > 0
    assert abs(entry["started_at"] - time.time()) < 60
    assert not {"prompt", "answer", "elapsed_ms", "code"} & entry.keys()


def test_content_is_kept_for_those_who_want_it(puna: Served) -> None:
    with known(puna, log_content=True) as app:
        app.chat("script", ("user", "A question"))
        app.ask(raw=True)
        raw, chat = history(puna, app=app.id)
    assert json.loads(chat["prompt"]) == [{"role": "user", "content": "A question"}]
    assert chat["answer"] == raw["answer"] == "Hello big world"
    assert raw["prompt"] == "x"


def test_what_was_cut_is_told_here_and_in_the_log(
    puna: Served, caplog: pytest.LogCaptureFixture
) -> None:
    with known(puna) as app, caplog.at_level("INFO"):
        said = [("user", "word " * 300), ("assistant", "yes"), ("user", "x")]
        options = {"num_ctx": 512, "num_predict": 1}
        told = app.chat("random", *said, options=options).json()["puna"]["truncated"]
        (entry,) = history(puna, app=app.id)
    assert entry["truncated"] == told
    assert told["messages"] > 0
    assert f"{told['messages']} messages and {told['tokens']} tokens were left out" in caplog.text


def test_every_dialect_is_recorded_with_its_failures(puna: Served) -> None:
    with known(puna, aliases={"gpt": "script"}) as app:
        said = [{"role": "user", "content": "x"}]
        app.http.post("/v1/chat/completions", json={"model": "gpt", "messages": said})
        app.http.post("/v1/messages", json={"model": "script", "messages": said, "max_tokens": 9})
        app.ask("random", prompt="word " * 3000, truncate=False)
        app.http.get("/api/tags")  # no model works for this one
        failed, anthropic, openai = history(puna, app=app.id)
    assert (openai["dialect"], openai["asked"], openai["model"]) == (
        "openai",
        "gpt",
        "script:latest",
    )
    assert (anthropic["dialect"], anthropic["state"]) == ("anthropic", "done")
    assert (failed["state"], failed["model"], failed["status"]) == ("failed", "random:latest", 400)
    assert failed["code"] == "context_exceeded"


@pytest.mark.slow
def test_a_running_request_is_seen_and_canceled(long: Served) -> None:
    with long.streaming("/api/generate", ENDLESS) as lines, events(long) as changes:
        next(lines)
        (seen,) = running(long)
        assert (seen["state"], seen["model"]) == ("generating", "endless:latest")
        assert seen["elapsed_ms"] >= seen["first_token_ms"]
        first = next(changes)
        assert [each["id"] for each in first] == [seen["id"]]
        assert next(changes)[0]["output_tokens"] >= first[0]["output_tokens"]
        reply = long.http.delete(f"{ACTIVITY}/{seen['id']}")
        assert reply.status_code == 200
        *_, last = lines
        assert last == CANCELED
        until(lambda: next(changes)[0].get("code") == "request_canceled")
    (entry,) = history(long, limit=1)
    assert (entry["state"], entry["status"]) == ("canceled", 499)
    again = long.http.delete(f"{ACTIVITY}/{seen['id']}")
    assert (again.status_code, again.json()["code"]) == (404, "request_not_found")


@pytest.mark.parametrize("path", ["/v1/chat/completions", "/v1/messages"])
def test_other_dialects_are_told_in_their_own_words(long: Served, path: str) -> None:
    body = {"messages": [{"role": "user", "content": "x"}], "stream": True, "max_tokens": 90000}
    with long.http.stream("POST", path, json=body | {"model": "endless"}) as reply:
        lines = reply.iter_lines()
        next(lines)
        for entry in running(long):
            long.http.delete(f"{ACTIVITY}/{entry['id']}")
        told = [line for line in lines if line.startswith("data: {")]
    assert json.loads(told[-1].removeprefix("data: "))["error"]["message"] == CANCELED["error"]


def test_a_whole_answer_that_is_canceled_is_an_error(long: Served) -> None:
    with ThreadPoolExecutor(1) as threads:
        asked = threads.submit(long.post, "/api/generate", ENDLESS | {"stream": False})
        (entry,) = until(lambda: running(long))
        until(lambda: running(long)[0]["state"] == "generating")
        long.http.delete(f"{ACTIVITY}/{entry['id']}")
        reply = asked.result()
    assert (reply.status_code, reply.json()) == (499, CANCELED)
    assert long.generate("endless", "x", options={"num_predict": 1})["response"] == "a"


def test_one_that_waits_for_its_turn_is_canceled(long: Served) -> None:
    with (
        known(long, requests_at_once=1) as app,
        ThreadPoolExecutor(1) as threads,
        app.http.stream("POST", "/api/generate", json=ENDLESS) as first,
    ):
        lines = first.iter_lines()
        next(lines)
        asked = threads.submit(app.ask)
        until(lambda: len(running(long, app.id)) == 2)
        long.http.delete(f"{ACTIVITY}/{running(long, app.id)[1]['id']}")
        assert asked.result().json() == CANCELED
        next(lines)


def test_a_client_that_does_not_read_is_canceled_too(long: Served) -> None:
    """The model is free again, although nobody takes what was said."""
    with long.streaming("/api/generate", ENDLESS) as lines:
        next(lines)
        until(lambda: running(long)[0]["output_tokens"] > 100)
        long.http.delete(f"{ACTIVITY}/{running(long)[0]['id']}")
        assert long.generate("endless", "x", options={"num_predict": 1})["response"] == "a"
        *_, last = lines
        assert last == CANCELED


def test_a_client_that_leaves_is_recorded_so(long: Served) -> None:
    with known(long) as app:
        with app.http.stream("POST", "/api/generate", json=ENDLESS) as reply:
            lines = reply.iter_lines()
            next(lines)
        (entry,) = until(lambda: history(long, app=app.id))
    assert (entry["state"], entry["status"], entry["code"]) == ("canceled", 499, "request_canceled")


@pytest.mark.slow
def test_pages_of_the_history_and_its_end(shelf: Shelf, tmp_path: Path) -> None:
    with serving(tmp_path, shelf.root) as puna:
        for _ in range(3):
            puna.generate("script", "x")
        puna.generate("random", "x", options={"num_predict": 1})
    with serving(tmp_path, shelf.root) as puna:
        assert len(history(puna)) == 4
        assert len(history(puna, model="script:latest")) == 3
        page = puna.http.get(ACTIVITY, params={"limit": 3}).json()
        assert page["requests"][0]["model"] == "random:latest"
        rest = puna.http.get(ACTIVITY, params={"before": page["before"]}).json()
        assert len(rest["requests"]) == 1
        assert "before" not in rest
        for wrong in ({"limit": "0"}, {"limit": "x"}, {"before": "-1"}):
            reply = puna.http.get(ACTIVITY, params=wrong)
            assert (reply.status_code, reply.json()["code"]) == (400, "invalid_request")
        assert puna.http.delete(ACTIVITY).status_code == 204
        assert history(puna) == []
    kept = b"".join(path.read_bytes() for path in tmp_path.glob("activity.sqlite*"))
    assert b"random:latest" not in kept


def entry_of(number: int) -> Entry:
    entry = Entry(id=str(number), route="/api/chat", dialect="ollama", asked="m", model="m")
    entry.end(State.DONE, 200)
    return entry


def test_the_history_is_bounded(tmp_path: Path) -> None:
    database = Database(tmp_path / "activity.sqlite", SCHEMA)
    journal = Journal(database, max_rows=10)
    old = entry_of(0)
    old.started_at -= MAX_AGE_S + 60
    for entry in (old, *map(entry_of, range(1, 600))):
        journal.add(entry)
        journal.write()
    database.close()
    counts = database.submit(
        lambda connection: connection.execute("SELECT count(*), min(at) FROM requests").fetchall()
    ).result()
    assert counts[0][0] < 10 + 500
    assert counts[0][1] > time.time() - 3600
    database.close()


def test_what_is_kept_of_an_answer_is_bounded() -> None:
    entry = Entry(
        id="1", route="/api/chat", dialect="ollama", asked="m", model="m", keeps_content=True
    )
    for _ in range(300):
        entry.note(Piece("x" * 1000))
    entry.end(State.DONE, 200)
    assert len(entry.view()["answer"]) == 100_000
