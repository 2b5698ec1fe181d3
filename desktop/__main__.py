"""Entry of the `puna` command, of `python -m desktop` and of the frozen application.

Nothing is imported at module level: a spawned process runs this file again.
"""


def main() -> int:
    """Run the command line; returns the exit code."""
    from multiprocessing import freeze_support

    freeze_support()
    from desktop.cli import commands

    return commands.main()


if __name__ == "__main__":
    raise SystemExit(main())
