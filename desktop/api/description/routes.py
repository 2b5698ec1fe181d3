"""What the server says about itself: `/openapi.json`, `/docs`, `/api/puna/conformance`.

The description is put together when somebody first asks for it.
"""

import asyncio
from functools import cache

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from desktop.api.desk import Desk
from desktop.api.puna.guard import guarded
from desktop.api.replies import encode, raw_json
from desktop.api.routing import route
from desktop.core.resources import resource

DOCUMENT_MARK = b"<!-- the description -->"
PAGE_HEADERS = {
    "content-type": "text/html; charset=utf-8",
    # Whatever stands in it, the page talks to nobody.
    "content-security-policy": (
        "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'"
    ),
}


def description_routes(_desk: Desk) -> list[Route]:
    return [
        route("/openapi.json", _document, "GET"),
        route("/docs", _page, "GET"),
        route("/api/puna/conformance", guarded(_conformance), "GET"),
    ]


async def _document(_request: Request) -> Response:
    return raw_json(await asyncio.to_thread(document_text))


async def _page(_request: Request) -> Response:
    return Response(await asyncio.to_thread(page_text), headers=PAGE_HEADERS)


async def _conformance(_request: Request) -> Response:
    return raw_json(await asyncio.to_thread(conformance_text))


@cache
def document_text() -> bytes:
    """The OpenAPI document."""
    from desktop.api.description.dialects import DIALECTS
    from desktop.api.description.document import written

    return written(DIALECTS)


def page_text() -> bytes:
    """One page with everything in it, which can be kept as a file."""
    page = resource("docs.html").read_bytes()
    return page.replace(DOCUMENT_MARK, document_text().replace(b"</", b"<\\/"))


def conformance_text() -> bytes:
    from desktop.api.description.conformance import conformance

    return encode(conformance())
