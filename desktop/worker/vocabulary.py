"""Text to tokens and tokens to bytes, for one loaded model."""

import ctypes

from desktop.worker.library import llama


class Vocabulary:
    """The tokenizer of a model. `encode` may be called from any thread (llama.cpp only reads)."""

    def __init__(self, model: int) -> None:
        self._vocab = llama.llama_model_get_vocab(model)
        self.size: int = llama.llama_vocab_n_tokens(self._vocab)
        self.adds_bos: bool = llama.llama_vocab_get_add_bos(self._vocab)
        self.bos: int = llama.llama_vocab_bos(self._vocab)
        self.eos: int = llama.llama_vocab_eos(self._vocab)
        self.bos_text = self._text_of(self.bos)
        self.eos_text = self._text_of(self.eos)
        self._fim = [
            self._text_of(token(self._vocab))
            for token in (
                llama.llama_vocab_fim_pre,
                llama.llama_vocab_fim_suf,
                llama.llama_vocab_fim_mid,
            )
        ]
        self._pieces: dict[int, bytes | None] = {}
        self._buffer = ctypes.create_string_buffer(512)

    def encode(self, text: str, *, add_special: bool) -> list[int]:
        """Token ids; `add_special` adds BOS and EOS where the model wants them.

        Markers such as `<|im_start|>` in the text become their special tokens.
        """
        raw = text.encode("utf-8", "surrogatepass")
        room = len(raw) + 8
        tokens = (ctypes.c_int32 * room)()
        count = llama.llama_tokenize(self._vocab, raw, len(raw), tokens, room, add_special, True)
        if count < 0:  # more tokens than bytes: byte tokens of a vocabulary with prefixes
            tokens = (ctypes.c_int32 * -count)()
            count = llama.llama_tokenize(
                self._vocab, raw, len(raw), tokens, -count, add_special, True
            )
        return tokens[:count]

    @property
    def fills_in(self) -> bool:
        """Whether the model knows the tokens to fill in the middle of a text."""
        return all(self._fim)

    def fill_in(self, before: str, after: str) -> str:
        """The prompt for what comes between two texts."""
        prefix, suffix, middle = self._fim
        return f"{prefix}{before}{suffix}{after}{middle}"

    def piece(self, token: int) -> bytes | None:
        """Bytes of a token; None when it ends the answer. Control tokens are empty. Decode loop
        only."""
        try:
            return self._pieces[token]
        except KeyError:
            ends = llama.llama_vocab_is_eog(self._vocab, token)
            piece = self._pieces[token] = (
                None if ends else self._read(token, self._buffer, special=False)
            )
            return piece

    def spelled(self, token: int) -> bytes:
        """Bytes of a token, of control tokens too. Decode loop only."""
        return self.piece(token) or self._read(token, self._buffer, special=True)

    def pieces(self) -> list[bytes]:
        """Bytes of every token, of control tokens too. From any thread; 262 k take half a
        second."""
        buffer = ctypes.create_string_buffer(512)
        return [self._read(token, buffer, special=True) for token in range(self.size)]

    def controls(self) -> set[int]:
        """Tokens that are no text: those that say so, and those that look like it."""
        found = set()
        for token in range(self.size):
            kind = llama.llama_vocab_get_attr(self._vocab, token)
            if kind & (llama.LLAMA_TOKEN_ATTR_CONTROL | llama.LLAMA_TOKEN_ATTR_UNKNOWN) or (
                kind & llama.LLAMA_TOKEN_ATTR_USER_DEFINED
                and self._text_of(token).startswith("<")
                and self._text_of(token).endswith(">")
            ):
                found.add(token)
        return found

    def endings(self) -> list[int]:
        """Tokens that end an answer."""
        tokens = range(self.size)
        return [token for token in tokens if llama.llama_vocab_is_eog(self._vocab, token)]

    def _read(self, token: int, buffer: "ctypes.Array[ctypes.c_char]", *, special: bool) -> bytes:
        length = llama.llama_token_to_piece(self._vocab, token, buffer, len(buffer), 0, special)
        if length < 0:
            buffer = ctypes.create_string_buffer(-length)
            length = llama.llama_token_to_piece(self._vocab, token, buffer, -length, 0, special)
        return buffer.raw[:length]

    def _text_of(self, token: int) -> str:
        if token < 0:
            return ""
        raw: bytes = llama.llama_vocab_get_text(self._vocab, token) or b""
        return raw.decode("utf-8", "replace")
