"""Strong contrast, where the system asks for it: for who does not see soft lines and grey words."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication


def wants_contrast() -> bool:
    """Whether everything is to be told apart as clearly as can be."""
    styles = QGuiApplication.styleHints()  # what it gives out lives as long as this reference
    return styles.accessibility().contrastPreference() == Qt.ContrastPreference.HighContrast
