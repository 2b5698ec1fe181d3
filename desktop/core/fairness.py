"""Whose turn it is, among requests of several apps.

The user's own windows go first, but take at most every second turn while others wait. The others
are in groups (apps), which take turns; within a group it is first come, first served.
"""

from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Generic, NamedTuple, TypeVar

Item = TypeVar("Item")

Key = str | None
"""A group; None: the user's own windows."""


class Standing(NamedTuple):
    """What decides about an item's turn."""

    group: str
    is_own: bool


class FairQueue(Generic[Item]):
    """Not thread-safe.

    Args:
        standing: Of an item, which never changes.
        places: How many have their turn at the same time; half of them are the most for the user's
            own windows while others wait.

    >>> queue = FairQueue(lambda item: Standing(item[0], item[0] == "P"))
    >>> for item in ("a1", "a2", "b1", "P1", "P2"): queue.add(item)
    >>> queue.order()
    ['P1', 'a1', 'P2', 'b1', 'a2']
    """

    def __init__(self, standing: Callable[[Item], Standing], places: int = 1) -> None:
        self._standing = standing
        self._places = places
        self._own: deque[Item] = deque()
        self._groups: dict[str, deque[Item]] = {}  # those that had a turn longest ago come first
        self._owed = False  # the last turn was our own windows', and others waited

    def __len__(self) -> int:
        return len(self._own) + sum(map(len, self._groups.values()))

    def __iter__(self) -> Iterator[Item]:
        yield from self._own
        for items in self._groups.values():
            yield from items

    def add(self, item: Item) -> None:
        """A new one."""
        standing = self._standing(item)
        if standing.is_own:
            self._own.append(item)
        else:
            self._groups.setdefault(standing.group, deque()).append(item)

    def add_first(self, item: Item) -> None:
        """One that has had a turn, and needs another: it comes before the others of its group."""
        standing = self._standing(item)
        if standing.is_own:
            self._own.appendleft(item)
        else:
            self._groups.setdefault(standing.group, deque()).appendleft(item)

    def next(self, running: Iterable[Item] = ()) -> Item | None:
        """Whose turn it is; it stays here until it is taken. None: nobody waits.

        Args:
            running: Those that have their turn now. A group with fewer of them goes before one with
                more.
        """
        return self._next(Counter(map(self._key, running)))

    def take(self, item: Item) -> None:
        """It has its turn: its group is last in the row from now on."""
        standing = self._standing(item)
        self.remove(item)
        self._owed = standing.is_own and bool(self._groups)
        if not standing.is_own and (items := self._groups.pop(standing.group, None)):
            self._groups[standing.group] = items

    def remove(self, item: Item) -> None:
        """It waits no longer. Raises ValueError or KeyError if it did not."""
        standing = self._standing(item)
        if standing.is_own:
            self._own.remove(item)
            return
        items = self._groups[standing.group]
        items.remove(item)
        if not items:
            del self._groups[standing.group]

    def order(self, running: Iterable[Item] = ()) -> list[Item]:
        """All of them, as they would have their turns if nobody else came, or left."""
        left = FairQueue(self._standing, self._places)
        left._own = self._own.copy()
        left._groups = {group: items.copy() for group, items in self._groups.items()}
        left._owed = self._owed
        busy, order = Counter(map(self._key, running)), list[Item]()
        while (item := left._next(busy)) is not None:
            left.take(item)
            order.append(item)
            if self._places > 1:  # else its turn is over before the next one's begins
                busy[self._key(item)] += 1
        return order

    def _key(self, item: Item) -> Key:
        standing = self._standing(item)
        return None if standing.is_own else standing.group

    def _next(self, busy: Mapping[Key, int]) -> Item | None:
        if self._own and not (self._groups and self._has_enough(busy)):
            return self._own[0]
        if not self._groups:
            return None
        return self._groups[min(self._groups, key=lambda group: busy.get(group, 0))][0]

    def _has_enough(self, busy: Mapping[Key, int]) -> bool:
        """Whether the user's own windows have to leave the next turn to others, who wait."""
        return self._owed or busy.get(None, 0) >= max(self._places // 2, 1)
