"""Runs first in the frozen programs: gives back the environment that they were started with.

PyInstaller points the system's loader at our folder of libraries, which has done its service by
now. Programs that we start, a browser for instance, must find their own.
"""

import os

_NAME = "LD_LIBRARY_PATH"

if (_before := os.environ.pop(f"{_NAME}_ORIG", None)) is not None:
    os.environ[_NAME] = _before
else:
    os.environ.pop(_NAME, None)
