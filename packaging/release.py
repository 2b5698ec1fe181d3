"""Which Puna is packaged, and for which system."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from desktop.core.version import PUNA_VERSION  # noqa: E402
from desktop.updates.source import this_installation  # noqa: E402

VERSION = PUNA_VERSION
SYSTEM = this_installation().platform
"""As feeds of updates name it, for example `linux-x86_64`."""
