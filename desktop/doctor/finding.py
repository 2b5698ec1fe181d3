"""What an examination finds."""

import re

import msgspec

SHORTEST_HOME = 3  # `/` and `~` are nobody's


class Finding(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One fact, and what is wrong with it."""

    name: str
    value: str
    problem: str = ""
    """What needs attention, in a sentence; empty: all is well."""
    remedy: str = ""
    """What to do about it, in a sentence. There whenever `problem` is."""

    def without(self, home: str) -> "Finding":
        """The same with `~` for a user's folder: reports are shown to others.

        >>> Finding(name="logs", value="/home/ada/puna and /home/adam").without("/home/ada").value
        '~/puna and /home/adam'
        """
        if len(home) < SHORTEST_HOME:
            return self
        folder = re.compile(rf"{re.escape(home)}(?![^\\/\s:;,.)'\"])")
        texts = {name: folder.sub("~", getattr(self, name)) for name in self.__struct_fields__}
        return Finding(**texts)


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

    def without(self, home: str) -> "Report":
        """The same with `~` for a user's folder."""
        parts = [
            Section(title=part.title, findings=[each.without(home) for each in part.findings])
            for part in self.sections
        ]
        return Report(version=self.version, healthy=self.healthy, sections=parts)

    @property
    def problems(self) -> list[str]:
        """What needs attention and what to do, each once."""
        found = [each for part in self.sections for each in part.findings if each.problem]
        return list(dict.fromkeys(f"{each.problem} {each.remedy}" for each in found))


def gib(size_bytes: int) -> str:
    """
    >>> gib(3 * 2**29)
    '1.5 GiB'
    """
    return f"{size_bytes / 2**30:.1f} GiB"
