"""Text to tokens and back for whoever asks, on a thread of its own: no stream waits for it."""

import ctypes
import queue
import sys
from collections.abc import Callable

from desktop.core.errors import AppError, RequestInvalid
from desktop.worker.frames import pack
from desktop.worker.library import llama
from desktop.worker.messages import Detokenize, Detokenized, Failed, Tokenize, Tokens


class Tokenizer:
    """Answers `Tokenize` and `Detokenize`.

    Args:
        model: llama.cpp's handle, which is only read here.
        send: Writes bytes to the parent.
    """

    def __init__(self, model: int, send: Callable[[bytes], None]) -> None:
        self._vocab = llama.llama_model_get_vocab(model)
        self._size = int(llama.llama_vocab_n_tokens(self._vocab))
        # WordPiece: every word has a space before it, the first one of a text, too.
        self._marks_beginnings = llama.llama_vocab_type(self._vocab) == llama.LLAMA_VOCAB_TYPE_WPM
        self._send = send
        self._orders: queue.SimpleQueue[Tokenize | Detokenize] = queue.SimpleQueue()

    def submit(self, order: Tokenize | Detokenize) -> None:
        """From any thread."""
        self._orders.put(order)

    def run(self) -> None:
        """Never returns."""
        while True:
            order = self._orders.get()
            try:
                self._send(pack(self._answer(order)))
            except AppError as error:
                self._send(pack(Failed(order.id, error.code, str(error))))
            except Exception as error:  # a bug of ours: this request fails, the process goes on
                sys.excepthook(*sys.exc_info())
                message = f"the text could not be tokenized: {error!r}"
                self._send(pack(Failed(order.id, "internal", message)))

    def _answer(self, order: Tokenize | Detokenize) -> Tokens | Detokenized:
        if isinstance(order, Detokenize):
            return Detokenized(order.id, self._join(order.tokens))
        tokens = self._split(order)
        pieces = [self._piece(token) for token in tokens] if order.with_pieces else []
        return Tokens(id=order.id, tokens=tokens, pieces=pieces)

    def _split(self, order: Tokenize) -> list[int]:
        raw = order.text.encode("utf-8", "surrogatepass")
        room = len(raw) + 8
        while True:
            tokens = (ctypes.c_int32 * room)()
            count = llama.llama_tokenize(
                self._vocab, raw, len(raw), tokens, room, order.add_special, order.parse_special
            )
            if count >= 0:
                return tokens[:count]
            room = -count

    def _join(self, tokens: list[int]) -> str:
        """Raises RequestInvalid for ids that this model does not have."""
        if any(not 0 <= token < self._size for token in tokens):
            raise RequestInvalid(
                f"there is a token that this model does not have (0 to {self._size - 1})"
            )
        ids = (ctypes.c_int32 * len(tokens))(*tokens)
        room = 8 * len(tokens) + 64
        while True:
            buffer = ctypes.create_string_buffer(room)
            length = llama.llama_detokenize(
                self._vocab, ids, len(tokens), buffer, room, False, True
            )
            if length >= 0:
                text = buffer.raw[:length].decode("utf-8", "replace")
                return text.removeprefix(" ") if self._marks_beginnings else text
            room = -length

    def _piece(self, token: int) -> bytes:
        room = 64
        while True:
            buffer = ctypes.create_string_buffer(room)
            length = llama.llama_token_to_piece(self._vocab, token, buffer, room, 0, True)
            if length >= 0:
                return buffer.raw[:length]
            room = -length
