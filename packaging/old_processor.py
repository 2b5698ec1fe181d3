"""Tries the frozen Puna as a processor of 2008 would run it: no AVX, SSE4.2 at most.

    .venv/bin/python packaging/old_processor.py [EXECUTABLE] [--cpu Nehalem]

Linux on x86-64 only. Needs `qemu-x86_64` (Debian's `qemu-user`), a kernel with `binfmt_misc` for
user namespaces (6.7 or newer), and a few minutes. An instruction that this processor lacks ends a
program as it would there.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_MARKED_AT, _MARK = 15, 0x42
"""A byte of an ELF file's head that nobody reads: what bears it is run by the emulator, so that the
programs that a program starts, itself among them, are emulated as well."""
_HEAD = b"\x7fELF\x02\x01\x01" + bytes(8) + bytes([_MARK]) + b"\x02\x00"
_MASK = b"\xff" * 7 + bytes(8) + b"\xff\xfe\xff"
_RULE_FILE = Path("/proc/sys/fs/binfmt_misc/register")


def main() -> int:
    parser = argparse.ArgumentParser(description="Try a frozen Puna on an old processor.")
    parser.add_argument("executable", type=Path, nargs="?", default=ROOT / "dist/puna/puna")
    parser.add_argument("--cpu", default="Nehalem", help="as `qemu-x86_64 -cpu help` has them")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    emulator = shutil.which("qemu-x86_64")
    if emulator is None:
        print("There is no qemu-x86_64 (Debian has it in qemu-user).")
        return 1
    if given.inside:
        return _smoke(given.executable, emulator)
    again = [sys.executable, __file__, str(given.executable.absolute()), "--inside"]
    environ = os.environ | {"QEMU_CPU": given.cpu}
    return subprocess.run(["unshare", "-Urm", *again], env=environ, check=False).returncode


def _smoke(executable: Path, emulator: str) -> int:
    """The usual trial, where the programs of this folder are emulated."""
    subprocess.run(["mount", "-t", "binfmt_misc", "none", str(_RULE_FILE.parent)], check=True)
    _RULE_FILE.write_bytes(
        b":puna:M:0:%b:%b:%b:PO" % (_escaped(_HEAD), _escaped(_MASK), emulator.encode())
    )
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for program in ("puna", "puna-worker"):
            _marked(executable.with_name(program), folder / program)
        (folder / "_internal").symlink_to(executable.with_name("_internal"))
        smoke = [sys.executable, str(ROOT / "packaging" / "smoke.py"), str(folder / "puna")]
        return subprocess.run(smoke, check=False).returncode


def _escaped(octets: bytes) -> bytes:
    return b"".join(b"\\x%02x" % each for each in octets)


def _marked(source: Path, target: Path) -> None:
    content = bytearray(source.read_bytes())
    content[_MARKED_AT] = _MARK
    target.write_bytes(content)
    target.chmod(0o755)


if __name__ == "__main__":
    sys.exit(main())
