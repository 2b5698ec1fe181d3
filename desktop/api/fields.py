"""Request bodies, read as Go's JSON decoder does: lenient about names, strict about types.

Clients match on the texts of its errors, so they are repeated here word for word.
"""

from typing import Any, NoReturn

from desktop.api.go_json import decode
from desktop.core.errors import RequestInvalid

_GO_KINDS = {str: "string", bool: "bool", int: "number", float: "number", list: "array"}


def read_body(raw: bytes, struct: str) -> "Fields":
    """The first JSON value of a body; what follows it is ignored.

    Args:
        struct: Name of the request's type in error texts, such as "ChatRequest".

    Raises:
        RequestInvalid: no body, not JSON, or not an object.
    """
    text = raw.decode("utf-8", "replace").lstrip(" \t\r\n\ufeff")
    if not text:
        raise RequestInvalid("missing request body")
    value = decode(text)
    if value is None:
        value = {}
    if not isinstance(value, dict):
        kind = go_kind(value)
        raise RequestInvalid(f"json: cannot unmarshal {kind} into Go value of type api.{struct}")
    return Fields(f"{struct}.", value)


class Fields:
    """A JSON object's fields by lower-case name; null counts as absent, the last of a name wins.

    Args:
        path: What error texts put before a field's name, such as "ChatRequest.".
    """

    def __init__(self, path: str, values: dict[str, Any]) -> None:
        self._path = path
        self._values = {name.lower(): value for name, value in values.items() if value is not None}

    def raw(self, name: str) -> Any:
        """The value as it came; None when absent."""
        return self._values.get(name)

    def text(self, name: str) -> str:
        """A string; "" when absent."""
        value = self._values.get(name, "")
        if not isinstance(value, str):
            self._mismatch(name, value, "string")
        return value

    def flag(self, name: str) -> bool | None:
        value = self._values.get(name)
        if value is not None and not isinstance(value, bool):
            self._mismatch(name, value, "bool")
        return value

    def integer(self, name: str) -> int:
        """0 when absent."""
        value = self._values.get(name, 0)
        if isinstance(value, bool) or not isinstance(value, int):
            self._mismatch(name, value, "int")
        return value

    def number(self, name: str) -> float | None:
        value = self._values.get(name)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int | float)):
            self._mismatch(name, value, "float64")
        return value

    def integers(self, name: str) -> list[int]:
        value = [0 if item is None else item for item in self._list(name, "[]int")]
        for item in value:
            if isinstance(item, bool) or not isinstance(item, int):
                self._mismatch(name, item, "int")
        return value

    def texts(self, name: str, kind: str) -> list[str]:
        """A list of strings; `kind` is Go's name of an item's type."""
        value = ["" if item is None else item for item in self._list(name, f"[]{kind}")]
        for item in value:
            if not isinstance(item, str):
                self._mismatch(name, item, kind)
        return value

    def mapping(self, name: str) -> dict[str, Any]:
        value = self._values.get(name, {})
        if not isinstance(value, dict):
            self._mismatch(name, value, "map[string]interface {}")
        return value

    def object(self, name: str, kind: str) -> "Fields":
        """An object's fields, none when absent; `kind` is Go's name of its type."""
        value = self._values.get(name, {})
        if not isinstance(value, dict):
            self._mismatch(name, value, kind)
        return Fields(f"{self._path}{name}.", value)

    def objects(self, name: str, kind: str) -> "list[Fields]":
        """A list of objects; `kind` is Go's name of an item's type, such as "api.Message"."""
        items = self._list(name, f"[]{kind}")
        for item in items:
            if item is not None and not isinstance(item, dict):
                self._mismatch(name, item, kind)
        return [Fields(f"{self._path}{name}.", item or {}) for item in items]

    def items(self, name: str, kind: str) -> list[Any]:
        """A list of what may be anything; `kind` is Go's name of an item's type."""
        return self._list(name, f"[]{kind}")

    def _list(self, name: str, kind: str) -> list[Any]:
        value = self._values.get(name, [])
        if not isinstance(value, list):
            self._mismatch(name, value, kind)
        return value

    def _mismatch(self, name: str, value: Any, kind: str) -> NoReturn:
        found = (
            f"number {value!r}" if isinstance(value, float) and kind == "int" else go_kind(value)
        )
        raise RequestInvalid(
            f"json: cannot unmarshal {found} into Go struct field {self._path}{name} of type {kind}"
        )


def go_kind(value: Any) -> str:
    """What Go calls the JSON kind of a value.

    >>> go_kind("x"), go_kind(True), go_kind(1.5), go_kind([]), go_kind({})
    ('string', 'bool', 'number', 'array', 'object')
    """
    return _GO_KINDS.get(type(value), "object")
