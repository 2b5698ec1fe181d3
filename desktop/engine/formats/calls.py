"""What all formats need for a call."""

import secrets
import string

_LETTERS = string.ascii_lowercase + string.digits


def new_id() -> str:
    """As Ollama's: `call_` and eight letters or digits."""
    return "call_" + "".join(secrets.choice(_LETTERS) for _ in range(8))
