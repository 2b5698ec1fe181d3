"""Tells how likely the model itself found each token, before any constraint, penalty or
temperature."""

import numpy as np
import numpy.typing as npt

from desktop.worker.messages import Logprob
from desktop.worker.vocabulary import Vocabulary

_ROW = 512


class Meter:
    """Of one request. Decode loop only.

    Args:
        tops: How many of the most likely tokens to tell beside the chosen one.
    """

    def __init__(self, tops: int, vocabulary: Vocabulary) -> None:
        self._tops = min(tops, vocabulary.size)
        self._vocabulary = vocabulary
        self._total = 0.0
        self._best: list[tuple[bytes, float]] = []

    def read(self, logits: npt.NDArray[np.float32]) -> None:
        """Look at the scores as they are; they may be changed afterwards, but not that of the
        token that is chosen."""
        highest = float(logits.max())
        self._total = highest + float(np.log(np.exp(logits - highest).sum(dtype=np.float64)))
        if self._tops:
            self._best = [
                (self._vocabulary.spelled(token), self._log(logits, token))
                for token in _highest(logits, self._tops)
            ]

    def tell(self, logits: npt.NDArray[np.float32], token: int) -> Logprob:
        """Of the chosen token."""
        return Logprob(self._vocabulary.spelled(token), self._log(logits, token), self._best)

    def _log(self, logits: npt.NDArray[np.float32], token: int) -> float:
        return min(float(logits[token]) - self._total, 0.0)


def _highest(logits: npt.NDArray[np.float32], count: int) -> list[int]:
    """Tokens with the highest scores, best first.

    They are in those rows whose highest scores are the highest: to sort out 262 k scores one by
    one would take longer than the rest of the step.

    >>> scores = np.zeros(3000, np.float32)
    >>> scores[[7, 2999, 8]] = 3, 2, 1
    >>> _highest(scores, 3), _highest(scores[:10], 2)
    ([7, 2999, 8], [7, 8])
    """
    rows = len(logits) // _ROW
    candidates = np.arange(len(logits))
    if rows > count:
        table = logits[: rows * _ROW].reshape(rows, _ROW)
        best = np.argpartition(table.max(axis=1), -count)[-count:]
        inside = (best[:, np.newaxis] * _ROW + np.arange(_ROW)).ravel()
        candidates = np.concatenate((inside, candidates[rows * _ROW :]))
    order = np.argsort(-logits[candidates], kind="stable")[:count]
    return [int(token) for token in candidates[order]]
