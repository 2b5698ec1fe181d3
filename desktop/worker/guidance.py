"""llguidance through its C interface: grammars, and which tokens they allow next.

Its Python classes keep the interpreter's lock while they sort a vocabulary, for a whole second
with 262 k tokens, and every stream would stand still for that long. The same library file exports
the C interface; calls through ctypes let go of the lock. Nothing of Python's side is imported.
"""

import ctypes
import importlib.util
from collections.abc import Collection, Sequence
from pathlib import Path

from desktop.core.errors import RequestInvalid, WorkerFailed

_SPECIAL = b"\xff"  # before the text of a control token; no grammar can spell it
_ERROR_BYTES = 1024
_NO_TOKEN = 0xFFFFFFFF
_KINDS = {"json_schema": "JSON schema", "lark": "grammar"}  # in words
_NOTHING_FITS = "nothing fits it, as where a rule leads only back to itself"


class _Limits(ctypes.Structure):
    _fields_ = (
        ("max_items_in_row", ctypes.c_size_t),
        ("initial_lexer_fuel", ctypes.c_uint64),
        ("step_lexer_fuel", ctypes.c_uint64),
        ("step_max_items", ctypes.c_size_t),
        ("max_lexer_states", ctypes.c_size_t),
        ("max_grammar_size", ctypes.c_size_t),
        ("precompute_large_lexemes", ctypes.c_bool),
        ("verbose_errors", ctypes.c_bool),
    )


class _ConstraintInit(ctypes.Structure):
    _fields_ = (
        ("tokenizer", ctypes.c_void_p),
        ("log_buffer_level", ctypes.c_uint32),
        ("log_stderr_level", ctypes.c_uint32),
        ("ff_tokens_ok", ctypes.c_bool),
        ("backtrack_ok", ctypes.c_bool),
        ("limits", _Limits),
        ("later_fields", ctypes.c_uint8 * 256),  # a newer library may know more; zero: as before
    )


class _TokenizerInit(ctypes.Structure):
    _fields_ = (
        ("struct_size", ctypes.c_size_t),
        ("vocab_size", ctypes.c_uint32),
        ("tok_eos", ctypes.c_uint32),
        ("token_lens", ctypes.c_void_p),
        ("token_bytes", ctypes.c_char_p),
        ("tokenizer_json", ctypes.c_char_p),
        ("tokenize_assumes_string", ctypes.c_bool),
        ("tokenize_fn", ctypes.c_void_p),
        ("use_approximate_greedy_tokenize_fn", ctypes.c_bool),
        ("tokenize_user_data", ctypes.c_void_p),
        ("slices", ctypes.c_void_p),
        ("tok_eos_extra", ctypes.c_void_p),
        ("tok_eos_extra_count", ctypes.c_uint32),
    )


class Table:
    """A vocabulary, sorted so that masks are quick; for a model's whole life. Takes a second to
    make if there are 262 k tokens.

    Args:
        texts: Of every token, its bytes.
        special: Control tokens. No grammar allows them, but for those of `ends`.
        ends: Tokens that end an answer; allowed where the grammar may end.
    """

    def __init__(
        self, texts: Sequence[bytes], special: Collection[int], ends: Sequence[int]
    ) -> None:
        self.library = _open()
        self.size = len(texts)
        raw = [_SPECIAL + text if at in special else text for at, text in enumerate(texts)]
        lengths = (ctypes.c_uint32 * self.size)(*map(len, raw))
        more = (ctypes.c_uint32 * len(ends))(*ends)
        init = _TokenizerInit(
            struct_size=ctypes.sizeof(_TokenizerInit),
            vocab_size=self.size,
            tok_eos=ends[0] if ends else _NO_TOKEN,
            token_lens=ctypes.addressof(lengths),
            token_bytes=b"".join(raw),
            use_approximate_greedy_tokenize_fn=True,  # nothing here asks it to tokenize
            tok_eos_extra=ctypes.addressof(more) if ends else None,
            tok_eos_extra_count=len(ends),
        )
        said = ctypes.create_string_buffer(_ERROR_BYTES)
        self.handle = self.library.llg_new_tokenizer_v2(ctypes.byref(init), said, len(said))
        if not self.handle:
            raise WorkerFailed(
                f"this model's vocabulary cannot be constrained: {_text(said.value)}"
            )


class Matcher:
    """Follows one answer through a grammar. `close` frees it.

    Args:
        kind: `json_schema` or `lark`.

    Raises:
        RequestInvalid: the grammar is wrong, or says what llguidance cannot do.
    """

    def __init__(self, table: Table, kind: str, grammar: str) -> None:
        self._library = library = table.library
        init = _ConstraintInit()
        library.llg_constraint_init_set_defaults(ctypes.byref(init), table.handle)
        init.log_buffer_level = init.log_stderr_level = 0
        init.limits.verbose_errors = False
        text = grammar.encode("utf-8", "replace")
        self._handle = library.llg_new_matcher(ctypes.byref(init), kind.encode(), text)
        self._bits = ctypes.create_string_buffer(
            library.llg_matcher_get_mask_byte_size(self._handle)
        )
        # what is well formed may still allow nothing: the first mask tells
        library.llg_matcher_compute_mask_into(self._handle, self._bits, len(self._bits))
        if said := library.llg_matcher_get_error(self._handle):
            reason = _NOTHING_FITS if said.startswith(b"NoExtension") else _text(said)
            self.close()
            raise RequestInvalid(f"the {_KINDS[kind]} of the answer cannot be followed: {reason}")

    def mask(self) -> "ctypes.Array[ctypes.c_char]":
        """The tokens that may come next, one bit each, the first in the lowest bit. Valid until
        the next call.

        Raises:
            WorkerFailed: the grammar has become too complex.
        """
        bits = self._bits
        self._check(self._library.llg_matcher_compute_mask_into(self._handle, bits, len(bits)))
        return bits

    def consume(self, token: int) -> None:
        """Go on by a token of the mask; not one that ends the answer."""
        one = (ctypes.c_uint32 * 1)(token)
        self._check(self._library.llg_matcher_consume_tokens(self._handle, one, 1))

    def reset(self) -> None:
        """Back to the beginning."""
        self._check(self._library.llg_matcher_reset(self._handle))

    @property
    def complete(self) -> bool:
        """Nothing can follow any more."""
        return bool(self._library.llg_matcher_is_stopped(self._handle))

    def close(self) -> None:
        self._library.llg_free_matcher(self._handle)

    def _check(self, code: int) -> None:
        if code != 0:
            said = self._library.llg_matcher_get_error(self._handle) or b"no reason given"
            raise WorkerFailed(f"the answer could not be kept to its format: {_text(said)}")


def _open() -> ctypes.CDLL:
    spec = importlib.util.find_spec("llguidance")
    if spec is None or spec.submodule_search_locations is None:
        raise ImportError("llguidance is not installed")
    folder = Path(next(iter(spec.submodule_search_locations)))
    file = next(file for file in folder.glob("_lib.*") if file.suffix in (".so", ".pyd"))
    library = ctypes.CDLL(str(file))
    pointer, number, size = ctypes.c_void_p, ctypes.c_int32, ctypes.c_size_t
    text = ctypes.c_char_p
    for name, result, arguments in (
        ("new_tokenizer_v2", pointer, [pointer, text, size]),
        ("constraint_init_set_defaults", None, [pointer, pointer]),
        ("new_matcher", pointer, [pointer, text, text]),
        ("free_matcher", None, [pointer]),
        ("matcher_get_error", text, [pointer]),
        ("matcher_get_mask_byte_size", size, [pointer]),
        ("matcher_compute_mask_into", number, [pointer, pointer, size]),
        ("matcher_consume_tokens", number, [pointer, pointer, size]),
        ("matcher_reset", number, [pointer]),
        ("matcher_is_stopped", ctypes.c_bool, [pointer]),
    ):
        function = getattr(library, f"llg_{name}")
        function.restype, function.argtypes = result, arguments
    return library


def _text(said: bytes) -> str:
    """An error as a clause: on one line, without a full stop.

    >>> _text(b" Two words:  yes. ")
    'Two words: yes'
    """
    return " ".join(said.decode("utf-8", "replace").split())[:300].rstrip(". ")
