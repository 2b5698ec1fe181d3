"""GET /metrics: what models did and do, for Prometheus; only if the setting `metrics` is on.

Requests that name no installed model never come to a model, and are not counted.
"""

from functools import cached_property
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from desktop.api.activity.entry import Entry
from desktop.api.desk import Desk
from desktop.api.routing import route
from desktop.core.errors import AppError

if TYPE_CHECKING:
    from desktop.api.figures import Figures

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class MetricsOff(AppError):
    """Nobody has asked for figures."""

    code = "metrics_off"
    status = 404

    def __init__(self) -> None:
        super().__init__('there are no figures: the setting "metrics" is off')


def metrics_routes(desk: Desk) -> list[Route]:
    return [route("/metrics", Metrics(desk).show, "GET")]


class Metrics:
    """Counts from the moment the setting is on. Service loop only."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        desk.activity.listen(self._over)

    async def show(self, _request: Request) -> Response:
        """The figures. Raises MetricsOff."""
        if not self._desk.settings.metrics:
            raise MetricsOff
        return Response(self._figures.text(), headers={"content-type": CONTENT_TYPE})

    def _over(self, entry: Entry) -> None:
        if self._desk.settings.metrics:
            self._figures.count(entry)

    @cached_property
    def _figures(self) -> "Figures":
        from desktop.api.figures import Figures

        return Figures(self._desk)
