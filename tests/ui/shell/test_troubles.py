"""Troubles of a start, in words; and the news that the shell waits for."""

import asyncio
from threading import Event

import pytest
from pytestqt.qtbot import QtBot

from desktop.client.client import Client
from desktop.client.status import Problem
from desktop.core.errors import AppError
from desktop.ui.context import Place
from desktop.ui.shell.news import News
from desktop.ui.shell.troubles import make_box, sentence, tell_failed_start
from tests.ui.screenless import SCREENLESS
from tests.ui.scripted_server import ScriptedServer

pytestmark = SCREENLESS


def test_each_has_words_and_others_speak_for_themselves(qtbot: QtBot) -> None:
    missing = Problem(code="models_missing", text="x", file="/media/disk/models")
    assert "/media/disk/models." in sentence(missing)
    newer = Problem(code="database_too_new", text="x", file="/home/puna/apps.sqlite")
    assert sentence(newer).startswith("apps.sqlite was written by a newer Puna")
    requests = Problem(code="database_damaged", text="x", file="/home/puna/activity.sqlite")
    assert sentence(requests).startswith("The list of what models did (activity.sqlite)")
    assert sentence(Problem(code="unheard_of", text="It is gone.", remedy="Wait.")) == (
        "It is gone. Wait."
    )


@pytest.mark.parametrize(
    ("code", "page"),
    [("settings_restored", "general"), ("models_missing", "models_dir"), ("x", "diagnostics")],
)
def test_the_box_leads_to_where_something_can_be_done(qtbot: QtBot, code: str, page: str) -> None:
    went: list[tuple[Place, str]] = []
    box = make_box(
        [Problem(code=code, text="It.")] * 2, lambda place, what: went.append((place, what))
    )
    qtbot.addWidget(box)
    assert box.informativeText().count("\n\n") == 0
    box.buttons()[0].click()
    assert went == [(Place.SETTINGS, page)]


def test_a_start_that_failed_is_told_until_the_system_wants_us_to_leave(qtbot: QtBot) -> None:
    leaving = Event()
    leaving.set()
    tell_failed_start(AppError("There is no server."), leaving)


def test_news_are_told_once(qtbot: QtBot) -> None:
    problem = {"code": "safe_mode", "text": "Safe.", "remedy": "Quit."}
    with ScriptedServer() as server:
        server.begin(
            {
                "GET /api/puna/settings": {"settings": {}, "problems": [problem]},
                "GET /api/puna/update/events": {"state": "available", "newer": "0.2.0"},
            }
        )
        heard: list[object] = []

        async def listen() -> None:
            async with Client(server.url) as client:
                news = News(client)
                news.troubled.connect(heard.append)
                news.newer.connect(heard.append)
                await news.run()
                await news.run()

        asyncio.run(listen())
    told = [Problem(code="safe_mode", text="Safe.", remedy="Quit.")]
    assert heard == [told, "0.2.0", told]
