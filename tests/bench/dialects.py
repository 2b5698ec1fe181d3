"""How each of the two servers is asked for the same thing, and what its lines mean.

Same sampling on both sides: greedy, with Ollama's other defaults. Neither is told to ignore the
end-of-text token (Ollama's API cannot): `texts.py` has prompts that a model goes on with.
"""

import json
from dataclasses import dataclass
from typing import Any, Protocol

from tests.bench.load import Ask

Messages = list[dict[str, str]]
SAMPLING = {"temperature": 0.0, "seed": 1, "top_k": 40, "top_p": 0.9, "min_p": 0.0}
SAMPLING |= {"repeat_penalty": 1.0, "repeat_last_n": 64}


@dataclass(frozen=True, slots=True)
class Event:
    """One line of an answer. Counts are of use where `done` is true."""

    text: str = ""
    done: bool = False
    produced: int = 0
    prompt_tokens: int = 0
    error: str = ""


class Dialect(Protocol):
    """What the load needs to know about a server."""

    def completion(self, prompt: str, predict: int) -> Ask:
        """Go on with a text as it is, at most `predict` tokens, streamed."""

    def chat(self, messages: Messages, predict: int) -> Ask:
        """The assistant's next message, at most `predict` tokens, streamed."""

    def read(self, line: bytes) -> Event | None:
        """None for a line that says nothing."""


class LlamaDialect:
    """llama-server: its own `/completion`, OpenAI's chat route."""

    def completion(self, prompt: str, predict: int) -> Ask:
        body = {"prompt": prompt, "n_predict": predict, "stream": True, "cache_prompt": True}
        return Ask("/completion", {**body, **SAMPLING})

    def chat(self, messages: Messages, predict: int) -> Ask:
        body = {"messages": messages, "max_tokens": predict, "stream": True, "cache_prompt": True}
        counts = {"stream_options": {"include_usage": True}}
        return Ask("/v1/chat/completions", {**body, **counts, **SAMPLING})

    def read(self, line: bytes) -> Event | None:
        if line.startswith(b"error:"):
            return Event(error=line.decode(errors="replace"))
        if not line.startswith(b"data: {"):
            return None
        found = json.loads(line.removeprefix(b"data: "))
        if "error" in found:
            return Event(error=str(found["error"]))
        return self._chat(found) if "choices" in found else self._completion(found)

    def _completion(self, found: dict[str, Any]) -> Event:
        if not found["stop"]:
            return Event(found["content"])
        counts = found["tokens_predicted"], found["tokens_evaluated"]
        return Event(found["content"], True, *counts)

    def _chat(self, found: dict[str, Any]) -> Event:
        """The line with the counts comes after the last choice and holds none."""
        if found["choices"]:
            return Event(found["choices"][0]["delta"].get("content") or "")
        usage = found["usage"]
        return Event("", True, usage["completion_tokens"], usage["prompt_tokens"])


class PunaDialect:
    """Puna: Ollama's routes.

    Args:
        model: Name of the model.
        context: Length of the context in tokens, of each request.
        threads: For reading prompts as for generating.
    """

    def __init__(self, model: str, context: int, threads: int) -> None:
        self._fixed = {"model": model, "keep_alive": -1, "stream": True}
        self._options = {**SAMPLING, "num_ctx": context, "num_thread": threads}

    def completion(self, prompt: str, predict: int) -> Ask:
        options = {**self._options, "num_predict": predict}
        body = {"prompt": prompt, "raw": True, "options": options}
        return Ask("/api/generate", {**self._fixed, **body})

    def chat(self, messages: Messages, predict: int) -> Ask:
        body = {"messages": messages, "options": {**self._options, "num_predict": predict}}
        return Ask("/api/chat", {**self._fixed, **body})

    def read(self, line: bytes) -> Event | None:
        if not line.strip():
            return None
        found = json.loads(line)
        if "error" in found:
            return Event(error=str(found["error"]))
        text = found["message"]["content"] if "message" in found else found["response"]
        counts = found.get("eval_count", 0), found.get("prompt_eval_count", 0)
        return Event(text, found["done"], *counts)
