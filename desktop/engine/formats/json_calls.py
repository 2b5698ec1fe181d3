"""Calls as JSON: objects one after the other, or in a list; or a head with the name, and an object
with the arguments."""

import re
from collections.abc import Sequence

from desktop.engine.events import ToolCall
from desktop.engine.formats.body import MAX_HEAD, Part
from desktop.engine.formats.calls import (
    ARGUMENT_KEYS,
    NAME_KEYS,
    OTHER_KEYS,
    call_in,
    call_of,
    read_json,
)
from desktop.engine.formats.json_end import JsonEnd

_BETWEEN = re.compile(r"[\s,;]*")
_FENCED = re.compile(r"(?:[\s,;]|```(?:json\b)?)*")
_FIRST_KEY = re.compile(r'\{\s*(?:"([^"\\]*)("?)|([^"]))?')


class JsonCalls:
    """Each call is there as soon as its object is whole.

    Args:
        names: The functions that there are.
        only_known: An object that calls another one is no call: nothing else tells.
        fenced: Code fences do not count.
    """

    def __init__(
        self, names: Sequence[str], *, only_known: bool = False, fenced: bool = False
    ) -> None:
        self._names = names
        self._only_known = only_known
        self._fenced = fenced
        self._read = ""  # since the last call
        self._raw = ""
        self._value: JsonEnd | None = None
        self._listed = False
        self._called = False

    def feed(self, text: str) -> Part:
        self._raw += text
        calls: list[ToolCall] = []
        while True:
            over = self._in_value(calls) if self._value else self._between()
            if over is None:
                continue
            return Part(tuple(calls), over.rest, over.failed)

    def finish(self) -> Part:
        if self._called and not self._value and not self._raw.strip("` \t\r\n,;"):
            return Part(rest="")
        return self._no_call()

    def _between(self) -> Part | None:
        """A step of `feed` outside of objects; None: it goes on."""
        skipped = (_FENCED if self._fenced else _BETWEEN).match(self._raw)
        end = skipped.end() if skipped else 0
        first = self._raw[end : end + 1]
        if not first or (self._fenced and _may_be_fence(self._raw, end)):
            return Part()
        if first == "{":
            self._take(end)
            self._value = JsonEnd()
            return None
        if first == "[" and not self._listed and not self._called:
            self._listed = True
            self._take(end + 1)
            return None
        if first == "]" and self._listed and self._called:
            self._listed, self._raw = False, self._raw[end + 1 :]
            return None
        return Part(rest=self._raw[end:]) if self._called else self._no_call()

    def _in_value(self, calls: list[ToolCall]) -> Part | None:
        """A step of `feed` inside an object."""
        assert self._value
        end, missing = self._value.find(self._raw), ""
        if end is None and self._value.broken is not None:
            end, missing = self._value.broken, self._value.missing
            if self._raw[end] != "<":
                return self._no_call()
        if end is None:
            return Part() if self._may_call() else self._no_call()
        call = self._call(self._raw[:end].rstrip() + missing)
        if call is None:
            return self._no_call()
        calls.append(call)
        self._take(end)
        self._read, self._value, self._called = "", None, True
        return None

    def _call(self, text: str) -> ToolCall | None:
        try:
            call = call_in(read_json(text), self._names)
        except ValueError:
            return None
        known = call is not None and call.name in self._names
        return call if known or not self._only_known else None

    def _may_call(self) -> bool:
        """Whether the object begins as one that is a call."""
        if not self._only_known or len(self._raw) > MAX_HEAD:
            return True
        found = _FIRST_KEY.match(self._raw)
        if not found or found[3] is not None:
            return False
        keys = (*NAME_KEYS, *ARGUMENT_KEYS, *OTHER_KEYS, *self._names)
        key = found[1] or ""
        return key in keys if found[2] else any(each.startswith(key) for each in keys)

    def _take(self, end: int) -> None:
        self._read += self._raw[:end]
        self._raw = self._raw[end:]

    def _no_call(self) -> Part:
        return Part(rest=self._read + self._raw, failed=True)


def _may_be_fence(text: str, at: int) -> bool:
    """Whether what begins there is the beginning of a fence, or of the word that follows one."""
    word = "json" if text[:at].endswith("```") else ""
    return any(each.startswith(text[at:]) for each in ("```", word))


class NamedCall:
    """One call: a head that names the function, then its arguments.

    Args:
        head: What stands before the first brace, without spaces around it; its group `name` is the
            function, and its group `id`, if it has one, the call's id.
    """

    def __init__(self, head: re.Pattern[str], names: Sequence[str]) -> None:
        self._head = head
        self._names = names
        self._raw = ""
        self._begin = -1
        self._end = JsonEnd()

    def feed(self, text: str) -> Part:
        self._raw += text
        if self._begin < 0:
            self._begin = self._raw.find("{", 0, MAX_HEAD)
        if self._begin < 0:
            return self.finish() if len(self._raw) >= MAX_HEAD else Part()
        end = self._end.find(self._raw[self._begin :])
        if end is None:
            return Part() if self._end.broken is None else self.finish()
        return self._read(self._begin + end)

    def finish(self) -> Part:
        return Part(rest=self._raw, failed=True)

    def _read(self, end: int) -> Part:
        head = self._head.fullmatch(self._raw[: self._begin].strip())
        try:
            arguments = read_json(self._raw[self._begin : end])
        except ValueError:
            return self.finish()
        call = call_of(head["name"], arguments, self._names) if head else None
        if call is None or head is None:
            return self.finish()
        own_id = head.groupdict().get("id")
        call = ToolCall(call.name, call.arguments, own_id or call.id)
        return Part((call,), self._raw[end:])
