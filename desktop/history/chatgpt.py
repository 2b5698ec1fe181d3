"""ChatGPT's export: each chat is a tree (`mapping`) of nodes, of which many hold no message that
anybody saw. The turns of ours are the nodes that do."""

from typing import Any

from desktop.history.foreign import Found, Leaf, mark_path, moment, text, uid_of, walked
from desktop.history.records import Turn

_ROLES = {"user", "assistant", "system"}


def read(chat: dict[str, Any]) -> Found | None:
    nodes = chat["mapping"] if isinstance(chat["mapping"], dict) else {}
    leaves: list[Leaf] = []
    stands_for: dict[str, str | None] = {}  # a node: the turn that its children hang below
    thoughts: dict[str, str] = {}  # a node: what was thought up to it, and not yet shown
    for key, parent in walked(nodes, "parent"):
        above = stands_for.get(parent) if parent is not None else None
        pending = thoughts.get(parent, "") if parent is not None else ""
        message = nodes[key].get("message") if isinstance(nodes[key], dict) else None
        message = message if isinstance(message, dict) else {}
        stands_for[key], thoughts[key] = above, pending + _thoughts(message)
        if turn := _turn(message):
            if turn.role == "assistant":
                turn.thinking, thoughts[key] = pending.strip(), ""
            leaves.append((key, above, turn))
            stands_for[key] = key
    current = chat.get("current_node")
    mark_path(leaves, stands_for.get(current) if isinstance(current, str) else None)
    created_at = moment(chat.get("create_time"))
    id_ = chat.get("conversation_id") or chat.get("id")
    return Found(
        uid=uid_of("chatgpt", id_, chat.get("title"), chat.get("create_time"), list(nodes)),
        title=text(chat.get("title")),
        pinned=chat.get("is_starred") is True,
        created_at=created_at,
        updated_at=moment(chat.get("update_time"), created_at),
        turns=leaves,
    )


def _turn(message: dict[str, Any]) -> Turn | None:
    author, metadata = _dict(message, "author"), _dict(message, "metadata")
    role = author.get("role")
    if role not in _ROLES or metadata.get("is_visually_hidden_from_conversation") is True:
        return None
    said = _said(_dict(message, "content"))
    if not said.strip() or message.get("recipient") not in (None, "all"):
        return None  # the beginnings of the tree, and calls of tools
    return Turn(
        role=str(role),
        content=said,
        model=text(metadata.get("model_slug")) if role == "assistant" else "",
        done_reason="stop" if role == "assistant" else "",
        created_at=moment(message.get("create_time")),
    )


def _said(content: dict[str, Any]) -> str:
    kind, parts = content.get("content_type"), content.get("parts")
    if kind == "code":
        return f"```{_language(content)}\n{text(content.get('text'))}\n```"
    if kind not in (None, "text", "multimodal_text"):
        return ""
    parts = parts if isinstance(parts, list) else [content.get("text")]
    return "\n\n".join(filter(None, map(_part, parts)))


def _part(part: object) -> str:
    """Text as it is; pictures and sounds are not in the file."""
    if isinstance(part, str):
        return part
    if not isinstance(part, dict):
        return ""
    if said := text(part.get("text")):
        return said
    return "[image]" if part.get("content_type") == "image_asset_pointer" else ""


def _language(content: dict[str, Any]) -> str:
    language = text(content.get("language"))
    return "" if language == "unknown" else language


def _thoughts(message: dict[str, Any]) -> str:
    content = _dict(message, "content")
    listed = content.get("thoughts")
    if content.get("content_type") != "thoughts" or not isinstance(listed, list):
        return ""
    found = [text(thought.get("content")) for thought in listed if isinstance(thought, dict)]
    return "".join(f"{thought}\n\n" for thought in found if thought)


def _dict(fields: dict[str, Any], name: str) -> dict[str, Any]:
    value = fields.get(name)
    return value if isinstance(value, dict) else {}
