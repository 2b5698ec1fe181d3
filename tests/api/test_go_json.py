"""Malformed JSON is told in Go's words, and nothing that Python's decoder does gets through."""

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.api.go_json import MAX_DEPTH, complaint, decode
from desktop.core.errors import RequestInvalid

VALUE = "looking for beginning of value"
KEY = "looking for beginning of object key string"

COMPLAINTS = [
    ("{", "unexpected EOF"),
    ('{"model":"m', "unexpected EOF"),
    ('{"model":', "unexpected EOF"),
    ("[1,", "unexpected EOF"),
    ("-", "unexpected EOF"),
    ('"\\u00', "unexpected EOF"),
    ("xyz", f"invalid character 'x' {VALUE}"),
    ("{'model'", f"invalid character '\\'' {KEY}"),
    ("{model:1}", f"invalid character 'm' {KEY}"),
    ('{"a":1,}', f"invalid character '}}' {KEY}"),
    ("{,", f"invalid character ',' {KEY}"),
    ("[1,]", f"invalid character ']' {VALUE}"),
    ('{"a":}', f"invalid character '}}' {VALUE}"),
    ('{"a":NaN}', f"invalid character 'N' {VALUE}"),
    ('{"a":Infinity}', f"invalid character 'I' {VALUE}"),
    ('{"a":-Infinity}', "invalid character 'I' in numeric literal"),
    ('{"a":+1}', f"invalid character '+' {VALUE}"),
    ('{"a":01}', "invalid character '1' after object key:value pair"),
    ('{"a":1.}', "invalid character '}' after decimal point in numeric literal"),
    ('{"a":1.5e}', "invalid character '}' in exponent of numeric literal"),
    ('{"a":1e+x}', "invalid character 'x' in exponent of numeric literal"),
    ('{"a" 1}', "invalid character '1' after object key"),
    ('{"a":1 "b"}', "invalid character '\"' after object key:value pair"),
    ("[1 2]", "invalid character '2' after array element"),
    ('[{"a":[true]}}', "invalid character '}' after array element"),
    ("[tru e]", "invalid character ' ' in literal true (expecting 'e')"),
    ("[nul]", "invalid character ']' in literal null (expecting 'l')"),
    ('["\\q"]', "invalid character 'q' in string escape code"),
    ('["\\u12G4"]', "invalid character 'G' in \\u hexadecimal character escape"),
    ('["a\nb"]', "invalid character '\\n' in string literal"),
    ('["a\x00b"]', "invalid character '\\x00' in string literal"),
    ("[é]", f"invalid character 'Ã' {VALUE}"),
]


@pytest.mark.parametrize(("text", "words"), COMPLAINTS)
def test_complaints_are_those_of_go(text: str, words: str) -> None:
    with pytest.raises(RequestInvalid) as found:
        decode(text)
    assert str(found.value) == words


@pytest.mark.parametrize("text", ["[" * 200_000, '{"a":' * 200_000, "[" * 200_000 + "]" * 200_000])
def test_depth_is_bounded(text: str) -> None:
    with pytest.raises(RequestInvalid, match=r"^exceeded max depth$"):
        decode(text)


def test_depth_of_a_text_that_is_wrong_elsewhere() -> None:
    assert complaint("[" * MAX_DEPTH) == "unexpected EOF"
    assert complaint("[" * (MAX_DEPTH + 1)) == "exceeded max depth"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"a":1} trailing', {"a": 1}),
        ("[9223372036854775807]", [2**63 - 1]),
        ("[9223372036854775808]", [2.0**63]),
        ("[" + "9" * 300 + "]", [1e300]),
        ("[-0, 1e2, -1.5E-1]", [0, 100.0, -0.15]),
        (r'["\ud834\udd1e"]', ["𝄞"]),
        (r'{"\ud834": ["\udd1e", {"a": "x\ud834y"}]}', {"\ufffd": ["\ufffd", {"a": "x\ufffdy"}]}),
    ],
)
def test_what_is_read_differently_than_python_does(text: str, value: Any) -> None:
    assert decode(text) == value


@pytest.mark.parametrize("digits", ["1e999", "-1e999", "9" * 5000])
def test_numbers_no_float_holds(digits: str) -> None:
    with pytest.raises(RequestInvalid, match=r"^json: cannot unmarshal number -?[19]"):
        decode(f'{{"a":{digits}}}')


@given(st.text())
def test_every_text_is_a_value_or_a_complaint(text: str) -> None:
    with contextlib.suppress(RequestInvalid):
        decode(text)


@pytest.mark.slow
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    ),
    st.data(),
)
def test_a_cut_text_is_an_unexpected_end(value: Any, data: st.DataObject) -> None:
    text = json.dumps([value])
    assert decode(text) == [value]
    cut = data.draw(st.integers(1, len(text) - 1))
    with pytest.raises(RequestInvalid, match=r"^unexpected EOF$"):
        decode(text[:cut])
