"""Open WebUI's export: a list of chats, each with a tree of messages, or in old ones a list."""

import html
import re
from typing import Any

from desktop.history.foreign import Found, Leaf, mark_path, moment, text, uid_of, walked
from desktop.history.records import Turn, finite

_DETAILS = re.compile(
    r'<details type="reasoning"([^>]*)>\s*(?:<summary>.*?</summary>)?(.*?)</details>\s*', re.S
)
_DURATION = re.compile(r'duration="(\d+(?:\.\d+)?)"')


def read(entry: dict[str, Any]) -> Found | None:
    inner = entry.get("chat")
    chat: dict[str, Any] = inner if isinstance(inner, dict) else entry
    nodes, last = _nodes(chat)
    leaves: list[Leaf] = []
    stands_for: dict[str, str | None] = {}
    for key, parent in walked(nodes, "parentId"):
        above = stands_for.get(parent) if parent is not None else None
        stands_for[key] = above
        if turn := _turn(nodes[key]):
            leaves.append((key, above, turn))
            stands_for[key] = key
    if not leaves:
        return None
    mark_path(leaves, stands_for.get(last) if last is not None else None)
    created_at = moment(entry.get("created_at") or chat.get("timestamp"))
    return Found(
        uid=uid_of("open-webui", entry.get("id"), chat.get("title"), list(nodes), created_at),
        title=text(entry.get("title")) or text(chat.get("title")),
        pinned=entry.get("pinned") is True,
        created_at=created_at,
        updated_at=moment(entry.get("updated_at"), created_at),
        turns=leaves,
    )


def _nodes(chat: dict[str, Any]) -> tuple[dict[str, Any], str | None]:
    """Messages by id, and the last one that is shown."""
    history = chat.get("history")
    if isinstance(history, dict) and isinstance(history.get("messages"), dict):
        current = history.get("currentId")
        return history["messages"], current if isinstance(current, str) else None
    listed = chat.get("messages")
    if not isinstance(listed, list):
        return {}, None
    chain = {
        str(place): {**message, "parentId": str(place - 1) if place else None}
        for place, message in enumerate(listed)
        if isinstance(message, dict)
    }
    return chain, None


def _turn(message: object) -> Turn | None:
    if not isinstance(message, dict) or message.get("role") not in ("user", "assistant", "system"):
        return None
    content = message.get("content")
    if isinstance(content, list):  # parts, as OpenAI's API has them
        parts = [text(part.get("text")) for part in content if isinstance(part, dict)]
        content = "\n\n".join(filter(None, parts))
    said, thinking, thinking_s = _split(text(content))
    if not said.strip() and not thinking:
        return None
    is_answer = message["role"] == "assistant"
    return Turn(
        role=message["role"],
        content=said,
        thinking=thinking,
        thinking_s=thinking_s,
        model=text(message.get("model")) if is_answer else "",
        done_reason="stop" if is_answer else "",
        created_at=moment(message.get("timestamp")),
    )


def _split(content: str) -> tuple[str, str, float]:
    """What was said, what was thought, and for how long: it folds thoughts into the text."""
    thoughts, thinking_s = [], 0.0
    for found in _DETAILS.finditer(content):
        lines = html.unescape(found[2]).strip().splitlines()
        thoughts.append("\n".join(line.removeprefix(">").removeprefix(" ") for line in lines))
        if duration := _DURATION.search(found[1]):
            thinking_s += finite(float(duration[1]))
    return _DETAILS.sub("", content).strip(), "\n\n".join(thoughts), thinking_s
