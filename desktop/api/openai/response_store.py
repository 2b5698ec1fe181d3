"""Responses that later ones may go on from: the newest ones, in memory. Service loop only."""

from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

from desktop.api.replies import encode
from desktop.core.errors import ResponseNotFound

MAX_RESPONSES = 1000
MAX_BYTES = 64 * 2**20


@dataclass(frozen=True, slots=True)
class Stored:
    """One response. `items` is the conversation up to and including its output."""

    response: dict[str, Any]
    items: list[Any]


class ResponseStore:
    """Forgets the oldest when it is full.

    Whoever knows an id may read the response: ids cannot be guessed.
    """

    def __init__(self, *, responses: int = MAX_RESPONSES, size_bytes: int = MAX_BYTES) -> None:
        self._most = responses
        self._most_bytes = size_bytes
        self._stored: OrderedDict[str, tuple[Stored, int]] = OrderedDict()
        self._bytes = 0

    def put(self, stored: Stored) -> bool:
        """Keep a response; False if it is larger than all that may be kept."""
        size = len(encode(stored.items)) + len(encode(stored.response))
        if size > self._most_bytes:
            return False
        self._stored[stored.response["id"]] = stored, size
        self._bytes += size
        while len(self._stored) > self._most or self._bytes > self._most_bytes:
            _, (_, freed) = self._stored.popitem(last=False)
            self._bytes -= freed
        return True

    def get(self, id_: str) -> Stored:
        """Raises ResponseNotFound."""
        if id_ not in self._stored:
            raise ResponseNotFound(id_)
        return self._stored[id_][0]

    def remove(self, id_: str) -> None:
        """Raises ResponseNotFound."""
        if id_ not in self._stored:
            raise ResponseNotFound(id_)
        _, freed = self._stored.pop(id_)
        self._bytes -= freed
