"""A chat out of a file, before it is kept; and careful hands for what is in such files."""

import hashlib
import time
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from desktop.history.records import Manner, Turn, finite
from desktop.history.titles import title_of

Leaf = tuple[str, str | None, Turn]  # its key, its parent's key, itself


class Found(msgspec.Struct, kw_only=True):
    """A chat of another history."""

    uid: str
    """The same whenever the same chat is read."""
    title: str = ""
    folder: str = ""
    pinned: bool = False
    created_at: float = 0.0
    updated_at: float = 0.0
    manner: Manner | None = None
    turns: list[Leaf] = []
    """Parents before children."""

    def first_words(self) -> str:
        said = (turn.content for _, _, turn in self.turns if turn.role == "user" and turn.content)
        return title_of(next(said, ""))


def text(value: object) -> str:
    return value if isinstance(value, str) else ""


def moment(value: object, otherwise: float = 0.0) -> float:
    """Seconds since 1970, from those or from milliseconds or nanoseconds."""
    seconds = finite(value)
    while seconds > 1e11:
        seconds /= 1000
    return seconds if seconds > 0 else otherwise or time.time()


def uid_of(source: str, id_: object, *otherwise: object) -> str:
    """From the id that the other program gave; from other signs where it has none."""
    if isinstance(id_, str | int) and id_ != "":
        return f"{source}:{id_}"
    return f"{source}:{hashlib.sha256(repr(otherwise).encode('utf-8', 'replace')).hexdigest()}"


def walked(nodes: Mapping[str, Any], parent_field: str) -> Iterator[tuple[str, str | None]]:
    """Keys of a tree, parents before children and each once, whatever the file says.

    Only `parent_field` of each node is believed. Who has no parent there begins the chat; a ring
    is cut where it is first met.
    """
    children: dict[str | None, list[str]] = {}
    for key, node in nodes.items():
        parent = node.get(parent_field) if isinstance(node, dict) else None
        known = isinstance(parent, str) and parent in nodes and parent != key
        children.setdefault(parent if known else None, []).append(key)
    seen: set[str] = set()
    for start in [*children.get(None, []), *nodes]:
        waiting: list[tuple[str, str | None]] = [(start, None)]
        while waiting:
            key, parent = waiting.pop()
            if key not in seen:
                seen.add(key)
                yield key, parent
                waiting += [(child, key) for child in reversed(children.get(key, []))]


def mark_path(leaves: list[Leaf], last: str | None) -> None:
    """Choose the turns from the beginning to the one of that key; without it, the last of all."""
    parents = {key: parent for key, parent, _ in leaves}
    at = last if last in parents else (leaves[-1][0] if leaves else None)
    path = set()
    while at is not None and at not in path:
        path.add(at)
        at = parents.get(at)
    shown = {parents[key] for key in path}
    for key, parent, turn in leaves:
        turn.chosen = key in path or parent not in shown
