"""Opens links of an answer outside, after asking: models make addresses up."""

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QCheckBox, QMessageBox, QWidget

from desktop.ui.preferences import Preferences

translate = QCoreApplication.translate

SCHEMES = ("http", "https", "mailto")
Opener = Callable[[QUrl], object]


class Links:
    """Asks, and hands the address to the system's browser.

    Args:
        opener: Opens an address outside.
    """

    def __init__(
        self,
        window: QWidget,
        preferences: Preferences,
        opener: Opener = QDesktopServices.openUrl,
    ) -> None:
        self._window = window
        self._preferences = preferences
        self._opener = opener
        self.question: QMessageBox | None = None

    def open(self, address: str) -> None:
        """Other kinds of addresses (files, programs) are passed over."""
        url = QUrl(address, QUrl.ParsingMode.StrictMode)
        if url.scheme() not in SCHEMES:
            return
        if not self._preferences.choices.confirm_links:
            self._opener(url)
            return
        self._ask(url)

    def _ask(self, url: QUrl) -> None:
        box = QMessageBox(self._window)
        box.setWindowTitle(translate("Links", "Open a link"))
        box.setIcon(QMessageBox.Icon.Question)
        box.setText(translate("Links", "Open this address in your browser?"))
        box.setInformativeText(
            translate(
                "Links",
                "%1\n\nModels sometimes make up addresses. Open it only if you know the place.",
            ).replace("%1", url.toDisplayString())
        )
        buttons = QMessageBox.StandardButton
        box.setStandardButtons(buttons.Open | buttons.Cancel)
        box.setDefaultButton(buttons.Cancel)
        never = QCheckBox(translate("Links", "Do not ask again"))
        box.setCheckBox(never)
        box.buttonClicked.connect(
            lambda button: self._answered(
                url, box.standardButton(button) == buttons.Open, never.isChecked()
            )
        )
        box.finished.connect(box.deleteLater)
        self.question = box
        box.open()

    def _answered(self, url: QUrl, yes: bool, never_again: bool) -> None:
        if not yes:
            return
        if never_again:
            self._preferences.change(confirm_links=False)
        self._opener(url)
