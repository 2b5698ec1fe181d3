"""What an examination finds."""

import msgspec


class Finding(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One fact, and what is wrong with it."""

    name: str
    value: str
    problem: str = ""
    """What needs attention, in a sentence; empty: all is well."""
    remedy: str = ""
    """What to do about it, in a sentence. There whenever `problem` is."""


class Section(msgspec.Struct, frozen=True, kw_only=True):
    """Facts that belong together."""

    title: str
    findings: list[Finding]


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """All of it, from one moment."""

    version: str
    healthy: bool
    """Nothing needs attention."""
    sections: list[Section]

    @property
    def problems(self) -> list[Finding]:
        return [each for part in self.sections for each in part.findings if each.problem]


def gib(size_bytes: int) -> str:
    """
    >>> gib(3 * 2**29)
    '1.5 GiB'
    """
    return f"{size_bytes / 2**30:.1f} GiB"
