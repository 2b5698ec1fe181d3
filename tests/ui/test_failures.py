"""Every failure that can reach a window is told in the reader's language."""

import importlib
import re
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale, QTranslator
from PySide6.QtWidgets import QApplication

from desktop.client.wire import RequestFailed
from desktop.core.errors import AppError, ModelLoadFailed, ServerUnreachable
from desktop.core.resources import resource
from desktop.history.errors import ChatNotFound, HistoryFailed, HistoryTooNew
from desktop.ui.failures import coded_sentence, failure_sentence, is_offline, is_translated
from tests.test_rooms import sources

IN_ENGLISH = {
    "alias_not_found": "no window knows aliases",
    "app_blocked": "told to other programs; the windows' own requests are never blocked",
    "export_refused": "of the command line",
    "file_unusable": "of the command line, about a Modelfile",
    "invalid_option": "the windows send only options that there are; names a field",
    "invalid_request": "names a field of a request: a mistake of ours, to be reported as it is",
    "metrics_off": "no window asks for figures of Prometheus",
    "model_not_allowed": "told to other programs",
    "modelfile_invalid": "of the command line, with a line's number",
    "public_address": "told to callers in the internet",
    "quantization_refused": "of the command line and the API",
    "registry_key_invalid": "names a file that has to be removed",
    "request_failed": "in its place stands the server's own code",
    "response_not_found": "of OpenAI's routes, which no window uses",
    "server_unreachable": "known by its class",
    "template_invalid": "of the command line and the API",
    "update_busy": "the settings window asks what to do about it",
}
_CODE = re.compile(r'^    code(?:: [\w\[\]]+)? = "(\w+)"', re.MULTILINE)


def codes() -> set[str]:
    """Of all classes of failures, by what is loaded and by what is written."""
    found = set(ModelLoadFailed.CODES.values())
    for path in sources("desktop"):
        text = Path(path).read_text(encoding="utf-8")
        if "AppError" in text:
            found.update(_CODE.findall(text))
    return found


def all_errors(kind: type[AppError]) -> set[type[AppError]]:
    below = {each for child in kind.__subclasses__() for each in all_errors(child)}
    return below | {kind}


def test_every_code_is_translated_or_has_a_reason_not_to_be() -> None:
    known = codes()
    bare = {code for code in known if not is_translated(code)}
    assert bare - IN_ENGLISH.keys() == set()
    assert IN_ENGLISH.keys() - bare == set()  # nothing is left over


def test_what_is_raised_has_a_code_that_was_found() -> None:
    for name in ("desktop.api.routes", "desktop.models.registry.errors", "desktop.history.history"):
        importlib.import_module(name)
    ours = {each for each in all_errors(AppError) if each.__module__.startswith("desktop.")}
    assert {each.code for each in ours} <= codes()


def test_figures_are_told() -> None:
    QLocale.setDefault(QLocale("en"))
    figures = {"prompt_tokens": 9000, "context_tokens": 4096}
    told = failure_sentence(RequestFailed("too long", 400, "context_exceeded", figures))
    assert "9,000 tokens" in told
    assert "4,096" in told
    figures = {"needed_bytes": 8 * 2**30, "free_bytes": 3 * 2**30}
    told = failure_sentence(RequestFailed("no", 500, "out_of_memory", figures))
    assert ("8.0 GB" in told, "3.0 GB" in told) == (True, True)
    assert "enough free memory" in failure_sentence(RequestFailed("no", 500, "out_of_memory"))


def test_the_server_s_words_stand_in() -> None:
    assert failure_sentence(RequestFailed("field x is missing", 400, "invalid_request")) == (
        "field x is missing"
    )
    assert coded_sentence("hub_refused", "403, go 10 % away").endswith("403, go 10 % away")
    assert failure_sentence(AppError("just so")) == "just so"


def test_failures_of_this_process_are_sentences() -> None:
    for error in (
        ServerUnreachable("x"),
        HistoryFailed(Path("/x"), "closed"),
        HistoryTooNew(Path("/x")),
        ChatNotFound(),
    ):
        assert failure_sentence(error) != str(error)
        assert "/x" not in failure_sentence(error)


def test_offline() -> None:
    assert is_offline(RequestFailed("x", 502, "hub_unreachable"))
    assert not is_offline(ServerUnreachable("x"))


@pytest.mark.slow
def test_they_are_german_too(qapp: QApplication) -> None:
    english = {code: coded_sentence(code, "…") for code in codes() - IN_ENGLISH.keys()}
    german = QTranslator()
    assert german.load(str(resource("i18n/puna_de.qm")))
    qapp.installTranslator(german)
    try:
        for code, text in english.items():
            assert coded_sentence(code, "…") != text, code
    finally:
        qapp.removeTranslator(german)
