"""What models say: prose, lists, tables, formulas and code, always the same."""

from collections.abc import Iterator
from itertools import cycle, islice

PARTS = (
    "The **second** approach keeps what was computed before and only adds what is new, which is"
    " why it stays fast when the text becomes long. It needs `O(n)` steps instead of `O(n^2)`,"
    " and for most inputs that is what counts.\n\n",
    "## What to watch\n\n1. Read the file once, and keep the handle open.\n"
    "2. Close it in a `finally` block.\n   - even when reading fails\n   - even when it is empty\n"
    "3. Measure before you change anything.\n\n",
    "```python\ndef merge(left: list[int], right: list[int]) -> list[int]:\n"
    '    """Both are sorted, and so is the result."""\n    merged, i, j = [], 0, 0\n'
    "    while i < len(left) and j < len(right):\n        if left[i] <= right[j]:\n"
    "            merged.append(left[i])  # stable: equal ones keep their order\n"
    "            i += 1\n        else:\n            merged.append(right[j])\n            j += 1\n"
    "    return merged + left[i:] + right[j:]\n```\n\n",
    "| Size | Before | After |\n|---|---:|---:|\n| 1 000 | 12 ms | 3 ms |\n"
    "| 10 000 | 1.2 s | 34 ms |\n| 100 000 | 118 s | 0.4 s |\n\n",
    "The sum is \\(\\sum_{i=1}^{n} i = \\frac{n(n+1)}{2}\\), so that a hundred thousand entries"
    " need five billion comparisons. > That is a lot.\n\n",
)


def answer(characters: int) -> str:
    """About so long."""
    text = ""
    for part in cycle(PARTS):
        if len(text) >= characters:
            return text
        text += part
    raise AssertionError


def tokens(count: int) -> Iterator[str]:
    """Pieces of about four characters."""
    text = answer(count * 4)
    return islice((text[at : at + 4] for at in range(0, len(text), 4)), count)
