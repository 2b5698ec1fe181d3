"""Some PySide6 releases lose a reference to None with every call that returns nothing.

Under Python 3.11 that aborts the process after some minutes; see the version limits in
pyproject.toml.
"""

import sys

from PySide6.QtCore import QObject

CALLS = 500


def test_void_calls_keep_the_references_to_none() -> None:
    thing = QObject()
    before = sys.getrefcount(None)
    for _ in range(CALLS):
        thing.setObjectName("x")
    assert abs(sys.getrefcount(None) - before) < CALLS // 10
