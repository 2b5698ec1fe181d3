"""Puna's own routes, under `/api/puna`."""

import asyncio
from collections.abc import Callable

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
from desktop.api.puna.speed import Here, SpeedRoutes
from desktop.api.puna.status import StatusRoutes
from desktop.api.puna.update import Busy, UpdateRoutes
from desktop.api.routing import route
from desktop.core.resources import resource
from desktop.models.catalog import load_catalog
from desktop.models.downloads.jobs import JobState
from desktop.models.machine_memory import MachineMemory


def puna_routes(desk: Desk) -> list[Route]:
    downloads, found = Downloads(desk), Found(desk.library, desk.machine)
    partials = Partials(desk.library)
    catalog = load_catalog(resource("catalog.json"))
    here = Here(_memory_of(desk), desk.engine.paces)
    estimate = EstimateRoute(
        desk.library,
        lambda: desk.settings,
        catalog=catalog,
        here=here,
        headers=lambda: desk.hubs.headers,
        locate=desk.hubs.locate,
    )
    catalogue = CatalogRoutes(desk.library, catalog=catalog, here=here)
    search = SearchRoutes(lambda: desk.hubs.search, here)
    speed = SpeedRoutes(desk.library, here, desk.probe)
    return [
        _own("estimate", while_connected(estimate), "POST"),
        _own("catalog", catalogue.all, "GET"),
        _own("speed", speed.all, "GET"),
        _own("speed", speed.wish, "POST"),
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
        *_update_routes(desk),
        _own("settings", settings.all, "GET"),
        _own("settings", settings.change, "PATCH"),
        _own("diagnostics", DiagnosticsRoute(desk).all, "GET"),
        _own("origins", origins.all, "GET"),
        _own("origins", origins.answer, "POST"),
        _own("origins", origins.forget, "DELETE"),
        _own("origins/events", while_connected(origins.events), "GET"),
    ]


def _update_routes(desk: Desk) -> list[Route]:
    """A newer version of Puna."""

    def busy() -> Busy:
        running = sum(job.state is JobState.RUNNING for job in desk.downloads.jobs)
        return Busy(running, len(desk.activity.running))

    update = UpdateRoutes(lambda: desk.updating.updates, busy)
    return [
        _own("update", update.now, "GET"),
        _own("update", update.cancel, "DELETE"),
        _own("update/events", while_connected(update.events), "GET"),
        _own("update/check", update.check, "POST"),
        _own("update/download", update.download, "POST"),
        _own("update/install", while_connected(update.install), "POST"),
    ]


def _status_routes(desk: Desk) -> list[Route]:
    """How the machine and the models are doing."""
    status = StatusRoutes(desk)
    return [
        _own("status", status.now, "GET"),
        _own("status/events", while_connected(status.events), "GET"),
        _own("models/{name:path}/keep", status.keep, "POST"),
        _own("models/{name:path}/pin", status.pin, "POST"),
    ]


def _memory_of(desk: Desk) -> Callable[[], MachineMemory]:
    """The machine's memory as it is now, for any thread. Drivers of graphics cards are not waited
    for: what they have is known from an earlier look, or asked for in the background."""
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        loop = None  # nobody serves: somebody only looks at the routes

    def memory() -> MachineMemory:
        if loop and desk.devices.known is None:
            loop.call_soon_threadsafe(desk.devices.glance)
        return desk.engine.glance()

    return memory


def _own(path: str, endpoint: Endpoint, method: str) -> Route:
    return route(f"/api/puna/{path}", guarded(endpoint), method)
