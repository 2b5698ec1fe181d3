"""How answers tell that something of a prompt was left out to make it fit."""

from typing import Any


def truncated(messages: int, tokens: int) -> dict[str, Any]:
    """`truncated` with both counts; nothing where nothing was left out.

    >>> truncated(1, 20), truncated(0, 0)
    ({'truncated': {'messages': 1, 'tokens': 20}}, {})
    """
    return {"truncated": {"messages": messages, "tokens": tokens}} if messages or tokens else {}
