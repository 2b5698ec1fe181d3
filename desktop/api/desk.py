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
from desktop.api.condition import Condition
from desktop.api.database import Database
from desktop.api.front import Front
from desktop.api.hubs import Hubs
from desktop.api.network.origins import OriginBook
from desktop.api.network.outside import Outside
from desktop.api.pause import Pause
from desktop.api.pins import Pins
from desktop.api.updating import Updating
from desktop.core.backups import Backups
from desktop.core.paths import Paths
from desktop.core.preferences import Preferences
from desktop.core.resources import resource
from desktop.core.settings import Settings
from desktop.core.troubles import Trouble
from desktop.engine.devices import DeviceProbe
from desktop.engine.engine import Engine
from desktop.engine.machine import Machine
from desktop.engine.pace_book import PaceBook
from desktop.engine.pace_probe import PaceProbe
from desktop.engine.planner import Knowledge
from desktop.engine.size_book import SizeBook
from desktop.hardware.cpu import compute_threads
from desktop.hardware.memory import available_bytes, total_bytes
from desktop.models.catalog import load_catalog
from desktop.models.downloads.queue import DownloadQueue
from desktop.models.facts import FactsCache
from desktop.models.found.ollama import ollama_stores
from desktop.models.found.places import Surroundings
from desktop.models.library import Library
from desktop.models.smaller import SmallerModels
from desktop.models.store import ModelStore

if TYPE_CHECKING:
    from desktop.models.registry.endpoints import Endpoints

_LOOK = "Look whether your programs, keys and names of models are as you want them."
_NOTHING_TO_DO = "There is nothing to do: only the list of what models did begins anew."


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Each part is made once for a service."""

    preferences: Preferences
    paths: Paths
    library: Library
    engine: Engine
    devices: DeviceProbe
    """What llama.cpp can compute on."""
    probe: PaceProbe
    """Measures a machine that nothing is known of."""
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
    outside: Outside
    """The address for other machines."""
    pause: Pause
    pins: Pins
    updating: Updating
    own_key: str
    """What programs show that can read our discovery file; new at every start."""

    @property
    def settings(self) -> Settings:
        """As they are now."""
        return self.preferences.current

    def troubles(self) -> list[Trouble]:
        """What needs the user's attention now; a few calls of the system."""
        condition = Condition(self.preferences, self.paths)
        return [*condition.troubles(), *self.devices.troubles, *self.pins.troubles]

    async def close(self) -> None:
        """Stop the models, finish what is being written."""
        await self.engine.close()
        await asyncio.to_thread(self.engine.paces.save)
        await self.devices.close()
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
    devices = DeviceProbe()
    engine = _engine(settings, paths, library, devices)
    own.prunes = settings.prune
    preferences.listen(engine.use)
    preferences.listen(lambda changed: setattr(own, "prunes", changed.prune))
    hub_token = machine.environ.get("HF_TOKEN", "").strip()
    hubs = Hubs(library, paths.keys, endpoints=endpoints, hub_token=hub_token)
    backups, tell = Backups(paths.backups, paths.apps_file.stem), preferences.tell
    apps_data = Database(paths.apps_file, APPS_SCHEMA, backups=backups, tell=tell, advice=_LOOK)
    activity_data = Database(  # no backups: it forgets by itself, and what was said is in it
        paths.activity_file, ACTIVITY_SCHEMA, tell=tell, advice=_NOTHING_TO_DO
    )
    aliases, activity = Aliases(apps_data), Activity(Journal(activity_data))
    limits, pause = Limits(max_queue=settings.max_queue), Pause(activity.nudge)
    preferences.listen(limits.use)
    return Desk(
        preferences=preferences,
        paths=paths,
        library=library,
        engine=engine,
        devices=devices,
        probe=PaceProbe(engine, library.list),
        front=Front(
            engine, library, aliases=aliases, limits=limits, activity=activity, pause=pause
        ),
        pause=pause,
        pins=Pins(preferences, library, engine),
        apps=Apps(apps_data),
        aliases=aliases,
        activity=activity,
        databases=(apps_data, activity_data),
        downloads=DownloadQueue(paths.downloads_file, hubs, tell=tell),
        hubs=hubs,
        machine=machine,
        outside=Outside(paths),
        origins=OriginBook(paths.origins_file, lambda: preferences.current, tell=tell),
        updating=Updating(preferences, paths),
        own_key=secrets.token_urlsafe(32),
    )


def _engine(settings: Settings, paths: Paths, library: Library, devices: DeviceProbe) -> Engine:
    def available(mapped_bytes: int) -> int:
        return available_bytes(mapped_bytes=mapped_bytes)

    machine = Machine(compute_threads(), total_bytes(), available, devices)
    smaller = SmallerModels(library, lambda: load_catalog(resource("catalog.json")))
    knowledge = Knowledge(sizes=SizeBook(paths.sizes_file), find_smaller=smaller.find)
    return Engine(settings, machine, PaceBook(paths.paces_file), knowledge)
