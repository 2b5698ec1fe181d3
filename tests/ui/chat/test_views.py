"""The parts of a message: text, code, thoughts, and the transcript they stand in."""

import pytest
from PySide6.QtCore import QPoint, QUrl
from PySide6.QtGui import QColor, QGuiApplication, QPalette, QTextDocument
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop.ui.chat.body import Body, Bubble
from desktop.ui.chat.code_frame import CodeFrame
from desktop.ui.chat.highlighting import Highlighter
from desktop.ui.chat.line import Action, Call, Ending, Figures, Line
from desktop.ui.chat.message import Message
from desktop.ui.chat.text_view import TextView
from desktop.ui.chat.transcript import FIRST_MESSAGES, Transcript
from tests.ui.screenless import SCREENLESS

pytestmark = SCREENLESS
CODE = "def f(x):\n    return 'one'  # two\n"


@pytest.fixture
def highlighter(qtbot: QtBot) -> Highlighter:
    return Highlighter(QApplication.instance())


@pytest.fixture
def transcript(qtbot: QtBot) -> Transcript:
    made = Transcript()
    qtbot.addWidget(made)
    made.resize(700, 500)
    made.show()
    return made


def talk(count: int) -> list[Line]:
    return [
        Line(id=number, role="assistant" if number % 2 == 0 else "user", content=f"Text {number}")
        for number in range(1, count + 1)
    ]


@pytest.mark.parametrize(
    "text",
    [
        "use std::vector<int> and List<String>",
        "text <div> more <script>alert(1)</script> end",
        "a < b > c & d",
    ],
)
def test_nothing_between_angle_brackets_is_lost(qtbot: QtBot, text: str) -> None:
    view = TextView(markdown=True)
    qtbot.addWidget(view)
    view.set_text(text)
    assert view.browser.toPlainText() == text


def test_nothing_is_ever_loaded(qtbot: QtBot) -> None:
    view = TextView(markdown=True)
    qtbot.addWidget(view)
    view.set_text("![a](http://127.0.0.1:1/x.png) ![b](file:///etc/passwd)")
    assert view.browser.toPlainText() == "a b"
    kind = QTextDocument.ResourceType.ImageResource.value
    assert view.browser.loadResource(kind, QUrl("file:///etc/passwd")) is None


def test_links_are_told_and_not_opened(qtbot: QtBot) -> None:
    view = TextView(markdown=True)
    qtbot.addWidget(view)
    view.set_text("[here](https://example.com/)")
    with qtbot.waitSignal(view.link_clicked) as clicked:
        view.browser.anchorClicked.emit(QUrl("https://example.com/"))
    assert clicked.args == ["https://example.com/"]


def test_code_gets_its_colours_and_its_name(qtbot: QtBot, highlighter: Highlighter) -> None:
    body = Body(highlighter, markdown=True)
    qtbot.addWidget(body)
    body.set_text(f"```python\n{CODE}```")
    (frame,) = body.parts
    assert isinstance(frame, CodeFrame)
    qtbot.waitUntil(lambda: bool(frame.code.document().begin().layout().formats()), timeout=5000)
    assert frame.language.text() == "python"
    second = frame.code.document().begin().next().layout().formats()
    texts = [CODE.split("\n")[1][each.start : each.start + each.length] for each in second]
    assert texts == ["return", "'one'", "# two"]


def test_copy_takes_the_code_alone(qtbot: QtBot, highlighter: Highlighter) -> None:
    body = Body(highlighter, markdown=True)
    qtbot.addWidget(body)
    body.set_text("see\n```\na\n  b\n```\nend")
    frame = body.parts[1]
    assert isinstance(frame, CodeFrame)
    frame.copy.click()
    assert QGuiApplication.clipboard().text() == "a\n  b"


def test_wrapping_makes_a_long_line_higher(qtbot: QtBot, highlighter: Highlighter) -> None:
    body = Body(highlighter, markdown=True)
    qtbot.addWidget(body)
    body.set_text(f"```\n{'word ' * 200}\n```")
    frame = body.parts[0]
    assert isinstance(frame, CodeFrame)
    body.resize(400, 300)
    body.show()
    before = body.height_for(400)
    frame.wrap.click()
    assert body.height_for(400) > before + 100


def test_a_growing_answer_keeps_its_closed_parts(qtbot: QtBot, highlighter: Highlighter) -> None:
    body = Body(highlighter, markdown=True)
    qtbot.addWidget(body)
    body.begin("")
    for piece in ("one\n``", "`py\nx", "=1\n```\n", "two"):
        body.feed(piece)
    kept = body.parts[:2]
    body.feed(" three")
    body.finish()
    assert body.parts[:2] == kept
    assert [type(part).__name__ for part in body.parts] == ["TextView", "CodeFrame", "TextView"]


def test_what_the_user_said_is_no_markdown_and_no_wider_than_needed(
    qtbot: QtBot, highlighter: Highlighter
) -> None:
    bubble = Bubble(highlighter)
    qtbot.addWidget(bubble)
    bubble.set_text("# *one*\n<b>")
    view = bubble.parts[0]
    assert isinstance(view, TextView)
    assert view.browser.toPlainText() == "# *one*\n<b>"
    assert bubble.natural_width(1000) < 200


def test_colours_follow_the_system_live(qtbot: QtBot, transcript: Transcript) -> None:
    transcript.open([Line(id=1, role="assistant", content="`x`")])
    view = transcript.messages[0].body.parts[0]
    assert isinstance(view, TextView)
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    before, light = view.browser.toHtml(), application.palette()
    dark = QPalette(QColor("#202124"))
    try:
        application.setPalette(dark)
        qtbot.waitUntil(lambda: view.browser.toHtml() != before)
    finally:
        application.setPalette(light)


def test_a_long_chat_is_built_from_its_end(qtbot: QtBot, transcript: Transcript) -> None:
    transcript.open(talk(200))
    assert 1 < len(transcript.messages) < FIRST_MESSAGES
    assert transcript.messages[-1].line.id == 200
    assert transcript.is_at_end
    qtbot.waitUntil(lambda: len(transcript.messages) == FIRST_MESSAGES)
    assert transcript.is_at_end
    transcript.verticalScrollBar().setValue(0)
    qtbot.waitUntil(lambda: len(transcript.messages) > FIRST_MESSAGES)
    assert transcript.verticalScrollBar().value() > 0  # what was in sight stays there


def test_the_end_stays_in_sight_only_near_it(qtbot: QtBot, transcript: Transcript) -> None:
    lines = [*talk(30), Line(id=31, role="assistant", is_live=True)]
    transcript.open(lines)
    transcript.feed("word\n\n" * 40, "")
    assert transcript.is_at_end
    bar = transcript.verticalScrollBar()
    bar.setValue(bar.maximum() - 200)
    before = bar.value()
    transcript.feed("word\n\n" * 40, "")
    assert bar.value() == before
    assert transcript.to_end.isVisible()
    transcript.to_end.click()
    assert transcript.is_at_end


def test_a_change_leaves_the_other_messages_alone(transcript: Transcript) -> None:
    lines = talk(6)
    transcript.open(lines)
    kept = transcript.messages[:4]
    transcript.show_lines([*lines[:4], Line(id=9, role="user", content="else")])
    assert transcript.messages[:4] == kept
    assert [each.line.id for each in transcript.messages] == [1, 2, 3, 4, 9]


def test_a_search_hit_is_revealed(qtbot: QtBot, transcript: Transcript) -> None:
    transcript.open(talk(120))
    transcript.reveal(20)

    def is_in_sight() -> bool:
        shown = [each for each in transcript.messages if each.line.id == 20]
        return bool(shown) and 0 <= shown[0].mapTo(transcript, QPoint()).y() < 500

    qtbot.waitUntil(is_in_sight)


def test_tab_goes_from_old_to_new(qtbot: QtBot, transcript: Transcript) -> None:
    transcript.open(talk(12))
    qtbot.waitUntil(lambda: transcript.is_complete)
    order: list[QWidget] = []
    at = transcript.nextInFocusChain()
    while at is not None and at is not transcript:
        order.append(at)
        at = at.nextInFocusChain()
    copies = [message.footer.copy for message in transcript.messages]
    places = [order.index(each) for each in copies]
    assert places == sorted(places)


def answer(**fields: object) -> Line:
    return Line(id=1, role="assistant", **fields)  # type: ignore[arg-type]


def test_endings_offer_the_one_thing_to_do(qtbot: QtBot, highlighter: Highlighter) -> None:
    asked: list[tuple[Action, int]] = []
    message = Message(answer(content="half", ending=Ending.LENGTH), highlighter)
    qtbot.addWidget(message)
    message.asked.connect(lambda *what: asked.append(what))
    assert message.notice
    message.notice.button.click()
    message.show_line(answer(ending=Ending.FAILED, error="It broke."))
    assert message.notice.words.text() == "It broke."
    message.notice.button.click()
    assert asked == [(Action.CONTINUE, 1), (Action.RETRY, 1)]


def test_branches_and_figures_are_told(qtbot: QtBot, highlighter: Highlighter) -> None:
    figures = Figures(tokens=20, tokens_per_s=12.34, first_token_s=0.52)
    message = Message(answer(content="a", branch=2, branches=3, figures=figures), highlighter)
    qtbot.addWidget(message)
    footer = message.footer
    assert footer.place.text() == "2/3"
    assert footer.figures.text() == "12 tokens/s, first word after 0.5 s"
    message.show_line(answer(content="a", figures=Figures()))
    assert footer.figures.text() == ""
    assert footer.place.isHidden()


def test_thoughts_are_folded_with_their_seconds(qtbot: QtBot, highlighter: Highlighter) -> None:
    message = Message(answer(content="42", thinking="six times", thinking_s=3.21), highlighter)
    qtbot.addWidget(message)
    assert message.thoughts
    assert message.thoughts.fold.text() == "Thought for 3.2 s"
    before = message.height_for(500)
    message.thoughts.fold.click()
    assert message.thoughts.view.browser.toPlainText() == "six times"
    assert message.height_for(500) > before


def test_tools_and_what_was_cut_are_shown(qtbot: QtBot, highlighter: Highlighter) -> None:
    call = Call("weather", '{"city": "Hilo"}')
    message = Message(answer(calls=(call,), unseen=3), highlighter)
    qtbot.addWidget(message)
    assert message.calls
    assert "weather" in message.calls.words.text()
    assert message.mark
    assert message.mark.words.text().startswith("3 message")
