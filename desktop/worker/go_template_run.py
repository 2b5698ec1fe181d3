"""Walks a parsed template with its data. Bounded in steps, depth, and length of the text."""

import datetime
from typing import Any, NoReturn

from desktop.worker.go_template_lex import failed
from desktop.worker.go_template_parse import (
    Action,
    Branch,
    Chain,
    Constant,
    Dot,
    Function,
    Include,
    Jump,
    Node,
    Nodes,
    Operand,
    Pipe,
    Program,
    Text,
    Variable,
)
from desktop.worker.go_template_printf import printf
from desktop.worker.go_template_values import (
    FUNCTIONS,
    MAX_CHARACTERS,
    Builtin,
    Refused,
    field,
    pairs,
    printed,
    sized,
    truth,
)

DATES = {"currentDate": 0, "yesterdayDate": -1}
FUNCTION_NAMES = frozenset((*FUNCTIONS, *DATES, "and", "or", "printf"))
MAX_STEPS = 1_000_000
_MAX_DEPTH = 50  # templates within templates
_STEP_CHARACTERS = 1024  # of a function's arguments; they count as one more step
_NOTHING: Any = object()


class Run:
    """Collects what a template writes; `execute` may be called again to append more.

    Args:
        today: What `currentDate` prints.
    """

    def __init__(self, program: Program, today: datetime.date) -> None:
        self._templates = program.templates
        self._functions = FUNCTIONS | {"printf": Builtin(printf, 1, None)}
        for name, days in DATES.items():
            self._functions[name] = _date(today + datetime.timedelta(days=days))
        self._variables: list[tuple[str, Any]] = []
        self._written: list[str] = []
        self._characters = self._steps = self._depth = 0
        self._line = 1

    @property
    def text(self) -> str:
        return "".join(self._written)

    def execute(self, nodes: Nodes, data: dict[str, Any]) -> None:
        """Raises TemplateFailed, which names the line."""
        self._variables = [("$", data)]
        try:
            self._walk(nodes, data)
        except Refused as error:
            raise failed(self._line, str(error)) from error
        except RecursionError as error:
            raise failed(self._line, "it nests too deeply") from error

    def _walk(self, nodes: Nodes, dot: Any) -> str:
        """The `break` or `continue` that ended it, or nothing."""
        for node in nodes:
            self._step()
            jump = self._node(node, dot)
            if jump:
                return jump
        return ""

    def _node(self, node: Node, dot: Any) -> str:
        match node:
            case Text(text):
                self._write(text)
            case Action(pipe):
                value = self._pipe(pipe, dot)
                if not pipe.variables:
                    self._write(printed(value))
            case Branch():
                known = len(self._variables)
                jump = self._branch(node, dot)
                del self._variables[known:]
                return jump
            case Include():
                self._include(node, dot)
            case Jump(_, kind):
                return kind
        return ""

    def _branch(self, node: Branch, dot: Any) -> str:
        value = self._pipe(node.pipe, dot)
        if node.kind == "range":
            return self._range(node, value, dot)
        if truth(value):
            return self._walk(node.body, value if node.kind == "with" else dot)
        return self._walk(node.otherwise, dot)

    def _range(self, node: Branch, value: Any, dot: Any) -> str:
        empty, known = True, len(self._variables)
        for index, element in pairs(value):
            self._step()
            empty = False
            self._bind(node.pipe, (index, element)[-len(node.pipe.variables) :])
            jump = self._walk(node.body, element)
            del self._variables[known:]
            if jump == "break":
                break
        return self._walk(node.otherwise, dot) if empty else ""

    def _bind(self, pipe: Pipe, values: tuple[Any, ...]) -> None:
        """One variable gets the element, two get index and element."""
        for name, value in zip(pipe.variables, values, strict=False):
            self._set(name, value, new=not pipe.assigns)

    def _include(self, node: Include, dot: Any) -> None:
        self._line = node.line
        if node.name not in self._templates:
            raise Refused(f"template {node.name!r} not defined")
        if self._depth >= _MAX_DEPTH:
            raise Refused(f"templates call each other more than {_MAX_DEPTH} deep")
        value = self._pipe(node.pipe, dot) if node.pipe else None
        outside, self._variables = self._variables, [("$", value)]
        self._depth += 1
        self._walk(self._templates[node.name], value)
        self._depth -= 1
        self._variables = outside

    def _pipe(self, pipe: Pipe, dot: Any) -> Any:
        self._line = pipe.line
        value = _NOTHING
        for command in pipe.commands:
            value = self._command(command, dot, value)
        for name in pipe.variables:
            self._set(name, value, new=not pipe.assigns)
        return value

    def _command(self, command: tuple[Operand, ...], dot: Any, last: Any) -> Any:
        """`last`: what the pipeline's command before this one gave."""
        first = command[0]
        if type(first) is Function:
            return self._call(first.name, command[1:], dot, last)
        if len(command) > 1 or last is not _NOTHING:
            raise Refused("can't give arguments to what is not a function")
        if first == Constant(None):
            raise Refused("nil is not a command")
        return self._operand(first, dot)

    def _operand(self, operand: Operand, dot: Any) -> Any:
        match operand:
            case Dot(names):
                return _follow(dot, names)
            case Variable(name, names):
                return _follow(self._variable(name), names)
            case Constant(value):
                return value
            case Pipe():
                return self._pipe(operand, dot)
            case Chain(of, names):
                return _follow(self._operand(of, dot), names)
            case Function(name):
                return self._call(name, (), dot, _NOTHING)

    def _call(self, name: str, operands: tuple[Operand, ...], dot: Any, last: Any) -> Any:
        self._step()
        if name in ("and", "or"):
            return self._choose(name, operands, dot, last)
        values = [self._operand(operand, dot) for operand in operands]
        if last is not _NOTHING:
            values.append(last)
        function = self._functions[name]
        if len(values) < function.least or len(values) > (function.most or len(values)):
            raise Refused(f"wrong number of arguments for {name}: {len(values)}")
        length = sum(len(value) for value in values if type(value) in (str, list, dict))
        self._step(length // _STEP_CHARACTERS)
        result = function.call(*values)
        return sized(result) if type(result) is str else result

    def _choose(self, name: str, operands: tuple[Operand, ...], dot: Any, last: Any) -> Any:
        """The first argument that decides it; the ones after that are not looked at."""
        value = last
        for operand in operands:
            value = self._operand(operand, dot)
            if truth(value) == (name == "or"):
                return value
        if value is _NOTHING:
            raise Refused(f"wrong number of arguments for {name}: 0")
        return value if last is _NOTHING else last

    def _variable(self, name: str) -> Any:
        for known, value in reversed(self._variables):
            if known == name:
                return value
        self._undefined(name)

    def _set(self, name: str, value: Any, *, new: bool) -> None:
        if new:
            self._variables.append((name, value))
            return
        for at in range(len(self._variables) - 1, -1, -1):
            if self._variables[at][0] == name:
                self._variables[at] = name, value
                return
        self._undefined(name)

    def _undefined(self, name: str) -> NoReturn:
        raise Refused(f"undefined variable {name}")

    def _write(self, text: str) -> None:
        self._characters += len(text)
        if self._characters > MAX_CHARACTERS:
            raise Refused(f"the text is longer than {MAX_CHARACTERS} characters")
        self._written.append(text)

    def _step(self, count: int = 1) -> None:
        self._steps += count
        if self._steps > MAX_STEPS:
            raise Refused(f"it takes more than {MAX_STEPS} steps")


def _follow(value: Any, names: tuple[str, ...]) -> Any:
    for name in names:
        value = field(value, name)
    return value


def _date(day: datetime.date) -> Builtin:
    """Arguments are taken and ignored, as Ollama does."""
    return Builtin(lambda *_: day.isoformat(), 0, None)
