"""The text of a message: running text and blocks of code, below each other."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QPaintEvent

from desktop.ui.chat.code_frame import CodeFrame
from desktop.ui.chat.highlighting import Highlighter
from desktop.ui.chat.segments import Kind, Segment, Segmenter
from desktop.ui.chat.stack import Part, Stack, paint_card
from desktop.ui.chat.text_view import TextView
from desktop.ui.look.theme import SPACE

BUBBLE_PAD = 12
BUBBLE_SHARE = 0.07
BUBBLE_MOST = 0.85  # of the width
WIDEST = 100_000


class Body(Stack):
    """Grows with `feed`; only the segments that changed are drawn anew."""

    link_clicked = Signal(str)

    def __init__(self, highlighter: Highlighter, *, markdown: bool) -> None:
        super().__init__(SPACE)
        self._highlighter = highlighter
        self._markdown = markdown
        self._segmenter = Segmenter()

    def set_text(self, text: str) -> None:
        """A whole text instead of what there was."""
        self._segmenter = Segmenter()
        self._segmenter.feed(text)
        self._segmenter.finish()
        self._show(0)

    def feed(self, piece: str) -> None:
        """More of it. Does not tell that the height has changed: the feeder knows."""
        first = max(len(self._segmenter.segments) - 1, 0)
        self._segmenter.feed(piece)
        self._show(first)

    def begin(self, text: str) -> None:
        """A text that will go on."""
        self._segmenter = Segmenter()
        self._segmenter.feed(text)
        self._show(0)

    def finish(self) -> None:
        first = max(len(self._segmenter.segments) - 1, 0)
        self._segmenter.finish()
        self._show(first)

    def _show(self, first: int) -> None:
        segments = self._segmenter.segments
        for at in range(first, len(segments)):
            self._show_one(at, segments[at])
        while len(self.parts) > len(segments):
            self.drop(self.parts[-1])
        self.forget_height()

    def _show_one(self, at: int, segment: Segment) -> None:
        view: Part | None = self.parts[at] if at < len(self.parts) else None
        if view is not None and isinstance(view, CodeFrame) is not (segment.kind is Kind.CODE):
            self.drop(view)
            view = None
        if view is None:
            view = self._view(segment.kind)
            self.insert(at, view)
        if isinstance(view, CodeFrame):
            view.show_segment(segment)
        elif isinstance(view, TextView):
            view.set_text(segment.text)

    def _view(self, kind: Kind) -> Part:
        if kind is Kind.CODE:
            return CodeFrame(self._highlighter)
        view = TextView(markdown=self._markdown)
        view.link_clicked.connect(self.link_clicked)
        return view


class Bubble(Body):
    """What the user said, on a background of its own, no wider than needed."""

    def __init__(self, highlighter: Highlighter) -> None:
        self._natural: int | None = None
        super().__init__(highlighter, markdown=False)
        self.setContentsMargins(BUBBLE_PAD, BUBBLE_PAD - 4, BUBBLE_PAD, BUBBLE_PAD - 4)

    def natural_width(self, width: int) -> int:
        """As wide as its longest line, up to a share of the whole width."""
        most = round(width * BUBBLE_MOST)
        if self._natural is None:
            texts = self._texts()
            widest = max((part.natural_width() for part in texts), default=0)
            has_code = len(texts) < len(self.parts)
            self._natural = WIDEST if has_code else widest + 2 * BUBBLE_PAD
        return min(self._natural, most)

    def forget_height(self) -> None:
        super().forget_height()
        self._natural = None

    def height_for(self, width: int) -> int:
        return super().height_for(self.natural_width(width))

    def _texts(self) -> list[TextView]:
        return [part for part in self.parts if isinstance(part, TextView)]

    def paintEvent(self, event: QPaintEvent) -> None:
        paint_card(self, BUBBLE_SHARE)
