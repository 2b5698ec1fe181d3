"""Where Puna keeps its files. With `PUNA_HOME` set, everything is under that one folder."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import platformdirs


@dataclass(frozen=True, slots=True)
class Paths:
    """Every place Puna writes to. Folders are made by whoever first writes into them."""

    data: Path  # models, databases, discovery file
    config: Path  # settings.json
    state: Path  # logs

    @classmethod
    def of(cls, environ: Mapping[str, str]) -> Self:
        if home := environ.get("PUNA_HOME", "").strip():
            root = Path(home).expanduser().absolute()
            return cls(root, root, root)
        return cls(
            Path(platformdirs.user_data_dir("puna", appauthor=False)),
            Path(platformdirs.user_config_dir("puna", appauthor=False)),
            Path(platformdirs.user_state_dir("puna", appauthor=False)),
        )

    @property
    def models(self) -> Path:
        return self.data / "models"

    @property
    def downloads_file(self) -> Path:
        """The list of downloads."""
        return self.data / "downloads.json"

    @property
    def apps_file(self) -> Path:
        """Who asks, and what the user has decided about them."""
        return self.data / "apps.sqlite"

    @property
    def activity_file(self) -> Path:
        """The log of what models did for whom."""
        return self.data / "activity.sqlite"

    @property
    def keys(self) -> Path:
        """Folder of the key that model registries know this Puna by."""
        return self.config / "keys"

    @property
    def settings_file(self) -> Path:
        return self.config / "settings.json"

    @property
    def choices_file(self) -> Path:
        """What was chosen for the windows."""
        return self.config / "desktop.json"

    @property
    def history_file(self) -> Path:
        """The chats."""
        return self.data / "history.sqlite"

    @property
    def backups(self) -> Path:
        """Folder of the databases' daily copies, and of what was before an update."""
        return self.data / "backups"

    @property
    def starts_file(self) -> Path:
        """There while a start has not yet gone well; see `core/starts.py`."""
        return self.state / "starting.json"

    @property
    def updates(self) -> Path:
        """Folder of a new version that was fetched, and of what is known about it."""
        return self.data / "updates"

    @property
    def paces_file(self) -> Path:
        """How fast models were on this machine."""
        return self.state / "paces.json"

    @property
    def sizes_file(self) -> Path:
        """What models took of this machine's memory."""
        return self.state / "sizes.json"

    @property
    def log_file(self) -> Path:
        return self.state / "logs" / "puna.log"

    @property
    def discovery_file(self) -> Path:
        """Says where the running server listens; see `core/discovery.py`."""
        return self.data / "puna.json"

    @property
    def origins_file(self) -> Path:
        """What was decided about web pages."""
        return self.config / "origins.json"

    @property
    def tls(self) -> Path:
        """Folder of the certificate that Puna makes for itself."""
        return self.config / "tls"
