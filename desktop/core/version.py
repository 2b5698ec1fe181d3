"""Our version, and the version of Ollama's API that we speak.

Clients compare `/api/version` with the Ollama release that brought a feature they need, so that
route answers with the release whose API we implement; our own version stands beside it.
"""

PUNA_VERSION = "0.1.0"
OLLAMA_API_VERSION = "0.33.0"
