"""LaTeX to something that can be read: `\\frac{a}{b}` becomes a/b, `\\alpha^2` becomes α².

No typesetting: the common commands in Unicode, and what is unknown by its name.
"""

import re

from desktop.ui.chat.formula_signs import ACCENTS, SIGNS, SUBSCRIPTS, SUPERSCRIPTS

# $…$ only where no money is meant: no space inside the dollars, no digit behind the last one.
_MATH = re.compile(
    r"(?P<code>`+[^`]*`+)"
    r"|\$\$(?P<display>.+?)\$\$"
    r"|\\\[(?P<bracket>.+?)\\\]"
    r"|\\\((?P<round>.+?)\\\)"
    r"|(?<![\\$\w])\$(?P<dollar>(?=[^\s$])[^$\n]*?[^\s$\\])\$(?![\d$])",
    re.DOTALL,
)
_ENVIRONMENT = re.compile(r"\\(?:begin|end)\{[a-zA-Z]+\*?\}(?:\{[^}]*\})?")
_COMMAND = re.compile(r"\\([a-zA-Z]+|.)\s*", re.DOTALL)
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~])")
_WORTH_IT = re.compile(r"[\\^_=+<>]|^[A-Za-z]$|^[A-Za-z]\(.*\)$")
_TEXTS = {"text", "mathrm", "mathbf", "textbf", "mathit", "operatorname", "textit", "mathsf"}
_TEXTS |= {"mathcal", "boxed", "mathtt", "texttt", "bm", "boldsymbol", "displaystyle", "mbox"}
_IGNORED = {"left", "right", "big", "Big", "bigg", "Bigg", "limits", "nolimits", "displaystyle"}
_IGNORED |= {"quad", "qquad", ",", ";", ":", "!", " "}
_BLACKBOARD = {"R": "ℝ", "N": "ℕ", "Z": "ℤ", "Q": "ℚ", "C": "ℂ", "P": "ℙ", "E": "𝔼"}
MAX_DEPTH = 20


def with_readable_formulas(markdown: str) -> str:
    """The same Markdown with its formulas in Unicode; code and amounts of money stay.

    >>> with_readable_formulas(r"So \\(x^2\\) or $\\frac{1}{2}$, for $5 and $6.")
    'So x² or 1/2, for $5 and $6.'
    """
    if "$" not in markdown and "\\" not in markdown:
        return markdown
    return _MATH.sub(_replaced, markdown)


def _replaced(match: re.Match[str]) -> str:
    if match["code"]:
        return match[0]
    display = match["display"] or match["bracket"]
    if display:
        lines = [readable(line) for line in re.split(r"\\\\|\n", _ENVIRONMENT.sub("", display))]
        text = "  \n".join(_escaped(line) for line in lines if line)
        return f"\n\n{text}\n\n"
    source = match["round"] or match["dollar"]
    if match["dollar"] and not _WORTH_IT.search(source):
        return match[0]
    return _escaped(readable(source))


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text)


def readable(source: str) -> str:
    """One formula, without its dollars.

    >>> readable(r"\\sum_{i=1}^{n} \\alpha_i \\leq \\sqrt{x+1}")
    '∑ᵢ₌₁ⁿ αᵢ ≤ √(x+1)'
    >>> readable(r"\\frac{a+b}{2c} \\to \\text{the end}")
    '(a+b)/(2c) → the end'
    """
    text = _Reader(_ENVIRONMENT.sub("", source).replace("&", "")).read_all()
    return re.sub(r"\s+", " ", text).strip()


class _Reader:
    """Reads a formula from left to right."""

    def __init__(self, source: str, depth: int = 0) -> None:
        self._source = source
        self._at = 0
        self._depth = depth

    def read_all(self) -> str:
        parts = []
        while self._at < len(self._source):
            parts.append(self._one())
        return "".join(parts)

    def _one(self) -> str:
        """The next command, group, index or character."""
        sign = self._source[self._at]
        if sign == "\\":
            return self._command()
        if sign == "{":
            return self._inner(self._group())
        self._at += 1
        if sign in "^_":
            table = SUPERSCRIPTS if sign == "^" else SUBSCRIPTS
            return _raised(self._argument(), table, sign)
        return "" if sign == "}" else sign

    def _command(self) -> str:
        match = _COMMAND.match(self._source, self._at)
        if match is None:
            self._at += 1
            return ""
        name = match[1]
        if name in SIGNS:  # spaces behind a sign are those the writer wanted to see
            self._at = match.end(1)
            return SIGNS[name]
        self._at = match.end()
        return self._with_arguments(name)

    def _with_arguments(self, name: str) -> str:
        if name in ("frac", "dfrac", "tfrac", "cfrac"):
            return f"{_bracketed(self._argument())}/{_bracketed(self._argument())}"
        if name in ("binom", "dbinom"):
            return f"({self._argument()} over {self._argument()})"
        if name == "sqrt":
            return self._root()
        if name in ACCENTS:
            argument = self._argument()
            return "".join(each + ACCENTS[name] for each in argument)
        if name == "mathbb":
            return "".join(_BLACKBOARD.get(each, each) for each in self._argument())
        if name in _IGNORED:
            return " " if name in ("quad", "qquad", ";", ":", ",", " ") else ""
        if name in _TEXTS:
            return self._text()
        return f"{name} " if name.isalpha() else name

    def _root(self) -> str:
        degree = ""
        if self._source.startswith("[", self._at):
            end = self._source.find("]", self._at)
            if end > 0:
                degree = self._inner(self._source[self._at + 1 : end])
                self._at = end + 1
        sign = {"3": "∛", "4": "∜"}.get(degree, _raised(degree, SUPERSCRIPTS, "") + "√")
        return sign + _bracketed(self._argument())

    def _text(self) -> str:
        if self._source.startswith("{", self._at):
            group = self._group()
            return self._inner(group) if "\\" in group else group
        return ""

    def _argument(self) -> str:
        """What a command applies to: a group, a command, or one character."""
        while self._at < len(self._source) and self._source[self._at].isspace():
            self._at += 1
        return self._one() if self._at < len(self._source) else ""

    def _group(self) -> str:
        """What is between these braces; the next thing to read stands behind them."""
        depth, start = 0, self._at
        for at in range(start, len(self._source)):
            depth += {"{": 1, "}": -1}.get(self._source[at], 0)
            if depth == 0:
                self._at = at + 1
                return self._source[start + 1 : at]
        self._at = len(self._source)
        return self._source[start + 1 :]

    def _inner(self, source: str) -> str:
        return _Reader(source, self._depth + 1).read_all() if self._depth < MAX_DEPTH else source


def _raised(text: str, table: dict[str, str], sign: str) -> str:
    """In small letters where Unicode has them all."""
    if text and all(each in table for each in text):
        return "".join(table[each] for each in text)
    return sign + _bracketed(text) if text else ""


def _bracketed(text: str) -> str:
    """Brackets where a reader would else take something else together.

    >>> _bracketed("x"), _bracketed("2c"), _bracketed("(a)"), _bracketed("12")
    ('x', '(2c)', '(a)', '12')
    """
    text = text.strip()
    whole = text.startswith("(") and text.endswith(")") and text.count("(") == 1
    return text if len(text) <= 1 or whole or text.isdecimal() else f"({text})"
