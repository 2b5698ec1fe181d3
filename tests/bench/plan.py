"""What a run was asked for."""

from dataclasses import dataclass

from tests.bench.llama_build import Build
from tests.bench.terms import Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One run: how often, how long, with what."""

    build: Build
    terms: Terms
    rounds: int = 5
    tokens: int = 128  # that each stream generates
