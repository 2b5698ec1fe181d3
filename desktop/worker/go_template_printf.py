"""Go's `printf` for the values of templates: flags, width, precision, and its remarks on misuse.

Not known are `*` and explicit argument indexes; both are refused.
"""

import re
from typing import Any

from desktop.worker.go_template_values import Refused, kind, printed, sized

_VERB = re.compile(
    r"(?P<text>[^%]+)|%(?P<flags>[-+# 0]*)(?P<width>\d*)(?P<precision>\.\d*)?(?P<verb>[^\d.*\[]?)",
    re.DOTALL,
)
_MAX_WIDTH = 10**6
_ESCAPES = dict(zip('\a\b\f\n\r\t\v\\"', ("\\" + each for each in 'abfnrtv\\"'), strict=True))


def printf(form: Any, *values: Any) -> str:
    """Raises Refused for what is not known here, and for a text that gets too long.

    >>> printf("%s has %03d of %q, %t", "it", 7, "a\\n", True), printf("%d|%s", "x")
    ('it has 007 of "a\\\\n", true', '%!d(string=x)|%!s(MISSING)')
    """
    if type(form) is not str:
        raise Refused(f"printf: expected string; found {kind(form)}")
    text, at, taken = "", 0, 0
    while at < len(form):
        found = _VERB.match(form, at)
        if found is None or (found["verb"] == "" and found.end() < len(form)):
            raise Refused(f"printf: cannot use {form[at : at + 10]!r}")
        at = found.end()
        if found["text"] is not None or found["verb"] in ("%", ""):
            piece = found["text"] or ("%" if found["verb"] else "%!(NOVERB)")
        elif taken < len(values):
            piece = _one(found, values[taken])
            taken += 1
        else:
            piece = f"%!{found['verb']}(MISSING)"
        text = sized(text + piece)
    if extra := values[taken:]:
        told = ", ".join(sized(f"{kind(value)}={printed(value)}") for value in extra)
        text = sized(f"{text}%!(EXTRA {told})")
    return text


def _one(verb: re.Match[str], value: Any) -> str:
    """One verb, as wide as asked for; of a list, each element is."""
    if type(value) is list and verb["verb"] != "T" and not any(type(at) is dict for at in value):
        return f"[{' '.join(_one(verb, each) for each in value)}]"
    width = int(verb["width"] or 0)
    precision = int(verb["precision"][1:] or 0) if verb["precision"] else None
    if max(width, precision or 0) > _MAX_WIDTH:
        raise Refused("printf: a width or precision is too large")
    text = _formatted(verb, precision, value)
    if "-" in verb["flags"]:
        return text.ljust(width)
    return text.rjust(width)


def _formatted(verb: re.Match[str], precision: int | None, value: Any) -> str:
    letter, is_a = verb["verb"], kind(value)
    if letter == "T":
        return is_a
    match is_a:
        case "bool":
            text = printed(value) if letter in "tv" else None
        case "int":
            text = _integer(verb, letter, value)
        case "float64":
            text = _float(verb, letter, precision, value)
        case _:
            text = _string(letter, precision, printed(value))
    return text if text is not None else f"%!{letter}({is_a}={printed(value)})"


def _integer(verb: re.Match[str], letter: str, value: int) -> str | None:
    if letter in "dvxXo":
        return _number(verb, verb["precision"] or "", letter, value)
    match letter:
        case "b":
            return f"{value:b}"
        case "c" if 0 <= value < 0x110000:
            return chr(value)
        case "q" if 0 <= value < 0x110000:
            return f"'{_escaped(chr(value))}'"
        case "U":
            return f"U+{value:04X}"
    return None


def _float(verb: re.Match[str], letter: str, precision: int | None, value: float) -> str | None:
    if letter in "vg" and precision is None:
        return printed(value)
    if letter not in "eEfFgGv":
        return None
    return _number(verb, f".{6 if precision is None else precision}", letter, value)


def _number(verb: re.Match[str], precision: str, letter: str, value: float) -> str:
    """Python's `%` means the same here; zeros fill the width in place of spaces."""
    signs = {"v": " "}.get(letter, "+ #")
    flags = "".join(flag for flag in signs if flag in verb["flags"])
    zeros = "0" in verb["flags"] and "-" not in verb["flags"]
    exact = isinstance(value, int) and precision
    width = f"0{verb['width']}" if zeros and verb["width"] and not exact else ""
    form = f"%{flags}{width}{precision}{letter.replace('v', 'd' if type(value) is int else 'g')}"
    return str(form % value)


def _string(letter: str, precision: int | None, text: str) -> str | None:
    if precision is not None:
        text = text[:precision]
    match letter:
        case "s" | "v":
            return text
        case "q":
            return f'"{"".join(_escaped(each) for each in text)}"'
        case "x" | "X":
            digits = text.encode("utf-8", "surrogatepass").hex()
            return digits.upper() if letter == "X" else digits
    return None


def _escaped(character: str) -> str:
    code = ord(character)
    if character in _ESCAPES or character.isprintable():
        return _ESCAPES.get(character, character)
    if code < 0x80:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
