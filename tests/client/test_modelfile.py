"""Reading Modelfiles."""

import contextlib
import itertools
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.client import modelfile
from desktop.client.modelfile import Modelfile, ModelfileInvalid, parse, read_modelfile
from desktop.engine import options
from desktop.models.modelfile import modelfile_text
from desktop.models.store import ModelStore
from tests.models.stores import put_blob, put_json, put_manifest

FULL = '''
# A comment
FROM ./m.gguf
  from mmproj.gguf
PARAMETER temperature 0.7
PARAMETER num_ctx 4096
PARAMETER use_mmap false
PARAMETER stop <|a|>
PARAMETER stop " b"
TEMPLATE """{{ if .System }}
"{{ .System }}"
{{ end }}"""
SYSTEM "You are Mario.
It is you."
# Another
ADAPTER ./lora.gguf
DRAFT d.gguf
RENDERER qwen3
PARSER qwen3
REQUIRES 0.14.0
LICENSE """
MIT
"""
LICENSE Also this
MESSAGE user Is "Toronto" in Canada?
MESSAGE assistant """yes"""
'''


def test_every_instruction() -> None:
    assert parse(FULL) == Modelfile(
        sources=["./m.gguf", "mmproj.gguf"],
        adapters=["./lora.gguf"],
        drafts=["d.gguf"],
        template='{{ if .System }}\n"{{ .System }}"\n{{ end }}',
        system="You are Mario.\nIt is you.",
        renderer="qwen3",
        parser="qwen3",
        requires="0.14.0",
        licenses=["\nMIT\n", "Also this"],
        parameters={
            "temperature": 0.7,
            "num_ctx": 4096,
            "use_mmap": False,
            "stop": ["<|a|>", " b"],
        },
        messages=[
            {"role": "user", "content": 'Is "Toronto" in Canada?'},
            {"role": "assistant", "content": "yes"},
        ],
    )


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("SYSTEM  a  b \t", "a  b"),
        ('SYSTEM ""', ""),
        ('SYSTEM " a "', " a "),
        ('SYSTEM """a "b" c"""  ', 'a "b" c'),
        ('SYSTEM """"a""""', '"a"'),
        ('SYSTEM """\n"""', "\n"),
        ('SYSTEM """a\n# not a comment\n\nb"""', "a\n# not a comment\n\nb"),
        ("SYSTEM a # b", "a # b"),
        ("\tsystem\ta\r\n", "a"),
        ('SYSTEM say "hi"', 'say "hi"'),
        ('SYSTEM "a" b\nc"', 'a" b\nc'),
    ],
)
def test_values(line: str, value: str) -> None:
    assert parse(f"FROM m\n{line}").system == value


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", "no FROM line"),
        ("# FROM m", "no FROM line"),
        (
            "FROM m\n\nFORM x",
            '(line 3): command must be one of "from", "license", "template", "system", "adapter",'
            ' "draft", "renderer", "parser", "parameter", "message", or "requires"',
        ),
        (
            "FROM m\nMESSAGE tool hi",
            '(line 2): message role must be one of "system", "user", or "assistant"',
        ),
        ("FROM m\nPARAMETER foo 1", "(line 2): unknown parameter 'foo'"),
        ("FROM m\nPARAMETER num_ctx 1.5", "(line 2): num_ctx: invalid int value '1.5'"),
        ("FROM m\nPARAMETER top_p x", "(line 2): top_p: invalid float value 'x'"),
        ("FROM m\nPARAMETER top_p nan", "(line 2): top_p: invalid float value 'nan'"),
        ("FROM m\nPARAMETER use_mmap 2", "(line 2): use_mmap: invalid bool value '2'"),
        ("FROM m\nPARAMETER num_ctx", "(line 2): PARAMETER needs a value"),
        ("FROM\nSYSTEM x", "(line 1): FROM needs a value"),
        (
            'FROM m\nSYSTEM """a\nb',
            "(line 2): unexpected EOF: the quotation that begins here has no end",
        ),
    ],
)
def test_errors_name_the_line(text: str, error: str) -> None:
    with pytest.raises(ModelfileInvalid) as caught:
        parse(text)
    assert str(caught.value) == error


def test_parameters_of_the_past_are_left_out() -> None:
    found = parse("FROM m\nPARAMETER mirostat 1\nPARAMETER f16_kv true")
    assert found.parameters == {}
    assert found.warnings == [
        "(line 2): the parameter mirostat is deprecated and left out",
        "(line 3): the parameter f16_kv is deprecated and left out",
    ]


def test_the_table_is_that_of_the_options() -> None:
    assert modelfile.INTEGERS == options._INTEGERS
    assert modelfile.FLOATS == options._FLOATS
    for name in (*modelfile.FLAGS, *modelfile.LISTS):
        assert options._check(name, True if name in modelfile.FLAGS else ["x"])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_files(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "Modelfile").write_text("FROM m\nSYSTEM Grüße", encoding=encoding)
    assert read_modelfile(tmp_path / "Modelfile").system == "Grüße"


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "latin").write_bytes(b"FROM m\nSYSTEM Gr\xfc\xdfe")
    for path in (tmp_path, tmp_path / "none", tmp_path / "latin"):
        with pytest.raises(ModelfileInvalid, match=path.name):
            read_modelfile(path)


@given(st.text(alphabet=st.sampled_from('FROM msgPARAET"\n\t #stop1.\r\0é'), max_size=200))
def test_no_text_makes_it_fail_otherwise(text: str) -> None:
    for whole in (text, f"FROM m\nSYSTEM {text}", f"FROM m\nPARAMETER {text}"):
        with contextlib.suppress(ModelfileInvalid):
            parse(whole)


texts = st.text(
    alphabet=st.one_of(st.sampled_from('"\n\t #ab'), st.characters(codec="utf-8")), max_size=40
).map(lambda text: text.replace("\r", ""))
numbers = st.floats(allow_nan=False, allow_infinity=False, width=32)
parameters = st.fixed_dictionaries(
    {},
    optional={
        "stop": st.lists(texts, min_size=1),
        "temperature": numbers,
        "num_ctx": st.integers(-(2**31), 2**31),
        "use_mmap": st.booleans(),
    },
)


def can_be_written(text: str) -> bool:
    """The language has no way to say that a line ends in three quotes, and more come."""
    lines = text.split("\n")
    return not any(line.rstrip().endswith('"""') for line in lines[:-1])


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("models")


names = map("m{}".format, itertools.count())


@pytest.mark.slow
@settings(deadline=None)  # it writes files
@given(system=texts, license_text=texts, content=texts, values=parameters)
def test_what_is_shown_can_be_read_again(
    root: Path, system: str, license_text: str, content: str, values: dict[str, Any]
) -> None:
    written = (system, license_text, content, *values.get("stop", ()))
    if not all(map(can_be_written, written)):
        return
    layers = [
        put_blob(root, b"GGUF"),
        put_blob(root, system.encode(), "system"),
        put_blob(root, license_text.encode(), "license"),
        put_json(root, [{"role": "user", "content": content}], "messages"),
        put_json(root, values, "params"),
    ]
    name = next(names)
    put_manifest(root, name, layers)
    found = parse(modelfile_text(ModelStore(root).find(name)))
    assert found.sources == [str(root / "blobs" / layers[0]["digest"].replace(":", "-"))]
    assert found.system == system
    assert found.licenses == [license_text]
    assert found.messages == [{"role": "user", "content": content}]
    assert found.parameters == values
