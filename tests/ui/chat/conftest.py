"""What the tests of the chat share."""

from collections.abc import Iterator

import pytest

from tests.ui.chat.talker import Talker


@pytest.fixture
def talker() -> Iterator[Talker]:
    with Talker() as server:
        yield server
