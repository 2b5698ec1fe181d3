"""Sorts chats under headings: pinned ones, folders, then by how long ago they were touched."""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import Enum

from PySide6.QtCore import QCoreApplication, QDate, QLocale

from desktop.history.records import ChatLine

translate = QCoreApplication.translate


class Kind(Enum):
    """What holds a heading's chats together."""

    PINNED = "pinned"
    FOLDER = "folder"
    DATE = "date"
    FOUND = "found"


@dataclass(frozen=True, slots=True)
class Heading:
    """`name`: of a folder as the history knows it."""

    kind: Kind
    text: str
    name: str = ""
    is_open: bool = True
    count: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    """A heading, or a chat below it."""

    heading: Heading
    line: ChatLine | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """What the list shows. With a query: what was found, without headings."""

    lines: Sequence[ChatLine] = field(default_factory=list)
    folders: Sequence[str] = field(default_factory=list)
    query: str = ""


def rows_of(listing: Listing, closed: AbstractSet[str], today: date) -> list[Row]:
    """The rows from top to bottom. Chats of closed folders have none."""
    if listing.query:
        found = Heading(Kind.FOUND, "")
        return [Row(found, line) for line in listing.lines]
    rows: list[Row] = []
    pinned = [line for line in listing.lines if line.pinned]
    if pinned:
        _add(rows, Heading(Kind.PINNED, translate("Sidebar", "Pinned"), count=len(pinned)), pinned)
    inside: dict[str, list[ChatLine]] = {name: [] for name in listing.folders}
    loose: list[ChatLine] = []
    for line in listing.lines:
        if not line.pinned:
            inside.get(line.folder, loose).append(line)
    for name, lines in inside.items():
        heading = Heading(Kind.FOLDER, name, name, name not in closed, len(lines))
        _add(rows, heading, lines if heading.is_open else [])
    for text, lines in _by_date(loose, today):
        _add(rows, Heading(Kind.DATE, text, count=len(lines)), lines)
    return rows


def day_of(seconds: float) -> date:
    return datetime.fromtimestamp(seconds, UTC).astimezone().date()


def age(day: date, today: date, locale: QLocale) -> str:
    """The heading of a day."""
    if day >= today:
        return translate("Sidebar", "Today")
    if day == today - timedelta(days=1):
        return translate("Sidebar", "Yesterday")
    if day > today - timedelta(days=7):
        return translate("Sidebar", "Last 7 days")
    if day > today - timedelta(days=30):
        return translate("Sidebar", "Last 30 days")
    month = QDate(day.year, day.month, day.day)
    return locale.toString(month, "MMMM yyyy")


def _by_date(lines: Iterable[ChatLine], today: date) -> list[tuple[str, list[ChatLine]]]:
    locale = QLocale()
    headings: dict[date, str] = {}  # thousands of chats, but not of days
    found: dict[str, list[ChatLine]] = {}
    for line in lines:
        day = day_of(line.updated_at)
        if day not in headings:
            headings[day] = age(day, today, locale)
        found.setdefault(headings[day], []).append(line)
    return list(found.items())


def _add(rows: list[Row], heading: Heading, lines: Iterable[ChatLine]) -> None:
    rows.append(Row(heading))
    rows += [Row(heading, line) for line in lines]
