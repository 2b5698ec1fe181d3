"""Many clients, one service, faults without end: `python -m tests.soak --minutes 20 --seed 1`.

Starts `puna serve` in a folder of its own, with models of some hundred kilobytes, and asks it
everything at the same time while models come and go and their workers are killed. Every request is
accounted for. Exit code 0: none was lost, and the memory stayed as it was. Loopback alone; ends by
itself.
"""

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

from tests.soak.run import soak
from tests.soak.service import SoakService, install_models

MOST_MINUTES = 24 * 60


def main() -> int:
    parser = argparse.ArgumentParser(prog="tests.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=20.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--clients", type=int, default=6)
    wanted = parser.parse_args()
    if not 0 < wanted.minutes <= MOST_MINUTES or not 1 <= wanted.clients <= 64:
        parser.error(f"up to {MOST_MINUTES} minutes, and 64 clients")
    with tempfile.TemporaryDirectory(prefix="puna-soak-") as folder:
        home = Path(folder)
        install_models(home)
        with SoakService(home) as service:
            duration_s = wanted.minutes * 60
            report = asyncio.run(soak(service, duration_s, wanted.seed, wanted.clients))
        for line in [*report.lines(), *service.complaints()]:
            print(line)
        return 0 if report.is_good and not service.complaints() else 1


if __name__ == "__main__":
    sys.exit(main())
