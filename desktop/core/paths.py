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
