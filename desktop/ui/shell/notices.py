"""Messages of the desktop about what happened while nobody looked; each kind can be switched
off."""

from PySide6.QtCore import QObject, Signal

from desktop.ui.context import Place
from desktop.ui.preferences import Preferences

Target = tuple[Place, str]


class Notices(QObject):
    """Makes the sentences; `tray.py` or `panel.py` shows them."""

    raised = Signal(str, str)  # title, text

    def __init__(self, preferences: Preferences) -> None:
        super().__init__()
        self._preferences = preferences
        self.target: Target = (Place.CHAT, "")
        """Where a click on the last message leads."""

    def downloaded(self, model: str) -> None:
        if self._preferences.choices.notify_downloads:
            self._raise(
                self.tr("Download finished"),
                self.tr("%1 is ready to chat.").replace("%1", model),
                (Place.CHAT, model),
            )

    def did_not_fit(self, model: str, app: str) -> None:
        """A model was asked for that needs more memory than there is."""
        if self._preferences.choices.notify_models:
            text = self.tr(
                "%1 needs more memory than is free. It was not loaded, and %2 was told so. Close"
                " other programs, or choose a smaller size."
            )
            who = app or self.tr("the program that asked")
            self._raise(
                self.tr("Model too large"),
                text.replace("%1", model).replace("%2", who),
                (Place.MODELS, "installed"),
            )

    def fitted(self, model: str, what: str) -> None:
        """A model was loaded in another way than usual, as memory is short."""
        if self._preferences.choices.notify_models:
            title = self.tr("%1 was made to fit").replace("%1", model)
            self._raise(title, what, (Place.STATUS, ""))

    def page_asked(self, origin: str) -> None:
        if self._preferences.choices.notify_permissions:
            text = self.tr("%1 wants to use your models. Nothing was sent; click to decide.")
            self._raise(
                self.tr("A web page asks for permission"),
                text.replace("%1", origin),
                (Place.CONNECT, "pages"),
            )

    def newer(self, version: str) -> None:
        """The user wants to be told of newer versions, or has just asked."""
        self._raise(
            self.tr("Puna %1 is there").replace("%1", version),
            self.tr("Click to see what is new. Nothing is installed by itself."),
            (Place.SETTINGS, "updates"),
        )

    def server_replaced(self, url: str) -> None:
        """The server of another process ended, and ours has taken over."""
        text = self.tr("It had been ended by another program. It answers at %1 now.")
        self._raise(
            self.tr("Puna has started its server again"),
            text.replace("%1", url),
            (Place.STATUS, ""),
        )

    def action_failed(self, sentence: str) -> None:
        """Something chosen in the tray's menu did not work."""
        self._raise(self.tr("That did not work"), sentence, (Place.STATUS, ""))

    def _raise(self, title: str, text: str, target: Target) -> None:
        self.target = target
        self.raised.emit(title, text)
