"""Parses a template in Go's language into the tree that `go_template_run.py` walks.

The grammar is that of Go's `text/template`; what Ollama's templates never use (methods, complex
numbers, `call`, `html`, `js`, `urlquery`) is not in it.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import partial
from typing import NoReturn, TypeVar

from desktop.worker.go_template_lex import Token, failed, tokenize

_KEYWORDS = frozenset(
    ("if", "else", "end", "range", "with", "define", "template", "block", "break", "continue")
)
T = TypeVar("T")
_MAX_NESTING = 60  # blocks and parentheses, together
_STARTS = frozenset(("constant", "variable", "field", "dot", "word", "("))


@dataclass(frozen=True, slots=True)
class Constant:
    value: str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Dot:
    """`.` and, with names, `.Message.Role`."""

    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Variable:
    name: str
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Function:
    name: str


@dataclass(frozen=True, slots=True)
class Chain:
    """Fields of what parentheses or a function give."""

    of: "Function | Pipe"
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pipe:
    """`$a, $b := first | second`; each command is a list of operands."""

    line: int
    commands: "tuple[tuple[Operand, ...], ...]"
    variables: tuple[str, ...] = ()
    assigns: bool = False


Operand = Constant | Dot | Variable | Function | Chain | Pipe


@dataclass(frozen=True, slots=True)
class Text:
    text: str


@dataclass(frozen=True, slots=True)
class Action:
    pipe: Pipe


@dataclass(frozen=True, slots=True)
class Branch:
    """`kind`: "if", "with" or "range"."""

    kind: str
    pipe: Pipe
    body: "Nodes"
    otherwise: "Nodes"


@dataclass(frozen=True, slots=True)
class Include:
    """`{{ template "name" pipe }}`."""

    line: int
    name: str
    pipe: Pipe | None


@dataclass(frozen=True, slots=True)
class Jump:
    """`kind`: "break" or "continue"."""

    line: int
    kind: str


Node = Text | Action | Branch | Include | Jump
Nodes = tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Program:
    """A parsed template. `mentions`: every field name in it."""

    nodes: Nodes
    templates: dict[str, Nodes]
    mentions: frozenset[str]


def parse(source: str, functions: Collection[str]) -> Program:
    """Raises TemplateFailed, which names the line."""
    parser = _Parser(tokenize(source), functions)
    nodes, _ = parser.nodes(top=True)
    return Program(nodes, parser.templates, frozenset(parser.mentions))


class _Parser:
    def __init__(self, tokens: list[Token], functions: Collection[str]) -> None:
        self._tokens = tokens
        self._functions = functions
        self._at = 0
        self._nesting = 0
        self._ranges = 0  # how many of the surrounding blocks are `range`
        self._variables = ["$"]
        self.templates: dict[str, Nodes] = {}
        self.mentions: set[str] = set()

    def nodes(self, *, top: bool = False) -> tuple[Nodes, str]:
        """Up to `{{ end` or `{{ else`, and which it was; the top ends with the file."""
        nodes: list[Node] = []
        while True:
            token = self._next()
            if token.kind == "text":
                nodes.append(Text(token.value))
                continue
            if token.kind == "end of file":
                if top:
                    return tuple(nodes), ""
                self._fail("unexpected end of the template; an {{end}} is missing")
            word = self._keyword()
            if word in ("else", "end") and not top:
                return tuple(nodes), word
            if word == "define" and top:
                self._define()
            else:
                nodes.append(self._node(word))

    def _node(self, word: str) -> Node:
        match word:
            case "":
                return Action(self._pipe("command", "close"))
            case "if" | "with" | "range":
                return self._nested(partial(self._branch, word))
            case "template":
                return self._include()
            case "block":
                return self._block()
            case "break" | "continue" if self._ranges:
                return Jump(self._close().line, word)
            case "break" | "continue":
                self._fail(f"{{{{{word}}}}} outside {{{{range}}}}")
        self._fail(f"unexpected {{{{{word}}}}}")

    def _branch(self, kind: str) -> Branch:
        known = len(self._variables)
        pipe = self._pipe(kind, "close")
        self._ranges += kind == "range"
        body, ending = self.nodes()
        self._ranges -= kind == "range"
        otherwise: Nodes = ()
        if ending == "end":
            self._close()
        elif kind != "range" and self._keyword(kind):
            otherwise = (self._nested(partial(self._branch, kind)),)  # shares our {{end}}
        else:
            self._close()
            otherwise, ending = self.nodes()
            if ending != "end":
                self._fail("expected {{end}}, found another {{else}}")
            self._close()
        del self._variables[known:]
        return Branch(kind, pipe, body, otherwise)

    def _include(self) -> Include:
        line, name = self._name("template")
        if self._peek().kind == "close":
            self._next()
            return Include(line, name, None)
        return Include(line, name, self._pipe("template", "close"))

    def _block(self) -> Include:
        line, name = self._name("block")
        pipe = self._pipe("block", "close")
        self._body(name)
        return Include(line, name, pipe)

    def _define(self) -> None:
        _, name = self._name("define")
        self._close()
        self._body(name)

    def _body(self, name: str) -> None:
        """The nodes of a template of its own: it sees no variables but `$`."""
        outside = self._variables, self._ranges
        self._variables, self._ranges = ["$"], 0
        nodes, ending = self._nested(self.nodes)
        if ending != "end":
            self._fail(f"unexpected {{{{else}}}} in template {name!r}")
        self._close()
        self._variables, self._ranges = outside
        old, new = (_stripped(each) for each in (self.templates.get(name, ()), nodes))
        if old and new:
            self._fail(f"multiple definition of template {name!r}")
        if new or name not in self.templates:
            self.templates[name] = nodes

    def _name(self, clause: str) -> tuple[int, str]:
        token = self._next_solid()
        if token.kind != "constant" or not isinstance(token.value, str):
            self._unexpected(token, f"{clause} clause")
        return token.line, token.value

    def _pipe(self, context: str, end: str) -> Pipe:
        line = self._peek().line
        variables, assigns = self._declared(context)
        commands = []
        while (token := self._peek()).kind != end:
            if token.kind not in _STARTS:
                self._unexpected(token, context)
            commands.append(self._command())
        self._next_solid()
        if not commands:
            self._fail(f"missing value for {context}", line)
        for stage, command in enumerate(commands[1:], 2):
            if isinstance(command[0], Constant) or command[0] == Dot():
                self._fail(f"non executable command in pipeline stage {stage}", line)
        return Pipe(line, tuple(commands), variables, assigns)

    def _declared(self, context: str) -> tuple[tuple[str, ...], bool]:
        """`$x :=`, `$x =` or `$i, $x :=`; nothing is taken where the pipeline has none of it."""
        names: list[str] = []
        while True:
            start = self._at
            token = self._next_solid()
            sign = self._next_solid().kind if token.kind == "variable" else ""
            if sign in (":=", "=", ","):
                names.append(token.value)
                self._variables.append(token.value)
            if sign in (":=", "="):
                return tuple(names), sign == "="
            if sign != ",":
                self._at = start
                return tuple(names), False
            if context != "range" or len(names) > 1:
                self._fail(f"too many declarations in {context}")
            if self._peek().kind not in ("variable", "close"):
                self._fail("range can only initialize variables")

    def _command(self) -> tuple[Operand, ...]:
        operands: list[Operand] = []
        while True:
            operand = self._operand()
            if operand is not None:
                operands.append(operand)
            token = self._next()
            if token.kind == "space":
                continue
            if token.kind in ("close", ")"):
                self._at -= 1
            elif token.kind != "|":
                self._unexpected(token, "operand")
            if not operands:
                self._fail("empty command")
            return tuple(operands)

    def _operand(self) -> Operand | None:
        if self._peek().kind not in _STARTS:
            return None
        operand = self._term(self._next_solid())
        names: list[str] = []
        while self._tokens[self._at].kind == "field":
            names.append(self._next().value)
        if not names:
            return operand
        self.mentions.update(names)
        match operand:
            case Dot(first) if first:
                return Dot((*first, *names))
            case Variable(name):
                return Variable(name, tuple(names))
            case Function() | Pipe():
                return Chain(operand, tuple(names))
        self._fail(f"unexpected .{names[0]} after a constant or a dot")

    def _term(self, token: Token) -> Operand:
        match token.kind:
            case "constant":
                return Constant(token.value)
            case "dot":
                return Dot()
            case "field":
                self.mentions.add(token.value)
                return Dot((token.value,))
            case "variable":
                if token.value not in self._variables:
                    self._fail(f"undefined variable {token.value}")
                return Variable(token.value)
            case "(":
                return self._nested(partial(self._pipe, "parentheses", ")"))
        return self._word(token)

    def _word(self, token: Token) -> Constant | Function:
        constants = {"true": True, "false": False, "nil": None}
        if token.value in constants:
            return Constant(constants[token.value])
        if token.value in _KEYWORDS:
            self._unexpected(token, "operand")
        if token.value not in self._functions:
            self._fail(f"function {token.value!r} not defined")
        return Function(token.value)

    def _nested(self, read: Callable[[], T]) -> T:
        self._nesting += 1
        if self._nesting > _MAX_NESTING:
            self._fail(f"blocks and parentheses nest more than {_MAX_NESTING} deep")
        result = read()
        self._nesting -= 1
        return result

    def _keyword(self, wanted: str = "") -> str:
        """The keyword that comes next, taken; else ""."""
        token = self._peek()
        found = token.kind == "word" and token.value in _KEYWORDS
        if not found or token.value != (wanted or token.value):
            return ""
        self._next_solid()
        return str(token.value)

    def _close(self) -> Token:
        token = self._next_solid()
        if token.kind != "close":
            self._unexpected(token, "end of the action")
        return token

    def _peek(self) -> Token:
        """The next token that is not white space, which is skipped."""
        if self._tokens[self._at].kind == "space":
            self._at += 1
        return self._tokens[self._at]

    def _next_solid(self) -> Token:
        self._peek()
        return self._next()

    def _next(self) -> Token:
        token = self._tokens[self._at]
        self._at = min(self._at + 1, len(self._tokens) - 1)
        return token

    def _unexpected(self, token: Token, where: str) -> NoReturn:
        shown = {"close": "end of the action"}.get(token.kind, f"{token.value!r}")
        self._fail(f"unexpected {shown} in {where}", token.line)

    def _fail(self, problem: str, line: int = 0) -> NoReturn:
        raise failed(line or self._tokens[self._at].line, problem)


def _stripped(nodes: Nodes) -> Nodes:
    """Without texts of white space only."""
    return tuple(node for node in nodes if not isinstance(node, Text) or node.text.strip())
