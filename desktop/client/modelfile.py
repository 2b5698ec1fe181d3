"""Reads Modelfiles: instructions, one per line, whose values may be bare, "quoted", or between
triple quotes and then of several lines.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from desktop.core.errors import AppError

COMMANDS = (
    *("from", "license", "template", "system", "adapter", "draft", "renderer", "parser"),
    *("parameter", "message", "requires"),
)
ROLES = ("system", "user", "assistant")

# The same as in `engine/options.py`, which this room does not know; a test compares them.
INTEGERS = {
    "num_keep", "seed", "num_predict", "top_k", "repeat_last_n", "num_ctx", "num_batch",
    "num_gpu", "main_gpu", "num_thread", "draft_num_predict",
}  # fmt: skip
FLOATS = {
    "top_p", "min_p", "typical_p", "temperature", "repeat_penalty", "presence_penalty",
    "frequency_penalty",
}  # fmt: skip
FLAGS = {"use_mmap"}
LISTS = {"stop"}
DEPRECATED = {
    "penalize_newline", "low_vram", "f16_kv", "logits_all", "vocab_only", "use_mlock", "mirostat",
    "mirostat_tau", "mirostat_eta", "tfs_z", "numa",
}  # fmt: skip

_COMMAND = re.compile(r"[ \t]*([^ \t]*)[ \t]*(.*)", re.DOTALL)
_TRUE = frozenset(("1", "t", "T", "TRUE", "true", "True"))
_FALSE = frozenset(("0", "f", "F", "FALSE", "false", "False"))
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_INTEGER = re.compile(r"[+-]?[0-9]{1,18}")
MAX_BYTES = 2**24


class ModelfileInvalid(AppError):
    """A Modelfile that cannot be read; the error names the line."""

    code = "modelfile_invalid"
    status = 400

    def __init__(self, message: str, line: int = 0) -> None:
        super().__init__(f"(line {line}): {message}" if line else message)


class Instruction(NamedTuple):
    """One instruction; `name` is in lower case, `key` the name of a parameter or a role."""

    line: int
    name: str
    value: str
    key: str = ""


@dataclass(slots=True, kw_only=True)
class Modelfile:
    """What a Modelfile says. `sources` are the values of FROM in their order."""

    sources: list[str] = field(default_factory=list)
    adapters: list[str] = field(default_factory=list)
    drafts: list[str] = field(default_factory=list)
    template: str = ""
    system: str = ""
    renderer: str = ""
    parser: str = ""
    requires: str = ""
    licenses: list[str] = field(default_factory=list)
    parameters: dict[str, Any] = field(default_factory=dict)
    messages: list[dict[str, str]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def read_modelfile(path: Path) -> Modelfile:
    """Parse a file in UTF-8, or in UTF-16 with a byte order mark.

    Raises:
        ModelfileInvalid: it cannot be read, or says something that is not allowed.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ModelfileInvalid(f"{path} cannot be read: {reason}.") from error
    if len(data) > MAX_BYTES:
        raise ModelfileInvalid(f"{path} is too large for a Modelfile.")
    is_utf_16 = data[:2] in (b"\xff\xfe", b"\xfe\xff")
    try:
        return parse(data.decode("utf-16" if is_utf_16 else "utf-8-sig"))
    except UnicodeDecodeError as error:
        raise ModelfileInvalid(f"{path} is not a text in UTF-8.") from error


def parse(text: str) -> Modelfile:
    """Raises ModelfileInvalid, with the number of the line."""
    found = Modelfile()
    for instruction in instructions(text.replace("\r\n", "\n")):
        _take(found, instruction)
    if not found.sources:
        raise ModelfileInvalid("no FROM line")
    return found


def instructions(text: str) -> Iterator[Instruction]:
    """The instructions as they stand, comments left out."""
    lines = enumerate(text.split("\n"), 1)
    for number, line in lines:
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        match = _COMMAND.match(line)
        assert match
        name, rest = match[1].strip().lower(), match[2]
        if name not in COMMANDS:
            known = ", ".join(f'"{each}"' for each in COMMANDS[:-1])
            raise ModelfileInvalid(f'command must be one of {known}, or "{COMMANDS[-1]}"', number)
        key = ""
        if name in ("parameter", "message"):
            match = _COMMAND.match(rest)
            assert match
            key, rest = match[1].strip(), match[2]
        if name == "message" and key not in ROLES:
            raise ModelfileInvalid(
                'message role must be one of "system", "user", or "assistant"', number
            )
        yield Instruction(number, name, _value(rest, number, name, lines), key)


def _value(rest: str, number: int, name: str, lines: Iterator[tuple[int, str]]) -> str:
    """A value that begins with `rest`; a quotation takes as many of the next lines as it needs."""
    if not rest.strip():
        raise ModelfileInvalid(f"{name.upper()} needs a value", number)
    pieces = [rest]
    while (value := _unquoted(pieces)) is None:
        _, line = next(lines, (0, None))
        if line is None:
            raise ModelfileInvalid(
                "unexpected EOF: the quotation that begins here has no end", number
            )
        pieces.append(line)
    return value


def _unquoted(pieces: list[str]) -> str | None:
    """The value; None if a quotation goes on."""
    first, last = pieces[0].lstrip(), pieces[-1].rstrip()
    for quote in ('"""', '"'):
        if first.startswith(quote):
            if not last.endswith(quote):
                return None
            text = "\n".join(pieces).strip()
            return text[len(quote) : -len(quote)] if len(text) >= 2 * len(quote) else None
    return "\n".join(pieces).strip()


def _take(found: Modelfile, instruction: Instruction) -> None:
    name, value = instruction.name, instruction.value
    lists = {
        "from": found.sources,
        "adapter": found.adapters,
        "draft": found.drafts,
        "license": found.licenses,
    }
    if name == "parameter":
        _take_parameter(found, instruction)
    elif name == "message":
        found.messages.append({"role": instruction.key, "content": value})
    elif name in lists:
        lists[name].append(value)
    else:
        setattr(found, name, value)


def _take_parameter(found: Modelfile, instruction: Instruction) -> None:
    name, value = instruction.key, instruction.value
    if name in DEPRECATED:
        found.warnings.append(
            f"(line {instruction.line}): the parameter {name} is deprecated and left out"
        )
    elif name in LISTS:
        found.parameters.setdefault(name, []).append(value)
    elif read := _READERS.get(name):
        number = read(value)
        if number is None:
            kind = "int" if name in INTEGERS else "float" if name in FLOATS else "bool"
            raise ModelfileInvalid(f"{name}: invalid {kind} value {value!r:.60}", instruction.line)
        found.parameters[name] = number
    else:
        raise ModelfileInvalid(f"unknown parameter '{name}'", instruction.line)


def _integer(text: str) -> int | None:
    return int(text) if _INTEGER.fullmatch(text) else None


def _float(text: str) -> float | None:
    return float(text) if _NUMBER.fullmatch(text) else None


def _flag(text: str) -> bool | None:
    return True if text in _TRUE else False if text in _FALSE else None


_READERS: Mapping[str, Callable[[str], int | float | None]] = {
    **dict.fromkeys(INTEGERS, _integer),
    **dict.fromkeys(FLOATS, _float),
    **dict.fromkeys(FLAGS, _flag),
}
