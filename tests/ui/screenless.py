"""What Qt's screenless platform warns of, and no other."""

import pytest

SCREENLESS = pytest.mark.qt_log_ignore(
    "propagateSizeHints", "systemTrayWindowChanged", r"raise\(\)", "grabbing the keyboard"
)
