"""Chats as `exporting` writes them."""

import base64
import binascii
from typing import Any

from desktop.history.foreign import Found, Leaf, moment, text, uid_of, walked
from desktop.history.manners import manner_from
from desktop.history.records import Medium, Turn, finite


def read(chat: dict[str, Any]) -> Found | None:
    listed = [turn for turn in chat["turns"] if isinstance(turn, dict)]
    nodes = {
        str(turn.get("id", place)): {**turn, "parent": _key(turn.get("parent_id"))}
        for place, turn in enumerate(listed)
    }
    leaves: list[Leaf] = []
    for key, parent in walked(nodes, "parent"):
        leaves.append((key, parent, _turn(nodes[key])))
    created_at = moment(chat.get("created_at"))
    return Found(
        uid=text(chat.get("uid")) or uid_of("puna", None, chat.get("title"), nodes),
        title=text(chat.get("title")),
        folder=text(chat.get("folder")),
        pinned=chat.get("pinned") is True,
        created_at=created_at,
        updated_at=moment(chat.get("updated_at"), created_at),
        manner=manner_from(chat.get("manner")),
        turns=leaves,
    )


def _key(id_: object) -> str | None:
    return None if id_ is None else str(id_)


def _turn(fields: dict[str, Any]) -> Turn:
    stats, calls, media = (fields.get(name) for name in ("stats", "tool_calls", "media"))
    stats = stats if isinstance(stats, dict) else {}
    return Turn(
        role=text(fields.get("role")) or "user",
        content=text(fields.get("content")),
        thinking=text(fields.get("thinking")),
        thinking_s=finite(fields.get("thinking_s")),
        tool_calls=calls if isinstance(calls, list) else [],
        media=[_medium(entry) for entry in media or [] if isinstance(entry, dict)],
        model=text(fields.get("model")),
        stats={name: finite(value) for name, value in stats.items()},
        done_reason=text(fields.get("done_reason")),
        truncated=fields.get("truncated") is True,
        chosen=fields.get("chosen") is not False,
        created_at=moment(fields.get("created_at")),
    )


def _medium(fields: dict[str, Any]) -> Medium:
    try:
        encoded = fields.get("data")
        data = base64.b64decode(encoded, validate=True) if isinstance(encoded, str) else None
    except (binascii.Error, ValueError):
        data = None
    return Medium(
        name=text(fields.get("name")),
        mime=text(fields.get("mime")) or "application/octet-stream",
        size=int(min(max(finite(fields.get("size")), 0), 2**53)),
        data=data,
    )
