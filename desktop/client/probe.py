"""Finds out what answers at an address."""

import asyncio

from desktop.client.client import Client
from desktop.core.errors import AppError

ANSWER_TIMEOUT_S = 3.0


async def puna_answers(url: str) -> bool:
    """True when a Puna server is there; another program, or nothing, is False."""
    try:
        async with asyncio.timeout(ANSWER_TIMEOUT_S), Client(url) as client:
            return bool((await client.version()).puna)
    except (AppError, TimeoutError):
        return False
