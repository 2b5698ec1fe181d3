"""One route of the application, as Ollama has them."""

from collections.abc import Callable
from typing import Any

from starlette.routing import Route

from desktop.api.connection import Handler, while_connected


def route(path: str, endpoint: Callable[..., Any], *methods: str) -> Route:
    """Exactly these methods."""
    found = Route(path, endpoint, methods=list(methods))
    found.methods = set(methods)  # Starlette adds HEAD to every GET; Ollama does not
    return found


def attended(path: str, handler: Handler, method: str = "POST") -> Route:
    """Work that ends when its client goes away."""
    return route(path, while_connected(handler), method)
