"""Whose words a route speaks."""


def dialect_of(path: str) -> str:
    """`ollama`, `openai` or `anthropic`.

    >>> dialect_of("/api/chat"), dialect_of("/v1/chat/completions"), dialect_of("/v1/messages")
    ('ollama', 'openai', 'anthropic')
    """
    if path.startswith("/v1/messages"):
        return "anthropic"
    return "openai" if path.startswith("/v1/") else "ollama"
