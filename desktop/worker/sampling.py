"""One `llama_sampler` chain in C per request, in llama.cpp's own order.

Seeds: a chain with a seed draws the same random numbers each time, so the same prompt gives the
same text whenever the logits are the same. They are, bit for bit, when a request runs alone after a
cold start. Beside other streams, or after part of the prompt was found in the cache, llama.cpp
computes in other batch sizes. Matrix products come out the same on a CPU, but flash attention does
not: it sums small batches in 16-bit floats and large ones in tiles of 32 bits, and logits were seen
to differ by 0.1 to 1 (SmolLM2 135M, 17 tokens alone against eight such prompts in one batch;
without flash attention 0.0). So the text can change where two candidates are close. llama-server's
does, too.
"""

import math
import secrets
from collections.abc import Sequence

from desktop.core.errors import RequestInvalid
from desktop.worker.library import llama
from desktop.worker.messages import Generate, Sampling

_RANDOM_SEED = 0xFFFFFFFF  # LLAMA_DEFAULT_SEED: llama.cpp would draw its own
_NEXT_TO_NEVER = 1e-30  # of the best token's probability


class Sampler:
    """Picks the next token of one request. `close` frees it; not usable after."""

    def __init__(self, ask: Generate, *, vocabulary: int, context_tokens: int) -> None:
        options = ask.sampling
        self._bias = ask.logit_bias
        self._constrained = ask.constraint is not None
        self.seed = options.seed & 0xFFFFFFFF if options.seed >= 0 else secrets.randbits(31)
        if self.seed == _RANDOM_SEED:
            self.seed -= 1
        last_n = options.repeat_last_n if options.repeat_last_n >= 0 else context_tokens
        self._penalty_window = last_n if _has_penalties(options) else 0
        self.chain = llama.llama_sampler_chain_init(llama.llama_sampler_chain_default_params())
        for link in self._links(options, vocabulary):
            llama.llama_sampler_chain_add(self.chain, link)

    def _links(self, options: Sampling, vocabulary: int) -> list[int]:
        links: list[int] = []
        if self._bias:
            biases = (llama.llama_logit_bias * len(self._bias))(*self._bias.items())
            links.append(llama.llama_sampler_init_logit_bias(vocabulary, len(biases), biases))
        if self._penalty_window:
            links.append(
                llama.llama_sampler_init_penalties(
                    vocabulary,
                    self._penalty_window,
                    options.repeat_penalty,
                    options.frequency_penalty,
                    options.presence_penalty,
                )
            )
        if options.temperature <= 0:
            return [*links, llama.llama_sampler_init_greedy()]
        if options.top_k > 0:
            links.append(llama.llama_sampler_init_top_k(options.top_k))
        if self._constrained:
            # What a constraint has made impossible must be gone before typical_p, which would
            # multiply nothing by infinity.
            links.append(llama.llama_sampler_init_min_p(_NEXT_TO_NEVER, 1))
        if options.typical_p < 1:
            links.append(llama.llama_sampler_init_typical(options.typical_p, 0))
        if options.top_p < 1:
            links.append(llama.llama_sampler_init_top_p(options.top_p, 0))
        if options.min_p > 0:
            links.append(llama.llama_sampler_init_min_p(options.min_p, 0))
        links.append(llama.llama_sampler_init_temp(options.temperature))
        return [*links, llama.llama_sampler_init_dist(self.seed)]

    def read_prompt(self, tokens: Sequence[int]) -> None:
        """Let the penalties see the prompt, as llama-server does."""
        for token in tokens[-self._penalty_window :] if self._penalty_window else ():
            llama.llama_sampler_accept(self.chain, token)

    def pick(self, context: int, output: int) -> int:
        """Token for the batch's entry `output`, whose logits were asked for."""
        return int(llama.llama_sampler_sample(self.chain, context, output))

    def close(self) -> None:
        llama.llama_sampler_free(self.chain)


def check_bias(bias: dict[int, float], vocabulary: int) -> None:
    """Raises RequestInvalid for tokens that the model does not have, and values that are no
    number."""
    for token, value in bias.items():
        if not 0 <= token < vocabulary:
            raise RequestInvalid(
                f"logit_bias names token {token}, which this model does not have (0 to"
                f" {vocabulary - 1})"
            )
        if not math.isfinite(value):
            raise RequestInvalid(f"logit_bias of token {token} is not a finite number")


def _has_penalties(options: Sampling) -> bool:
    return options.repeat_last_n != 0 and (
        options.repeat_penalty != 1.0
        or options.presence_penalty != 0.0
        or options.frequency_penalty != 0.0
    )
