"""A page that is scrolled, without a frame and on whatever ground it lies."""

from PySide6.QtWidgets import QFrame, QScrollArea, QWidget


def scrolled(page: QWidget, name: str) -> QScrollArea:
    """Args: name: For those who do not see it."""
    scroll = QScrollArea(widgetResizable=True)
    scroll.setFrameShape(QFrame.Shape.NoFrame)
    scroll.setAccessibleName(name)
    put_in(scroll, page)
    return scroll


def put_in(scroll: QScrollArea, page: QWidget) -> None:
    """Another page instead of the one before."""
    scroll.setWidget(page)
    scroll.viewport().setAutoFillBackground(False)
    page.setAutoFillBackground(False)
