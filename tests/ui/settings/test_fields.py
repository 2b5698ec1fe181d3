"""Every setting of the server is in the window, but for what only experts of its file change."""

from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from desktop.core.preferences import AT_START
from desktop.core.settings import Settings, settings_of
from desktop.ui.settings.fields import Field, Fields, Holds


@pytest.fixture
def fields(qapp: QApplication) -> list[Field]:
    made = Fields()
    return [*made.server(), *made.models(), *made.advanced(), *made.updates()]


def test_all_are_there_once(fields: list[Field]) -> None:
    assert sorted(field.name for field in fields) == sorted(Settings.__struct_fields__)


def test_they_say_rightly_when_they_hold(fields: list[Field]) -> None:
    assert {field.name for field in fields if field.holds is Holds.START} == AT_START


def test_labels_are_values_that_the_server_takes(fields: list[Field]) -> None:
    for field in fields:
        for value in field.labels:
            values: dict[str, Any] = {"tls_certificate": "c", "tls_key": "k"}
            values[field.name] = int(value) if value.lstrip("-").isdigit() else value
            settings_of(values, "a test")
