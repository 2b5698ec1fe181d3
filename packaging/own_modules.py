"""Runs first in the frozen programs: they go on reading modules out of the file that was started.

PyInstaller opens it by name for each module. A package manager puts the next version under that
name while we run, and what is first needed later would be read from the wrong places.
"""

import importlib
import os
import sys

if sys.platform == "linux":
    _STARTED = "/proc/self/exe"  # the file itself, whatever has its name by now
    _archive = importlib.import_module("pyimod02_importers").pyz_archive
    if os.path.exists(_STARTED) and os.path.samefile(_archive._filename, _STARTED):
        _archive._filename = _STARTED
