"""Chats as files for people (Markdown, HTML) and for other programs (JSON)."""

import base64
import html
import json
import re
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime

import msgspec

from desktop.history import attached, turns
from desktop.history.records import Chat, Medium, Turn

FORMAT = "puna-chats"
VERSION = 1

_WHO = {"user": "You", "assistant": "Assistant", "system": "Instructions", "tool": "Tool"}
_FENCE = re.compile(r"^(`{3,}|~{3,})[ \t]*([\w+#.-]*)[^\n]*\n(.*?)(?:^\1[ \t]*$|\Z)", re.M | re.S)
_INLINE = re.compile(r"`([^`\n]+)`|\*\*([^*\n]+)\*\*")
_HEADING = re.compile(r"(#{1,6})\s+(.+)")
_STYLE = """
:root { color-scheme: light dark }
body { font: 16px/1.55 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem }
h2 { font-size: 1rem; margin: 2rem 0 .3rem; opacity: .7 }
p, details { white-space: pre-wrap; overflow-wrap: break-word }
pre { overflow: auto; padding: .8rem; border: 1px solid #8886; border-radius: 8px }
code { font-family: ui-monospace, monospace; font-size: .92em }
details { opacity: .75 }
footer { margin-top: 3rem; opacity: .6; font-size: .85rem }
"""


def all_ids(connection: sqlite3.Connection) -> list[int]:
    """Of all chats, the oldest first."""
    rows = connection.execute("SELECT id FROM chats WHERE removal IS NULL ORDER BY created_at")
    return [id_ for (id_,) in rows]


def pieces(connection: sqlite3.Connection, ids: list[int], kind: str) -> list[str]:
    """Each chat as a part of the file."""
    if kind == "json":
        wholes = (_whole(connection, id_) for id_ in ids)
        return [json.dumps(whole, ensure_ascii=False, indent=1) for whole in wholes]
    write = {"markdown": _markdown, "html": _html}[kind]
    return [write(turns.read_chat(connection, id_)) for id_ in ids]


def joined(parts: list[str], kind: str, title: str) -> str:
    """The file."""
    if kind == "json":
        chats = ",\n".join(parts)
        return f'{{"format": "{FORMAT}", "version": {VERSION}, "chats": [\n{chats}\n]}}\n'
    if kind == "markdown":
        return "\n\n---\n\n".join(parts)
    return _page(parts, title)


# ---- JSON


def _whole(connection: sqlite3.Connection, chat_id: int) -> dict[str, object]:
    chat = turns.read_chat(connection, chat_id)
    ((uid,),) = connection.execute("SELECT uid FROM chats WHERE id = ?", (chat_id,))
    whole = msgspec.to_builtins(chat)
    del whole["id"]
    whole["uid"] = uid
    for turn, fields in zip(chat.turns, whole["turns"], strict=True):
        if turn.media:
            fields["media"] = [
                _with_bytes(medium) for medium in attached.of_turn(connection, turn.id)
            ]
    return {"uid": uid, **whole}


def _with_bytes(medium: Medium) -> dict[str, object]:
    data = None if medium.data is None else base64.b64encode(medium.data).decode()
    return {"name": medium.name, "mime": medium.mime, "size": medium.size, "data": data}


# ---- Markdown


def _markdown(chat: Chat) -> str:
    parts = [f"# {chat.title}", f"*{_day(chat.created_at)}*"]
    for turn in chat.path():
        parts.append(f"## {_heading(turn)}")
        parts += [f"*Attached: {medium.name}*" for medium in turn.media]
        if turn.thinking:
            quoted = "\n".join(f"> {line}".rstrip() for line in turn.thinking.splitlines())
            parts.append(quoted)
        if turn.tool_calls:
            parts.append(f"```json\n{json.dumps(turn.tool_calls, ensure_ascii=False)}\n```")
        parts.append(turn.content)
    return "\n\n".join(part for part in parts if part) + "\n"


def _heading(turn: Turn) -> str:
    who = _WHO.get(turn.role, turn.role)
    return f"{who} ({turn.model})" if turn.model and turn.role == "assistant" else who


def _day(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).astimezone().strftime("%Y-%m-%d %H:%M")


# ---- HTML


def _page(parts: list[str], title: str) -> str:
    title, body = html.escape(title), "\n".join(parts)
    return (
        f'<!DOCTYPE html>\n<html>\n<head>\n<meta charset="utf-8">\n<title>{title}</title>\n'
        '<meta name="viewport" content="width=device-width">\n'
        f"<style>{_STYLE}</style>\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def _html(chat: Chat) -> str:
    return "\n".join(_html_of(chat))


def _html_of(chat: Chat) -> Iterator[str]:
    yield f"<h1>{html.escape(chat.title)}</h1>"
    for turn in chat.path():
        yield f"<h2>{html.escape(_heading(turn))}</h2>"
        for medium in turn.media:
            yield f"<p><em>{html.escape(f'Attached: {medium.name}')}</em></p>"
        if turn.thinking:
            thinking = html.escape(turn.thinking)
            yield f"<details><summary>Thinking</summary>{thinking}</details>"
        if turn.tool_calls:
            calls = html.escape(json.dumps(turn.tool_calls, ensure_ascii=False, indent=1))
            yield f"<pre><code>{calls}</code></pre>"
        yield from _blocks(turn.content)
    yield f"<footer>{_day(chat.created_at)} · Puna</footer>"


def _blocks(text: str) -> Iterator[str]:
    """Fenced code and paragraphs; other Markdown is readable as it was written."""
    at = 0
    for fence in _FENCE.finditer(text):
        yield from _paragraphs(text[at : fence.start()])
        yield f"<pre><code>{html.escape(fence[3].rstrip())}</code></pre>"
        at = fence.end()
    yield from _paragraphs(text[at:])


def _paragraphs(text: str) -> Iterator[str]:
    for part in re.split(r"\n\s*\n", text):
        if not part.strip():
            continue
        if heading := _HEADING.fullmatch(part.strip()):
            level = min(len(heading[1]) + 2, 6)
            yield f"<h{level}>{_inline(heading[2])}</h{level}>"
        else:
            yield f"<p>{_inline(part.strip())}</p>"


def _inline(text: str) -> str:
    def marked(found: re.Match[str]) -> str:
        if found[1]:
            return f"<code>{found[1]}</code>"
        return f"<strong>{found[2]}</strong>"

    return _INLINE.sub(marked, html.escape(text))
