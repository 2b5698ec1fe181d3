"""gpt-oss: an answer is a row of messages, each with a head that says what it is.

`<|channel|>analysis<|message|>…<|end|><|start|>assistant to=functions.f<|channel|>commentary
<|constrain|>json<|message|>{…}<|call|>`
"""

import re
from collections.abc import Sequence

from desktop.engine.events import Piece
from desktop.engine.formats.calls import call_of, read_json
from desktop.engine.formats.format import Parser, Situation
from desktop.engine.formats.json_end import JsonEnd
from desktop.engine.formats.marks import marks_of
from desktop.engine.formats.pieces import Pieces

_START, _CHANNEL, _MESSAGE = "<|start|>", "<|channel|>", "<|message|>"
_ENDS = ("<|end|>", "<|call|>", "<|return|>")
_MARKERS = (_START, _CHANNEL, _MESSAGE, *_ENDS, "<|constrain|>")
_IN_MESSAGE = marks_of((*_ENDS, _START, _CHANNEL))
_HEAD = marks_of((_MESSAGE,))
_RECIPIENT = re.compile(r"\bto=([^\s<]+)")
_FINAL = ("final", "")
_HEAD_BEGINS = (*_MARKERS, "to=")


class Harmony:
    """The format."""

    markers: tuple[str, ...] = _MARKERS
    thinking: tuple[str, str] = ("", f"{_CHANNEL}final{_MESSAGE}")

    def parser(self, situation: Situation) -> Parser:
        return _HarmonyParser(situation)


class _HarmonyParser:
    """Either in a head, or in a message (`_kind`: its channel, and whom it is for)."""

    def __init__(self, situation: Situation) -> None:
        self._names = situation.tool_names
        self._held = ""
        self._call = ""
        self._end = JsonEnd()
        opened = situation.prompt_end.rpartition(_START)[2]
        head, message, text = opened.partition(_MESSAGE)
        in_message = bool(message) and not text.strip()
        self._kind: tuple[str, str] | None = _kind(head) if in_message else None
        self._first = not in_message

    def feed(self, text: str) -> Sequence[Piece]:
        self._held += text
        pieces = Pieces()
        while self._step(pieces, over=False):
            pass
        return pieces.all()

    def finish(self) -> Sequence[Piece]:
        pieces = Pieces()
        while self._step(pieces, over=True):
            pass
        self._give_back(pieces)
        return pieces.all()

    def _step(self, pieces: Pieces, *, over: bool) -> bool:
        """Go on by one mark; False: more of the answer has to come first."""
        if self._kind is None:
            return self._head(over=over)
        at, mark = _IN_MESSAGE.find(self._held, over=over)
        self._say(self._held[:at], pieces)
        self._held = self._held[at:]
        if not mark:
            return False
        self._give_back(pieces)
        self._kind = None
        if mark in _ENDS:
            self._held = self._held[len(mark) :]
        return True

    def _head(self, *, over: bool) -> bool:
        """Look for the end of the head. An answer may have none, and be text from the beginning."""
        begun = self._held.lstrip()
        if self._first and begun and not _begins_head(begun, over=over):
            self._kind = _FINAL
            return True
        at, mark = _HEAD.find(self._held, over=over)
        if not mark:
            if over:
                self._held = ""
            return False
        self._kind, self._first = _kind(self._held[:at]), False
        self._held = self._held[at + len(mark) :]
        return True

    def _say(self, text: str, pieces: Pieces) -> None:
        assert self._kind
        channel, recipient = self._kind
        if recipient:
            self._argue(text, recipient, pieces)
        elif channel == "analysis":
            pieces.add(thinking=text)
        else:
            pieces.add(text=text)

    def _argue(self, text: str, recipient: str, pieces: Pieces) -> None:
        """More of a call's arguments."""
        self._call += text
        if not self._names or not self._call.lstrip().startswith("{"):
            return
        end = self._end.find(self._call.lstrip())
        if end is None:
            return
        whole = self._call.lstrip()
        try:
            call = call_of(recipient, read_json(whole[:end]), self._names)
        except ValueError:
            return
        if call:
            pieces.call((call,))
            self._call, self._end = whole[end:].lstrip(), JsonEnd()

    def _give_back(self, pieces: Pieces) -> None:
        """What was to be a call and is none."""
        if self._kind and self._call.strip():
            if self._kind[0] == "analysis":
                pieces.add(thinking=self._call)
            else:
                pieces.add(text=self._call)
        self._call, self._end = "", JsonEnd()


def _begins_head(text: str, *, over: bool) -> bool:
    """Whether a head begins so, or may begin so when there is more of it."""
    return text.startswith(_HEAD_BEGINS) or (
        not over and any(each.startswith(text) for each in _HEAD_BEGINS)
    )


def _kind(head: str) -> tuple[str, str]:
    """Channel and recipient. A function's name is as in the tools; nobody's is empty."""
    recipient = _RECIPIENT.search(head)
    name = recipient[1].removeprefix("functions.") if recipient else ""
    channel = re.match(r"\s*(\w*)", head.rpartition(_CHANNEL)[2] if _CHANNEL in head else "")
    return (channel[1] if channel else "", name if name not in ("user", "assistant", "all") else "")
