"""Names chats by how they begin."""

import re

MAX_CHARS = 60
_FENCE = re.compile(r"```.*?(?:```|\Z)", re.DOTALL)
_MARKUP = re.compile(r"[#*_`>|~\[\]]+")


def title_of(text: str) -> str:
    """The first words of what the user said, on one line.

    >>> title_of("  # How do I\\nbake bread?  ")
    'How do I bake bread?'
    >>> title_of("word " * 40)
    'word word word word word word word word word word word word…'
    >>> title_of("```py\\nprint(1)\\n```")
    'py print(1)'
    """
    prose = " ".join(_MARKUP.sub(" ", _FENCE.sub(" ", text[:4000])).split())
    line = prose or " ".join(_MARKUP.sub(" ", text[:4000]).split())
    if len(line) <= MAX_CHARS:
        return line
    cut = line[: MAX_CHARS + 1].rpartition(" ")[0]
    return (cut if len(cut) > MAX_CHARS // 2 else line[:MAX_CHARS]).rstrip(" ,;:.-") + "…"
