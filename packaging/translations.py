"""Keeps the windows' languages up to date.

    .venv/bin/python packaging/translations.py update   # new strings into resources/i18n/*.ts
    .venv/bin/python packaging/translations.py build    # *.ts into the *.qm that Puna loads

Both make the same files from the same sources, so git holds both. English needs a file too: it has
the plurals of the strings that count something.
"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "resources" / "i18n"
LANGUAGES = ("de", "en")
TOOL_OPTIONS = ("-locations", "none", "-no-obsolete", "-source-language", "en", "-silent")


def main(task: str) -> int:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for language in LANGUAGES:
        if task == "update":
            update(language, FOLDER)
        else:
            build(FOLDER / f"puna_{language}.ts", FOLDER)
    return 0


def update(language: str, folder: Path) -> Path:
    """Bring `puna_….ts` of that folder up to the sources' strings."""
    path = folder / f"puna_{language}.ts"
    plurals = ["-pluralonly"] if language == "en" else []
    sources = [str(each.relative_to(ROOT)) for each in sorted(ROOT.glob("desktop/ui/**/*.py"))]
    options = [*TOOL_OPTIONS, *plurals, "-target-language", language]
    _run("lupdate", *options, *sources, "-ts", str(path))
    return path


def build(source: Path, folder: Path) -> Path:
    """Make the `.qm` of a `.ts`."""
    path = folder / f"{source.stem}.qm"
    _run("lrelease", "-silent", "-nounfinished", str(source), "-qm", str(path))
    return path


def _run(tool: str, *arguments: str) -> None:
    import PySide6

    name = f"{tool}.exe" if sys.platform == "win32" else tool
    subprocess.run([str(Path(PySide6.__file__).parent / name), *arguments], cwd=ROOT, check=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
