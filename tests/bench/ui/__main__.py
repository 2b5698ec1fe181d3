"""`make bench-ui`: the chat window without a screen, against a server that speaks at 200 tokens a
second.

Prints what it is, even where it falls short of the bar.
"""

import argparse
import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import qasync
from PySide6.QtWidgets import QApplication

from tests.bench.report import processor, table
from tests.bench.ui.chats import measure, speaking


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.ui", description=__doc__)
    parser.add_argument("--rate", type=float, default=200, help="tokens in a second (200)")
    parser.add_argument("--tokens", type=int, default=2000, help="of the answer (2000)")
    asked = parser.parse_args()
    application = QApplication(sys.argv[:1])
    application.setStyle("Fusion")
    with (
        TemporaryDirectory(prefix="puna-bench-") as folder,
        speaking(asked.rate, asked.tokens) as url,
    ):
        figures = qasync.run(measure(Path(folder), url))
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    print(f"\n{processor()}, {os.cpu_count()} cores{load}, {asked.rate:g} tokens/s\n")
    print(table(figures))


if __name__ == "__main__":
    main()
