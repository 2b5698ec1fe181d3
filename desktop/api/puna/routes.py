"""Puna's own routes, under `/api/puna`."""

from starlette.routing import Route

from desktop.api.connection import while_connected
from desktop.api.desk import Desk
from desktop.api.puna.catalog import CatalogRoutes
from desktop.api.puna.downloads import Downloads
from desktop.api.puna.estimate import EstimateRoute
from desktop.api.puna.exporting import ExportRoute
from desktop.api.puna.found import Found
from desktop.api.puna.guard import Endpoint, guarded
from desktop.api.puna.importing import ImportRoute
from desktop.api.puna.partials import Partials
from desktop.api.puna.problems import Problems
from desktop.api.puna.search import SearchRoutes
from desktop.api.routing import route
from desktop.core.resources import resource
from desktop.hardware.memory import available_bytes, total_bytes
from desktop.models.catalog import load_catalog
from desktop.models.verdict import MachineMemory


def puna_routes(desk: Desk) -> list[Route]:
    downloads, found = Downloads(desk), Found(desk.library, desk.machine)
    partials = Partials(desk.library)
    catalog = load_catalog(resource("catalog.json"))
    estimate = EstimateRoute(
        desk.library,
        desk.settings,
        catalog=catalog,
        machine=machine_memory,
        headers=lambda: desk.hubs.headers,
        locate=desk.hubs.locate,
    )
    catalogue = CatalogRoutes(desk.library, catalog=catalog, machine=machine_memory)
    search = SearchRoutes(lambda: desk.hubs.search, machine=machine_memory)
    return [
        _own("estimate", while_connected(estimate), "POST"),
        _own("catalog", catalogue.all, "GET"),
        _own("search", search.search, "GET"),
        _own("search/{user}/{repository}", search.contents, "GET"),
        _own("import", while_connected(ImportRoute(desk)), "POST"),
        _own("export", while_connected(ExportRoute(desk.library.find)), "POST"),
        _own("found", found.all, "GET"),
        _own("found", while_connected(found.adopt), "POST"),
        _own("problems", Problems(desk.library).all, "GET"),
        _own("partials", partials.all, "GET"),
        _own("partials/{name}", partials.drop, "DELETE"),
        _own("downloads", downloads.all, "GET"),
        _own("downloads", downloads.start, "POST"),
        _own("downloads/events", while_connected(downloads.events), "GET"),
        _own("downloads/{id}", downloads.change, "POST"),
        _own("downloads/{id}", downloads.cancel, "DELETE"),
    ]


def machine_memory() -> MachineMemory:
    """As it is now."""
    return MachineMemory(total_bytes(), available_bytes(), ())


def _own(path: str, endpoint: Endpoint, method: str) -> Route:
    return route(f"/api/puna/{path}", guarded(endpoint), method)
