"""Anthropic's routes."""

from starlette.routing import Route

from desktop.api.anthropic.messages import MessagesRoutes
from desktop.api.desk import Desk
from desktop.api.routing import attended


def anthropic_routes(desk: Desk) -> list[Route]:
    messages = MessagesRoutes(desk)
    return [
        attended("/v1/messages", messages.create),
        attended("/v1/messages/count_tokens", messages.count),
    ]
