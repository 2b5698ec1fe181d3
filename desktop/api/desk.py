"""What the route handlers work with, put together in one place."""

import asyncio
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from desktop.api.activity.activity import Activity
from desktop.api.activity.journal import SCHEMA as ACTIVITY_SCHEMA
from desktop.api.activity.journal import Journal
from desktop.api.apps.aliases import Aliases
from desktop.api.apps.apps import SCHEMA as APPS_SCHEMA
from desktop.api.apps.apps import Apps
from desktop.api.apps.limits import Limits
from desktop.api.database import Database
from desktop.api.front import Front
from desktop.api.hubs import Hubs
from desktop.api.network.origins import OriginBook
from desktop.api.pause import Pause
from desktop.core.paths import Paths
from desktop.core.preferences import Preferences
from desktop.core.settings import Settings
from desktop.engine.engine import Engine
from desktop.engine.plan import Machine
from desktop.hardware.cpu import compute_threads
from desktop.hardware.memory import total_bytes
from desktop.models.downloads.queue import DownloadQueue
from desktop.models.facts import FactsCache
from desktop.models.found.ollama import ollama_stores
from desktop.models.found.places import Surroundings
from desktop.models.library import Library
from desktop.models.store import ModelStore

if TYPE_CHECKING:
    from desktop.models.registry.endpoints import Endpoints


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Each part is made once for a service."""

    preferences: Preferences
    paths: Paths
    library: Library
    engine: Engine
    front: Front
    apps: Apps
    aliases: Aliases
    activity: Activity
    databases: tuple[Database, ...]
    """To be closed at the end."""
    downloads: DownloadQueue
    hubs: Hubs
    machine: Surroundings
    origins: OriginBook
    pause: Pause
    own_key: str
    """What programs show that can read our discovery file; new at every start."""

    @property
    def settings(self) -> Settings:
        """As they are now."""
        return self.preferences.current

    async def close(self) -> None:
        """Stop the models, finish what is being written."""
        await self.engine.close()
        await asyncio.to_thread(self.hubs.close)
        self.activity.close()
        for database in self.databases:
            await asyncio.to_thread(database.close)


def make_desk(
    preferences: Preferences,
    paths: Paths,
    machine: Surroundings,
    endpoints: "Endpoints | None" = None,
) -> Desk:
    """Nothing is running yet, nothing is asked for."""
    settings, facts = preferences.current, FactsCache(paths.state)
    own = ModelStore(settings.models_folder or paths.models, facts=facts)
    shared = ollama_stores(machine, own.root, facts) if settings.share_ollama else []
    library = Library(own, shared)
    engine = Engine(settings, Machine(compute_threads(), total_bytes()))
    own.prunes = settings.prune
    preferences.listen(engine.use)
    preferences.listen(lambda changed: setattr(own, "prunes", changed.prune))
    hub_token = machine.environ.get("HF_TOKEN", "").strip()
    hubs = Hubs(library, paths.keys, endpoints=endpoints, hub_token=hub_token)
    apps_data = Database(paths.apps_file, APPS_SCHEMA)
    activity_data = Database(paths.activity_file, ACTIVITY_SCHEMA)
    aliases, activity = Aliases(apps_data), Activity(Journal(activity_data))
    limits, pause = Limits(max_queue=settings.max_queue), Pause(activity.nudge)
    preferences.listen(limits.use)
    return Desk(
        preferences=preferences,
        paths=paths,
        library=library,
        engine=engine,
        front=Front(
            engine, library, aliases=aliases, limits=limits, activity=activity, pause=pause
        ),
        pause=pause,
        apps=Apps(apps_data),
        aliases=aliases,
        activity=activity,
        databases=(apps_data, activity_data),
        downloads=DownloadQueue(paths.downloads_file, hubs),
        hubs=hubs,
        machine=machine,
        origins=OriginBook(paths.origins_file, lambda: preferences.current),
        own_key=secrets.token_urlsafe(32),
    )
