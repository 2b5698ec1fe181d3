"""What the tests of faults share."""

from collections.abc import Iterator

import psutil
import pytest

from tests.api.conftest import shelf  # noqa: F401


@pytest.fixture(autouse=True)
def _no_process_stays() -> Iterator[None]:
    """Whatever happened, no worker outlives its test."""
    before = set(psutil.Process().children())
    yield
    left = set(psutil.Process().children()) - before
    for process in left:
        process.kill()
    assert not left
