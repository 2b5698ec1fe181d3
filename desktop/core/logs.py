"""Log set-up: one rotating file, and the terminal for `puna serve`."""

import logging
import logging.handlers
import sys
from pathlib import Path


class _Rotating(logging.handlers.RotatingFileHandler):
    """A disk that is full stops no program, and fills no terminal."""

    def handleError(self, record: logging.LogRecord) -> None:
        pass


FORMAT = "%(asctime)s %(levelname).1s %(name)s: %(message)s"


def start(path: Path, *, terminal: bool) -> None:
    """Send Puna's log to `path` (5 files of 1 MB), and to stderr if `terminal`.

    A log file that cannot be written never stops the program.
    """
    handlers: list[logging.Handler] = []
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handlers.append(
            _Rotating(
                path, maxBytes=1_000_000, backupCount=4, encoding="utf-8", errors="backslashreplace"
            )
        )
    except OSError as error:
        print(f"puna: no log file: {error}", file=sys.stderr)
    if terminal:
        handlers.append(logging.StreamHandler())
    logging.basicConfig(level=logging.INFO, format=FORMAT, handlers=handlers, force=True)
    for chatty in ("httpx", "uvicorn"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
