"""Puna's own routes, under `/api/puna`."""

from starlette.routing import Route

from desktop.api.connection import while_connected
from desktop.api.desk import Desk
from desktop.api.puna.activity import ActivityRoutes
from desktop.api.puna.aliases import AliasRoutes
from desktop.api.puna.apps import AppRoutes
from desktop.api.puna.catalog import CatalogRoutes
from desktop.api.puna.diagnostics import DiagnosticsRoute
from desktop.api.puna.downloads import Downloads
from desktop.api.puna.estimate import EstimateRoute
from desktop.api.puna.exporting import ExportRoute
from desktop.api.puna.found import Found
from desktop.api.puna.guard import Endpoint, guarded
from desktop.api.puna.importing import ImportRoute
from desktop.api.puna.origins import Origins
from desktop.api.puna.partials import Partials
from desktop.api.puna.pause import PauseRoutes
from desktop.api.puna.problems import Problems
from desktop.api.puna.search import SearchRoutes
from desktop.api.puna.settings import SettingsRoutes
from desktop.api.puna.status import StatusRoutes
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
        lambda: desk.settings,
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
        *_caller_routes(desk),
        *_choice_routes(desk),
        *_status_routes(desk),
    ]


def _caller_routes(desk: Desk) -> list[Route]:
    """Who asks, under which names, and for what."""
    apps, aliases = AppRoutes(desk.apps), AliasRoutes(desk.aliases)
    activity = ActivityRoutes(desk.activity, desk.pause)
    return [
        _own("apps", apps.all, "GET"),
        _own("apps", apps.add, "POST"),
        _own("apps/{id}", apps.one, "GET"),
        _own("apps/{id}", apps.change, "PATCH"),
        _own("apps/{id}", apps.remove, "DELETE"),
        _own("apps/{id}/keys", apps.add_key, "POST"),
        _own("apps/{id}/keys/{key}", apps.remove_key, "DELETE"),
        _own("aliases", aliases.all, "GET"),
        _own("aliases/{name:path}", aliases.put, "PUT"),
        _own("aliases/{name:path}", aliases.remove, "DELETE"),
        _own("activity", activity.history, "GET"),
        _own("activity", activity.clear, "DELETE"),
        _own("activity/running", activity.running, "GET"),
        _own("activity/events", while_connected(activity.events), "GET"),
        _own("activity/{id}", activity.cancel, "DELETE"),
    ]


def _choice_routes(desk: Desk) -> list[Route]:
    """What the user decides about Puna itself, and about web pages."""
    settings, origins = SettingsRoutes(desk), Origins(desk.origins)
    pause = PauseRoutes(desk.pause)
    return [
        _own("pause", pause.state, "GET"),
        _own("pause", pause.change, "POST"),
        _own("settings", settings.all, "GET"),
        _own("settings", settings.change, "PATCH"),
        _own("diagnostics", DiagnosticsRoute(desk).all, "GET"),
        _own("origins", origins.all, "GET"),
        _own("origins", origins.answer, "POST"),
        _own("origins", origins.forget, "DELETE"),
        _own("origins/events", while_connected(origins.events), "GET"),
    ]


def _status_routes(desk: Desk) -> list[Route]:
    """How the machine and the models are doing."""
    status = StatusRoutes(desk)
    return [
        _own("status", status.now, "GET"),
        _own("status/events", while_connected(status.events), "GET"),
        _own("models/{name:path}/keep", status.keep, "POST"),
    ]


def machine_memory() -> MachineMemory:
    """As it is now."""
    return MachineMemory(total_bytes(), available_bytes(), ())


def _own(path: str, endpoint: Endpoint, method: str) -> Route:
    return route(f"/api/puna/{path}", guarded(endpoint), method)
