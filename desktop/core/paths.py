"""Where Puna keeps its files. With `PUNA_HOME` set, everything is under that one folder."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import platformdirs

from desktop.core.errors import SettingInvalid


@dataclass(frozen=True, slots=True)
class Paths:
    """Every place Puna writes to. Folders are made by whoever first writes into them."""

    data: Path  # models, databases, discovery file
    config: Path  # settings.json
    state: Path  # logs

    @classmethod
    def of(cls, environ: Mapping[str, str]) -> Self:
        """Raises SettingInvalid: `PUNA_HOME` can be no folder's path, or there is no home."""
        if home := environ.get("PUNA_HOME", "").strip():
            try:
                root = Path(home).expanduser().absolute()
                root.stat()  # later Pythons' `exists` hides what is wrong
            except (FileNotFoundError, NotADirectoryError, PermissionError):
                pass  # it is made, or that is told, when the server starts
            except (RuntimeError, OSError) as error:  # nobody's home, or too long
                raise SettingInvalid("PUNA_HOME", home, "the path of a folder") from error
            return cls(root, root, root)
        try:
            return cls(
                Path(platformdirs.user_data_dir("puna", appauthor=False)),
                Path(platformdirs.user_config_dir("puna", appauthor=False)),
                Path(platformdirs.user_state_dir("puna", appauthor=False)),
            )
        except RuntimeError as error:  # a user without an entry, as in containers
            raise SettingInvalid("HOME", "", "a folder, or set PUNA_HOME to one") from error

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


def nearest_folder(path: Path) -> Path:
    """It, or the next one above it that can be seen: one that it is, or will be, in."""
    while not os.path.isdir(path) and path != path.parent:  # `Path.is_dir` raises without rights
        path = path.parent
    return path
