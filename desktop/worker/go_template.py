"""A conversation as a prompt, by a template in Go's language, with the data that Ollama's
templates expect.

Templates that name `.Messages` get the whole conversation. The older ones know one turn only:
`.System`, `.Prompt` and `.Response`; they are run once per turn, the last time up to `.Response`.
"""

import datetime
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

from desktop.core.errors import TemplateFailed
from desktop.worker.go_template_parse import (
    Action,
    Branch,
    Chain,
    Dot,
    Node,
    Nodes,
    Operand,
    Pipe,
    Program,
    Variable,
    parse,
)
from desktop.worker.go_template_run import FUNCTION_NAMES, Run
from desktop.worker.go_template_values import Refused, printed

_RESPONSE = Action(Pipe(0, ((Dot(("Response",)),),)))
_LISTS = {"Images": "images", "ToolCalls": "tool_calls"}
_TEXTS = {
    "Role": "role",
    "Content": "content",
    "Thinking": "thinking",
    "ToolName": "tool_name",
    "ToolCallID": "tool_call_id",
}

Message = dict[str, Any]


def render(
    source: str,
    messages: Sequence[Message],
    *,
    tools: Sequence[dict[str, Any]] = (),
    think: bool | str | None = None,
    suffix: str = "",
    today: datetime.date | None = None,
) -> str:
    """The prompt for a conversation, ready for the assistant's answer.

    Args:
        messages: As in requests: `role`, `content`, and where given `thinking`, `images`,
            `tool_calls`, `tool_name`, `tool_call_id`.
        think: A level counts as true; None: not asked for.
        suffix: What comes after the text to be written. The last message is then the text before
            it, and all the template gets.

    Raises:
        TemplateFailed: the template is broken, or does not get along with the conversation.
    """
    program = _program(source)
    run = Run(program, today or datetime.date.today())
    common = {
        "Response": "",
        "Think": bool(think),
        "ThinkLevel": ("medium" if think else "") if isinstance(think, bool) else think or "",
        "IsThinkSet": think is not None,
    }
    mentions = {name.lower() for name in program.mentions}
    conversation = [_message(message) for message in messages]
    if suffix:
        prompt = conversation[-1]["Content"] if conversation else ""
        run.execute(program.nodes, common | {"Prompt": prompt, "Suffix": suffix})
    elif "messages" in mentions:
        system = [each["Content"] for each in conversation if each["Role"] == "system"]
        own = {"System": "\n\n".join(system), "Messages": _merged(conversation)}
        run.execute(program.nodes, common | own | {"Tools": list(tools)})
    else:
        *past, last = _turns(_merged(conversation))
        for turn in past:
            run.execute(program.nodes, common | turn)
        run.execute(_until_response(program.nodes)[0], common | last)
    return run.text


def check(source: str) -> None:
    """Raises TemplateFailed for a template that cannot be read."""
    _program(source)


@lru_cache(maxsize=8)
def _program(source: str) -> Program:
    """A template that never says where the answer goes wants it at its end."""
    program = parse(source, FUNCTION_NAMES)
    if {"messages", "response"} & {name.lower() for name in program.mentions}:
        return program
    return Program((*program.nodes, _RESPONSE), program.templates, program.mentions)


def _message(message: Message) -> Message:
    try:
        texts: Message = {name: printed(message.get(key)) for name, key in _TEXTS.items()}
    except Refused as error:
        raise TemplateFailed(f"the template cannot use a message: {error}") from error
    lists = {name: message.get(key) for name, key in _LISTS.items()}
    return texts | {name: each if isinstance(each, list) else [] for name, each in lists.items()}


def _merged(messages: list[Message]) -> list[Message]:
    """Neighbours of one role, except tools' answers, become one message."""
    merged: list[Message] = []
    for message in messages:
        if not merged or message["Role"] == "tool" or message["Role"] != merged[-1]["Role"]:
            merged.append(message)
            continue
        last = merged[-1]
        merged[-1] = last | {name: last[name] + message[name] for name in _LISTS}
        merged[-1]["Content"] = f"{last['Content']}\n\n{message['Content']}"
        merged[-1]["Thinking"] = last["Thinking"] or message["Thinking"]
    return merged


def _turns(messages: list[Message]) -> Iterator[dict[str, str]]:
    """`System`, `Prompt` and `Response` of each turn; the last one still waits for its answer."""
    turn: dict[str, str] = {"System": "", "Prompt": "", "Response": ""}
    names = {"system": "System", "user": "Prompt", "assistant": "Response"}
    for message in messages:
        role = message["Role"]
        begun = {"system": turn["Prompt"] or turn["Response"], "user": turn["Response"]}
        if begun.get(role):
            yield turn
            turn = dict.fromkeys(turn, "")
        if role in names:
            turn[names[role]] = message["Content"]
    yield turn


def _until_response(nodes: Nodes) -> tuple[Nodes, bool]:
    """Nodes up to the one that prints `.Response`; and whether there is one."""
    kept: list[Node] = []
    for node in nodes:
        found = isinstance(node, Action) and _prints_response(node.pipe)
        if isinstance(node, Branch):
            body, in_body = _until_response(node.body)
            otherwise, in_otherwise = _until_response(node.otherwise)
            node = Branch(node.kind, node.pipe, body, otherwise)
            found = in_body or in_otherwise
        kept.append(node)
        if found:
            return tuple(kept), True
    return tuple(kept), False


def _prints_response(operand: Operand) -> bool:
    match operand:
        case Pipe():
            return any(_prints_response(each) for command in operand.commands for each in command)
        case Chain(of, names):
            return "Response" in names or _prints_response(of)
        case Dot(names) | Variable(_, names):
            return "Response" in names
    return False
