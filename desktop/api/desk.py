"""What the route handlers work with, put together in one place."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from desktop.api.front import Front
from desktop.api.hubs import Hubs
from desktop.core.paths import Paths
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

    settings: Settings
    library: Library
    engine: Engine
    front: Front
    downloads: DownloadQueue
    hubs: Hubs
    machine: Surroundings


def make_desk(
    settings: Settings,
    paths: Paths,
    machine: Surroundings,
    endpoints: "Endpoints | None" = None,
) -> Desk:
    """Nothing is running yet, nothing is asked for."""
    facts = FactsCache(paths.state)
    own = ModelStore(settings.models_folder or paths.models, facts=facts)
    shared = ollama_stores(machine, own.root, facts) if settings.share_ollama else []
    library = Library(own, shared)
    engine = Engine(settings, Machine(compute_threads(), total_bytes()))
    hub_token = machine.environ.get("HF_TOKEN", "").strip()
    hubs = Hubs(library, paths.keys, endpoints=endpoints, hub_token=hub_token)
    return Desk(
        settings=settings,
        library=library,
        engine=engine,
        front=Front(engine, library),
        downloads=DownloadQueue(paths.downloads_file, hubs),
        hubs=hubs,
        machine=machine,
    )
