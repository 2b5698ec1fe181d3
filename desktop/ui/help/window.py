"""The help: pages of `resources/help`, read without a network."""

from pathlib import Path

from PySide6.QtCore import QEvent, QLocale, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QTextCursor, QTextDocument, QTextFormat
from PySide6.QtWidgets import (
    QListWidget,
    QListWidgetItem,
    QSplitter,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from desktop.core.resources import resource
from desktop.ui.context import Context
from desktop.ui.look.theme import MARGIN, SPACE, mixed
from desktop.ui.look.widgets import heading

FIRST = ("start", "connect", "sharing", "privacy", "trouble", "errors")  # the others follow by name
FEATURES = (
    QTextDocument.MarkdownFeature.MarkdownDialectGitHub
    | QTextDocument.MarkdownFeature.MarkdownNoHTML
)
OUTSIDE = ("http", "https", "mailto")


def make_help(context: Context) -> QWidget:
    """The window, in the language that the windows speak."""
    return HelpWindow(resource("help/connect.md").parent, QLocale().name()[:2])


class HelpWindow(QWidget):
    """A list of pages, and the page.

    Args:
        folder: Of Markdown files in English; those of another language are in a folder with its
            name, and win.
    """

    def __init__(self, folder: Path, language: str) -> None:
        super().__init__()
        self.setWindowTitle(self.tr("Help for Puna"))
        self.resize(900, 640)
        self._files = _files(folder, language)
        self.pages = QListWidget()
        self.pages.setAccessibleName(self.tr("Pages of the help"))
        self.pages.setFrameShape(QListWidget.Shape.NoFrame)
        self.pages.setWordWrap(True)
        self.pages.setSpacing(SPACE // 4)
        self.page = _Page()
        self.page.setAccessibleName(self.tr("The page"))
        for name, path in self._files.items():
            item = QListWidgetItem(_title(path), self.pages)
            item.setData(Qt.ItemDataRole.UserRole, name)
        self._lay_out()
        self.pages.currentItemChanged.connect(self._on_page)
        self.page.anchorClicked.connect(self._on_link)
        self.pages.setCurrentRow(0)
        self.pages.setFocus()

    def show_at(self, what: str) -> None:
        """A page by its file's name without the ending; one that is not there changes nothing."""
        names = list(self._files)
        if what in names:
            self.pages.setCurrentRow(names.index(what))

    def _lay_out(self) -> None:
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(MARGIN, MARGIN, SPACE, MARGIN)
        column.addWidget(heading(self.tr("Help")))
        column.addWidget(self.pages, 1)
        split = QSplitter(childrenCollapsible=False)
        split.addWidget(side)
        split.addWidget(self.page)
        split.setStretchFactor(1, 1)
        split.setSizes([240, 660])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(split)

    def _on_page(self, item: QListWidgetItem | None) -> None:
        if item:
            path = self._files[item.data(Qt.ItemDataRole.UserRole)]
            self.page.show_text(path.read_text(encoding="utf-8"))

    def _on_link(self, url: QUrl) -> None:
        """Another page of the help, or something in the browser."""
        if url.scheme() in OUTSIDE:
            QDesktopServices.openUrl(url)
        elif not url.scheme():
            self.show_at(Path(url.path()).stem)


class _Page(QTextBrowser):
    """Loads nothing by itself."""

    def __init__(self) -> None:
        super().__init__()
        self.setFrameShape(QTextBrowser.Shape.NoFrame)
        self.setOpenLinks(False)
        self._text = ""

    def show_text(self, text: str) -> None:
        """Markdown, from its beginning."""
        self._text = text
        document = self.document()
        document.setDocumentMargin(MARGIN)
        document.setMarkdown(text, FEATURES)
        self._set_apart()
        self.setTextCursor(QTextCursor(document))
        self.verticalScrollBar().setValue(0)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self._text:
            self._set_apart()

    def _set_apart(self) -> None:
        """Code stands on a ground of its own, and is wrapped; everything has room."""
        back = mixed(self.palette(), 0.07)
        block, cursor = self.document().begin(), QTextCursor(self.document())
        cursor.beginEditBlock()  # one layout for all of it
        while block.isValid():
            style = block.blockFormat()
            cursor.setPosition(block.position())
            if style.hasProperty(QTextFormat.Property.BlockCodeFence):
                style.setBackground(back)
                style.setNonBreakableLines(False)
            elif style.headingLevel():
                style.setTopMargin(2.5 * SPACE)
                style.setBottomMargin(SPACE)
            cursor.setBlockFormat(style)
            block = block.next()
        cursor.endEditBlock()

    def loadResource(self, kind: int, name: QUrl | str) -> object:
        return None


def _files(folder: Path, language: str) -> dict[str, Path]:
    """Page by name, in the order of the list."""
    found = {path.stem: path for path in folder.glob("*.md")}
    found |= {path.stem: path for path in (folder / language).glob("*.md") if path.stem in found}

    def order(name: str) -> tuple[int, str]:
        return (FIRST.index(name) if name in FIRST else len(FIRST), name)

    return {name: found[name] for name in sorted(found, key=order)}


def _title(path: Path) -> str:
    with path.open(encoding="utf-8") as file:
        return file.readline().lstrip("# ").strip() or path.stem
