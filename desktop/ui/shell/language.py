"""The language of the windows, and their light or dark look, as the user chose them."""

import logging

from PySide6.QtCore import QLibraryInfo, QLocale, Qt, QTranslator
from PySide6.QtGui import QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from desktop.core.resources import resource
from desktop.ui.look.palettes import own_palette
from desktop.ui.preferences import Choices

log = logging.getLogger(__name__)

LANGUAGES = ("en", "de")
_SCHEMES = {
    "light": Qt.ColorScheme.Light,
    "dark": Qt.ColorScheme.Dark,
    "system": Qt.ColorScheme.Unknown,
}


def language_of(choices: Choices) -> str:
    """The chosen one; else the system's first that we speak, else English."""
    if choices.language in LANGUAGES:
        return choices.language
    for name in QLocale.system().uiLanguages():
        if (short := name.replace("_", "-").partition("-")[0]) in LANGUAGES:
            return short
    return "en"


class Speech:
    """Translates the application, and writes figures as its language does."""

    def __init__(self, application: QApplication) -> None:
        self._application = application
        self._installed: list[QTranslator] = []
        self.language = ""

    def speak(self, language: str) -> None:
        """Windows that are made from now on speak it."""
        self.fall_silent()
        self.language = language
        system = QLocale.system()
        same = system.name().startswith(language)
        locale = system if same else QLocale(language)  # the system's knows the user's country
        QLocale.setDefault(locale)
        if language != "en":
            folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
            self._install(f"{folder}/qtbase_{language}.qm")
        self._install_ours(language)
        self._application.setLayoutDirection(QLocale(language).textDirection())

    def fall_silent(self) -> None:
        """Windows that are made from now on speak as their sources do."""
        for translator in self._installed:
            self._application.removeTranslator(translator)
        self._installed = []

    def _install_ours(self, language: str) -> None:
        try:
            path = resource(f"i18n/puna_{language}.qm")
        except FileNotFoundError as error:
            log.warning("the windows stay English: %s", error)
            return
        self._install(str(path))

    def _install(self, path: str) -> None:
        translator = QTranslator(self._application)
        if translator.load(path):
            self._application.installTranslator(translator)
            self._installed.append(translator)


def follow_theme(choices: Choices) -> None:
    """Light, dark, or as the system is, also when that changes."""
    wanted = _SCHEMES.get(choices.theme, _SCHEMES["system"])
    hints = QGuiApplication.styleHints()
    hints.setColorScheme(wanted)
    if wanted in (Qt.ColorScheme.Unknown, hints.colorScheme()):
        QApplication.setPalette(QPalette())  # the system's again
    else:  # the system has no light and dark
        QApplication.setPalette(own_palette(dark=wanted == Qt.ColorScheme.Dark))
