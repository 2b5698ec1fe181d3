"""Messages as Jinja chat templates take them: Hugging Face's form, fitted to a template's habits.

`messages.Generate` says what they look like before.
"""

import copy
import hashlib
import json
import string
from collections.abc import Iterator, Sequence
from typing import Any

from desktop.worker.template_habits import CallForm, Habits, Message

_LETTERS = string.ascii_letters + string.digits
_SHORT_ID = 9


def told(messages: Sequence[Message], habits: Habits) -> list[Message]:
    """The same conversation, ready for the template; the messages themselves stay as they are."""
    common = [_common(message) for message in _named(messages)]
    if any(message["role"] == "system" for message in common) and not habits.takes_system:
        common = list(_without_system(common))
    if any("tool_calls" in message or message["role"] == "tool" for message in common):
        common = _with_calls(common, habits)
    if habits.wants_parts:
        for message in common:
            if isinstance(text := message["content"], str):
                message["content"] = [{"type": "text", "text": text}]
    return common


def tamed(messages: Sequence[Message], habits: Habits) -> list[Message]:
    """The conversation as the most particular template takes it: users and assistants in turn.

    What tools answered becomes the user's, a system message part of what the user says next.
    """
    plain = [_plain(message, habits.written) for message in _named(messages)]
    merged: list[Message] = []
    for message in _without_system(plain):
        if merged and merged[-1]["role"] == message["role"]:
            merged[-1]["content"] = f"{merged[-1]['content']}\n\n{message['content']}".strip()
        else:
            merged.append(message)
    if habits.wants_parts:
        for message in merged:
            message["content"] = [{"type": "text", "text": message["content"]}]
    return merged


def with_system_word(messages: Sequence[Message], word: str) -> list[Message]:
    """The same conversation, in whose system message stands this word, too."""
    system = next((at for at, each in enumerate(messages) if each.get("role") == "system"), None)
    if system is None:
        return [{"role": "system", "content": word}, *messages]
    said = messages[system]
    content = f"{said.get('content') or ''}\n{word}".lstrip()
    return [*messages[:system], said | {"content": content}, *messages[system + 1 :]]


def described(tools: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Tools with a description everywhere: a few templates fail without."""
    whole = json.loads(json.dumps(tools))
    for tool in whole:
        function = tool.get("function")
        if not isinstance(function, dict):
            continue
        function.setdefault("description", "")
        parameters = function.setdefault("parameters", {"type": "object", "properties": {}})
        properties = parameters.get("properties") if isinstance(parameters, dict) else None
        for each in properties.values() if isinstance(properties, dict) else ():
            if isinstance(each, dict):
                each.setdefault("description", "")
    return list(whole)


def _named(messages: Sequence[Message]) -> Iterator[Message]:
    """Tools' answers with the name of the function; those of requests may have the id alone."""
    names: dict[str, str] = {}
    for message in messages:
        for call in message.get("tool_calls") or ():
            names[str(call.get("id") or "")] = str(call["function"].get("name") or "")
        if message.get("role") == "tool" and not message.get("tool_name"):
            message = message | {"tool_name": names.get(str(message.get("tool_call_id") or ""), "")}
        yield message


def _common(message: Message) -> Message:
    """What all templates agree on."""
    common: Message = {"role": str(message.get("role") or "")}
    common["content"] = str(message.get("content") or "")
    if thoughts := message.get("thinking"):
        common["thinking"] = common["reasoning_content"] = str(thoughts)
    if calls := message.get("tool_calls"):
        common["tool_calls"] = [
            {
                "id": str(call.get("id") or f"call_{at}"),
                "type": "function",
                "function": {
                    "name": str(call["function"].get("name") or ""),
                    "arguments": copy.deepcopy(call["function"].get("arguments") or {}),
                },
            }
            for at, call in enumerate(calls)
        ]
    if common["role"] == "tool":
        common["tool_call_id"] = str(message.get("tool_call_id") or "")
        common["name"] = str(message.get("tool_name") or "")
    return common


def _without_system(messages: Sequence[Message]) -> Iterator[Message]:
    """What the system says goes in front of the user's next message."""
    waiting: list[str] = []
    for message in messages:
        if message["role"] == "system":
            waiting.append(message["content"])
            continue
        if waiting and message["role"] == "user":
            message = message | {"content": "\n\n".join([*waiting, message["content"]])}
            waiting.clear()
        yield message
    if waiting:
        yield {"role": "user", "content": "\n\n".join(waiting)}


def _with_calls(messages: list[Message], habits: Habits) -> list[Message]:
    if not habits.takes_answers:
        messages = [_as_user(message) for message in messages]
    form = habits.calls
    if not form.understood:
        return [_spelled(message, habits.written) for message in messages]
    several = max(len(message.get("tool_calls", ())) for message in messages) > 1
    if several and not habits.takes_several_calls:
        messages = list(_one_by_one(messages))
    for at, message in enumerate(messages):
        if "tool_calls" not in message or not message["content"]:
            continue
        takes = habits.takes_content_and_thoughts if "thinking" in message else habits.takes_content
        messages[at] = message if takes else _thinks_aloud(message)
    return [_formed(message, form) for message in messages]


def _formed(message: Message, form: CallForm) -> Message:
    if form.short_ids and message["role"] == "tool":
        message = message | {"tool_call_id": _short(message["tool_call_id"])}
    if "tool_calls" not in message:
        return message
    calls = []
    for call in message["tool_calls"]:
        function = call["function"]
        if form.text_arguments:
            arguments = json.dumps(function["arguments"], ensure_ascii=False)
            function = function | {"arguments": arguments}
        id_ = _short(call["id"]) if form.short_ids else call["id"]
        calls.append(call | {"id": id_, "function": function})
    return message | {"content": message["content"] or form.content, "tool_calls": calls}


def _one_by_one(messages: Sequence[Message]) -> Iterator[Message]:
    """A message of its own for each call, with its answer after it."""
    answers = {message["tool_call_id"]: message for message in messages if _is_answer(message)}
    told: set[str] = set()
    for message in messages:
        if len(message.get("tool_calls", ())) < 2:
            if not (_is_answer(message) and message["tool_call_id"] in told):
                yield message
            continue
        for at, call in enumerate(message["tool_calls"]):
            first = message if at == 0 else {"role": message["role"], "content": ""}
            yield first | {"tool_calls": [call]}
            if call["id"] in answers:
                told.add(call["id"])
                yield answers[call["id"]]


def _is_answer(message: Message) -> bool:
    return message["role"] == "tool" and bool(message["tool_call_id"])


def _thinks_aloud(message: Message) -> Message:
    """What was said before a call becomes part of the thoughts."""
    thoughts = "\n\n".join(part for part in (message.get("thinking"), message["content"]) if part)
    return message | {"content": "", "thinking": thoughts, "reasoning_content": thoughts}


def _as_user(message: Message) -> Message:
    """The answer of a tool as the user's message."""
    return {"role": "user", "content": message["content"]} if message["role"] == "tool" else message


def _spelled(message: Message, around: tuple[str, str]) -> Message:
    """Calls as text, for a template that would pass them over."""
    if not (calls := message.pop("tool_calls", None)):
        return message
    opening, closing = around
    each = [json.dumps(call["function"], ensure_ascii=False, default=str) for call in calls]
    if opening.endswith("["):
        text = f"{opening}{', '.join(each)}{closing}"
    else:
        text = "\n".join(f"{opening}{call}{closing}" for call in each)
    return message | {"content": f"{message['content']}\n{text}".strip()}


def _plain(message: Message, around: tuple[str, str]) -> Message:
    common = _as_user(_spelled(_common(message), around))
    return {"role": common["role"], "content": common["content"]}


def _short(id_: str) -> str:
    """Nine letters and digits, the same for the same id."""
    if len(id_) == _SHORT_ID and id_.isalnum():
        return id_
    digest = hashlib.sha256(id_.encode("utf-8", "replace")).digest()
    return "".join(_LETTERS[byte % len(_LETTERS)] for byte in digest[:_SHORT_ID])
